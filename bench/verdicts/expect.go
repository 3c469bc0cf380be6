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

	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// beyond are by how much the second server misses its limits in truth.
var beyond = [...]float64{0.05, 0.10, 0.20}

// simulateExpect makes up runs of servers whose truth is exactly at the limits that are expected of
// them, or beyond them, and prints how often a check fails. It measures nothing.
func simulateExpect(times int, stdout io.Writer) {
	fmt.Fprintf(stdout, "%d runs of two servers at %d levels for each row; in %%\n\n",
		times, simulatedLevels)
	fmt.Fprintln(stdout, "| noise | rounds | runs with a failed check | of medians | of ratios | "+
		"checks met | failed at 5, 10, 20% beyond: medians | ratios |")
	fmt.Fprintln(stdout, strings.Repeat("| --- ", 8)+"|")
	for _, n := range noises() {
		typical := n.typical()
		for _, rounds := range []int{6, 10, 20} {
			c := tallyExpected(n, typical, rounds, times)
			fmt.Fprintln(stdout, c.row(n.name, rounds))
		}
	}
}

// expected is what the checks of some runs came to: first those of medians, then those of ratios.
type expected struct {
	runs  int
	any   int    // runs with a failed check, where every truth is exactly at its limit
	anyOf [2]int // runs with one of a median, and of a ratio
	all   int    // checks of these runs
	met   int    // those of all that are met

	// Of the second server, where its truth is that much beyond all limits.
	failed [len(beyond)][2]int
	checks [2]int
}

// tallyExpected simulates runs on all cores. The same arguments always have the same result.
func tallyExpected(n noise, typical float64, rounds, times int) expected {
	workers := min(times, runtime.GOMAXPROCS(0))
	parts := make([]expected, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			s := newSimulated(rounds)
			s.experiment.Expectations = atTheirLimits(typical)
			for i := w; i < times; i += workers {
				random := rand.New(rand.NewPCG(uint64(i), uint64(rounds)))
				other, base := n.run(random, simulatedLevels, rounds)
				parts[w].judge(s, other, base)
			}
		})
	}
	group.Wait()

	sum := parts[0]
	for _, p := range parts[1:] {
		sum.add(p)
	}
	return sum
}

// atTheirLimits returns what is expected of both servers: exactly the truth. typical is the
// logarithm of the ratio of a typical round.
func atTheirLimits(typical float64) []spec.Expectation {
	median := spec.Expectation{
		Metric: stats.Throughput.Key,
		Bound:  spec.AtLeast,
		Limit:  simulatedRate,
		Line:   1,
	}
	ratio := median
	ratio.Bound, ratio.Than = spec.RatioAtLeast, spec.ThanBaseline
	ratio.Limit, ratio.Line = math.Exp(typical), 2
	return []spec.Expectation{median, ratio}
}

// judge analyses a run with its truth at the limits, and with that of one server beyond them.
func (e *expected) judge(s *simulated, other, base [][]float64) {
	e.runs++
	failed := [2]bool{}
	for _, c := range s.analyse(other, base, 0).Checks {
		e.all++
		switch c.Outcome {
		case stats.CheckMet:
			e.met++
		case stats.CheckFailed:
			failed[kindOf(c)] = true
		}
	}
	e.any += ones(failed[0] || failed[1])
	e.anyOf[0] += ones(failed[0])
	e.anyOf[1] += ones(failed[1])

	for i, share := range beyond {
		for _, c := range s.analyse(other, base, math.Log1p(-share)).Checks {
			if c.Cell.Server == "base" {
				continue
			}
			e.failed[i][kindOf(c)] += ones(c.Outcome == stats.CheckFailed)
			if i == 0 {
				e.checks[kindOf(c)]++
			}
		}
	}
}

// kindOf returns 1 for a check of a ratio, and 0 for one of a median.
func kindOf(c stats.Check) int { return ones(c.Expectation.Bound.OfRatio()) }

func ones(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (e *expected) add(o expected) {
	e.runs += o.runs
	e.any += o.any
	e.all += o.all
	e.met += o.met
	for kind := range e.anyOf {
		e.anyOf[kind] += o.anyOf[kind]
		e.checks[kind] += o.checks[kind]
		for i := range e.failed {
			e.failed[i][kind] += o.failed[i][kind]
		}
	}
}

// row returns the counts as a row of a table.
func (e expected) row(name string, rounds int) string {
	percent := func(n, of int) string { return fmt.Sprintf("%.1f", 100*float64(n)/float64(of)) }
	power := func(kind int) string {
		all := make([]string, len(beyond))
		for i := range beyond {
			all[i] = percent(e.failed[i][kind], e.checks[kind])
		}
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("| %s | %d | %s | %s | %s | %s | %s | %s |",
		name,
		rounds,
		percent(e.any, e.runs),
		percent(e.anyOf[0], e.runs),
		percent(e.anyOf[1], e.runs),
		percent(e.met, e.all),
		power(0),
		power(1),
	)
}
