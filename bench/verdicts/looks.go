//go:build linux

package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// additions is how often rounds are added at most.
const additions = 5

// simulateLooks makes up runs of two servers that are equally fast, to which rounds are added until
// a result pleases, and prints how often one of them is called faster. It measures nothing.
func simulateLooks(times int, stdout io.Writer) {
	fmt.Fprintf(stdout, "%d runs of two servers for each row, true ratios of 1, as many rounds "+
		"added each time as at first; runs that say faster or slower, in %%\n\n", times)
	columns := []string{"levels", "spread", "rounds", "added until", "never", "once"}
	for n := 2; n <= additions; n++ {
		columns = append(columns, fmt.Sprintf("up to %d times", n))
	}
	columns = append(columns, "covers, at the end")
	fmt.Fprintf(stdout, "| %s |\n", strings.Join(columns, " | "))
	fmt.Fprintln(stdout, strings.Repeat("| --- ", len(columns))+"|")
	for _, levels := range []int{1, simulatedLevels} {
		for _, spread := range []float64{0.08, 0.14} {
			for _, rounds := range []int{6, 10, 20} {
				design := looksDesign{levels, rounds, spread}
				for i, counts := range design.tally(times) {
					fmt.Fprintln(stdout, design.row(rules[i], counts, times))
				}
			}
		}
	}
}

// rule is when no more rounds are added: its name, and whether a run has reached it.
type rule struct {
	name   string
	isOver func(*stats.Analysis) bool
}

// rules are those of people who want to know how large a difference is, and of people who want to
// find one.
var rules = []rule{
	{"all is settled", func(a *stats.Analysis) bool { return count(a, stats.Inconclusive) == 0 }},
	{"something differs", func(a *stats.Analysis) bool { return differs(a) > 0 }},
}

// looksDesign is an experiment to which rounds are added.
type looksDesign struct {
	levels, rounds int
	spread         float64 // standard deviation of the logarithm of a trial's rate
}

// looksCounts are what runs found by one of the rules.
type looksCounts struct {
	wrong  [additions + 1]int // runs that find a difference, after so many additions at most
	covers int                // intervals that contain the ratio, after all of them
}

// tally simulates runs on all cores, and returns what they found by each of the rules. The same
// arguments always have the same result.
func (d looksDesign) tally(times int) []looksCounts {
	workers := min(times, runtime.GOMAXPROCS(0))
	parts := make([][]looksCounts, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			parts[w] = make([]looksCounts, len(rules))
			for i := w; i < times; i += workers {
				random := rand.New(rand.NewPCG(uint64(i), uint64(d.rounds)))
				d.look(random, parts[w])
			}
		})
	}
	group.Wait()

	sum := make([]looksCounts, len(rules))
	for _, part := range parts {
		for i, c := range part {
			sum[i].covers += c.covers
			for n, wrong := range c.wrong {
				sum[i].wrong[n] += wrong
			}
		}
	}
	return sum
}

// look simulates one run. It is looked at after its rounds, and again after each addition. What it
// says when a rule ends it, it says with any more additions.
func (d looksDesign) look(random *rand.Rand, byRule []looksCounts) {
	n := noise{other: normal(d.spread), base: normal(d.spread)}
	other, base := n.run(random, d.levels, d.rounds*(additions+1))
	said := make([]*stats.Analysis, len(rules)) // nil until the first look
	for added := range additions + 1 {
		var now *stats.Analysis
		for i, rule := range rules {
			if said[i] == nil || !rule.isOver(said[i]) {
				if now == nil {
					now = d.analyse(other, base, d.rounds*(added+1))
				}
				said[i] = now
			}
			byRule[i].wrong[added] += min(1, differs(said[i]))
		}
	}
	for i, a := range said {
		for _, c := range a.Comparisons {
			if c.HasInterval() && c.Low <= 1 && 1 <= c.High {
				byRule[i].covers++
			}
		}
	}
}

// analyse analyses the first rounds of a run.
func (d looksDesign) analyse(other, base [][]float64, rounds int) *stats.Analysis {
	s := newSimulated(rounds)
	s.experiment.Load.Concurrency = s.experiment.Load.Concurrency[:d.levels]
	s.trials = plan.New(s.experiment)
	return s.analyse(other, base, 0)
}

// row returns what runs found by a rule as a row of a table.
func (d looksDesign) row(r rule, c looksCounts, runs int) string {
	percent := func(n, of int) string { return fmt.Sprintf("%.1f", 100*float64(n)/float64(of)) }
	cells := []string{
		fmt.Sprint(d.levels),
		fmt.Sprintf("%.0f%%", 100*d.spread),
		fmt.Sprint(d.rounds),
		r.name,
	}
	for _, wrong := range c.wrong {
		cells = append(cells, percent(wrong, runs))
	}
	cells = append(cells, percent(c.covers, runs*d.levels))
	return "| " + strings.Join(cells, " | ") + " |"
}
