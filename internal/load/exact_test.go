package load

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// TestThreads is exact however many threads share the requests.
func TestThreads(t *testing.T) {
	for _, flags := range []string{
		"--threads 3 -c 7 -n 1000", "--threads 9 -c 2 -n 5",
		"--threads 2 -c 9 -k -n 777", "--threads 3 --rate 2000 -n 500 -c 20",
		"--threads 2 --http1.1 -k -c 3 -n 50",
	} {
		s := listen(t, keeps(keepAlive, once(flags)))
		_, report := reported(t, append(strings.Fields(flags), "http://"+s.address+"/")...)
		q := report.Requests
		if n := int64(report.Call.Requests); q.Good != n || q.Complete != n || int64(len(s.requests())) != n ||
			report.Statuses["200"] != n || report.Times["total"].Count != n ||
			report.Bytes.Bodies != 6*n {
			t.Errorf("%s: %d heard, %+v, want %d good", flags, len(s.requests()), q, n)
		}
	}
}

// TestJSON holds what --json says against what the server did.
func TestJSON(t *testing.T) {
	s := listen(t, func(s *server, conn *net.TCPConn, number int) {
		switch number % 4 {
		case 1:
			says("HTTP/1.0 404 Not Found\r\n\r\nhello\n")(s, conn, number)
		case 2:
			says(good+"x")(s, conn, number)
		case 3:
			says("HTTP/1.0 200 OK\r\nContent-")(s, conn, number)
		default:
			says(good)(s, conn, number)
		}
	})
	r, report := reported(t, "-n", "40", "-s", "9", "http://"+s.address+"/a?b")
	q := report.Requests
	if q.Complete != 40 || q.Good != 20 || q.Failed != (jsonFailed{Length: 20}) || q.Non2xx != 10 ||
		fmt.Sprint(report.Statuses) != "map[200:20 404:10]" {
		t.Errorf("requests %+v, statuses %v", q, report.Statuses)
	}
	want := []jsonFault{{"answer", "length", 0, 10}, {"answer", "truncated", 0, 10}}
	if fmt.Sprint(report.Faults) != fmt.Sprint(want) {
		t.Errorf("faults %v, want %v", report.Faults, want)
	}
	call := report.Call
	if call.URL != "http://"+s.address+"/a?b" || call.Loop != "closed" || call.TimeoutSeconds != 9 ||
		call.Protocol != "HTTP/1.0" || report.Schema != jsonSchema ||
		report.Ending != "complete" {
		t.Errorf("%+v, %+v", call, report)
	}
	b := report.Bytes
	if b.Sent != 40*int64(len(s.requests()[0])) || b.Connections != 40 ||
		b.Headers+b.Bodies != r.m.TotalTransferred {
		t.Errorf("bytes %+v, %d in the text", b, r.m.TotalTransferred)
	}
	for name, d := range report.Times {
		h, err := hdrhistogram.Decode([]byte(d.HDR))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var counted int64
		for _, bucket := range d.Buckets {
			counted += bucket[2]
		}
		if d.Count != 40 || counted != 40 || h.TotalCount() != 40 || d.Min > d.Max ||
			!near(float64(h.ValueAtPercentile(100*21./40)), float64(d.Percentiles["50"])) {
			t.Errorf(
				"%s: %+v: %d in buckets, %d in the histogram",
				name,
				d,
				counted,
				h.TotalCount(),
			)
		}
	}
	if total := report.Times["total"]; total.Min <= 0 ||
		total.Min < report.Times["first_byte"].Min {
		t.Errorf("total %d ns at least, first byte %d", total.Min, report.Times["first_byte"].Min)
	}
	if g := report.Generator; g.User == nil || *g.User+*g.System <= 0 || g.Wall <= 0 ||
		g.Cores != 1 {
		t.Errorf("generator %+v", g)
	}
}

// TestJSONOfALoadThatFailed is written too: nothing that was measured is lost.
func TestJSONOfALoadThatFailed(t *testing.T) {
	s := listen(t, func(s *server, conn *net.TCPConn, number int) {
		if number < 5 {
			says(good)(s, conn, number)
		} else if s.hear(conn) {
			conn.SetLinger(0)
		}
	})
	_, report := reported(t, "-n", "20", "http://"+s.address+"/")
	q := report.Requests
	if report.Ending != "failed" || report.Code != 104 || q.Good != 5 || q.Unfinished != 1 ||
		len(report.Faults) != 1 {
		t.Errorf("%s, code %d, %+v, %v", report.Ending, report.Code, q, report.Faults)
	}
}

// TestGoodbye has a server that ends its half of each connection and waits for the other: it sees
// the client's end then, and never a reset, though the client's sockets may go on to the next
// connection.
func TestGoodbye(t *testing.T) {
	var ended, reset atomic.Int64
	s := listen(t, func(s *server, conn *net.TCPConn, number int) {
		says(good)(s, conn, number)
		conn.CloseWrite()
		if n, err := conn.Read(make([]byte, 1)); n == 0 && err == io.EOF {
			ended.Add(1)
		} else {
			reset.Add(1)
		}
	})
	m := ab(t, "-n", "500", "-c", "5", "http://"+s.address+"/").m
	s.close()
	if m.Complete != 500 || m.Failed != 0 || ended.Load() != 500 || reset.Load() != 0 {
		t.Errorf(
			"%d connections ended, %d were reset, %+v, want 500 and none",
			ended.Load(),
			reset.Load(),
			m,
		)
	}
}
