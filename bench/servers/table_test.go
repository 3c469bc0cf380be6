//go:build linux

package main

import (
	"errors"
	"strings"
	"testing"

	"labbook.example/labbook/bench/rig"
)

func trialOf(round int, name string) rig.Trial {
	load := rig.Load{KeepAlive: false, Concurrency: 10}
	return rig.Trial{Round: round, Combination: rig.Combination{Name: name, Load: load}}
}

// One bad trial, of the server or of the peer, leaves no number.
func TestBadTrialLeavesNoNumber(t *testing.T) {
	chosen, err := choose("async,nginx")
	if err != nil {
		t.Fatal(err)
	}
	o := options{Options: rig.Options{Levels: []int{10}}, servers: chosen}

	for _, bad := range []string{"async", "nginx"} {
		found := rig.Results{Rounds: 5, Trials: map[rig.Trial]rig.Result{}}
		for round := 1; round <= 5; round++ {
			found.Trials[trialOf(round, "async")] = rig.Result{RequestsPerSecond: 1}
			found.Trials[trialOf(round, "nginx")] = rig.Result{RequestsPerSecond: 1}
		}
		found.Trials[trialOf(3, bad)] = rig.Result{Problem: errors.New("3 failed")}

		var out strings.Builder
		err := show(&out, found, o)
		for _, want := range []string{
			"INVALID: round 3, " + bad + ", keep-alive off c=10: 3 failed",
			"async ÷ nginx   INVALID 1×",
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("with a bad %s the tables lack %q:\n%s", bad, want, &out)
			}
		}
		if want := "1 of 10 trials are invalid"; err == nil || err.Error() != want {
			t.Errorf("show = %v, want %q", err, want)
		}
	}
}

func TestCombinations(t *testing.T) {
	all := combinations(servers, []int{1, 10, 100})
	if want := 2 * 3 * len(servers); len(all) != want {
		t.Errorf("%d combinations, want %d", len(all), want)
	}
}
