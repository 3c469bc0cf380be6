package load

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// reported makes a load with --json and gives what that says.
func reported(t *testing.T, args ...string) (run, jsonReport) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "all.json")
	r := ab(t, append([]string{"--json", file}, args...)...)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: code %d: %s", err, r.code, r.stderr)
	}
	var report jsonReport
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	return r, report
}

// slowly sends a text again and again, a few bytes at a time, until the client has enough.
func slowly(text string) handler {
	return func(s *server, conn *net.TCPConn, _ int) {
		if !s.hear(conn) {
			return
		}
		for {
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
			select {
			case <-s.over:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

// quiet hears a request and never answers.
func quiet(s *server, conn *net.TCPConn, _ int) {
	if s.hear(conn) {
		conn.Read(make([]byte, 1)) // until the client gives up
	}
}

// TestHostileServers meets servers that do everything wrong: every request comes to an end, is
// counted once, and its fault has a name.
func TestHostileServers(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	test := func(name string, handle handler, want jsonFault, flags ...string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := listen(t, handle)
			_, report := reported(
				t,
				append(flags, "-r", "-n", "2", "-c", "2", "http://"+s.address+"/")...)
			want.Count = 2
			if diff := cmp.Diff([]jsonFault{want}, report.Faults); diff != "" || report.Ending != "complete" ||
				report.Requests.Complete != 2 ||
				report.Requests.Good != 0 {
				t.Errorf(
					"%s, %+v, faults differ (-want +got):\n%s",
					report.Ending,
					report.Requests,
					diff,
				)
			}
		})
	}
	deadline := jsonFault{Phase: "receive", Error: "deadline"}
	malformed := jsonFault{Phase: "answer", Error: "malformed"}
	excess := jsonFault{Phase: "answer", Error: "excess"}
	truncated := jsonFault{Phase: "answer", Error: "truncated"}
	stays := []string{"--http1.1", "-k"}

	test("a line without end", slowly("H"), deadline, "-s", "1")
	test("an endless header, a byte at a time", slowly(ok+"A: b\r\nB"), deadline, "-s", "1")
	test(
		"an endless body, a byte at a time",
		slowly("HTTP/1.0 200 OK\r\n\r\nx"),
		deadline,
		"-s",
		"1",
	)
	test("endless interim answers", slowly("HTTP/1.1 100 Continue\r\n\r\n"), deadline, "-s", "1")
	test("nothing at all", says(""), jsonFault{Phase: "answer", Error: "empty"})
	test("garbage", says(strings.Repeat("\x00\xff", 5000)+"\n"), malformed)
	test("a length below 0", says(ok+"Content-Length: -1\r\n\r\n"), malformed, stays...)
	test(
		"two lengths",
		says(ok+"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
		malformed,
		stays...)
	test("a length that is none", says(ok+"Content-Length: 1e3\r\n\r\nx"), malformed, stays...)
	test("a length too great", says(ok+"Content-Length: 6\r\n\r\nhello"), truncated, stays...)
	test("a length too small", says(ok+"Content-Length: 4\r\n\r\nhello"), excess, stays...)
	test(
		"a chunk of size -1",
		says(ok+"Transfer-Encoding: chunked\r\n\r\n-1\r\n"),
		malformed,
		stays...)
	test(
		"a chunk without its end",
		says(ok+"Transfer-Encoding: chunked\r\n\r\n5\r\nhello"),
		truncated,
		stays...)
	test("a chunk too great for a number", says(ok+"Transfer-Encoding: chunked\r\n\r\n"+
		strings.Repeat("f", 17)+"\r\n"), malformed, stays...)
	test("resets", func(s *server, conn *net.TCPConn, _ int) {
		if s.hear(conn) {
			conn.SetLinger(0)
		}
	}, jsonFault{Phase: "receive", Error: "ECONNRESET", Errno: 104})
}

// TestSilenceAmongAnswers has a server that leaves one request of ten without an answer: with -r
// that one fails at its deadline, and the others are measured.
func TestSilenceAmongAnswers(t *testing.T) {
	t.Parallel()
	s := listen(t, func(s *server, conn *net.TCPConn, number int) {
		if number == 3 {
			quiet(s, conn, number)
			return
		}
		if number > 3 { // somebody must be heard while that one waits
			time.Sleep(time.Second / 4)
		}
		says(good)(s, conn, number)
	})
	_, report := reported(t, "-r", "-s", "1", "-n", "10", "-c", "2", "http://"+s.address+"/")
	want := jsonRequests{Complete: 10, Good: 9, Failed: jsonFailed{Receive: 1}}
	if diff := cmp.Diff(want, report.Requests); diff != "" {
		t.Errorf("requests differ (-want +got):\n%s", diff)
	}
}

// TestChunksCutAtEveryByte ends a chunked answer after each of its bytes.
func TestChunksCutAtEveryByte(t *testing.T) {
	const text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
	s := listen(t, func(s *server, conn *net.TCPConn, number int) {
		says(text[:len(text)-number%(len(text)+1)])(s, conn, number)
	})
	n := len(text) + 1
	m := ab(t, "--http1.1", "-k", "-n", fmt.Sprint(n), "http://"+s.address+"/").m
	if m.Complete != n || m.Failed != n-1 || m.FailedLength != n-1 {
		t.Errorf("%+v, want %d complete and all but one cut short", m, n)
	}
}

// TestGreatBody receives a gigabyte, and keeps nothing of it.
func TestGreatBody(t *testing.T) {
	const size, piece = 1 << 30, 1 << 20
	s := listen(t, func(s *server, conn *net.TCPConn, _ int) {
		if !s.hear(conn) {
			return
		}
		fmt.Fprintf(conn, "HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n", size)
		for data, left := make([]byte, piece), size; left > 0; left -= piece {
			if _, err := conn.Write(data); err != nil {
				return
			}
		}
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m := ab(t, "http://"+s.address+"/").m
	runtime.ReadMemStats(&after)
	if m.HTMLTransferred != size || m.Failed != 0 {
		t.Errorf("%+v, want a body of %d bytes", m, size)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 32<<20 {
		t.Errorf("%d bytes were allocated for it, want a few for the load itself", grown)
	}
}

// TestThousandsOfConnections is exact at the greatest concurrency that the descriptors allow here,
// up to 4000, and says what is missing where it is more.
func TestThousandsOfConnections(t *testing.T) {
	limit, known := descriptorLimit()
	if !known {
		t.Skip("the limit of descriptors is not known on this system")
	}
	c := int(min(4000, limit/2-100)) // the server's ends are in this process too
	// The server closes first, so it is not the clients' ports that the system keeps for a minute:
	// others need them.
	s := listen(t, says(good))
	m := ab(t, "-n", fmt.Sprint(c+100), "-c", fmt.Sprint(c), "http://"+s.address+"/").m
	if m.Complete != c+100 || m.Failed != 0 || len(s.requests()) != c+100 {
		t.Errorf("c = %d: %d heard, %+v, want %d", c, len(s.requests()), m, c+100)
	}
	if limit > maxConcurrency {
		return
	}
	r := ab(t, "-n", "20000", "-c", "20000", "http://"+s.address+"/")
	if r.code != 24 || !strings.Contains(r.stderr, "raise that with ulimit -n") {
		t.Errorf("c = 20000 with %d descriptors: code %d, %q", limit, r.code, r.stderr)
	}
}
