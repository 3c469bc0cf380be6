package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

// A course is the values of a quantity in the order of time, in one stretch or several: the rounds
// of a run, or the trials in the life of a server. Values of different stretches are never compared
// with each other.
type course [][]point

// point is a value at a time.
type point struct{ at, value float64 }

// How a p-value is drawn. Where 300 of the orders are as steep as the observed one, more of them
// would not change what follows (Besag and Clifford, Biometrika 1991).
const (
	drawnOrders  = 20_000
	enoughOrders = 300
)

// p returns the two-sided p-value of "the values do not depend on the time" against "they grow, or
// fall, with it". Where the hypothesis holds, every order of the values of a stretch is as likely
// as any other. So p is the share of all orders that have as steep a line of least squares as the
// observed one. It is drawn with a fixed seed: the same values always have the same p.
func (c course) p() float64 {
	var times, values [][]float64
	for _, stretch := range c {
		var middle average
		for _, p := range stretch {
			middle.add(p.at)
		}
		var t, v []float64
		for _, p := range stretch {
			t, v = append(t, p.at-middle.value()), append(v, p.value)
		}
		times, values = append(times, t), append(values, v)
	}

	const rounding = 1e-9
	observed := steepness(times, values) * (1 - rounding)
	random := rand.New(rand.NewPCG(2026, 17))
	as := 0
	for drawn := 1; drawn <= drawnOrders; drawn++ {
		for _, v := range values {
			random.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		}
		if steepness(times, values) < observed {
			continue
		}
		if as++; as == enoughOrders {
			return float64(as) / float64(drawn)
		}
	}
	return float64(as+1) / (drawnOrders + 1) // the observed order is one, too
}

// steepness is proportional to the slope of the line of least squares, without its sign. The mean
// of each stretch's times is 0.
func steepness(times, values [][]float64) float64 {
	sum := 0.0
	for i, t := range times {
		for j := range t {
			sum += t[j] * values[i][j]
		}
	}
	return math.Abs(sum)
}

// slope returns the change per unit of time: the median of the slopes of all pairs of points within
// a stretch (Theil, 1950; Sen, Journal of the American Statistical Association 1968). One disturbed
// trial does not bend it. It is 0 if there are no two times.
func (c course) slope() float64 {
	var slopes []float64
	for _, stretch := range c {
		for i, later := range stretch {
			for _, earlier := range stretch[:i] {
				if apart := later.at - earlier.at; apart != 0 {
					slopes = append(slopes, (later.value-earlier.value)/apart)
				}
			}
		}
	}
	if len(slopes) == 0 {
		return 0
	}
	slices.Sort(slopes)
	return median(slopes)
}

// average is the mean of the numbers added to it that are known.
type average struct {
	sum   float64
	count int
}

func (a *average) add(v float64) {
	if !math.IsNaN(v) {
		a.sum += v
		a.count++
	}
}

// value is NaN if no number is known.
func (a average) value() float64 { return a.sum / float64(a.count) }

func mean(values []float64) float64 {
	var all average
	for _, v := range values {
		all.add(v)
	}
	return all.value()
}
