//go:build linux

package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// runsSpread is the standard deviation of the logarithm of a trial's rate within a run.
const runsSpread = 0.07

// simulateRuns makes up experiments of several runs and prints how often what they claim of the
// machine is true, once with the run as the unit and once with all rounds pooled. It measures
// nothing.
func simulateRuns(times int, stdout io.Writer) {
	fmt.Fprintf(stdout, "%d experiments of two servers at %d levels for each row; in %%\n\n",
		times, simulatedLevels)
	fmt.Fprintln(stdout, "| between runs | runs × rounds | covers | pooled | wrong | pooled | "+
		"equivalent at 1.10 | pooled | found at 0.9 | pooled | half-width | pooled |")
	fmt.Fprintln(stdout, strings.Repeat("| --- ", 12)+"|")
	for _, tau := range []float64{0, 0.01, 0.03, 0.06} {
		// Ten runs of ten rounds are left to package stats: pooled, they take as long as the rest.
		for _, size := range [][2]int{{2, 4}, {2, 10}, {3, 4}, {3, 10}, {5, 4}, {5, 10}, {10, 4}} {
			design := runsDesign{runs: size[0], rounds: size[1], tau: tau}
			fmt.Fprintln(stdout, design.tally(times).row())
		}
	}
}

// runsDesign is an experiment of several runs with a known truth.
type runsDesign struct {
	runs, rounds int
	tau          float64 // standard deviation of the ratio's logarithm between runs
}

// runsCounts are what was found with the run as the unit, and with all rounds pooled.
type runsCounts struct {
	runsDesign
	experiments    int
	byRun, pooled  counts
	halfOf, halfIn float64 // sums of half-widths of the logarithms: by run, and pooled
}

// tally simulates experiments on all cores. The same arguments always have the same result.
func (d runsDesign) tally(times int) runsCounts {
	workers := min(times, runtime.GOMAXPROCS(0))
	parts := make([]runsCounts, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			byRun, pooled := newSimulated(d.rounds), newSimulated(d.runs*d.rounds)
			byRun.repeat(d.runs)
			p := &parts[w]
			for i := w; i < times; i += workers {
				random := rand.New(rand.NewPCG(uint64(i), uint64(100*d.runs+d.rounds)))
				other, base := d.draw(random)
				p.experiments++
				p.halfOf += p.byRun.judgeMachine(byRun, other, base)
				p.halfIn += p.pooled.judgeMachine(pooled, other, base)
			}
		})
	}
	group.Wait()

	sum := runsCounts{runsDesign: d}
	for _, p := range parts {
		sum.experiments += p.experiments
		sum.byRun.add(p.byRun)
		sum.pooled.add(p.pooled)
		sum.halfOf += p.halfOf
		sum.halfIn += p.halfIn
	}
	return sum
}

// repeat makes the rounds of an experiment those of several runs.
func (s *simulated) repeat(runs int) {
	s.experiment.Design.Runs = runs
	s.trials = plan.New(s.experiment)
}

// draw returns the logarithms of the rates of both servers, by level and round. Each run draws anew
// how the second server compares at each level.
func (d runsDesign) draw(random *rand.Rand) (other, base [][]float64) {
	for range simulatedLevels {
		var ofOther, ofBase []float64
		for range d.runs {
			drawn := d.tau * random.NormFloat64()
			for range d.rounds {
				ofOther = append(ofOther, drawn+runsSpread*random.NormFloat64())
				ofBase = append(ofBase, runsSpread*random.NormFloat64())
			}
		}
		other, base = append(other, ofOther), append(base, ofBase)
	}
	return other, base
}

// judgeMachine analyses an experiment with three true ratios of the machine, 1, 1.10 and 0.9. It
// returns the sum of the half-widths of the intervals.
func (c *counts) judgeMachine(s *simulated, other, base [][]float64) (halfWidths float64) {
	c.runs++
	a := s.analyse(other, base, 0)
	for _, cmp := range a.Comparisons {
		c.intervals++
		if cmp.HasInterval() && cmp.Low <= 1 && 1 <= cmp.High {
			c.covers++
		}
		halfWidths += math.Log(cmp.High/cmp.Low) / 2
	}
	c.wrong += min(1, differs(a))
	c.equivalent += count(s.analyse(other, base, math.Log1p(margin)), stats.Equivalent)
	c.found += count(s.analyse(other, base, math.Log(0.9)), stats.Slower)
	return halfWidths
}

// row returns the counts as a row of a table.
func (c runsCounts) row() string {
	share := func(of func(counts) int, all int) string {
		percent := func(n int) float64 { return 100 * float64(n) / float64(all) }
		return fmt.Sprintf("%.1f | %.1f", percent(of(c.byRun)), percent(of(c.pooled)))
	}
	levels := c.experiments * simulatedLevels
	return fmt.Sprintf("| %.0f %% | %d × %d | %s | %s | %s | %s | %.1f | %.1f |",
		100*c.tau,
		c.runsDesign.runs,
		c.rounds,
		share(func(c counts) int { return c.covers }, levels),
		share(func(c counts) int { return c.wrong }, c.experiments),
		share(func(c counts) int { return c.equivalent }, levels),
		share(func(c counts) int { return c.found }, levels),
		100*c.halfOf/float64(levels),
		100*c.halfIn/float64(levels),
	)
}
