package terminal

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// atRates returns n trials at two rates in turn.
func atRates(first, second, n int) []plan.Trial {
	trials := make([]plan.Trial, n)
	for i := range trials {
		trials[i].Level = plan.Level{Kind: plan.Rate, Value: first}
		if i%2 == 1 {
			trials[i].Level.Value = second
		}
	}
	return trials
}

// Each search is told once it has ended, and then how many trials there are.
func TestSearched(t *testing.T) {
	test := func(want string, found record.Search) {
		t.Helper()
		var out strings.Builder
		run := twelve()
		run.Experiment.Load = spec.Load{Requests: 1000, Capacity: &spec.Objective{
			Percentile: "p99",
			Within:     time.Second,
		}}
		p := NewProgress(&out, false, run)
		out.Reset()
		p.Searching(0)
		for _, probe := range found.Probes {
			p.Probed("a", probe)
		}
		found.Server = "a"
		p.Searched(found)
		p.Planned(atRates(200, 800, 40), record.Header{})
		p.Finish()
		const head = "finding the arrival rates by short loads of each server, in at most 4 min " +
			"per server; the objective is p99 within 1 s\n"
		const trials = "each round has 10 trials; the requests of all rounds take at least " +
			"2 min to arrive"
		if want := head + want + "\n" + trials + "\n"; out.String() != want {
			t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
		}
	}
	probes := []record.Probe{
		{Rate: 1000, Outcome: record.Ended, Met: true},
		{Rate: 1050, Outcome: record.Crashed, Reason: "it ended by itself"},
	}
	test("a: objective met at 1,000/s and not at 1,050/s (2 loads)",
		record.Search{End: record.Bracketed, Probes: probes})
	test("a: objective met up to 1,000/s, about the highest rate that the load generator can "+
		"make (2 loads)", record.Search{End: record.Unbounded, Probes: probes})
	test("a: objective not met at 1,050/s, the lowest rate: it ended by itself (1 load)",
		record.Search{End: record.Unreached, Probes: probes[1:]})
	test("a: the search ended early: gone [2J", record.Search{
		End:    record.Exhausted,
		Reason: "gone\x1b[2J",
		Probes: probes,
	})
}

// The line of a terminal shows what is loaded, and what the last load told.
func TestProbedOnTheLine(t *testing.T) {
	run := twelve()
	run.Experiment.Load = spec.Load{Capacity: &spec.Objective{Percentile: "p99"}}
	p, _ := onLine(run, 60)
	p.Searching(0)
	p.Probed("a", record.Probe{Rate: 200, Outcome: record.Ended, Met: true})
	if got := lineOf(p, 59); !strings.Contains(got, "a 200/s: met") {
		t.Errorf("the line is %q", got)
	}
	p.Probed("a", record.Probe{
		Rate:      1600,
		Outcome:   record.Ended,
		LatencyMS: new(64.0),
	})
	got := lineOf(p, 59)
	p.Abandon()
	if !strings.Contains(got, "0/3") || !strings.Contains(got, "a 1,600/s: 64.00 ms, not met") {
		t.Errorf("the line is %q", got)
	}
}

// Answers that fail above a capacity are the result, and a server that dies is told.
func TestOverloadIsNoFailure(t *testing.T) {
	var out strings.Builder
	run := twelve()
	run.Experiment.Load.Capacity = &spec.Objective{Percentile: "p99"}
	p := NewProgress(&out, false, run)
	out.Reset()
	p.End(ended(abtext.Measurement{RequestsPerSecond: 90, Failed: 7, Non2xx: 7}))
	p.End(record.Result{Trial: trial, Outcome: record.Crashed, Reason: "exit status 7"})
	p.Finish()
	const want = "[ 9/12]  a c=5  crashed: exit status 7\n"
	if got := out.String(); strings.Contains(got, "7 failed") || !strings.Contains(got, want) {
		t.Errorf("printed\n%s", got)
	}
}

// While rates are looked for, the line counts down the time that this takes at most.
func TestSearchCountsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := twelve()
		run.Experiment.Load = spec.Load{Capacity: &spec.Objective{Percentile: "p99"}}
		p, _ := onLine(run, 100)
		p.Searching(0)
		defer p.Abandon()
		test := func(after time.Duration, want string) {
			t.Helper()
			time.Sleep(after)
			if got := lineOf(p, 99); !strings.Contains(got, "/3  "+want) {
				t.Errorf("the line is %q, want %q in it", got, want)
			}
		}
		test(0, "at most 12 min left")
		test(61*time.Second, "at most 11 min left")
		p.Searched(record.Search{Server: "a", End: record.Bracketed})
		test(0, "at most 8 min left")
		test(9*time.Minute, "at most 1 s left") // its last load goes on
	})
}
