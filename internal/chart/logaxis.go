package chart

import (
	"math"

	"gonum.org/v1/plot"

	"labbook.example/labbook/internal/locale"
)

// newLogAxis returns an axis of logarithms for values from low to high, which are above zero. It
// begins and ends at round values, and has labels over its whole range, at most so many.
func newLogAxis(w *locale.Printer, low, high float64, most int) axis {
	const room = 1.02 // what is at an end is drawn whole
	a := axis{low: low / room, high: min(high*room, math.MaxFloat64), log: true}
	if high/low < 1.2 { // small differences look small
		a.low, a.high = a.low/1.1, min(a.high*1.1, math.MaxFloat64)
	}

	var values []logValue
	for _, values = range a.ladders() {
		if a.roomForLabels(values, most) {
			break
		}
	}
	a.low = min(a.low, values[0].value)
	a.high = max(a.high, values[len(values)-1].value)
	for _, v := range values {
		tick := plot.Tick{Value: a.place(v.value), Label: w.Tick(v.value, v.step)}
		a.ticks = append(a.ticks, tick)
	}
	return a
}

// logValue is a round value, and the step in whose decimals it is written.
type logValue struct{ value, step float64 }

// ladders returns sets of round values, from the finest to the coarsest. Each of them reaches from
// one end of the axis to the other.
func (a axis) ladders() (sets [][]logValue) {
	finest := int(math.Floor(math.Log10(a.high-a.low))) - 1
	for exponent := finest; exponent <= finest+2; exponent++ {
		for _, m := range []float64{1, 2, 5} {
			step := round(m, exponent)
			first, last := math.Floor(a.low/step), math.Ceil(a.high/step)
			// Towards zero equal steps grow on an axis of logarithms.
			if first < 2 || last-first > 40 {
				continue
			}
			var set []logValue
			for i := first; i <= last; i++ {
				set = append(set, logValue{round(i*m, exponent), step})
			}
			sets = append(sets, set)
		}
	}
	for _, multiples := range [][]float64{{1, 1.5, 2, 3, 5, 7}, {1, 2, 5}, {1, 3}, {1}} {
		sets = append(sets, a.powers(1, multiples))
	}
	for every := 2; every <= 700; every += max(1, every/4) {
		sets = append(sets, a.powers(every, []float64{1}))
	}
	return sets
}

// powers returns multiples of the powers of 10^every, from the last one that is not above the
// axis's low end to the first one that is not below its high end.
func (a axis) powers(every int, multiples []float64) (set []logValue) {
	first := int(math.Floor(math.Log10(a.low)/float64(every))) - 1
	last := int(math.Ceil(math.Log10(a.high)/float64(every))) + 1
	for i := first; i <= last; i++ {
		for _, m := range multiples {
			v := logValue{round(m, i*every), round(1, i*every)}
			if m != math.Trunc(m) {
				v.step /= 10
			}
			if v.value > 0 && v.value < math.MaxFloat64 {
				set = append(set, v)
			}
		}
	}
	for len(set) > 1 && set[1].value <= a.low {
		set = set[1:]
	}
	for len(set) > 1 && set[len(set)-2].value >= a.high {
		set = set[:len(set)-1]
	}
	return set
}

// roomForLabels reports whether the labels of values are far enough from each other.
func (a axis) roomForLabels(values []logValue, most int) bool {
	if len(values) > most {
		return false
	}
	first, last := values[0].value, values[len(values)-1].value
	closest := 0.55 / float64(most) * (a.place(last) - a.place(first))
	for i := 1; i < len(values); i++ {
		if a.place(values[i].value)-a.place(values[i-1].value) < closest {
			return false
		}
	}
	return true
}
