package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/abtext"
)

// checkProgress changes a trial that did not end and compares its progress.
func checkProgress(t *testing.T, name string, change func(*Result), want Progress) {
	t.Helper()
	r := Result{
		Warmup: &Call{Argv: []string{"ab", "-n", "50", "-c", "5"}},
		Load:   &Call{Argv: []string{"ab", "-n", "1000", "-c", "5"}, WallSeconds: 2},
	}
	change(&r)
	if diff := cmp.Diff(want, r.Progress()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestUsageUntilATimeout(t *testing.T) {
	usage := func(watched *float64) *Usage {
		return &Usage{
			CPUSeconds:     new(3.8),
			WatchedSeconds: watched,
			LoadEnd:        &Held{Processes: 1, Threads: 800},
		}
	}

	checkProgress(t, "usage", func(r *Result) { r.Usage = usage(new(1.0)) },
		Progress{
			Requests:   1000,
			Cores:      3.8,
			Threads:    800,
			UsageKnown: true,
		})
	checkProgress(t, "usage of an older record", func(r *Result) { r.Usage = usage(nil) },
		Progress{
			Requests:   1000,
			Cores:      1.9,
			Threads:    800,
			UsageKnown: true,
		})
	checkProgress(t, "usage that was not watched", func(r *Result) { r.Usage = usage(new(0.0)) },
		Progress{Requests: 1000})
}

func TestProgress(t *testing.T) {
	checkProgress(t, "nothing known", func(*Result) {}, Progress{Requests: 1000})
	checkProgress(t, "a report", func(r *Result) {
		r.Load.Measurement = &abtext.Measurement{Complete: 37}
	}, Progress{Requests: 1000, Answered: 37, Known: true})
	checkProgress(t, "counts without a report", func(r *Result) {
		r.Load.Detail = &Detail{
			Complete: 40,
			Statuses: map[int]int64{200: 35, 503: 2},
			UnfinishedIn: map[string]int64{
				"connect": 1,
				"send":    2,
				"wait":    3,
				"receive": 4,
				"close":   5,
			},
		}
	}, Progress{
		Requests:    1000,
		Answered:    37,
		Known:       true,
		Connecting:  1,
		OtherwiseIn: 2,
		Waiting:     3,
		InAnswer:    4,
		HeldOpen:    5,
	})
	checkProgress(t, "a report with answers that broke off", func(r *Result) {
		r.Load.Measurement = &abtext.Measurement{Complete: 40, FailedReceive: 3}
	}, Progress{Requests: 1000, Answered: 37, Known: true})
	checkProgress(t, "killed", func(r *Result) {
		r.Load.Stderr = "Completed 100 requests\nCompleted 200 requests\nCompleted many requests\n"
	}, Progress{
		Requests: 1000,
		Answered: 200,
		Known:    true,
		AtLeast:  true,
	})
	checkProgress(t, "killed before its first words", func(r *Result) { r.Load.Stderr = "oh\n" },
		Progress{Requests: 1000})
	checkProgress(t, "in the warm-up", func(r *Result) {
		r.Load = nil
		r.Warmup.Measurement = &abtext.Measurement{Complete: 0}
	}, Progress{InWarmup: true, Requests: 50, Known: true})
	checkProgress(t, "not even a warm-up", func(r *Result) { r.Load, r.Warmup = nil, nil },
		Progress{InWarmup: true})
	noNumber := func(r *Result) { r.Load.Argv = []string{"ab", "-n"} }
	checkProgress(t, "no number of requests", noNumber,
		Progress{})
}
