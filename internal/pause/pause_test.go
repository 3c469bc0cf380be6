package pause

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/plan"
)

// said are the pauses of an experiment, each with the run before which it was.
type said struct {
	stops  int
	before []int
	length []time.Duration
}

func pauses(length time.Duration) (*Pauses, *said) {
	var s said
	return &Pauses{
		Length: length,
		Stop:   func() { s.stops++ },
		Say: func(next plan.Trial, d time.Duration) {
			s.before = append(s.before, next.Run)
			s.length = append(s.length, d)
		},
	}, &s
}

// walk calls Before for trials of these runs, and returns how long it all took.
func walk(t *testing.T, p *Pauses, runs ...int) time.Duration {
	t.Helper()
	began := time.Now()
	for i, run := range runs {
		trial := plan.Trial{Order: i + 1, Run: run}
		p.Before(t.Context(), trial)
	}
	return time.Since(began)
}

func TestPauseIsBeforeEachFurtherRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s := pauses(10 * time.Second)
		took := walk(t, p, 1, 1, 2, 2, 3)
		if took != 20*time.Second || s.stops != 2 || len(s.before) != 2 ||
			s.before[0] != 2 || s.before[1] != 3 {
			t.Errorf("three runs: %v, %+v; want two pauses, before runs 2 and 3", took, *s)
		}
	})
}

func TestOneRunHasNoPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s := pauses(10 * time.Second)
		if took := walk(t, p, 0, 0, 0); took != 0 || s.stops != 0 {
			t.Errorf("one run: %v, %+v; want no pause", took, *s)
		}
	})
}

// A run that was interrupted between two runs has had some of the pause, or all of it.
func TestTimeAwayIsPartOfThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		test := func(away time.Duration, next int, want time.Duration) {
			t.Helper()
			p, s := pauses(10 * time.Second)
			p.Resume(plan.Trial{Run: 1}, away)
			if took := walk(t, p, next, next); took != want {
				t.Errorf("away for %v, then run %d: a pause of %v, want %v", away, next, took, want)
			}
			if stopped := s.stops > 0; stopped != (next != 1) {
				t.Errorf("away for %v, then run %d: stopped is %v", away, next, stopped)
			}
		}
		test(0, 2, 10*time.Second)
		test(4*time.Second, 2, 6*time.Second)
		test(time.Minute, 2, 0)
		test(4*time.Second, 1, 0) // in the middle of a run
	})
}

// What passed while the run was away counts for one pause only.
func TestLaterPausesAreWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := pauses(10 * time.Second)
		p.Resume(plan.Trial{Run: 1}, time.Minute)
		if took := walk(t, p, 1, 2); took != 10*time.Second {
			t.Errorf("away within run 1: the pause before run 2 takes %v, want 10s", took)
		}
	})
}

func TestPauseEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s := pauses(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		p.Before(ctx, plan.Trial{Run: 1})
		p.Before(ctx, plan.Trial{Run: 2})
		if took := time.Since(began); took != time.Second || s.stops != 1 {
			t.Errorf("a pause ended after %v, %+v; want 1s, all stopped", took, *s)
		}
	})
}
