//go:build linux

package rig

import (
	"fmt"
	"slices"
)

// Spread is a number over several rounds.
type Spread struct {
	Median, Low, High float64
}

// Summarize returns the median and the extremes of at least one value. The median of an even number
// of values is the mean of the two in the middle.
func Summarize(values []float64) Spread {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	median := sorted[middle]
	if len(sorted)%2 == 0 {
		median = (sorted[middle-1] + sorted[middle]) / 2
	}
	return Spread{median, sorted[0], sorted[len(sorted)-1]}
}

// Cell is one cell of a table: a number, or the reason why there is none.
type Cell struct {
	Spread
	Rounds  int // number of values
	Invalid int // rounds with a problem; a single one leaves no number
}

// String returns what a table shows, with two decimals. A dash means: not measured.
func (c Cell) String() string { return c.Format(2) }

// Format is String with another number of decimals.
func (c Cell) Format(decimals int) string {
	switch {
	case c.Invalid > 0:
		return fmt.Sprintf("INVALID %d×", c.Invalid)
	case c.Rounds == 0:
		return "–"
	case c.Rounds == 1:
		return fmt.Sprintf("%.*f", decimals, c.Median)
	}
	return fmt.Sprintf("%.*f (%.*f–%.*f)", decimals, c.Median, decimals, c.Low, decimals, c.High)
}

// collect asks each round for its value.
func collect(rounds int, ask func(round int) (value float64, ok bool, problem error)) Cell {
	var c Cell
	var values []float64
	for round := 1; round <= rounds; round++ {
		value, ok, problem := ask(round)
		switch {
		case !ok:
		case problem != nil:
			c.Invalid++
		default:
			values = append(values, value)
		}
	}
	if c.Rounds = len(values); c.Rounds > 0 {
		c.Spread = Summarize(values)
	}
	return c
}
