package load

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"labbook/internal/abtext"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server answers each connection by a function until the test ends; it keeps what it was sent.
type server struct {
	address string
	mu      sync.Mutex
	heard   []string        // requests, as they came
	over    <-chan struct{} // closed when the test ends
	close   func()          // waits until every connection is
}

// listen starts a server. Handle gets the connection and its number, from 0; it is closed after it.
func listen(t *testing.T, handle func(s *server, conn *net.TCPConn, number int)) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	s := &server{address: listener.Addr().String(), over: ctx.Done()}
	group.Go(func() { // ends with the listener
		for number := 0; ; number++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { // ends when its handler does, or when the test ends
				stop := context.AfterFunc(ctx, func() { conn.Close() })
				defer stop()
				defer conn.Close()
				handle(s, conn.(*net.TCPConn), number)
			})
		}
	})
	s.close = func() { listener.Close(); group.Wait() }
	t.Cleanup(func() { cancel(); s.close() })
	return s
}

// refusingAddress gives an address at which nobody listens, nor can anybody begin to until the test
// ends: its port is that of a client's connection.
func refusingAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}

// requests gives what was heard so far.
func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard
}

// hear reads one request with its body, and reports whether there was one.
func (s *server) hear(conn net.Conn) bool {
	var text []byte
	buffer := make([]byte, 4096)
	for {
		n, err := conn.Read(buffer)
		text = append(text, buffer[:n]...)
		if _, body, found := strings.Cut(string(text), "\r\n\r\n"); found {
			var length int
			if i := strings.Index(string(text), "Content-length: "); i >= 0 {
				fmt.Sscanf(string(text[i:]), "Content-length: %d", &length)
			}
			if len(body) >= length {
				break
			}
		}
		if err != nil {
			return false
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, string(text))
	return true
}

// handler talks on one connection, which has that number, from 0.
type handler = func(s *server, conn *net.TCPConn, number int)

// says answers every request with the same text and closes.
func says(text string) handler {
	return func(s *server, conn *net.TCPConn, _ int) {
		if s.hear(conn) {
			io.WriteString(conn, text)
		}
	}
}

// keeps answers every request on a connection with the same text, up to a number of them.
func keeps(text string, most int) handler {
	return func(s *server, conn *net.TCPConn, _ int) {
		for range most {
			if !s.hear(conn) {
				return
			}
			io.WriteString(conn, text)
		}
	}
}

const (
	good      = "HTTP/1.0 200 OK\r\nServer: myserver/1.0 (x)\r\nContent-Length: 6\r\n\r\nhello\n"
	keepAlive = "HTTP/1.1 200 OK\r\ncontent-length:6\r\n\r\nhello\n"
)

// run is one call of ab.
type run struct {
	stdout, stderr string
	code           int
	m              abtext.Measurement // zero where there is no report
}

func ab(t *testing.T, args ...string) run {
	t.Helper()
	return abUntil(t, context.Background(), args...)
}

func abUntil(t *testing.T, ctx context.Context, args ...string) (r run) {
	t.Helper()
	var stdout, stderr strings.Builder
	r.code = Main(ctx, args, &stdout, &stderr)
	r.stdout, r.stderr = stdout.String(), stderr.String()
	r.m, _ = abtext.Parse(r.stdout) // no report: what the test wants to know is in the texts
	return r
}

func TestEveryRequestIsMadeOnce(t *testing.T) {
	for _, c := range []int{1, 3, 50} {
		s := listen(t, says(good))
		r := ab(t, "-n", "50", "-c", fmt.Sprint(c), "http://"+s.address+"/")
		m := r.m
		counted := m.Complete == 50 && m.Failed == 0 && m.HTMLTransferred == 300 &&
			m.TotalTransferred == 50*int64(len(good))
		described := m.DocumentLength == 6 && m.ServerSoftware == "myserver/1.0"
		if r.code != 0 || len(s.requests()) != 50 || !counted || !described {
			t.Errorf("c = %d: code %d, %d requests heard, %+v", c, r.code, len(s.requests()), m)
		}
	}
}

func TestKeepAlive(t *testing.T) {
	var connections atomic.Int64
	s := listen(t, func(s *server, conn *net.TCPConn, number int) {
		connections.Add(1)
		keeps(keepAlive, 1000)(s, conn, number)
	})
	m := ab(t, "-k", "-n", "50", "http://"+s.address+"/").m
	if m.Complete != 50 || m.KeepAliveCount != 50 || m.Failed != 0 || connections.Load() != 1 {
		t.Errorf("%d connections, %+v, want one and 50 requests kept alive", connections.Load(), m)
	}
	// A server that ends a kept connection after ten answers does nothing wrong.
	s = listen(t, keeps(keepAlive, 10))
	if m := ab(t, "-k", "-n", "50", "http://"+s.address+"/").m; m.Complete != 50 || m.Failed != 0 ||
		len(s.requests()) != 50 {
		t.Errorf(
			"connections that end after ten answers: %d heard, %+v, want no failure",
			len(s.requests()),
			m,
		)
	}
	// One that says close is believed.
	s = listen(t, says("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\nhello\n"))
	if m := ab(t, "-k", "-n", "5", "http://"+s.address+"/").m; m.Complete != 5 || m.Failed != 0 ||
		m.KeepAliveCount != 0 {
		t.Errorf("a server that closes: %+v, want none kept alive", m)
	}
}

func TestAnswersThatFail(t *testing.T) {
	numbered := func(text func(number int) string) handler {
		return func(s *server, conn *net.TCPConn, number int) { says(text(number))(s, conn, number) }
	}
	test := func(name string, handle handler, want abtext.Measurement, flags ...string) {
		t.Helper()
		s := listen(t, handle)
		r := ab(t, append(flags, "-r", "-n", "20", "-c", "1", "http://"+s.address+"/")...)
		got := abtext.Measurement{
			Complete:         r.m.Complete,
			Failed:           r.m.Failed,
			FailedReceive:    r.m.FailedReceive,
			FailedLength:     r.m.FailedLength,
			FailedExceptions: r.m.FailedExceptions,
			Non2xx:           r.m.Non2xx,
		}
		want.Complete = 20
		if got != want || r.code != 0 {
			t.Errorf("%s: code %d, %+v, want %+v\n%s", name, r.code, got, want, r.stderr)
		}
	}
	grows := numbered(
		func(n int) string { return "HTTP/1.0 200 OK\r\n\r\nhello" + strings.Repeat("x", n%2) },
	)
	test("every second body is longer", grows, abtext.Measurement{Failed: 10, FailedLength: 10})
	test("the same with -l", grows, abtext.Measurement{}, "-l")
	test(
		"a body longer than its header says",
		says(good+"x"),
		abtext.Measurement{Failed: 20, FailedLength: 20},
		"-l",
	)
	test("a body shorter than its header says", says(good[:len(good)-1]),
		abtext.Measurement{Failed: 20, FailedLength: 20}, "-l")
	test("404", says("HTTP/1.0 404 Not Found\r\n\r\n"), abtext.Measurement{Non2xx: 20})
	test("a redirect", says("HTTP/1.0 302 Found\r\n\r\n"), abtext.Measurement{Non2xx: 20})
	test("garbage", says("hello\n\n"), abtext.Measurement{Failed: 20, FailedExceptions: 20})
	test("nothing", says(""), abtext.Measurement{Failed: 20, FailedLength: 20})
	test(
		"half a header",
		says("HTTP/1.0 200 OK\r\nServer: x\r\n"),
		abtext.Measurement{Failed: 20, FailedLength: 20},
	)
	test("an endless header", says("HTTP/1.0 200 OK\r\nA: "+strings.Repeat("x", 100_000)),
		abtext.Measurement{Failed: 20, FailedExceptions: 20})
	test(
		"two lengths",
		says("HTTP/1.0 200 OK\r\nContent-Length: 6\r\nContent-Length: 7\r\n\r\nhello\n"),
		abtext.Measurement{Failed: 20, FailedExceptions: 20},
	)
	test("a length below 0", says("HTTP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n"),
		abtext.Measurement{Failed: 20, FailedExceptions: 20})
	test(
		"less than it said, kept alive",
		says("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nhello\n"),
		abtext.Measurement{Failed: 20, FailedLength: 20},
		"-k",
	)
	test("more than it said, kept alive", says(keepAlive+"more"),
		abtext.Measurement{Failed: 20, FailedExceptions: 20}, "-k")
	test("resets after half a body", func(s *server, conn *net.TCPConn, number int) {
		says(good[:len(good)-number%2])(s, conn, number)
		if number%2 == 1 {
			conn.SetLinger(0)
		}
	}, abtext.Measurement{Failed: 10, FailedReceive: 10})
}

func TestAnswerCutAtEveryByte(t *testing.T) {
	s := listen(t, func(s *server, conn *net.TCPConn, number int) {
		says(good[:number%len(good)])(s, conn, number)
	})
	m := ab(t, "-n", fmt.Sprint(len(good)), "http://"+s.address+"/").m
	if m.Complete != len(good) || m.Failed == 0 || m.Failed > len(good) ||
		m.Failed != m.FailedLength+m.FailedExceptions {
		t.Errorf("%+v, want %d complete, each failed once at most", m, len(good))
	}
}

func TestWhatEndsALoad(t *testing.T) {
	t.Parallel()
	resets := func(s *server, conn *net.TCPConn, number int) {
		if number < 7 {
			says(good)(s, conn, number)
		} else if s.hear(conn) {
			conn.SetLinger(0)
		}
	}
	silent := func(s *server, conn *net.TCPConn, number int) {
		if number < 7 {
			says(good)(s, conn, number)
		} else if s.hear(conn) {
			conn.Read(make([]byte, 1)) // until the client gives up
		}
	}
	test := func(name string, handle handler, code, complete int, says string, flags ...string) {
		t.Helper()
		s := listen(t, handle)
		r := ab(t, append(flags, "-n", "20", "http://"+s.address+"/")...)
		if r.code != code || r.m.Complete != complete || !strings.Contains(r.stderr, says) {
			t.Errorf("%s: code %d, %d complete, %q, want %d, %d and %q",
				name, r.code, r.m.Complete, r.stderr, code, complete, says)
		}
	}
	test("a reset without -r", resets, 104, 7, "apr_socket_recv: Connection reset by peer (104)\n")
	test(
		"silence",
		silent,
		119,
		7,
		"apr_pollset_poll: The timeout specified has expired (70007)\n",
		"-s",
		"1",
	)
	test("silence on a connection that was kept", func(s *server, conn *net.TCPConn, _ int) {
		keeps(keepAlive, 7)(s, conn, 0)
		conn.Read(make([]byte, 4096))
		conn.Read(make([]byte, 1)) // until the client gives up
	}, 119, 7, "apr_pollset_poll: The timeout specified has expired (70007)\n", "-k", "-s", "1")
	test("the time limit", silent, 0, 7, "", "-t", "1", "-n", "20")
	r := ab(t, "-n", "20", "-c", "5", "http://"+refusingAddress(t)+"/")
	if r.code != 111 || r.stderr != "apr_socket_recv: Connection refused (111)\n" {
		t.Errorf("nobody listens: code %d, %q, want 111 and ab's words, once", r.code, r.stderr)
	}
}

func TestInterruptedLoadIsReported(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := listen(t, func(s *server, conn *net.TCPConn, number int) {
		if number == 7 {
			cancel()
			conn.Read(make([]byte, 4096))
			conn.Read(make([]byte, 1)) // until the client gives up
			return
		}
		says(good)(s, conn, number)
	})
	r := abUntil(t, ctx, "-n", "20", "http://"+s.address+"/")
	if r.code != 1 || r.m.Complete != 7 {
		t.Errorf(
			"code %d, %d complete, want 1 and a report of 7\n%s",
			r.code,
			r.m.Complete,
			r.stdout,
		)
	}
}

func TestFiles(t *testing.T) {
	s := listen(t, says(good))
	dir := t.TempDir()
	csv, tsv := filepath.Join(dir, "p.csv"), filepath.Join(dir, "g.tsv")
	if r := ab(t, "-n", "20", "-e", csv, "-g", tsv, "http://"+s.address+"/"); r.code != 0 {
		t.Fatalf("code %d: %s", r.code, r.stderr)
	}
	data, err := os.ReadFile(csv)
	if err != nil {
		t.Fatal(err)
	}
	if times, err := abtext.ParsePercentiles(string(data)); err != nil || times[0] <= 0 {
		t.Errorf("-e: %v, %v, want 101 times above 0", times, err)
	}
	if data, err = os.ReadFile(tsv); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines) != 21 || lines[0] != "starttime\tseconds\tctime\tdtime\tttime\twait" ||
		strings.Count(lines[1], "\t") != 5 {
		t.Errorf("-g: %d lines, head %q, want 21 of six columns", len(lines), lines[0])
	}
	r := ab(t, "-n", "2", "-e", filepath.Join(dir, "no", "p.csv"), "http://"+s.address+"/")
	if r.code != 1 || r.m.Complete != 2 ||
		!strings.HasPrefix(r.stderr, "Cannot open CSV output file: ") {
		t.Errorf(
			"a file that cannot be: code %d, %d complete, %q, want 1 and the report",
			r.code,
			r.m.Complete,
			r.stderr,
		)
	}
}
