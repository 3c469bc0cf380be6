//go:build linux

package rig

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

var keepAlive10 = Load{KeepAlive: true, Concurrency: 10}

func trialOf(round int, name string) Trial {
	return Trial{round, Combination{name, keepAlive10}}
}

// The median of the ratios differs from the ratio of the medians as soon as rounds differ.
func TestRatioIsFormedWithinARound(t *testing.T) {
	all := Results{Rounds: 3, Trials: map[Trial]Result{}}
	for i, values := range [][2]float64{{10, 100}, {50, 50}, {300, 100}} {
		all.Trials[trialOf(i+1, "async")] = Result{RequestsPerSecond: values[0]}
		all.Trials[trialOf(i+1, "nginx")] = Result{RequestsPerSecond: values[1]}
	}
	found := all.Ratio("async", "nginx", keepAlive10, Throughput)
	if want := (Cell{Spread: Spread{Median: 1, Low: 0.1, High: 3}, Rounds: 3}); found != want {
		t.Errorf("ratio = %v, want %v", found, want)
	}
}

func TestProblemsLeaveNoNumber(t *testing.T) {
	for _, bad := range []string{"async", "nginx"} {
		all := Results{Rounds: 2, Trials: map[Trial]Result{}}
		for round := 1; round <= 2; round++ {
			all.Trials[trialOf(round, "async")] = Result{RequestsPerSecond: 1}
			all.Trials[trialOf(round, "nginx")] = Result{RequestsPerSecond: 1}
		}
		all.Trials[trialOf(2, bad)] = Result{Problem: errors.New("3 failed")}

		if c := all.Ratio("async", "nginx", keepAlive10, Throughput); c.Invalid != 1 {
			t.Errorf("ratio with a bad %s: %+v, want an invalid round", bad, c)
		}
		if c := all.Value(bad, keepAlive10, Throughput); c.Invalid != 1 {
			t.Errorf("value of a bad %s: %+v, want an invalid round", bad, c)
		}
	}
}

func TestWhatWasNotMeasuredHasNoRounds(t *testing.T) {
	all := Results{Rounds: 1, Trials: map[Trial]Result{
		trialOf(1, "async"): {RequestsPerSecond: 1},
	}}
	if c := all.Ratio("async", "nginx", keepAlive10, Throughput); c != (Cell{}) {
		t.Errorf("ratio without the peer: %+v, want none", c)
	}
	if c := all.Value("nginx", keepAlive10, Throughput); c != (Cell{}) {
		t.Errorf("value of what was not measured: %+v, want none", c)
	}
}

func TestShowProblems(t *testing.T) {
	all := Results{Rounds: 3, Trials: map[Trial]Result{
		trialOf(1, "async"): {Cores: Cores{Server: 0.1, Generator: 0.1}},
		trialOf(2, "async"): {Cores: Cores{Idle: float64(runtime.NumCPU())}},
		trialOf(3, "async"): {Problem: errors.New("3 failed")},
	}}
	var out strings.Builder
	err := all.ShowProblems(&out)
	for _, want := range []string{
		"others used more than 0.5 cores during 1 of 3 trials",
		"INVALID: round 3, async, keep-alive on c=10: 3 failed",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("found %q, want %q in it", &out, want)
		}
	}
	if want := "1 of 3 trials are invalid"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
}
