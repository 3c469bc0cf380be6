package load

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestStreamsCountAlike makes plain loads by goroutines, as they are made where there is no
// readiness: what is counted is the same.
func TestStreamsCountAlike(t *testing.T) {
	t.Parallel()
	broken := func(s *server, conn *net.TCPConn, number int) {
		switch number % 5 {
		case 1:
			if s.hear(conn) {
				conn.SetLinger(0)
			}
		case 2:
			says(good[:20])(s, conn, number)
		case 3:
			says("garbage\n\n")(s, conn, number)
		default:
			says(good)(s, conn, number)
		}
	}
	for _, c := range []struct {
		flags  string
		handle handler
	}{
		{"-n 40 -c 4", says(good)},
		{"-n 40 -c 4 -k", keeps(keepAlive, 7)},
		{"-n 40 -r", broken},
		{"-n 40", broken},
		{"-n 3 -r -s 1 -c 2", quiet},
		{"-n 20 --rate 400 -c 3", says(good)},
		{"-n 20 --rate 400 -c 20", broken},
	} {
		counts, ends := map[string]jsonRequests{}, map[string]string{}
		for _, kind := range []string{"loops", "streams"} {
			s := listen(t, c.handle)
			command, err := parse(append(strings.Fields(c.flags), "http://"+s.address+"/"))
			if err != nil {
				t.Fatal(err)
			}
			e := newEngine(command.options, []netip.AddrPort{netip.MustParseAddrPort(s.address)})
			if kind == "streams" {
				e.drive = e.runStreams
			}
			all, err := e.run(context.Background())
			ends[kind] = fmt.Sprint(err)
			counts[kind] = jsonRequests{
				Complete:   all.complete(),
				Good:       all.good,
				KeptAlive:  all.keptAlive,
				Failed:     jsonFailed{all.connect, all.receive, all.length, all.exceptions},
				Unfinished: all.unfinished,
			}
		}
		if counts["loops"] != counts["streams"] || ends["loops"] != ends["streams"] {
			t.Errorf("%s: loops count %+v, %s; streams %+v, %s",
				c.flags, counts["loops"], ends["loops"], counts["streams"], ends["streams"])
		}
	}
}

// TestHTTP11 speaks to net/http, which answers in chunks where it does not know the length.
func TestHTTP11(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("hello"))
		w.(http.Flusher).Flush()
		w.Write([]byte(", world\n"))
	}))
	defer s.Close()
	for _, flags := range []string{"--http1.1 -k -c 3", "--http1.1 -c 3", "-k -c 3", "-c 3"} {
		_, report := reported(t, append(strings.Fields(flags), "-n", "60", s.URL+"/")...)
		q, kept := report.Requests, flags == "--http1.1 -k -c 3"
		if q.Good != 60 || report.Bytes.Bodies != 60*13 || *report.Server.DocumentLength != 13 ||
			kept != (q.KeptAlive == 60 && report.Bytes.Connections == 3) {
			t.Errorf("%s: %+v, %+v, want 60 good ones of 13 bytes", flags, q, report.Bytes)
		}
	}
}

// TestTheGeneratorIsTheLimit says when it is.
func TestTheGeneratorIsTheLimit(t *testing.T) {
	test := func(name string, change func(*result), want string) {
		t.Helper()
		all := newTally(Options{Timeout: time.Second})
		r := &result{
			options: Options{Threads: 2, Timeout: time.Second},
			counts:  &all,
			wall:    time.Second,
			cpu:     cpuTime{time.Second / 2, time.Second / 2, true},
		}
		change(r)
		if got := r.generatorWarning(); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	test("half of two cores", func(*result) {}, "")
	test("one core of one", func(r *result) { r.options.Threads = 1 }, "it used 100 % of the CPU")
	test("not known", func(r *result) { r.options.Threads, r.cpu.ok = 1, false }, "")
	test(
		"too short to tell",
		func(r *result) { r.options.Threads, r.wall = 1, time.Millisecond },
		"",
	)
	test("arrivals in time", func(r *result) { r.counts.late.record(time.Microsecond) }, "")
	test("late arrivals", func(r *result) { r.counts.late.record(2 * time.Millisecond) },
		"one in a hundred went out 2ms or more after it was due")
}

// TestHostOfSeveralAddresses has a host whose first address nobody listens at, as localhost often
// is: the other is found, by the first request, whatever drives the load.
func TestHostOfSeveralAddresses(t *testing.T) {
	refusing := netip.MustParseAddrPort(refusingAddress(t))
	for _, flags := range []string{"-n 20 -c 3", "-n 20 -k -c 3", "-n 20 --rate 2000 -c 5"} {
		for _, kind := range []string{"loops", "streams"} {
			s := listen(t, says(good))
			command, err := parse(append(strings.Fields(flags), "http://localhost/"))
			if err != nil {
				t.Fatal(err)
			}
			e := newEngine(
				command.options,
				[]netip.AddrPort{refusing, netip.MustParseAddrPort(s.address)},
			)
			if kind == "streams" {
				e.drive = e.runStreams
			}
			all, err := e.run(context.Background())
			if err != nil || all.good != 20 || all.failures() != 0 || len(s.requests()) != 20 {
				t.Errorf("%s by %s: %v, %d good, %d failed, want all good",
					flags, kind, err, all.good, all.failures())
			}
		}
	}
}

// TestLateRefusalTriesTheOtherAddress has a connection that is refused only when another one has
// found the address that answers, and has been answered: it is no failure of the server's.
func TestLateRefusalTriesTheOtherAddress(t *testing.T) {
	here := netip.MustParseAddrPort("127.0.0.1:1")
	e := newEngine(
		Options{Requests: 2, Rate: 1, Timeout: time.Second},
		[]netip.AddrPort{here, here},
	)
	var early, late exchange
	e.currentAddress(&early)
	e.currentAddress(&late)
	all := newTally(e.options)
	refused := func(x *exchange) (again bool) {
		t.Helper()
		again, fatalErr := e.settle(&all, x, attempt{phase: phaseConnect, err: syscall.ECONNREFUSED})
		if fatalErr != nil {
			t.Errorf("the load ends: %v", fatalErr)
		}
		return again
	}
	if !refused(&early) {
		t.Error("the first address was refused, and the second is not tried")
	}
	e.currentAddress(&early)
	e.completed.Add(1)
	if !refused(&late) || all.connect != 0 {
		t.Errorf(
			"a late refusal by the address that was left: %d counted, want it tried again",
			all.connect,
		)
	}
	e.currentAddress(&late)
	if refused(&late) || all.connect != 1 {
		t.Errorf("a refusal by the address that answers: %d counted, want 1", all.connect)
	}
}

// TestReturnedTicket refuses a connection when every other connection has found no request left:
// the request must still be made.
func TestReturnedTicket(t *testing.T) {
	e := newEngine(Options{Requests: 1}, nil)
	if !e.takeTicket() || e.takeTicket() || e.takeTicket() {
		t.Fatal("one request must be handed out once")
	}
	e.returnTicket()
	if !e.takeTicket() {
		t.Error("the request that was returned is lost")
	}
}
