package terminal

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rivo/uniseg"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/sizing"
	"labbook.example/labbook/internal/spec"
)

// trial is trial 9 of 12.
var trial = plan.Trial{
	Order: 9,
	Round: 3,
	Cell:  plan.Cell{Server: "a", Level: plan.Level{Kind: plan.Concurrency, Value: 5}},
}

// ended is a trial in which ab reported a measurement.
func ended(m abtext.Measurement) record.Result {
	return record.Result{
		Trial:   trial,
		Outcome: record.Ended,
		Load:    &record.Call{Measurement: &m},
	}
}

// twelve is a run of twelve trials in four rounds.
func twelve() Summary {
	return Summary{
		Experiment: &spec.Experiment{
			Title:   "A title\x1b[2J",
			Servers: []spec.Server{{Name: "a"}, {Name: "b"}, {Name: "c"}},
			Load:    spec.Load{Concurrency: []int{5}},
			Design:  spec.Design{Rounds: 4},
		},
		Size:       "3 servers",
		Generators: "ab 2.3",
		Trials:     12,
		Remaining:  12,
	}
}

// lineOf returns p's line in so many columns, while the countdown waits.
func lineOf(p *Progress, columns int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text(columns)
}

// screen keeps what is printed. The line is drawn by a goroutine of its own.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(data)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (s *screen) Len() int { return len(s.String()) }

func (s *screen) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Reset()
}

// onLine returns a progress whose line has so many columns, and what is printed.
func onLine(run Summary, columns int) (*Progress, *screen) {
	var out screen
	p := NewProgress(&out, false, run)
	out.Reset()
	p.line = &line{out: &out, columns: func() int { return columns }}
	return p, &out
}

// Elsewhere than on a terminal there is a line for each round, and one for each trial that failed.
func TestProgressWithoutATerminal(t *testing.T) {
	test := func(name string, run Summary, quiet bool, want string) {
		t.Helper()
		var out strings.Builder
		p := NewProgress(&out, quiet, run)
		for order := 7; order <= 9; order++ {
			next := trial
			next.Order = order
			p.Begin(next)
			r := ended(abtext.Measurement{RequestsPerSecond: 1234.5})
			r.Trial = next
			if order == 8 {
				r.Outcome, r.Reason = record.Crashed, "exit\x1b[31m status 9"
			}
			p.End(r)
		}
		p.Finish()
		p.Abandon()
		got, _, _ := strings.Cut(out.String(), ", ") // the time left
		if got != want || strings.Contains(out.String(), "\r") {
			t.Errorf("%s: printed\n%q, want\n%q", name, out.String(), want)
		}
	}

	const trials = "[ 8/12]  a c=5  crashed: exit [31m status 9\n[ 9/12] round 3/4"
	test("a fresh run", twelve(), false, "A title [2J\n3 servers\nload by ab 2.3\n"+trials)
	test("a quiet run", twelve(), true, "")
	resumed := twelve()
	resumed.Resumed = "resumed"
	test("a resumed run", resumed, false,
		"A title [2J\n3 servers\nload by ab 2.3\nresumed\n"+trials)
}

// A cell that was given up is mentioned once, not in each of the rounds that are left.
func TestGivenUpIsSaidOnce(t *testing.T) {
	var out strings.Builder
	p := NewProgress(&out, false, twelve())
	for range 3 {
		p.End(record.Result{Trial: trial, Outcome: record.GivenUp, Reason: "it failed too often"})
	}
	if n := strings.Count(out.String(), "given up: it failed too often"); n != 1 {
		t.Errorf("said %d times:\n%s", n, out.String())
	}
}

// The size of the cells' trials is shown once all are fixed, and each one that could not be
// measured is.
func TestSized(t *testing.T) {
	test := func(want string, all ...sizing.Sized) {
		t.Helper()
		var out strings.Builder
		run := twelve()
		run.Experiment.Servers = run.Experiment.Servers[:len(all)]
		p := NewProgress(&out, false, run)
		p.Sizing()
		out.Reset()
		for _, s := range all {
			s.Cell = trial.Cell
			p.Sized(s)
		}
		if out.String() != want {
			t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
		}
	}
	sized := func(requests int, rate float64) sizing.Sized {
		return sizing.Sized{CellSize: record.CellSize{
			Size:              plan.Size{Requests: requests},
			RequestsPerSecond: rate,
		}}
	}
	test("each trial has 23,000 requests\n", sized(23000, 2300))
	test("each trial has 400–23,000 requests\n", sized(23000, 2300), sized(400, 40))
	failed := sized(400, 40)
	failed.Failure = errors.New("it \x1bfailed")
	failed.Like = plan.Level{Kind: plan.Concurrency, Value: 3}
	test("a c=5: 50 requests, because the load had no answer\n"+
		"a c=5: 400 requests, by the rate at 3 clients; its own load failed: it failed\n"+
		"each trial has 50–400 requests\n", sized(50, 0), failed)
}

// The line has fixed columns and never wraps, on any terminal and in any language: what is measured
// is last and is shortened, and the bar goes where there is no room.
func TestLineFitsTheTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := twelve()
		run.Experiment.Servers[0].Name = "Server_async_http"
		run.Experiment.Servers[1].Name = "Server_thread_http"
		run.Experiment.Servers[2].Name = "Server_日本日本日本日本日本日本日本_http"
		p, _ := onLine(run, 100)
		next := trial
		next.Server, next.Order = "Server_async_http", 1
		p.Begin(next)
		time.Sleep(10 * time.Second)
		r := ended(abtext.Measurement{RequestsPerSecond: 21338})
		r.Trial = next
		p.End(r)
		next.Round = 2
		p.Begin(next)
		defer p.Abandon()

		for columns, want := range map[int]string{
			100: "[█···················]   1/12  round 2/4  about 2 min left   " +
				"async 5 clients: 21,338/s",
			80: "[··········]   1/12  round 2/4  about 2 min left   async 5 clients: 21,338/s",
			60: " 1/12  round 2/4  2 min left   async 5 clients: 21,338/s",
			40: " 1/12  round 2/4  2 min left ",
		} {
			if got := lineOf(p, columns); got != want {
				t.Errorf("%d columns:\n%q, want\n%q", columns, got, want)
			}
		}
		for _, language := range []string{"en", "id"} {
			p.mu.Lock()
			p.words = locale.For(language)
			p.mu.Unlock()
			for columns := range 130 {
				line := lineOf(p, columns)
				if width := uniseg.StringWidth(line); columns > 0 && width > columns {
					t.Fatalf("%d columns: %q has %d", columns, line, width)
				}
			}
		}

		// Whatever is measured, the other columns stay where they are.
		first := lineOf(p, 60)
		next.Server, next.Level.Value = "Server_日本日本日本日本日本日本日本_http", 1000
		p.Begin(next)
		at := strings.Index(first, "async")
		if second := lineOf(p, 60); second[:at] != first[:at] {
			t.Errorf("the line jumped from\n%q to\n%q", first, second)
		}
	})
}

// The time left is counted down between the trials, and the line is removed at the end.
func TestCountdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, out := onLine(twelve(), 60)
		for order := 1; order <= 2; order++ {
			next := trial
			next.Order, next.Round = order, 1
			p.Begin(next)
			if order == 1 {
				time.Sleep(2 * time.Second)
				r := ended(abtext.Measurement{RequestsPerSecond: 1})
				r.Trial = next
				p.End(r)
			}
		}
		out.Reset()
		time.Sleep(13*time.Second + time.Millisecond) // of the 22 that eleven trials take
		synctest.Wait()
		for _, want := range []string{"20 s left", "15 s left", "10 s left", " 9 s left"} {
			if !strings.Contains(out.String(), strings.TrimLeft(want, " ")) {
				t.Errorf("no %q in\n%q", want, out.String())
			}
		}
		p.Finish()
		if !strings.HasSuffix(out.String(), "\r\x1b[J") {
			t.Errorf("the line is left: %q", out.String())
		}
		size := out.Len()
		time.Sleep(time.Minute)
		p.Abandon()
		if out.Len() != size {
			t.Errorf("printed after the end: %q", out.String()[size:])
		}
	})
}

// A failed trial is printed above the line.
func TestFailureAboveTheLine(t *testing.T) {
	p, out := onLine(twelve(), 60)
	p.Begin(trial)
	out.Reset()
	p.End(record.Result{Trial: trial, Outcome: record.TimedOut, Reason: "stopped at 2s"})
	p.Abandon()
	const want = "\r\x1b[J[ 9/12]  a c=5  timed out: stopped at 2s\n\r\x1b[J"
	if !strings.HasPrefix(out.String(), want) {
		t.Errorf("printed %q, want it to begin with %q", out.String(), want)
	}
}

// A terminal that became narrower has wrapped the line: all of its parts are removed.
func TestLineOnANarrowerTerminal(t *testing.T) {
	var out strings.Builder
	columns := 60
	l := &line{out: &out, columns: func() int { return columns }}
	l.draw(strings.Repeat("x", 50))
	columns = 20
	out.Reset()
	l.draw("y")
	if got := out.String(); got != "\r\x1b[2A\x1b[Jy" {
		t.Errorf("printed %q", got)
	}
}

func TestTimeLeft(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                       "1 s left",
		8500 * time.Millisecond: "9 s left",
		11 * time.Second:        "15 s left",
		56 * time.Second:        "about 1 min left",
		61 * time.Second:        "about 2 min left",
		59 * time.Minute:        "about 59 min left",
		80 * time.Minute:        "about 1.5 h left",
		3 * time.Hour:           "about 3 h left",
	} {
		if got := timeLeft(nil, d, true); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	if got := timeLeft(locale.For("id"), 80*time.Minute, true); got != "sekitar 1,5 jam lagi" {
		t.Errorf("Indonesian: %q", got)
	}
}

func TestShortNames(t *testing.T) {
	test := func(want string, names ...string) {
		t.Helper()
		short := shortNames(names)
		var got []string
		for _, name := range names {
			got = append(got, short[name])
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
	test("async|thread", "Server_async_http", "Server_thread_http")
	test("Server_async_http", "Server_async_http")
	test("async|async blocking|thread", "async", "async blocking", "thread")
	test("thread|thread-pool", "thread", "thread-pool")
	test("1|2", "nginx 1", "nginx 2")
	test("a_b|b", "a_b", "b")
	test("a-x|b-y", "my-a-x", "my-b-y")
	test("node app @ 1a2b3c4|node app", "node app @ 1a2b3c4", "node app")
	test("my app|my app (control)|my app, large", "my app", "my app (control)", "my app, large")
}

func TestResultText(t *testing.T) {
	test := func(result record.Result, want string) {
		t.Helper()
		if got := resultText(nil, result); got != want {
			t.Errorf("resultText = %q, want %q", got, want)
		}
	}
	test(ended(abtext.Measurement{RequestsPerSecond: 0.4}), "0.4000 requests/s")
	lookedAt := ended(abtext.Measurement{RequestsPerSecond: 1000, Failed: 1, Non2xx: 9})
	lookedAt.Load.Detail = &record.Detail{Complete: 20, Good: 16, Unexpected: new(int64(3))}
	test(lookedAt, "800 good answers/s, 1 failed, 3 not as expected")
	allGood := ended(abtext.Measurement{RequestsPerSecond: 1000})
	allGood.Load.Detail = &record.Detail{Complete: 20, Good: 20, Unexpected: new(int64(0))}
	test(allGood, "1,000 requests/s")
	test(ended(abtext.Measurement{
		RequestsPerSecond: 10,
		Failed:            1,
		Non2xx:            2,
		Unsent:            3,
	}), "10 requests/s, 1 failed, 2 not 2xx, 3 unsent")
	test(
		record.Result{Outcome: record.Crashed, Reason: "exit\x1b[31m status 9"},
		"crashed: exit [31m status 9",
	)
	test(record.Result{Outcome: "lost", Reason: "gone"}, "lost: gone")

	hung := record.Result{
		Outcome: record.TimedOut,
		Reason:  "stopped at 2s",
		Load: &record.Call{
			Argv:        []string{"ab", "-n", "1000"},
			WallSeconds: 2,
			Measurement: &abtext.Measurement{Complete: 37},
		},
		Usage: &record.Usage{
			CPUSeconds: new(3.8),
			LoadEnd:    &record.Held{Processes: 1, Threads: 800},
		},
	}
	test(hung, "timed out: stopped at 2s; 37 of 1,000 requests answered; "+
		"the server used 190% of a core and had 800 threads")
	hung.Warmup, hung.Load, hung.Usage = hung.Load, nil, nil
	hung.Warmup.Measurement, hung.Warmup.Stderr = nil, "Completed 100 requests\n"
	test(hung, "timed out: stopped at 2s; at least 100 of 1,000 requests of the warm-up answered")
}
