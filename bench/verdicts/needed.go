//go:build linux

package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"

	"labbook.example/labbook/internal/stats"
)

// simulateNeeded makes up runs in which something is inconclusive, asks how many rounds would
// settle it, makes up another run of the same servers with as many, and prints how often that has
// all verdicts. It measures nothing.
func simulateNeeded(times int, stdout io.Writer) {
	fmt.Fprintf(stdout, "%d runs of two servers at %d levels for each row; "+
		"true ratios of 0.74 to 1.35, each as likely; in %%\n\n", times, simulatedLevels)
	fmt.Fprintln(stdout, "| spread | rounds | inconclusive | a number is named | "+
		"rounds named (median) | these settle all |")
	fmt.Fprintln(stdout, strings.Repeat("| --- ", 6)+"|")
	for _, spread := range []float64{0.04, 0.08, 0.14} {
		for _, rounds := range []int{6, 10, 20} {
			fmt.Fprintln(stdout, neededDesign{spread, rounds}.tally(times))
		}
	}
}

// neededDesign is an experiment that may be inconclusive.
type neededDesign struct {
	spread float64 // standard deviation of the logarithm of a trial's rate
	rounds int
}

// tally simulates runs on all cores, and returns a row of the table. The same arguments always have
// the same result.
func (d neededDesign) tally(times int) string {
	workers := min(times, runtime.GOMAXPROCS(0))
	open := make([]int, workers)
	settled := make([]int, workers)
	named := make([][]int, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := w; i < times; i += workers {
				random := rand.New(rand.NewPCG(uint64(i), uint64(d.rounds)))
				before, again := d.repeat(random)
				if !slices.ContainsFunc(before.Comparisons, stats.Comparison.Settleable) {
					continue
				}
				open[w]++
				if again == nil {
					continue
				}
				named[w] = append(named[w], before.NeededBy("").Rounds)
				if settles(again, before) {
					settled[w]++
				}
			}
		})
	}
	group.Wait()

	all := slices.Sorted(slices.Values(slices.Concat(named...)))
	sum := func(counts []int) (n int) {
		for _, c := range counts {
			n += c
		}
		return n
	}
	percent := func(n, of int) float64 { return 100 * float64(n) / float64(max(1, of)) }
	median := 0
	if len(all) > 0 {
		median = all[len(all)/2]
	}
	return fmt.Sprintf("| %.0f%% | %d | %.1f | %.1f | %d | %.1f |", 100*d.spread, d.rounds,
		percent(sum(open), times), percent(len(all), sum(open)), median,
		percent(sum(settled), len(all)))
}

// repeat simulates a run, and another one with as many rounds as the first one asks for; nil if it
// names no number.
func (d neededDesign) repeat(random *rand.Rand) (before, again *stats.Analysis) {
	var ratios []float64
	for range simulatedLevels {
		ratios = append(ratios, 0.3*(2*random.Float64()-1))
	}
	analyse := func(rounds int) *stats.Analysis {
		n := noise{other: normal(d.spread), base: normal(d.spread)}
		other, base := n.run(random, simulatedLevels, rounds)
		for level, ratio := range ratios {
			for i := range other[level] {
				other[level][i] += ratio
			}
		}
		return newSimulated(rounds).analyse(other, base, 0)
	}
	before = analyse(d.rounds)
	before.EstimateNeeded()
	if rounds := before.NeededBy("").Rounds; rounds > 0 {
		again = analyse(rounds)
	}
	return before, again
}

// settles reports whether a run has a verdict wherever another one could have got one.
func settles(again, before *stats.Analysis) bool {
	for _, c := range before.Comparisons {
		if !c.Settleable() {
			continue
		}
		for _, other := range again.Comparisons {
			if other.Level == c.Level && other.Verdict == stats.Inconclusive {
				return false
			}
		}
	}
	return true
}
