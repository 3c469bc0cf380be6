package load

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"
)

// TestThreads makes exact loads with any number of threads.
func TestThreads(t *testing.T) {
	for _, flags := range []string{
		"--threads 3 -c 7 -n 1000",
		"--threads 9 -c 2 -n 5",
		"--threads 2 -c 9 -k -n 777",
		"--threads 3 --rate 2000 -n 500 -c 20",
		"--threads 2 --http1.1 -k -c 3 -n 50",
	} {
		s := startServer(t, respondUpTo(perConnection(flags), keepAlive))
		_, report := abJSON(t, append(strings.Fields(flags), s.url())...)
		q := report.Requests
		n := int64(report.Call.Requests)
		received := int64(len(s.requests()))
		if q.Good != n || q.Complete != n || received != n || report.Statuses["200"] != n ||
			report.Times["total"].Count != n || report.Bytes.Bodies != 6*n {
			t.Errorf("%s: %d received, %+v, want %d good", flags, received, q, n)
		}
	}
}

// perConnection returns how many responses a connection carries: one, unless it is kept alive.
func perConnection(flags string) int {
	if strings.Contains(flags, "-k") {
		return 1000
	}
	return 1
}

// mixed responds well, with 404, with too much, and with too little.
var mixed = alternate(
	respond(good),
	respond("HTTP/1.0 404 Not Found\r\n\r\nhello\n"),
	respond(good+"x"),
	respond("HTTP/1.0 200 OK\r\nContent-"),
)

// TestJSON compares what --json writes with what the server did.
func TestJSON(t *testing.T) {
	s := startServer(t, mixed)
	r, report := abJSON(t, "-n", "40", "-s", "9", s.url()+"a?b")

	test := func(what string, want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	test("schema", jsonSchema, report.Schema)
	test("ending", "complete", report.Ending)
	test("call", jsonCall{
		URL:            s.url() + "a?b",
		Method:         "GET",
		Protocol:       "HTTP/1.0",
		Loop:           "closed",
		Requests:       40,
		Concurrency:    1,
		Threads:        1,
		TimeoutSeconds: 9,
	}, report.Call)
	test("requests", jsonRequests{
		Complete: 40,
		Good:     20,
		Failed:   jsonFailed{Length: 20},
		Non2xx:   10,
	}, report.Requests)
	test("statuses", map[string]int64{"200": 20, "404": 10}, report.Statuses)
	test("faults", []jsonFault{
		{Phase: "answer", Error: "length", Count: 10},
		{Phase: "answer", Error: "truncated", Count: 10},
	}, report.Faults)
	b := report.Bytes
	test("bytes sent", 40*int64(len(s.requests()[0])), b.Sent)
	test("bytes received", r.m.TotalTransferred, b.Headers+b.Bodies)
	test("connections", int64(40), b.Connections)

	g := report.Generator
	if g.User == nil || *g.User+*g.System <= 0 || g.Wall <= 0 || g.Cores != 1 {
		t.Errorf("generator %+v", g)
	}
}

// TestJSONTimes compares the three forms in which --json writes durations.
func TestJSONTimes(t *testing.T) {
	s := startServer(t, mixed)
	_, report := abJSON(t, "-n", "40", s.url())
	for name, d := range report.Times {
		h, err := hdrhistogram.Decode([]byte(d.HDR))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		inBuckets := int64(0)
		for _, bucket := range d.Buckets {
			inBuckets += bucket[2]
		}
		if d.Count != 40 || inBuckets != 40 || h.TotalCount() != 40 {
			t.Errorf("%s: %d, %d in buckets, %d in the histogram, want 40",
				name, d.Count, inBuckets, h.TotalCount())
		}
		median := float64(h.ValueAtPercentile(100 * 21. / 40))
		if d.Min > d.Max || !near(median, float64(d.Percentiles["50"])) {
			t.Errorf("%s: %+v, want a median of %v", name, d, median)
		}
	}

	total := report.Times["total"]
	firstByte := report.Times["first_byte"]
	if total.Min <= 0 || total.Min < firstByte.Min {
		t.Errorf("minimum of total %d ns, of first byte %d", total.Min, firstByte.Min)
	}
}

// TestSummaryFile has the counts of --json, and of the times only the numbers that describe them.
func TestSummaryFile(t *testing.T) {
	s := startServer(t, mixed)
	file := filepath.Join(t.TempDir(), "summary.json")
	_, all := abJSON(t, "--summary", file, "-n", "40", "-s", "9", s.url())
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	var summary jsonReport
	if err := json.Unmarshal(text, &summary); err != nil {
		t.Fatal(err)
	}
	total := all.Times["total"]
	total.Buckets, total.HDR = nil, ""
	all.Times = map[string]jsonTimes{"total": total}
	if diff := cmp.Diff(all, summary); diff != "" {
		t.Errorf("summary (-all +summary):\n%s", diff)
	}
	if len(text) > 1500 {
		t.Errorf("a summary of %d bytes:\n%s", len(text), text)
	}
}

// TestJSONOfFailedLoad is written too: nothing that was measured is lost.
func TestJSONOfFailedLoad(t *testing.T) {
	s := startServer(t, firstThen(5, respond(good), reset))
	_, report := abJSON(t, "-n", "20", s.url())
	q := report.Requests
	if report.Ending != "failed" || report.Code != 104 || q.Good != 5 || q.Unfinished != 1 ||
		len(report.Faults) != 1 {
		t.Errorf("%s, code %d, %+v, %v", report.Ending, report.Code, q, report.Faults)
	}
}

// TestServerSeesOrderlyClose has a server that ends its half of each connection and waits for the
// client's: it must see the end and never a reset, although the client may use its socket again.
func TestServerSeesOrderlyClose(t *testing.T) {
	var ended, wasReset atomic.Int64
	s := startServer(t, func(s *server, conn *net.TCPConn, number int) {
		respond(good)(s, conn, number)
		conn.CloseWrite()
		if n, err := conn.Read(make([]byte, 1)); n == 0 && err == io.EOF {
			ended.Add(1)
		} else {
			wasReset.Add(1)
		}
	})
	m := ab(t, "-n", "500", "-c", "5", s.url()).m
	s.close()
	if m.Complete != 500 || m.Failed != 0 || ended.Load() != 500 || wasReset.Load() != 0 {
		t.Errorf("%d connections ended, %d were reset, %+v, want 500 and none",
			ended.Load(), wasReset.Load(), m)
	}
}
