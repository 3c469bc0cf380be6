package terminal

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"labbook/internal/abtext"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/sizing"
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

func TestProgressWithoutATerminal(t *testing.T) {
	test := func(name string, run Summary, quiet bool, want string) {
		t.Helper()
		var out strings.Builder
		p := NewProgress(&out, quiet, run)
		p.Begin(trial)
		p.End(ended(abtext.Measurement{RequestsPerSecond: 1234.5}))
		p.Finish()
		p.Abandon()
		if out.String() != want {
			t.Errorf("%s: printed\n%q, want\n%q", name, out.String(), want)
		}
	}
	run := Summary{
		Title:      "A title\x1b[2J",
		Size:       "1 server",
		Generators: "ab 2.3",
		Trials:     12,
		Rounds:     4,
		Remaining:  12,
	}

	test("a fresh run", run, false,
		"A title [2J\n1 server\nload by ab 2.3\n[ 9/12] round 3  a c=5  1234 requests/s\n")
	test("a quiet run", run, true, "")
	run.Resumed = "resumed"
	test("a resumed run", run, false,
		"A title [2J\n1 server\nload by ab 2.3\nresumed\n"+
			"[ 9/12] round 3  a c=5  1234 requests/s\n")
}

// The size of each cell's trials is shown once it is fixed, with what it is based on.
func TestSized(t *testing.T) {
	test := func(s sizing.Sized, want string) {
		t.Helper()
		var out strings.Builder
		s.Cell = trial.Cell
		s.Size = plan.Size{Requests: 23000, Warmup: 2300}
		NewProgress(&out, false, Summary{}).Sized(s)
		if !strings.HasSuffix(out.String(), "  a c=5  "+want+"\n") {
			t.Errorf("printed\n%s\nwant %s", out.String(), want)
		}
	}
	sized := func(rate float64) sizing.Sized {
		return sizing.Sized{CellSize: record.CellSize{RequestsPerSecond: rate}}
	}
	test(sized(2345.6), "23000 requests, warm-up of 2300, at 2346 requests/s")
	test(sized(0.3), "23000 requests, warm-up of 2300, at 0.30 requests/s")
	test(sized(0), "23000 requests, warm-up of 2300, because the load had no answer")
	test(sizing.Sized{
		Failure: errors.New("it \x1bfailed"),
		Like:    plan.Level{Kind: plan.Concurrency, Value: 3},
	}, "23000 requests, warm-up of 2300, by the rate at c=3; its own load failed: it failed")
}

// The line of a bar never wraps: its texts go one by one where there is no room for them.
func TestBarFitsTheTerminal(t *testing.T) {
	p := &Progress{trials: 100, rounds: 10, last: ", last 1234 requests/s"}
	test := func(columns int, want string) {
		t.Helper()
		got := p.describe(trial, columns)
		if got != want {
			t.Errorf("describe(%d columns) = %q, want %q", columns, got, want)
		}
		longest := got + " 100% |" + strings.Repeat("█", barWidth) + "| (100/100) [1h23m45s:59m]"
		if n := utf8.RuneCountInString(longest); got != "" && n > columns {
			t.Errorf("%d columns: the line has %d", columns, n)
		}
	}
	test(100, "round 3 of 10, a c=5, last 1234 requests/s")
	test(86, "round 3 of 10, a c=5, last 1234 requests/s")
	test(85, "round 3 of 10, a c=5")
	test(60, "round 3 of 10")
	test(40, "")

	// A character of Chinese or Japanese takes two columns.
	wide := trial
	wide.Server = strings.Repeat("日本", 10)
	got := p.describe(wide, 100)
	want := "round 3 of 10, 日本日本日本日本日本日本日本…"
	if got != want {
		t.Errorf("a wide name: %q, want %q", got, want)
	}
}

func TestResultText(t *testing.T) {
	test := func(result record.Result, want string) {
		t.Helper()
		if got := resultText(result); got != want {
			t.Errorf("resultText = %q, want %q", got, want)
		}
	}
	test(ended(abtext.Measurement{RequestsPerSecond: 0.4}), "0 requests/s")
	lookedAt := ended(abtext.Measurement{RequestsPerSecond: 1000, Failed: 1, Non2xx: 9})
	lookedAt.Load.Detail = &record.Detail{Complete: 20, Good: 16, Unexpected: new(int64(3))}
	test(lookedAt, "800 good answers/s, 1 failed, 3 not as expected")
	allGood := ended(abtext.Measurement{RequestsPerSecond: 1000})
	allGood.Load.Detail = &record.Detail{Complete: 20, Good: 20, Unexpected: new(int64(0))}
	test(allGood, "1000 requests/s")
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
	test(hung, "timed-out: stopped at 2s; 37 of 1000 requests answered; "+
		"the server used 190% of a core and had 800 threads")
	hung.Warmup, hung.Load, hung.Usage = hung.Load, nil, nil
	hung.Warmup.Measurement, hung.Warmup.Stderr = nil, "Completed 100 requests\n"
	test(hung, "timed-out: stopped at 2s; at least 100 of 1000 requests of the warm-up answered")
}
