package terminal

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labbook/internal/abtext"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// runs has five runs with pauses of 10 seconds.
func runs() *spec.Experiment {
	e := experiment()
	e.Design.Runs, e.Design.Pause = 5, 10*time.Second
	return e
}

func TestPlanOfSeveralRuns(t *testing.T) {
	e := runs()
	var out strings.Builder
	Plan{Experiment: e, Trials: plan.New(e)}.Print(&out)
	for _, want := range []string{
		"3 servers asked in 4 ways × 1 level × 3 rounds × 5 runs = 60 trials of 20 requests\n",
		"5 runs, each with fresh servers, and a pause of 10s before each but the first\n",
		"  run 1, round 2  ",
		"  there  http://127.0.0.1:3/  runs already, and is not started anew for each run\n",
		"  … and 13 rounds more\n",
		"it would take 1h0m40s\n", // 60 × 1 minute + 4 × 10 s
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("printed\n%s\nwant in it: %s", out.String(), want)
		}
	}
}

// Pauses do not depend on the number of trials: those of the last time are taken out, and those of
// this time are added.
func TestExpectedDurationOfSeveralRuns(t *testing.T) {
	e, last := runs(), runs()
	last.Design.Runs = 2
	trials := plan.New(last)
	rec := record.New(record.Header{}, last)
	for _, trial := range trials {
		start := 2 * float64(trial.Order-1) // 2 s per trial
		if trial.Run == 2 {
			start += 10
		}
		rec.Add(record.Result{Trial: trial, StartSeconds: start})
	}

	got := Plan{Experiment: e, Trials: plan.New(e), Last: rec}.ExpectedDuration()
	const want = "about 2m40s, by the 24 trials of the last run" // 60 × 2 s + 4 × 10 s
	if got != want {
		t.Errorf("ExpectedDuration = %q, want %q", got, want)
	}
}

// Each pause says how long it all will still take: the trials at their speed until now, and the
// pauses.
func TestPauseSaysHowMuchIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := NewProgress(&out, false, Summary{
			Trials:    6,
			Remaining: 6,
			Rounds:    6,
			Design:    spec.Design{Runs: 3, Rounds: 2, Pause: 10 * time.Second},
		})
		for i := range 6 {
			run := i/2 + 1
			next := trial
			next.Order, next.Round, next.Run = i+1, i+1, run
			if i == 2 || i == 4 {
				p.Pause(next, 10*time.Second)
				time.Sleep(10 * time.Second)
			}
			time.Sleep(3 * time.Second)
			r := ended(abtext.Measurement{RequestsPerSecond: 1})
			r.Trial = next
			p.End(r)
		}
		for _, want := range []string{
			"[2/6] run 1, round 2  a c=5  1 requests/s\n",
			"a pause of 10s before run 2 of 3, about 32s left\n", // 4 × 3 s + 2 × 10 s
			"a pause of 10s before run 3 of 3, about 16s left\n", // 2 × 3 s + 10 s
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("printed\n%s\nwant in it: %q", out.String(), want)
			}
		}

		next := trial
		next.Run = 2
		if got := p.describe(next, 120); got != "run 2 of 3, round 3 of 6, a c=5" {
			t.Errorf("the bar says %q", got)
		}
	})
}

// A bar shows the pause although its last text is no older than a trial's result: nothing else is
// printed until the pause is over, and the run would look as if it hung.
func TestPauseIsShownBesideABar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := NewProgress(&out, false, Summary{
			Trials:    2,
			Remaining: 2,
			Rounds:    2,
			Design:    spec.Design{Runs: 2, Rounds: 1, Pause: time.Minute},
		})
		p.bar, p.columns = newBar(&out, 2), func() int { return 100 }

		next := trial
		next.Run = 1
		p.Begin(next)
		time.Sleep(3 * time.Second)
		p.End(ended(abtext.Measurement{RequestsPerSecond: 1}))
		next.Run = 2
		p.Pause(next, time.Minute)
		const want = "\ra pause of 1m0s before run 2 of 2, about 1m3s left\n"
		if !strings.HasSuffix(out.String(), want) {
			t.Errorf("printed %q, want %q at its end", out.String(), want)
		}
	})
}
