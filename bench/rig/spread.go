//go:build linux

package rig

import (
	"fmt"
	"slices"
)

// Spread is what many rounds say of one number.
type Spread struct {
	Median, Low, High float64
}

// Summarize gives the median and the extremes; of an even number of values the median is the mean
// of the two in the middle. There must be a value.
func Summarize(values []float64) Spread {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	median := sorted[middle]
	if len(sorted)%2 == 0 {
		median = (sorted[middle-1] + sorted[middle]) / 2
	}
	return Spread{median, sorted[0], sorted[len(sorted)-1]}
}

// Cell is one place in a table: a number, or the reason why there is none.
type Cell struct {
	Spread
	Rounds  int // whose values are in it
	Invalid int // rounds with a trial that may not be used; one is enough to leave no number
}

// String is how a table shows it. A dash: not measured.
func (c Cell) String() string { return c.Format(2) }

// Format is String with a number of decimals.
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

// Collect asks each round for its number.
func Collect(rounds int, ask func(round int) (value float64, found bool, problem error)) Cell {
	var c Cell
	var values []float64
	for round := 1; round <= rounds; round++ {
		value, found, problem := ask(round)
		switch {
		case !found:
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
