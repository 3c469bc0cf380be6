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

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/stats"
)

// compareSpread is the standard deviation of the logarithm of a trial's rate within a run.
const compareSpread = 0.08

// simulateCompare makes up pairs of records of the same two servers and prints how often a
// comparison finds a change, of the numbers themselves and relative to the first server. It
// measures nothing.
func simulateCompare(times int, stdout io.Writer) {
	fmt.Fprintf(stdout, "%d pairs of records of two servers at %d levels for each row; in %%\n\n",
		times, simulatedLevels)
	fmt.Fprintln(stdout, "| between runs, of all servers | of their ratio | runs × rounds | "+
		"numbers that move, any | faster or slower, any | covers | equivalent at 1.10 | "+
		"found at 1.2 |")
	fmt.Fprintln(stdout, strings.Repeat("| --- ", 8)+"|")
	for _, common := range []float64{0, 0.01, 0.02, 0.05, 0.08} {
		fmt.Fprintln(stdout, occasions{common, 0, 1, 10}.tally(times).row())
	}
	for _, o := range []occasions{
		{0.05, 0, 1, 6},
		{0.05, 0, 1, 20},
		{0.05, 0.01, 1, 10},
		{0.05, 0.03, 1, 10},
		{0.05, 0.03, 3, 10},
		{0.05, 0.03, 5, 4},
	} {
		fmt.Fprintln(stdout, o.tally(times).row())
	}
}

// occasions are two records, of which each run differs from all others: by what it does to both
// servers, and by what it does to one of them. Both are standard deviations of logarithms.
type occasions struct {
	common, own  float64
	runs, rounds int // of each record
}

// changeCounts are what was found in pairs of records.
type changeCounts struct {
	occasions
	pairs, cells int

	moved      int // pairs in which any number has moved
	changed    int // pairs in which the second server is faster or slower anywhere
	covers     int // intervals of a relative change that contain the truth
	equivalent int // cells that call a true 1.10 equivalent
	found      int // cells that find a true 1.2
}

// tally simulates pairs on all cores. The same arguments always have the same result.
func (o occasions) tally(times int) changeCounts {
	workers := min(times, runtime.GOMAXPROCS(0))
	parts := make([]changeCounts, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			s := newSimulated(o.rounds)
			s.repeat(o.runs)
			for i := w; i < times; i += workers {
				random := rand.New(rand.NewPCG(uint64(i), uint64(100*o.runs+o.rounds)))
				parts[w].judge(s, o, random)
			}
		})
	}
	group.Wait()

	sum := changeCounts{occasions: o}
	for _, p := range parts {
		sum.pairs += p.pairs
		sum.cells += p.cells
		sum.moved += p.moved
		sum.changed += p.changed
		sum.covers += p.covers
		sum.equivalent += p.equivalent
		sum.found += p.found
	}
	return sum
}

// draw returns the logarithms of the rates of both servers, by level and round.
func (o occasions) draw(random *rand.Rand) (other, base [][]float64) {
	common := make([]float64, o.runs)
	for run := range common {
		common[run] = o.common * random.NormFloat64()
	}
	for range simulatedLevels {
		var ofOther, ofBase []float64
		for run := range o.runs {
			own := o.own * random.NormFloat64()
			for range o.rounds {
				trial := func() float64 { return common[run] + compareSpread*random.NormFloat64() }
				ofOther = append(ofOther, own+trial())
				ofBase = append(ofBase, trial())
			}
		}
		other, base = append(other, ofOther), append(base, ofBase)
	}
	return other, base
}

// judge compares two records with three true changes of the second server: 1, 1.10 and 1.2.
func (c *changeCounts) judge(s *simulated, o occasions, random *rand.Rand) {
	otherThen, baseThen := o.draw(random)
	other, base := o.draw(random)
	older := s.record(otherThen, baseThen, 0)
	against := func(change float64) *compare.Comparison {
		newer := s.record(other, base, math.Log(change))
		result, err := compare.Records(
			compare.Side{Record: older}, compare.Side{Record: newer}, "base")
		if err != nil {
			panic(err) // both have the server
		}
		return result
	}

	same := against(1)
	c.pairs++
	c.moved += min(1, countCells(same, func(cell compare.Cell) bool {
		return cell.HasMoved(same.Confidence)
	}))
	differs := func(cell compare.Cell) bool {
		return hasVerdict(cell, stats.Faster) || hasVerdict(cell, stats.Slower)
	}
	c.changed += min(1, countCells(same, differs))
	c.cells += countCells(same, func(cell compare.Cell) bool { return cell.Relative != nil })
	c.covers += countCells(same, func(cell compare.Cell) bool {
		r := cell.Relative
		return r != nil && r.HasInterval() && r.Low <= 1 && 1 <= r.High
	})
	c.equivalent += countCells(against(1+margin), func(cell compare.Cell) bool {
		return hasVerdict(cell, stats.Equivalent)
	})
	c.found += countCells(against(1.2), func(cell compare.Cell) bool {
		return hasVerdict(cell, stats.Faster)
	})
}

func hasVerdict(cell compare.Cell, v stats.Verdict) bool {
	return cell.Relative != nil && cell.Relative.Verdict == v
}

func countCells(c *compare.Comparison, wanted func(compare.Cell) bool) int {
	n := 0
	for _, cell := range c.Cells {
		if wanted(cell) {
			n++
		}
	}
	return n
}

// row returns the counts as a row of a table.
func (c changeCounts) row() string {
	percent := func(n, of int) float64 { return 100 * float64(n) / float64(of) }
	return fmt.Sprintf("| %.0f %% | %.0f %% | %d × %d | %.1f | %.1f | %.1f | %.1f | %.1f |",
		100*c.common,
		100*c.own,
		c.runs,
		c.rounds,
		percent(c.moved, c.pairs),
		percent(c.changed, c.pairs),
		percent(c.covers, c.cells),
		percent(c.equivalent, c.cells),
		percent(c.found, c.cells),
	)
}
