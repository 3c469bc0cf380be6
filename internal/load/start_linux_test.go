package load

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// waiting returns a handler of connections that answers each request after a time, and never
// earlier. It answers none before so many connections have made one, so that all generators are
// there, however late the machine starts one. It keeps when the first request was there.
func waiting(wait time.Duration, connections int64, first *time.Time) handler {
	var once sync.Once
	var asked atomic.Int64
	all := make(chan struct{})
	return func(s *server, conn *net.TCPConn, _ int) {
		for n := 0; s.readRequest(conn); n++ {
			once.Do(func() { *first = time.Now() })
			if n == 0 && asked.Add(1) == connections {
				close(all)
			}
			select {
			case <-all:
			case <-s.ended:
			}
			time.Sleep(wait)
			if _, err := conn.Write([]byte(kept)); err != nil {
				return
			}
		}
	}
}

// kept is a good response after which the connection stays open.
const kept = "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 6\r\n\r\nhello\n"

// inMonotonic returns what CLOCK_MONOTONIC will show after a time, and when that is.
func inMonotonic(t *testing.T, after time.Duration) (nanoseconds int64, at time.Time) {
	t.Helper()
	c, ok := newClock()
	if !ok {
		t.Fatal("there is no CLOCK_MONOTONIC")
	}
	at = time.Now().Add(after)
	return c.read(at), at
}

// processes runs one ab per line of arguments, all at the same time and each a process of its own,
// and returns their tallies.
func processes(t *testing.T, lines ...[]string) []Part {
	t.Helper()
	dir := t.TempDir()
	var abs []*exec.Cmd
	for i, args := range lines {
		file := filepath.Join(dir, strconv.Itoa(i))
		ab := exec.Command(os.Args[0], append([]string{"--tally", file}, args...)...)
		ab.Env = append(os.Environ(), asAB+"=1")
		ab.Stderr = os.Stderr
		if err := ab.Start(); err != nil {
			t.Fatal(err)
		}
		abs = append(abs, ab)
	}

	var parts []Part
	for i, ab := range abs {
		if err := ab.Wait(); err != nil {
			t.Errorf("ab %v: %v", lines[i], err)
		}
		tally, err := os.ReadFile(filepath.Join(dir, strconv.Itoa(i)))
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, Part{Machine: "here", N: i + 1, Tally: tally})
	}
	return parts
}

// However many generators make the load of a number of clients, a server that waits before each
// answer cannot give more than clients ÷ wait of them per second, nor sooner than that.
func TestSeveralGeneratorsAgainstAServerThatWaits(t *testing.T) {
	const (
		wait     = 5 * time.Millisecond
		clients  = 12
		requests = 600
	)
	for _, generators := range []int{1, 2, 4} {
		var first time.Time
		// Each generator makes its first request alone.
		s := startServer(t, waiting(wait, int64(generators), &first))
		start, at := inMonotonic(t, 300*time.Millisecond)
		var lines [][]string
		for range generators {
			lines = append(lines, []string{
				"-q", "-k", "-r", "-s", "600",
				"-n", strconv.Itoa(requests / generators),
				"-c", strconv.Itoa(clients / generators),
				"--start-at", strconv.FormatInt(start, 10),
				s.url(),
			})
		}
		joined, err := Join(processes(t, lines...))
		if err != nil {
			t.Fatalf("%d generators: %v", generators, err)
		}

		m := joined.Measurement
		if n := len(s.requests()); n != requests || m.Complete != n || m.Failed != 0 ||
			m.Concurrency != clients || m.KeepAliveCount != requests {
			t.Errorf("%d generators: the server received %d of %d requests, the load is %+v",
				generators, n, requests, m)
		}
		const most = clients / 0.005
		if m.RequestsPerSecond <= 0 || m.RequestsPerSecond > 1.0001*most {
			t.Errorf("%d generators: %.1f requests per second, at most %.1f are possible",
				generators, m.RequestsPerSecond, most)
		}
		if p := joined.PercentilesMS; p[0] < 5 {
			t.Errorf("%d generators: an answer came after %v ms", generators, p[0])
		}
		if first.Before(at) {
			t.Errorf("%d generators: a request came %v before the agreed time",
				generators, at.Sub(first))
		}
		for _, part := range joined.Parts {
			if part.Start < 0 || part.ConnectMinMS == nil || *part.ConnectMinMS <= 0 {
				t.Errorf("%d generators: a part began at %v, %+v", generators, part.Start, part)
			}
		}
	}
}

// Two generators make the arrivals that one would make, each at its time.
func TestTwoGeneratorsOfAnOpenLoop(t *testing.T) {
	var first time.Time
	// One generator alone makes 20 connections.
	s := startServer(t, waiting(time.Millisecond, 21, &first))
	start, _ := inMonotonic(t, 300*time.Millisecond)
	line := func(share string) []string {
		return []string{
			"-q", "-k", "-r", "-s", "600",
			"-n", "50",
			"-c", "20",
			"--rate", "400",
			"--share", share,
			"--start-at", strconv.FormatInt(start, 10),
			s.url(),
		}
	}
	parts := processes(t, line("1/2"), line("2/2"))
	joined, err := Join(parts)
	if err != nil {
		t.Fatal(err)
	}
	m := joined.Measurement
	if m.Complete+m.Unsent != 100 || m.ArrivalRate != 400 || m.Concurrency != 40 ||
		!strings.Contains(joined.Text, "Arrival rate:           400.00 [#/sec] (open loop)") {
		t.Errorf("joined: %+v", m)
	}
	// The last arrival is due 99 ÷ 400 s after the start.
	if m.TimeTakenSeconds < 99.0/400 {
		t.Errorf("100 arrivals at 400 per second took %v s", m.TimeTakenSeconds)
	}

	if _, err := Join(parts[:1]); err == nil ||
		!strings.Contains(err.Error(), "found 1 parts of an open loop; allowed: 2") {
		t.Errorf("one of two shares: %v", err)
	}
	parts[1].Tally = parts[0].Tally
	if _, err := Join(parts); err == nil || !strings.Contains(err.Error(),
		"generator: found 1; allowed: another one, as here 1 has") {
		t.Errorf("the same share twice: %v", err)
	}
}

func TestStartIsReported(t *testing.T) {
	s := startServer(t, respond(good))
	past, _ := inMonotonic(t, -time.Second)
	r, report := abJSON(t, "--start-at", strconv.FormatInt(past, 10), s.url())
	if report.Start == nil || report.Start.Agreed != past ||
		report.Start.Late < int64(time.Second) {
		t.Fatalf("a second late: %+v\n%s", report.Start, r.stderr)
	}
	warning := fmt.Sprintf("WARNING: The load began %v after the agreed time.\n",
		time.Duration(report.Start.Late).Round(time.Microsecond))
	if !strings.Contains(r.stderr, warning) {
		t.Errorf("a second late: %s, want %s", r.stderr, warning)
	}
	if r.code != 0 || r.m.Complete != 1 {
		t.Errorf("a load that begins late does not begin at once: %+v", r)
	}

	far, _ := inMonotonic(t, time.Hour)
	r = ab(t, "--start-at", fmt.Sprint(far), s.url())
	ahead := regexp.MustCompile(`found a time (\S+) ahead; allowed: at most 10m0s ahead`)
	found := append(ahead.FindStringSubmatch(r.stderr), "", "")[1]
	d, err := time.ParseDuration(found)
	if r.code != exitStopped || err != nil || d > time.Hour || d <= maxAhead {
		t.Errorf("an hour ahead: code %d, %s", r.code, r.stderr)
	}
	for _, value := range []string{"0", "-1", "soon", "1.5"} {
		r := ab(t, "--start-at", value, s.url())
		if r.code != exitUsage ||
			!strings.Contains(r.stderr, "allowed: a time of CLOCK_MONOTONIC") {
			t.Errorf("--start-at %s: code %d, %s", value, r.code, r.stderr)
		}
	}
}

// A load that is interrupted before it begins makes no request, and says so.
func TestInterruptedBeforeTheStart(t *testing.T) {
	s := startServer(t, respond(good))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, further := range [][]string{nil, {"--rate", "1000"}} {
		later, _ := inMonotonic(t, time.Minute)
		tally := filepath.Join(t.TempDir(), "tally")
		args := append(further, "-n", "20", "-c", "4", "--tally", tally,
			"--start-at", strconv.FormatInt(later, 10), s.url())
		r := abWithContext(t, ctx, args...)
		written, err := os.ReadFile(tally)
		if err != nil {
			t.Fatal(err)
		}
		joined, err := Join([]Part{{Machine: "here", Tally: written}})
		if r.code != exitStopped || len(s.requests()) != 0 || joined == nil ||
			fmt.Sprint(err) != "here: the load ended early (interrupted)" ||
			joined.Measurement.Complete != 0 {
			t.Errorf("%v: code %d, %d requests, %+v, %v",
				further, r.code, len(s.requests()), joined, err)
		}
	}
}
