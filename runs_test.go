package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// newRuns returns a lab of several runs of two rounds, with a pause of a minute.
func newRuns(t *testing.T, restart spec.Restart, runs int, dir string) *lab {
	t.Helper()
	l := newLab(restart)
	l.experiment.Design.Runs, l.experiment.Design.Pause = runs, time.Minute
	l.withRecord(t, dir)
	return l
}

// Each run starts its servers anew, also where they live on within a run.
func TestEachRunHasItsOwnStarts(t *testing.T) {
	const (
		load  = "warm up a, load a, suspend a"
		again = ", resume a, warm up a, load a, stop a"
		once  = "start a, warm up a, load a, stop a"
	)
	lives := map[spec.Restart]string{
		spec.RestartTrial: once + ", " + once,
		spec.RestartRound: once + ", " + once,
		spec.RestartNever: "start a, " + load + again,
	}
	for restart, life := range lives {
		synctest.Test(t, func(t *testing.T) {
			l := newRuns(t, restart, 3, t.TempDir())
			began := time.Now()
			if err := l.measureAll(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got, want := l.happened(), life+", "+life+", "+life; got != want {
				t.Errorf("restart %s: happened\n%s, want\n%s", restart, got, want)
			}
			if took := time.Since(began); took < 2*time.Minute || took > 3*time.Minute {
				t.Errorf("restart %s: took %v, want two pauses of a minute", restart, took)
			}
		})
	}
}

// Ctrl-C in a pause ends it at once and keeps all that was measured. The same command goes on with
// the next run, after what is left of the pause.
func TestInterruptedPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		l := newRuns(t, spec.RestartNever, 2, dir)
		ctx, cancel := context.WithCancelCause(t.Context())
		began := time.Now()
		time.AfterFunc(30*time.Second, func() { cancel(failure.Interrupted{}) })
		err := l.record.Keep(l.measureAll(ctx), l.header.Trials)
		if err == nil || !strings.Contains(err.Error(), "2 of 4 trials are kept in "+dir) {
			t.Fatalf("measureAll: %v, want that 2 of 4 trials are kept", err)
		}
		if took := time.Since(began); took != 30*time.Second {
			t.Errorf("ended after %v, want 30s", took)
		}

		resumed := newRuns(t, spec.RestartNever, 2, dir)
		if err := resumed.measureAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := resumed.record.Finish(); err != nil {
			t.Fatal(err)
		}
		rec, err := record.Read(dir)
		if err != nil || len(rec.Results) != 4 {
			t.Fatalf("read: %v, %d trials, want 4", err, len(rec.Results))
		}
		for i, r := range rec.Results {
			if r.Run != i/2+1 {
				t.Errorf("trial %d is of run %d, want %d", i+1, r.Run, i/2+1)
			}
		}
	})
}

// A cell that was given up stays so in all further runs, and there is no pause before them.
func TestGivenUpCellsNeedNoPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		l := newRuns(t, spec.RestartTrial, 5, dir)
		onLoad(func(_ context.Context, server *fakeChild) (int, string) {
			server.crash()
			return 104, ""
		})(l)
		began := time.Now()
		if err := l.measureAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 90*time.Second {
			t.Errorf("took %v, want one pause: the third failure is in the second run", took)
		}
		_ = l.record.Finish()
		rec, err := record.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rec.Results {
			want := record.Crashed
			if r.Order > 3 {
				want = record.GivenUp
			}
			if r.Outcome != want {
				t.Errorf("trial %d: %s, want %s", r.Order, r.Outcome, want)
			}
		}
		if planned := len(plan.New(l.experiment)); len(rec.Results) != planned {
			t.Errorf("%d trials, want %d", len(rec.Results), planned)
		}
	})
}
