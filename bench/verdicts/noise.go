//go:build linux

package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// noise is a way in which the rates of trials vary. The true ratio of the two servers is 1 by their
// medians: what both add is 0 in the median.
type noise struct {
	name string

	// other and base return what a trial of each server adds to the logarithm of its rate, apart
	// from what trials share.
	other, base draw

	memory float64 // AR(1): the correlation of a cell's trials from one round to the next
	shared float64 // the same of a drift that all cells of a round share, with a spread of 8 %
	grid   float64 // to which logarithms are rounded; 0: they are not
}

// draw returns a random number.
type draw func(random *rand.Rand) float64

// The shapes of a single trial's noise.
const (
	spread     = 0.08 // the standard deviation of a quiet trial
	modesApart = 0.50 // of the logarithms: the slow mode has 0.61 times the rate of the fast one
	outlying   = 0.40 // of the logarithms: how much slower an outlier is, in the mean
)

func normal(spread float64) draw {
	return func(random *rand.Rand) float64 { return spread * random.NormFloat64() }
}

// student3 draws from Student's t distribution with three degrees of freedom, scaled to a standard
// deviation.
func student3(spread float64) draw {
	return func(random *rand.Rand) float64 {
		square := 0.0
		for range 3 {
			x := random.NormFloat64()
			square += x * x
		}
		return spread * random.NormFloat64() / math.Sqrt(square)
	}
}

// slowOutliers draws from quiet trials, of which a share is slower by an exponential amount.
func slowOutliers(share float64) draw {
	return centered(func(random *rand.Rand) float64 {
		x := spread * random.NormFloat64()
		if random.Float64() < share {
			x -= outlying * random.ExpFloat64()
		}
		return x
	})
}

// twoModes draws from quiet trials, of which a share is in a slow mode.
func twoModes(share float64) draw {
	return centered(func(random *rand.Rand) float64 {
		x := spread * random.NormFloat64()
		if random.Float64() < share {
			x -= modesApart
		}
		return x
	})
}

// centered moves a distribution so that its median is 0, as many draws have it.
func centered(d draw) draw {
	middle := medianOf(d)
	return func(random *rand.Rand) float64 { return d(random) - middle }
}

// medianOf returns the median of a distribution to about a thousandth.
func medianOf(d draw) float64 {
	random := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 100_001)
	for i := range values {
		values[i] = d(random)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// typical returns the logarithm of the ratio of a typical round: half of all rounds have a larger
// one. It differs from that of the medians where one server alone is lopsided.
func (n noise) typical() float64 {
	typical := medianOf(func(random *rand.Rand) float64 {
		return n.other(random) - n.base(random)
	})
	const accuracy = 0.002
	if math.Abs(typical) < accuracy {
		return 0
	}
	return typical
}

// noises returns all kinds of noise.
var noises = sync.OnceValue(func() []noise {
	quiet := normal(spread)
	both := func(name string, d draw) noise { return noise{name: name, other: d, base: d} }
	one := func(name string, d draw) noise { return noise{name: name, other: d, base: quiet} }
	remembering := func(name string, memory float64) noise {
		n := both(name, quiet)
		n.memory = memory
		return n
	}
	drifting, rounded := both("drift that all share", quiet), both("rates rounded to 1 %", quiet)
	drifting.shared = 0.8
	rounded.grid = 0.01
	return []noise{
		both("lognormal", quiet),
		both("Student's t, 3 degrees", student3(spread)),
		both("30 % slow outliers in both", slowOutliers(0.30)),
		both("slow mode 30 % in both", twoModes(0.30)),
		one("4 times the spread in one", normal(4*spread)),
		drifting,
		rounded,
		one("30 % slow outliers in one", slowOutliers(0.30)),
		one("slow mode 30 % in one", twoModes(0.30)),
		one("slow mode 45 % in one", twoModes(0.45)),
		remembering("memory of 0.3", 0.3),
		remembering("memory of 0.6", 0.6),
		remembering("memory of 0.9", 0.9),
	}
})

// run draws the logarithms of the rates of a whole run: of each level and round, the other server's
// and the baseline's.
func (n noise) run(random *rand.Rand, levels, rounds int) (other, base [][]float64) {
	drift := make([]float64, rounds)
	if n.shared > 0 {
		drift = remember(random, normal(spread), n.shared, rounds)
	}
	cell := func(d draw) []float64 {
		values := remember(random, d, n.memory, rounds)
		for i := range values {
			values[i] += drift[i]
			if n.grid > 0 {
				values[i] = n.grid * math.Round(values[i]/n.grid)
			}
		}
		return values
	}
	for range levels {
		other = append(other, cell(n.other))
		base = append(base, cell(n.base))
	}
	return other, base
}

// remember draws an AR(1) process that has the distribution of d in each round.
func remember(random *rand.Rand, d draw, memory float64, rounds int) []float64 {
	values := make([]float64, rounds)
	for i := range values {
		values[i] = d(random)
		if i > 0 {
			values[i] = memory*values[i-1] + math.Sqrt(1-memory*memory)*values[i]
		}
	}
	return values
}
