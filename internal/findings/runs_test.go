package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// runsWorld returns the made-up experiment with another number of runs and of servers.
func runsWorld(t *testing.T, runs string, servers int) *record.Record {
	t.Helper()
	w := labtest.Worlds()["runs"]
	w.Design = strings.Replace(w.Design, "runs = 5", runs, 1)
	w.Servers = w.Servers[:servers]
	return w.Record(t)
}

// What is claimed of the machine depends on the number of runs, and on what else the machine did.
func TestAnswerOfSeveralRuns(t *testing.T) {
	test := func(name string, rec *record.Record, change func(*stats.Analysis), want ...string) {
		t.Helper()
		a := stats.Analyse(rec)
		if change != nil {
			change(a)
		}
		w := locale.For("en")
		got := Answer(w, a) + " " + ThisRun(w, a)
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %q, want in it: %q", name, got, part)
			}
		}
	}
	test("five runs", runsWorld(t, "runs = 5", 2), nil,
		"20 rounds in 5 runs", "about 12 runs would probably be enough",
		"The confidence intervals hold for this machine: they cover the variation between its "+
			"5 runs.")
	test("two runs", runsWorld(t, "runs = 2", 2), nil,
		"About 64 runs would probably be enough",
		"with two runs they are wide. With 3 or more they hold for this machine.")
	test("with other programs", runsWorld(t, "runs = 5", 2), func(a *stats.Analysis) {
		a.Warnings = append(a.Warnings, stats.Warning{Code: stats.OtherLoad})
	}, "for this machine while other programs run (other-load)")
	test("one server", runsWorld(t, "runs = 5", 1), nil,
		"Medians of up to 20 trials in 5 runs per level", "the variation between its 5 runs.")

	one := stats.Analyse(labtest.Worlds()["seed"].Record(t))
	if got := Answer(locale.For("en"), one); strings.Contains(got, "runs") {
		t.Errorf("one run: %q", got)
	}
}

// Where one run alone is left of a level, nothing is inferred there, however many rounds it has.
func TestTooFewRunsToInfer(t *testing.T) {
	a := stats.Analyse(runsWorld(t, "runs = 5", 2))
	a.Comparisons = []stats.Comparison{{
		Server: a.Servers[1],
		Level:  a.Levels[0],
		N:      30,
		Ratio:  0.5,
		Runs:   []stats.RunEstimate{{Run: 1, N: 30, Value: 0.5}},
	}}
	const want = "No conclusion yet: 1 run can be compared, at least 2 are needed."
	if got := Answer(locale.For("en"), a); !strings.Contains(got, want) {
		t.Errorf("%q, want in it: %q", got, want)
	}
}

// More rounds do not narrow an interval over runs, so a report does not propose them.
func TestNoisyRunsNeedMoreRuns(t *testing.T) {
	rec := runsWorld(t, "runs = 2", 2) // two runs leave wide intervals
	for _, d := range Doubts(locale.For("en"), rec, stats.Analyse(rec)) {
		if d.Code == stats.Noisy {
			if !strings.Contains(d.Means, "More runs narrow it") {
				t.Errorf("noisy: %q", d.Means)
			}
			return
		}
	}
	t.Error("two runs are not noisy")
}

// Between two runs the servers are started afresh anyway, so an interruption there ends no life.
func TestInterruptionBetweenRuns(t *testing.T) {
	test := func(order int, within bool) {
		t.Helper()
		w := labtest.Worlds()["runs"] // 24 trials in each run
		w.Design += "restart = \"never\"\n"
		good := w.Trial
		w.Trial = func(trial plan.Trial) record.Result {
			r := good(trial)
			if trial.Order == order {
				r.Resumed = &record.Interruption{After: order - 1}
			}
			return r
		}
		got := interruptionsMean(locale.For("en"), w.Record(t))
		if strings.Contains(got, "should have kept running") != within {
			t.Errorf("interrupted before trial %d: %q", order, got)
		}
	}
	test(25, false)
	test(26, true)
	test(24, true)
}
