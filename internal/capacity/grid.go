package capacity

import (
	"math"
	"slices"

	"labbook.example/labbook/internal/record"
)

// stepsPerOctave is how many rates of the ladder double it. All servers are measured at rates of
// one ladder, so that servers and versions have rates in common.
const stepsPerOctave = 24

// The rates around a capacity, in steps of the ladder from its middle: fine ones beside it, and a
// few wider ones for the shape of the curve, and for rounds in which the capacity is another.
var (
	around = []int{-24, -12, -6, -2, -1, 0, 1, 2, 4, 8}
	below  = []int{-24, -12, -6, -2, 0} // of one that is only known to be at least so high
	above  = []int{0, 24}               // or at most
)

// Grid returns the rates at which a server is measured: requests per second, ascending, none twice,
// 1 or more. The objective was met at low and not at high; low is 0 where it was met at no rate,
// and high is 0 where it was met at each that could be made.
func Grid(low, high float64, end record.SearchEnd) []int {
	switch {
	case low <= 0:
		return rung(math.Ceil(step(max(1, high))), above)
	case high <= 0 || end == record.Unbounded:
		return rung(math.Floor(step(low)), below)
	}
	return rung(math.Round(step(math.Sqrt(low*high))), around)
}

// step returns where a rate is on the ladder; a whole number for its rungs.
func step(rate float64) float64 { return stepsPerOctave * math.Log2(rate) }

// rung returns the rates at some distances from a step.
func rung(from float64, distances []int) []int {
	var rates []int
	for _, d := range distances {
		rate := math.Round(math.Exp2((from + float64(d)) / stepsPerOctave))
		rates = append(rates, min(MaxRate, max(1, int(rate))))
	}
	slices.Sort(rates)
	return slices.Compact(rates)
}
