package load

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// loadWith makes a load of one address after another by loops or by streams.
func loadWith(t *testing.T, kind, flags string, addresses ...string) (*tally, error) {
	t.Helper()
	c, err := parse(append(strings.Fields(flags), "http://localhost/"))
	if err != nil {
		t.Fatal(err)
	}
	var parsed []netip.AddrPort
	for _, address := range addresses {
		parsed = append(parsed, netip.MustParseAddrPort(address))
	}
	e := newEngine(c.options, parsed)
	if kind == "streams" {
		e.drive = e.runStreams
	}
	return e.run(context.Background())
}

// TestStreamsCountAsLoops makes the same load by loops and by streams: all counts are equal.
func TestStreamsCountAsLoops(t *testing.T) {
	t.Parallel()
	broken := alternate(
		respond(good),
		reset,
		respond(good[:20]),
		respond("garbage\n\n"),
		respond(good),
	)
	test := func(flags string, handle handler) {
		t.Helper()
		t.Run(flags, func(t *testing.T) {
			t.Parallel()
			var counts, endings [2]string
			for i, kind := range []string{"loops", "streams"} {
				s := startServer(t, handle)
				tally, err := loadWith(t, kind, flags, s.address)
				q := tally.json()
				q.SentAgain = 0 // when a server's close arrives is a matter of luck
				counts[i] = fmt.Sprintf("%+v", q)
				endings[i] = fmt.Sprint(err)
			}
			if counts[0] != counts[1] || endings[0] != endings[1] {
				t.Errorf("loops count %s, %s; streams %s, %s",
					counts[0], endings[0], counts[1], endings[1])
			}
		})
	}
	test("-n 40 -c 4", respond(good))
	test("-n 40 -c 4 -k", respondUpTo(7, keepAlive))
	test("-n 40 -r", broken)
	test("-n 40", broken)
	test("-n 3 -r -s 1 -c 2", neverRespond)
	test("-n 20 --rate 400 -c 3", respond(good))
	test("-n 20 --rate 400 -c 20", broken)
}

// TestInterruptedStreamIsNoFailure ends a load while a connection is made: the error comes from the
// end of the load and not from the server.
func TestInterruptedStreamIsNoFailure(t *testing.T) {
	address := netip.MustParseAddrPort(refusingAddress(t))
	e := newEngine(Options{Requests: 1, Timeout: time.Second}, []netip.AddrPort{address})
	ctx, cancel := context.WithCancel(context.Background())
	s := &streams{engine: e, ctx: ctx, counts: newTally(e.options)}
	c := &stream{streams: s, engine: e}
	c.exchange.start(0, 0)
	cancel()
	phase, settled := c.makeRequest()
	if settled || phase != phaseConnect || s.counts.connect != 0 || len(s.counts.faults) != 0 {
		t.Errorf("settled %v in %s, %d connections failed, faults %v, want nothing counted",
			settled, phase, s.counts.connect, s.counts.faults)
	}
}

// TestHTTP11 loads a server of net/http, which sends a body in chunks if it does not know the
// length.
func TestHTTP11(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("hello"))
		w.(http.Flusher).Flush()
		w.Write([]byte(", world\n"))
	}))
	defer s.Close()
	test := func(flags string, wantKept bool) {
		t.Helper()
		_, report := abJSON(t, append(strings.Fields(flags), "-n", "60", s.URL+"/")...)
		q := report.Requests
		b := report.Bytes
		if q.Good != 60 || b.Bodies != 60*13 || *report.Server.DocumentLength != 13 {
			t.Errorf("%s: %+v, %+v, want 60 good responses of 13 bytes", flags, q, b)
		}
		if kept := q.KeptAlive == 60 && b.Connections == 3; kept != wantKept {
			t.Errorf("%s: %d kept alive on %d connections", flags, q.KeptAlive, b.Connections)
		}
	}
	test("--http1.1 -k -c 3", true)
	test("--http1.1 -c 3", false)
	test("-k -c 3", false)
	test("-c 3", false)
}

// TestHostOfSeveralAddresses has a host whose first address refuses connections, as localhost often
// does: the first request finds the other one.
func TestHostOfSeveralAddresses(t *testing.T) {
	refusing := refusingAddress(t)
	for _, flags := range []string{"-n 20 -c 3", "-n 20 -k -c 3", "-n 20 --rate 2000 -c 5"} {
		for _, kind := range []string{"loops", "streams"} {
			s := startServer(t, respond(good))
			counts, err := loadWith(t, kind, flags, refusing, s.address)
			if err != nil || counts.good != 20 || counts.failures() != 0 ||
				len(s.requests()) != 20 {
				t.Errorf("%s by %s: %v, %d good, %d failed, want all good",
					flags, kind, err, counts.good, counts.failures())
			}
		}
	}
}
