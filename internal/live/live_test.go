package live

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// flagOf parses a command line with --live.
func flagOf(args ...string) (*Flag, error) {
	var f Flag
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	f.AddFlag(flags)
	return &f, flags.Parse(args)
}

// The page is served on the loopback alone.
func TestFlag(t *testing.T) {
	for arg, want := range map[string]string{
		"--live":                "127.0.0.1:0",
		"--live=127.0.0.1:8080": "127.0.0.1:8080",
		"--live=localhost:8080": "127.0.0.1:8080",
		"--live=[::1]:8080":     "[::1]:8080",
	} {
		if f, err := flagOf(arg); err != nil || f.String() != want || !f.Asked() {
			t.Errorf("%s: %v, %v, want %s", arg, f, err, want)
		}
	}
	for _, arg := range []string{
		"0.0.0.0:1", ":80", "[::]:80", "8080", "127.0.0.1", "127.0.0.2:80", "192.168.1.2:80",
		"example.org:80", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1", "",
	} {
		_, err := flagOf("--live=" + arg)
		if err == nil || !strings.Contains(err.Error(), "allowed: 127.0.0.1:PORT") {
			t.Errorf("--live=%s: %v", arg, err)
		}
	}
	f, err := flagOf()
	if err != nil || f.Asked() {
		t.Errorf("without the flag: %v, %v", f, err)
	}
}

// quiet is a machine on which nothing else runs.
func quiet(context.Context, time.Duration) *float64 { return new(0.0) }

// testServer serves the experiment of a made-up run at a free port.
func testServer(t *testing.T) (*Server, *record.Record) {
	t.Helper()
	rec := labtest.Worlds()["seed"].Record(t)
	f, err := flagOf("--live")
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Open(rec.Experiment, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, rec
}

func (s *Server) get(t *testing.T, path string) (header http.Header, body string) {
	t.Helper()
	answer, err := http.Get("http://" + s.listener.Addr().String() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Header, string(text)
}

// A run is followed from before its first round to its report.
func TestServer(t *testing.T) {
	s, rec := testServer(t)
	shows := func(want, refresh string) {
		t.Helper()
		header, body := s.get(t, "/")
		got := header.Get("Refresh")
		if !strings.Contains(body, want) || (got != "") != (refresh != "") {
			t.Errorf("Refresh %q, want %q; the page lacks %q", got, refresh, want)
		}
	}
	shows("No round is complete yet.", "some")

	dir := t.TempDir()
	writer, err := record.Create(dir, rec.Header)
	if err != nil {
		t.Fatal(err)
	}
	trials := rec.Planned()
	perRound := len(trials) / rec.Rounds
	s.Begin(dir, trials)
	shows("No round is complete yet.", "some")
	now := s.began
	s.now = func() time.Time { return now }
	for i, result := range rec.InRunOrder() {
		if err := writer.Append(result); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
		s.Measured(t.Context(), i)
		switch i {
		case perRound - 2:
			shows("No round is complete yet.", "some")
		case perRound - 1, 2*perRound - 2:
			shows("Round 1 of 10; no verdicts before the last round.", "some")
		case 2*perRound - 1:
			shows("Round 2 of 10; no verdicts before the last round.", "some")
		case len(trials) - 1:
			shows("Round 9 of 10; no verdicts before the last round.", "some")
		}
	}

	if err := writer.Finish(); err != nil {
		t.Fatal(err)
	}
	if err := s.End(rec, stats.Judge(rec), "output/report.html"); err != nil {
		t.Fatal(err)
	}
	shows("The run has ended. This is its report, as in output/report.html.", "")
	if _, body := s.get(t, "/results.json"); strings.Contains(body, `"unfinished"`) {
		t.Error("the last results.json is unfinished")
	}
}

// A page whose drawing takes long is drawn seldom, and its clients are told when.
func TestWorth(t *testing.T) {
	for _, test := range []struct {
		cost, since time.Duration
		want        bool
	}{
		{0, time.Second, true},
		{time.Second, 49 * time.Second, false},
		{time.Second, 51 * time.Second, true},
	} {
		if got := worth(test.cost, test.since); got != test.want {
			t.Errorf("%v after %v: %v", test.cost, test.since, got)
		}
	}

	now := time.Now()
	s := &Server{
		experiment: &spec.Experiment{},
		began:      now.Add(-20 * time.Second),
		drawn:      now,
		cost:       500 * time.Millisecond,
		now:        func() time.Time { return now },
	}
	for i := range 8 {
		s.trials = append(s.trials, plan.Trial{Order: i + 1, Round: i/2 + 1})
	}
	for i, want := range map[int]next{
		1: {after: 40 * time.Second},                 // the second round ends too soon
		5: {after: time.Second * 20 / 3, last: true}, // 20 s for six trials
	} {
		got := s.untilNext(i)
		if got.last != want.last || (got.after-want.after).Abs() > time.Millisecond {
			t.Errorf("after trial %d: %v, want %v", i, got, want)
		}
	}
}

// What is wrong with the address is said before anything is measured.
func TestOpen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	e := labtest.Worlds()["seed"].Record(t).Experiment
	_, port, err := net.SplitHostPort(e.Servers[0].Address)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]struct {
		code int
		text string
	}{
		taken.Addr().String(): {failure.ExitMachine, "is taken by another program"},
		"127.0.0.1:" + port: {failure.ExitUsage,
			fmt.Sprintf("found port %s, which the server %s has", port, e.Servers[0].Name)},
	} {
		f, err := flagOf("--live=" + address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Open(e, quiet)
		if code, _ := failure.CodeAndHint(err); err == nil || code != want.code ||
			!strings.Contains(err.Error(), want.text) {
			t.Errorf("%s: %v, code %d", address, err, code)
		}
	}
}

// Without the flag, nothing is served and nothing is done.
func TestNoServer(t *testing.T) {
	f, err := flagOf()
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Open(nil, nil)
	if s != nil || err != nil {
		t.Fatal(s, err)
	}
	s.Begin("", nil)
	s.Measured(t.Context(), 0)
	if err := s.End(nil, nil, ""); err != nil || s.Serves() || s.Note() != "" {
		t.Error(err, s.Note())
	}
	s.Close()
}

// Neither a client that never reads nor one that keeps its connection holds up the run or its end,
// and each of fifty has the page.
func TestManyClients(t *testing.T) {
	s, rec := testServer(t)
	silent, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for range 50 { // more than the buffers of its socket hold
		_, err := fmt.Fprintf(silent, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", s.listener.Addr())
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.End(rec, stats.Judge(rec), "report.html"); err != nil {
		t.Fatal(err)
	}

	var clients sync.WaitGroup
	for range 50 {
		clients.Go(func() {
			if _, body := s.get(t, "/"); !strings.Contains(body, "The run has ended.") {
				t.Error("a client has another page")
			}
		})
	}
	clients.Wait()
	s.Close()
	if _, err := net.Dial("tcp", s.listener.Addr().String()); err == nil {
		t.Error("it still listens")
	}
	for reader := bufio.NewReader(silent); ; { // its connection has ended, too
		if _, err := reader.ReadByte(); err != nil {
			break
		}
	}
}

// After a drawing the run goes on when the machine is quiet, or has not been for too long.
func TestRest(t *testing.T) {
	now := time.Now()
	shares := []float64{0.9, 0.5, 0.1, 0.9}
	watched := 0
	s := &Server{now: func() time.Time { return now }}
	s.busy = func(_ context.Context, window time.Duration) *float64 {
		now = now.Add(window)
		watched++
		return new(shares[watched-1])
	}
	if s.rest(t.Context()); watched != 3 {
		t.Errorf("watched %d times, want 3", watched)
	}
	began := now
	s.busy = func(_ context.Context, window time.Duration) *float64 {
		now = now.Add(window)
		return new(0.9)
	}
	if s.rest(t.Context()); now.Sub(began) != maxRest {
		t.Errorf("rested for %v, want %v", now.Sub(began), maxRest)
	}
	s.busy = func(context.Context, time.Duration) *float64 { return nil }
	s.rest(t.Context()) // where the system does not tell, once is enough
}
