//go:build linux

package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// simulatedLevels is how many levels each simulated run has.
const simulatedLevels = 5

// simulatedRate is the true median of all throughputs, in requests per second.
const simulatedRate = 10_000

// margin is that of the simulated experiments, and of the difference that must not be equivalent.
const margin = 0.10

// shapeCodes are the doubts that may name why an interval is wrong.
var shapeCodes = []stats.Code{"two-modes", "correlated"}

// simulate makes up runs with every kind of noise, analyses their records, and prints how often
// what they claim is true. It measures nothing.
func simulate(times int, stdout io.Writer) {
	fmt.Fprintf(stdout, "%d runs of two servers at %d levels for each row; in %%\n\n",
		times, simulatedLevels)
	fmt.Fprintln(stdout, "| noise | rounds | covers | covers medians | wrong | wrong by medians | "+
		"of these named | equivalent at 1.10, each / any | found at 0.9 | doubts, in runs |")
	fmt.Fprintln(stdout, "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, n := range noises() {
		typical := n.typical()
		for _, rounds := range []int{6, 10, 20} {
			c := tally(n, typical, rounds, times)
			fmt.Fprintln(stdout, c.row(n.name, rounds))
		}
	}
}

// counts is what was found in runs with one kind of noise.
type counts struct {
	runs, intervals int

	covers        int // intervals that contain the ratio of a typical round
	coversMedians int // and those that contain the ratio of the medians
	wrong         int // runs that find a difference where the typical ratio is 1
	wrongMedians  int // and where the ratio of the medians is
	named         int // of wrongMedians, those with a doubt about the shape
	equivalent    int // comparisons that call a true 1.10 equivalent
	anyEquivalent int // runs with one
	found         int // comparisons that find a true 0.9

	doubts map[stats.Code]int // runs that have one, where the ratio of the medians is 1
}

// tally simulates runs on all cores. The same arguments always have the same result.
// typical is the logarithm of the ratio of a typical round.
func tally(n noise, typical float64, rounds, times int) counts {
	workers := min(times, runtime.GOMAXPROCS(0))
	parts := make([]counts, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			s := newSimulated(rounds)
			parts[w].doubts = map[stats.Code]int{}
			for i := w; i < times; i += workers {
				random := rand.New(rand.NewPCG(uint64(i), uint64(rounds)))
				other, base := n.run(random, simulatedLevels, rounds)
				parts[w].judge(s, other, base, typical)
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

// judge analyses one run with four true ratios: each of them is a shift of the same noise.
func (c *counts) judge(s *simulated, other, base [][]float64, typical float64) {
	c.runs++
	a := s.analyse(other, base, 0)
	for _, cmp := range a.Comparisons {
		c.intervals++
		truth := math.Exp(typical)
		if cmp.HasInterval() && cmp.Low <= truth && truth <= cmp.High {
			c.covers++
		}
		if cmp.HasInterval() && cmp.Low <= 1 && 1 <= cmp.High {
			c.coversMedians++
		}
	}
	named := false
	for _, w := range a.Warnings {
		c.doubts[w.Code]++
		named = named || slices.Contains(shapeCodes, w.Code)
	}
	wrong := differs(a)
	if wrong > 0 {
		c.wrongMedians++
		if named {
			c.named++
		}
	}

	if typical != 0 {
		wrong = differs(s.analyse(other, base, -typical))
	}
	if wrong > 0 {
		c.wrong++
	}
	same := count(s.analyse(other, base, math.Log1p(margin)-typical), stats.Equivalent)
	c.equivalent += same
	c.anyEquivalent += min(1, same)
	c.found += count(s.analyse(other, base, math.Log(0.9)-typical), stats.Slower)
}

func differs(a *stats.Analysis) int { return count(a, stats.Faster) + count(a, stats.Slower) }

func count(a *stats.Analysis, v stats.Verdict) int {
	n := 0
	for _, c := range a.Comparisons {
		if c.Verdict == v {
			n++
		}
	}
	return n
}

func (c *counts) add(o counts) {
	c.runs += o.runs
	c.intervals += o.intervals
	c.covers += o.covers
	c.coversMedians += o.coversMedians
	c.wrong += o.wrong
	c.wrongMedians += o.wrongMedians
	c.named += o.named
	c.equivalent += o.equivalent
	c.anyEquivalent += o.anyEquivalent
	c.found += o.found
	for code, n := range o.doubts {
		c.doubts[code] += n
	}
}

// row returns the counts as a row of a table.
func (c *counts) row(name string, rounds int) string {
	percent := func(n, of int) string {
		if of == 0 {
			return "–"
		}
		return fmt.Sprintf("%.1f", 100*float64(n)/float64(of))
	}
	var doubts []string
	for _, code := range stats.Codes() {
		if n := c.doubts[code]; n > 0 {
			doubts = append(doubts, fmt.Sprintf("%s %s", code, percent(n, c.runs)))
		}
	}
	return fmt.Sprintf("| %s | %d | %s | %s | %s | %s | %s | %s / %s | %s | %s |",
		name,
		rounds,
		percent(c.covers, c.intervals),
		percent(c.coversMedians, c.intervals),
		percent(c.wrong, c.runs),
		percent(c.wrongMedians, c.runs),
		percent(c.named, c.wrongMedians),
		percent(c.equivalent, c.intervals),
		percent(c.anyEquivalent, c.runs),
		percent(c.found, c.intervals),
		strings.Join(doubts, ", "),
	)
}

// simulated is an experiment of two servers whose records are made up.
type simulated struct {
	experiment *spec.Experiment
	trials     []plan.Trial
}

func newSimulated(rounds int) *simulated {
	e := &spec.Experiment{
		Load: spec.Load{Requests: 10_000, Concurrency: []int{1, 3, 5, 8, 10}},
		Design: spec.Design{
			Rounds:     rounds,
			Confidence: 0.95,
			Margin:     margin,
			Baseline:   "base",
			Seed:       1,
		},
		Servers: []spec.Server{{Name: "base"}, {Name: "other"}},
	}
	return &simulated{e, plan.New(e)}
}

// analyse makes a record of a run and analyses it, see record.
func (s *simulated) analyse(other, base [][]float64, shift float64) *stats.Analysis {
	return stats.Judge(s.record(other, base, shift))
}

// record makes a record of a run. shift is added to the logarithms of the other server's rates.
func (s *simulated) record(other, base [][]float64, shift float64) *record.Record {
	rec := record.New(record.Header{Rounds: s.experiment.Design.Rounds}, s.experiment)
	levels := plan.Levels(s.experiment)
	results := make([]record.Result, len(s.trials))
	for i, trial := range s.trials {
		level := slices.Index(levels, trial.Level)
		log := base[level][trial.Round-1]
		if trial.Server == "other" {
			log = other[level][trial.Round-1] + shift
		}
		rate := simulatedRate * math.Exp(log)
		results[i] = record.Result{
			Trial:   trial,
			Outcome: record.Ended,
			Answer:  &record.Answer{Status: 200},
			Load: &record.Call{Measurement: &abtext.Measurement{
				Concurrency:       trial.Level.Value,
				Complete:          s.experiment.Load.Requests,
				RequestsPerSecond: rate,
				TimeTakenSeconds:  float64(s.experiment.Load.Requests) / rate,
			}},
		}
	}
	rec.Add(results...)
	return rec
}
