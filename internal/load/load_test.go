package load

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"labbook.example/labbook/internal/abtext"
)

func TestMain(m *testing.M) {
	if os.Getenv(asAB) != "" {
		os.Exit(Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	flag.Parse()
	// Parallel tests here wait for deadlines, and hardly for a CPU.
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// asAB is the environment variable with which this program is ab.
const asAB = "LABBOOK_TEST_AB"

// abRun is what one call of ab printed and returned.
type abRun struct {
	stdout, stderr string
	code           int
	m              abtext.Measurement // zero if there is no report
}

// ab runs a command line.
func ab(t *testing.T, args ...string) abRun {
	t.Helper()
	return abWithContext(t, context.Background(), args...)
}

func abWithContext(t *testing.T, ctx context.Context, args ...string) (r abRun) {
	t.Helper()
	var stdout, stderr strings.Builder
	r.code = Main(ctx, args, &stdout, &stderr)
	r.stdout = stdout.String()
	r.stderr = stderr.String()
	r.m, _ = abtext.Parse(r.stdout) // without a report, the test looks at the texts
	return r
}

// abJSON runs a command line with --json, and returns what that wrote too.
func abJSON(t *testing.T, args ...string) (abRun, jsonReport) {
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

func TestEveryRequestIsMadeOnce(t *testing.T) {
	for _, c := range []int{1, 3, 50} {
		s := startServer(t, respond(good))
		r := ab(t, "-n", "50", "-c", fmt.Sprint(c), s.url())
		m := r.m
		counted := m.Complete == 50 && m.Failed == 0 && m.HTMLTransferred == 300 &&
			m.TotalTransferred == 50*int64(len(good))
		described := m.DocumentLength == 6 && m.ServerSoftware == "myserver/1.0"
		if r.code != 0 || len(s.requests()) != 50 || !counted || !described {
			t.Errorf("c = %d: code %d, %d requests received, %+v",
				c, r.code, len(s.requests()), m)
		}
	}
}

func TestKeepAlive(t *testing.T) {
	var connections atomic.Int64
	s := startServer(t, func(s *server, conn *net.TCPConn, number int) {
		connections.Add(1)
		respondUpTo(1000, keepAlive)(s, conn, number)
	})
	m := ab(t, "-k", "-n", "50", s.url()).m
	if m.Complete != 50 || m.KeepAliveCount != 50 || m.Failed != 0 || connections.Load() != 1 {
		t.Errorf("%d connections, %+v, want one and 50 requests kept alive", connections.Load(), m)
	}
}

func TestServerMayCloseKeptConnections(t *testing.T) {
	s := startServer(t, respondUpTo(10, keepAlive))
	m := ab(t, "-k", "-n", "50", s.url()).m
	if m.Complete != 50 || m.Failed != 0 || len(s.requests()) != 50 {
		t.Errorf("closed after ten responses: %d received, %+v, want no failure",
			len(s.requests()), m)
	}

	s = startServer(t, respond(
		"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\nhello\n"))
	m = ab(t, "-k", "-n", "5", s.url()).m
	if m.Complete != 5 || m.Failed != 0 || m.KeepAliveCount != 0 {
		t.Errorf("Connection: close: %+v, want none kept alive", m)
	}
}

func TestFailedResponses(t *testing.T) {
	test := func(name string, handle handler, want abtext.Measurement, flags ...string) {
		t.Helper()
		s := startServer(t, handle)
		r := ab(t, append(flags, "-r", "-n", "20", "-c", "1", s.url())...)
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
	wrongLength := abtext.Measurement{Failed: 20, FailedLength: 20}
	notHTTP := abtext.Measurement{Failed: 20, FailedExceptions: 20}
	const ok = "HTTP/1.0 200 OK\r\n"
	cut := good[:len(good)-1]

	varies := alternate(respond(ok+"\r\nhello"), respond(ok+"\r\nhello!"))
	test("every second body is longer", varies, abtext.Measurement{Failed: 10, FailedLength: 10})
	test("every second body is longer, with -l", varies, abtext.Measurement{}, "-l")
	test("longer than its header says", respond(good+"x"), abtext.Measurement{}, "-l")
	test("every second is longer than its header says", alternate(respond(good), respond(good+"x")),
		abtext.Measurement{Failed: 10, FailedLength: 10})
	test("shorter than its header says", respond(cut), wrongLength, "-l")
	test("404", respond("HTTP/1.0 404 Not Found\r\n\r\n"), abtext.Measurement{Non2xx: 20})
	test("a redirect", respond("HTTP/1.0 302 Found\r\n\r\n"), abtext.Measurement{Non2xx: 20})

	test("nothing", respond(""), wrongLength)
	test("half a header", respond(ok+"Server: x\r\n"), wrongLength)
	test("garbage", respond("hello\n\n"), notHTTP)
	test("an endless header", respond(ok+"A: "+strings.Repeat("x", 100_000)), notHTTP)
	test("a negative length", respond(ok+"Content-Length: -1\r\n\r\n"), notHTTP)
	test("two lengths", respond(ok+"Content-Length: 6\r\nContent-Length: 7\r\n\r\nhello\n"),
		notHTTP)
	test("kept alive, shorter than its header says",
		respond("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nhello\n"), wrongLength, "-k")
	test("kept alive, longer than its header says", respond(keepAlive+"more"), notHTTP, "-k")

	resetsInBody := func(s *server, conn *net.TCPConn, number int) {
		respond(cut)(s, conn, number)
		conn.SetLinger(0)
	}
	test("every second is reset within its body", alternate(respond(good), resetsInBody),
		abtext.Measurement{Failed: 10, FailedReceive: 10})
}

func TestResponseCutAtEveryByte(t *testing.T) {
	s := startServer(t, func(s *server, conn *net.TCPConn, number int) {
		respond(good[:number%len(good)])(s, conn, number)
	})
	m := ab(t, "-n", fmt.Sprint(len(good)), s.url()).m
	if m.Complete != len(good) || m.Failed == 0 || m.Failed > len(good) ||
		m.Failed != m.FailedLength+m.FailedExceptions {
		t.Errorf("%+v, want %d complete, each failed at most once", m, len(good))
	}
}

func TestEarlyEndings(t *testing.T) {
	t.Parallel()
	test := func(name string, handle handler, code, complete int, stderr string, flags ...string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, handle)
			r := ab(t, append(flags, "-n", "20", s.url())...)
			if r.code != code || r.m.Complete != complete || !strings.Contains(r.stderr, stderr) {
				t.Errorf("code %d, %d complete, %q, want %d, %d and %q",
					r.code, r.m.Complete, r.stderr, code, complete, stderr)
			}
		})
	}
	// Eight seconds, so that the seven are answered first, also on a machine that stalls.
	const timeout = "apr_pollset_poll: The timeout specified has expired (70007)\n"
	sevenThen := func(then handler) handler { return firstThen(7, respond(good), then) }
	sevenKeptThenSilent := func(s *server, conn *net.TCPConn, number int) {
		respondUpTo(7, keepAlive)(s, conn, number)
		neverRespond(s, conn, number)
	}

	test("a reset without -r", sevenThen(reset),
		104, 7, "apr_socket_recv: Connection reset by peer (104)\n")
	test("silence", sevenThen(neverRespond), 119, 7, timeout, "-s", "8")
	test("silence on a kept connection", sevenKeptThenSilent, 119, 7, timeout, "-k", "-s", "8")
	test("the time limit", sevenThen(neverRespond), 0, 7, "", "-t", "8")
}

func TestRefusedConnection(t *testing.T) {
	r := ab(t, "-n", "20", "-c", "5", "http://"+refusingAddress(t)+"/")
	if r.code != 111 || r.stderr != "apr_socket_recv: Connection refused (111)\n" {
		t.Errorf("code %d, %q, want 111 and ab's words, once", r.code, r.stderr)
	}
}

func TestInterruptedLoadIsReported(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := startServer(t, firstThen(7, respond(good), func(s *server, conn *net.TCPConn, _ int) {
		cancel()
		neverRespond(s, conn, 0)
	}))
	r := abWithContext(t, ctx, "-n", "20", s.url())
	if r.code != 1 || r.m.Complete != 7 {
		t.Errorf("code %d, %d complete, want 1 and a report of 7\n%s",
			r.code, r.m.Complete, r.stdout)
	}
}

func TestFiles(t *testing.T) {
	s := startServer(t, respond(good))
	dir := t.TempDir()
	csv := filepath.Join(dir, "p.csv")
	tsv := filepath.Join(dir, "g.tsv")
	if r := ab(t, "-n", "20", "-e", csv, "-g", tsv, s.url()); r.code != 0 {
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
}

func TestFileThatCannotBeWritten(t *testing.T) {
	s := startServer(t, respond(good))
	r := ab(t, "-n", "2", "-e", filepath.Join(t.TempDir(), "no", "p.csv"), s.url())
	if r.code != 1 || r.m.Complete != 2 ||
		!strings.HasPrefix(r.stderr, "Cannot open CSV output file: ") {
		t.Errorf("code %d, %d complete, %q, want 1 and the report", r.code, r.m.Complete, r.stderr)
	}
}
