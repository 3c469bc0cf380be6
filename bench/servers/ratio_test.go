//go:build linux

package main

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"labbook/bench/rig"
)

// The median of the ratios differs from the ratio of the medians as soon as rounds differ.
func TestRatioIsFormedWithinARound(t *testing.T) {
	l := load{wrk, 10}
	all := results{}
	for round, values := range [][2]float64{{10, 100}, {50, 50}, {300, 100}} {
		all[trial{round + 1, "async", l}] = result{requestsPerSecond: values[0]}
		all[trial{round + 1, "nginx", l}] = result{requestsPerSecond: values[1]}
	}
	found := all.ratio(pair{"async", "nginx"}, l, throughput, 3)
	if want := (rig.Cell{Spread: rig.Spread{Median: 1, Low: 0.1, High: 3}, Rounds: 3}); found != want {
		t.Errorf("ratio = %v, want %v", found, want)
	}
}

// One bad trial, of the server or of the peer, leaves no number.
func TestBadTrialLeavesNoNumber(t *testing.T) {
	l := load{ab, 10}
	for _, bad := range []string{"async", "nginx"} {
		all := results{}
		for round := 1; round <= 5; round++ {
			all[trial{round, "async", l}] = result{requestsPerSecond: 1}
			all[trial{round, "nginx", l}] = result{requestsPerSecond: 1}
		}
		all[trial{3, bad, l}] = result{problem: errors.New("3 failed")}
		found := all.ratio(pair{"async", "nginx"}, l, throughput, 5).String()
		if want := "INVALID 1×"; found != want {
			t.Errorf("with a bad %s: %q, want %q", bad, found, want)
		}
		var out strings.Builder
		o := options{levels: []int{10}}
		chosen, err := choose("async,nginx")
		if err == nil {
			err = all.show(&out, chosen, o, 5)
		}
		want := "INVALID: round 3, " + bad + ", ab c=10: 3 failed"
		if !strings.Contains(out.String(), want) {
			t.Errorf("the tables do not say %q:\n%s", want, &out)
		}
		if want := "1 of 10 trials are invalid"; err == nil || err.Error() != want {
			t.Errorf("show = %v, want %q", err, want)
		}
	}
}

func TestShuffledRound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	of, with := servers[:3], loads([]int{1, 10, 100, 1000})
	first, second := shuffled(1, of, with, random), shuffled(1, of, with, random)
	for _, order := range [][]trial{first, second} {
		seen := map[trial]bool{}
		for i, trial := range order {
			seen[trial] = true
			if turn := order[i-i%len(of)]; trial.load != turn.load {
				t.Errorf("%v comes before the turn of %v is over", trial, turn.load)
			}
		}
		if want := len(of) * len(with); len(seen) != want || len(order) != want {
			t.Errorf(
				"a round has %d trials, %d of them different; want %d",
				len(order),
				len(seen),
				want,
			)
		}
	}
	if slices.Equal(first, second) {
		t.Error("two rounds have the same order")
	}
}

func TestOthers(t *testing.T) {
	all := results{
		trial{round: 1}: {serverCores: 0.1, generatorCores: 0.1},
		trial{round: 2}: {serverCores: 1000},
	}
	var out strings.Builder
	all.showOthers(&out)
	if want := "during 1 of 2 trials"; !strings.Contains(out.String(), want) {
		t.Errorf("showOthers said %q, want %q", &out, want)
	}
}
