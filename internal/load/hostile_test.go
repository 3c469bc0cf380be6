package load

import (
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestHostileServers meets servers that violate HTTP in every way: each request ends, is counted
// once, and its fault has a name.
func TestHostileServers(t *testing.T) {
	t.Parallel()
	test := func(name string, handle handler, want jsonFault, flags ...string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, handle)
			_, report := abJSON(t, append(flags, "-r", "-n", "2", "-c", "2", s.url())...)
			want.Count = 2
			if diff := cmp.Diff([]jsonFault{want}, report.Faults); diff != "" {
				t.Errorf("faults differ (-want +got):\n%s", diff)
			}
			q := report.Requests
			if report.Ending != "complete" || q.Complete != 2 || q.Good != 0 {
				t.Errorf("%s, %+v, want 2 complete and none good", report.Ending, q)
			}
		})
	}
	const ok = "HTTP/1.1 200 OK\r\n"
	const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"
	wrong := func(name string) jsonFault { return jsonFault{Phase: "answer", Error: name} }

	// Five seconds, in which a server begins its response also on a machine that stalls.
	deadline := jsonFault{Phase: "receive", Error: "deadline"}
	test("endless line", trickle("H"), deadline, "-s", "5")
	test("endless header", trickle(ok+"A: b\r\nB"), deadline, "-s", "5")
	test("endless body", trickle("HTTP/1.0 200 OK\r\n\r\nx"), deadline, "-s", "5")
	test("endless interim responses", trickle("HTTP/1.1 100 Continue\r\n\r\n"), deadline, "-s", "5")

	test("nothing", respond(""), wrong("empty"))
	test("garbage", respond(strings.Repeat("\x00\xff", 5000)+"\n"), wrong("malformed"))
	resetIn := func(phase string) jsonFault {
		return jsonFault{Phase: phase, Error: "ECONNRESET", Errno: 104}
	}
	test("resets", reset, resetIn("wait"))
	test("resets within an answer", resetAfter(ok+"Content-Length: 6\r\n\r\nhell"),
		resetIn("receive"))
	test("resets after a whole answer", resetAfter(good), resetIn("close"))
	test("never answers", neverRespond, jsonFault{Phase: "wait", Error: "deadline"}, "-s", "5",
		"--rate", "1000")
	test("holds the connection", respondUpTo(2, good),
		jsonFault{Phase: "close", Error: "deadline"}, "-s", "5", "--rate", "1000")

	kept := func(name, text, fault string) {
		t.Helper()
		test(name, respond(text), wrong(fault), "--http1.1", "-k")
	}
	kept("negative length", ok+"Content-Length: -1\r\n\r\n", "malformed")
	kept("two lengths", ok+"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", "malformed")
	kept("length that is no number", ok+"Content-Length: 1e3\r\n\r\nx", "malformed")
	kept("length too great", ok+"Content-Length: 6\r\n\r\nhello", "truncated")
	kept("length too small", ok+"Content-Length: 4\r\n\r\nhello", "excess")
	kept("chunk of size -1", chunked+"-1\r\n", "malformed")
	kept("chunk without its end", chunked+"5\r\nhello", "truncated")
	kept("chunk too great for a number", chunked+strings.Repeat("f", 17)+"\r\n", "malformed")
}

// TestSilenceAmongResponses has a server that leaves one request in ten without a response: with
// -r, that one fails at its deadline, and the others are measured. TestDeadlines proves the same
// without a clock.
func TestSilenceAmongResponses(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a deadline of eight seconds")
	}
	t.Parallel()
	slow := func(s *server, conn *net.TCPConn, number int) {
		select { // four responses last until the deadline of the silent request
		case <-time.After(8 * time.Second / 4):
		case <-s.ended:
		}
		respond(good)(s, conn, number)
	}
	s := startServer(t, firstThen(3, respond(good), firstThen(4, neverRespond, slow)))
	_, report := abJSON(t, "-r", "-s", "8", "-n", "10", "-c", "2", s.url())
	want := jsonRequests{Complete: 10, Good: 9, Failed: jsonFailed{Receive: 1}}
	if diff := cmp.Diff(want, report.Requests); diff != "" {
		t.Errorf("requests differ (-want +got):\n%s", diff)
	}
}

// TestChunksCutAtEveryByte ends a response in chunks after each of its bytes.
func TestChunksCutAtEveryByte(t *testing.T) {
	const text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
	n := len(text) + 1
	s := startServer(t, func(s *server, conn *net.TCPConn, number int) {
		respond(text[:len(text)-number%n])(s, conn, number)
	})
	m := ab(t, "--http1.1", "-k", "-n", fmt.Sprint(n), s.url()).m
	if m.Complete != n || m.Failed != n-1 || m.FailedLength != n-1 {
		t.Errorf("%+v, want %d complete and all but one truncated", m, n)
	}
}

// TestGreatBody receives a gigabyte and buffers none of it.
func TestGreatBody(t *testing.T) {
	const size, piece = 1 << 30, 1 << 20
	s := startServer(t, func(s *server, conn *net.TCPConn, _ int) {
		if !s.readRequest(conn) {
			return
		}
		fmt.Fprintf(conn, "HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n", size)
		data := make([]byte, piece)
		for left := size; left > 0; left -= piece {
			if _, err := conn.Write(data); err != nil {
				return
			}
		}
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m := ab(t, "-s", "600", s.url()).m
	runtime.ReadMemStats(&after)

	if m.HTMLTransferred != size || m.Failed != 0 {
		t.Errorf("%+v, want a body of %d bytes", m, size)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 32<<20 {
		t.Errorf("%d bytes were allocated for it, want a few for the load itself", grown)
	}
}

// TestThousandsOfConnections makes an exact load with as many connections as the limit of
// descriptors allows, up to 4000. A load with more is refused.
func TestThousandsOfConnections(t *testing.T) {
	limit, ok := descriptorLimit()
	if !ok {
		t.Skip("the limit of descriptors is not known on this system")
	}
	c := int(min(4000, limit/2-100)) // the server's ends are in this process too
	// The server closes first, so that no port of a client stays in TIME_WAIT: others need them.
	s := startServer(t, respond(good))
	m := ab(t, "-s", "600", "-n", fmt.Sprint(c+100), "-c", fmt.Sprint(c), s.url()).m
	if m.Complete != c+100 || m.Failed != 0 || len(s.requests()) != c+100 {
		t.Errorf("c = %d: %d received, %+v, want %d", c, len(s.requests()), m, c+100)
	}

	if limit > maxConcurrency {
		return
	}
	r := ab(t, "-n", "20000", "-c", "20000", s.url())
	if r.code != 24 || !strings.Contains(r.stderr, "raise that with ulimit -n") {
		t.Errorf("c = 20000 with %d descriptors: code %d, %q", limit, r.code, r.stderr)
	}
}
