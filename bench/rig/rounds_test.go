//go:build linux

package rig

import (
	"context"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

func everyCombination() []Combination {
	var all []Combination
	for _, keepAlive := range []bool{false, true} {
		for _, level := range []int{1, 10, 100, 1000} {
			for _, name := range []string{"async", "thread", "nginx"} {
				all = append(all, Combination{name, Load{KeepAlive: keepAlive, Concurrency: level}})
			}
		}
	}
	return all
}

func TestShuffledRound(t *testing.T) {
	all := everyCombination()
	random := rand.New(rand.NewPCG(1, 0))
	first := shuffled(all, random)
	second := shuffled(all, random)
	if slices.Equal(first, second) {
		t.Error("two rounds have the same order")
	}
	if again := shuffled(all, rand.New(rand.NewPCG(1, 0))); !slices.Equal(first, again) {
		t.Error("the same seed gives another order")
	}

	for _, order := range [][]Combination{first, second} {
		if len(order) != len(all) {
			t.Errorf("a round has %d combinations, want %d", len(order), len(all))
		}
		seen := map[Combination]bool{}
		for i, c := range order {
			seen[c] = true
			if turn := order[i-i%3]; c.Load != turn.Load {
				t.Errorf("%v comes before the turn of %v is over", c, turn.Load)
			}
		}
		if len(seen) != len(all) {
			t.Errorf("a round has %d different combinations, want %d", len(seen), len(all))
		}
	}
}

func TestMeasureKeepsWholeRounds(t *testing.T) {
	all := everyCombination()
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	found := Options{Rounds: 5}.Measure(ctx, all, func(Combination) Result {
		calls++
		if calls == 2*len(all)+1 { // the first of the third round
			cancel()
		}
		return Result{RequestsPerSecond: 1}
	}, io.Discard)
	if found.Rounds != 2 || len(found.Trials) != 2*len(all) {
		t.Errorf("%d rounds with %d trials, want 2 with %d",
			found.Rounds, len(found.Trials), 2*len(all))
	}
}
