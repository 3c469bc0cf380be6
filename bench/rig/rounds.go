//go:build linux

package rig

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
)

// Measure measures every combination once per round. If ctx ends before, it keeps the whole rounds:
// in a part of a round, numbers lack those of their peers.
func (o Options) Measure(
	ctx context.Context,
	all []Combination,
	once func(Combination) Result,
	progress io.Writer,
) Results {
	whole := Results{Trials: map[Trial]Result{}}
	random := rand.New(rand.NewPCG(o.Seed, 0))
	for round := 1; round <= o.Rounds; round++ {
		results := map[Trial]Result{}
		for i, c := range shuffled(all, random) {
			result := once(c)
			if ctx.Err() != nil {
				return whole
			}
			t := Trial{round, c}
			results[t] = result
			fmt.Fprintf(progress, "%d/%d of %v: %v\n", i+1, len(all), t, result)
		}
		maps.Copy(whole.Trials, results)
		whole.Rounds = round
	}
	return whole
}

// shuffled returns the combinations in random order, so that neither drift on the machine nor a
// place in the table favours one of them. Those with the same load stay together: what is compared
// was measured within seconds of each other.
func shuffled(all []Combination, random *rand.Rand) []Combination {
	byLoad := map[Load][]Combination{}
	var loads []Load
	for _, c := range all {
		if byLoad[c.Load] == nil {
			loads = append(loads, c.Load)
		}
		byLoad[c.Load] = append(byLoad[c.Load], c)
	}

	var order []Combination
	for _, i := range random.Perm(len(loads)) {
		same := byLoad[loads[i]]
		for _, j := range random.Perm(len(same)) {
			order = append(order, same[j])
		}
	}
	return order
}
