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
		"  5 runs with fresh servers, and a pause of 10 s between them\n",
		"  run 1, round 1  ",
		"  there  http://127.0.0.1:3/  already running, not restarted for each run\n",
		"  … 56 more\n",
		"if every trial times out: 60 min\n", // 60 × 1 minute + 4 × 10 s
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
	const want = "about 2.5 min, as in the last run (24 trials)" // 60 × 2 s + 4 × 10 s
	if got != want {
		t.Errorf("ExpectedDuration = %q, want %q", got, want)
	}
}

// Each pause says how long it all will still take: the trials at their speed until now, and the
// pauses.
func TestPauseSaysHowMuchIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := NewProgress(&out, false, sixInThreeRuns())
		for i := range 6 {
			run := i/2 + 1
			next := trial
			next.Order, next.Round, next.Run = i+1, i+1, run
			if i == 2 || i == 4 {
				p.Pause(next, 10*time.Second)
				time.Sleep(10 * time.Second)
			}
			p.Begin(next)
			time.Sleep(3 * time.Second)
			r := ended(abtext.Measurement{RequestsPerSecond: 1})
			r.Trial = next
			p.End(r)
		}
		for _, want := range []string{
			"[2/6] run 1/3  round 2/6, 35 s left\n",           // 4 × 3 s + 2 × 10 s
			"pause of 10 s before run 2/3, 35 s left\n",       // the same
			"pause of 10 s before run 3/3, 20 s left\n",       // 2 × 3 s + 10 s
			"[5/6] run 3/3  round 5/6, 3 s left\n[6/6] run 3", // and no more
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("printed\n%s\nwant in it: %q", out.String(), want)
			}
		}
	})
}

// sixInThreeRuns has three runs of two rounds with a pause of 10 seconds.
func sixInThreeRuns() Summary {
	return Summary{
		Experiment: &spec.Experiment{
			Servers: []spec.Server{{Name: "a"}},
			Load:    spec.Load{Concurrency: []int{5}},
			Design:  spec.Design{Runs: 3, Rounds: 2, Pause: 10 * time.Second},
		},
		Trials:    6,
		Remaining: 6,
	}
}

// The line shows a pause while it lasts, and counts the time down.
func TestPauseOnTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, out := onLine(sixInThreeRuns(), 100)
		next := trial
		next.Run, next.Round, next.Order = 1, 2, 2
		p.Begin(next)
		time.Sleep(3 * time.Second)
		p.End(ended(abtext.Measurement{RequestsPerSecond: 1}))
		next.Run, next.Round = 2, 3
		p.Pause(next, 10*time.Second)
		const want = "[███·················]  1/6  run 2/3  round 3/6  35 s left          " +
			"pause of 10 s before run 2/3"
		if !strings.HasSuffix(out.String(), want) {
			t.Errorf("printed %q, want %q at its end", out.String(), want)
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if got := out.String(); !strings.Contains(got[len(got)-100:], "30 s left") {
			t.Errorf("after 6 s: %q", got[len(got)-100:])
		}
		p.Abandon()
	})
}
