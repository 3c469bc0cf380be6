package chart

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"

	"labbook.example/labbook/internal/locale"
)

// axis is one axis of a graph. The library's own logarithmic scale puts the axis's name in the
// wrong place and wastes the room around it, so the library is always given a linear axis: one of
// logarithms, where log is set.
type axis struct {
	low, high float64            // the values at its ends
	log       bool               // values are placed by their logarithms
	ticks     plot.ConstantTicks // at their places
}

// place returns the place of a value, in the axis's own unit.
func (a axis) place(v float64) float64 {
	if a.log {
		return math.Log10(v)
	}
	return v
}

// logScale is added to the name of an axis.
const logScale locale.Message = ", log scale"

// zeroAxis returns an axis from zero to its top tick, which is the first one that no value exceeds,
// so that its label, with the unit, is above all values.
func zeroAxis(w *locale.Printer, high float64) axis {
	top := min(high, math.MaxFloat64/4)
	if top < 1e-300 {
		top = 1 // all values are zero, or too small for steps between them
	}
	step := roundUp(top / 5)
	a := axis{high: step * math.Ceil(top/step-1e-9)}
	a.ticks = axisTicks(w, step, a.high)
	return a
}

// axisTicks returns the multiples of a step from zero to the maximum.
func axisTicks(w *locale.Printer, step, maximum float64) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for i := 0; float64(i)*step <= maximum*(1+1e-9); i++ {
		v := float64(i) * step
		ticks = append(ticks, plot.Tick{Value: v, Label: w.Tick(v, step)})
	}
	return ticks
}

// roundUp returns the smallest 1, 2 or 5 times a power of ten that is not below x > 0.
func roundUp(x float64) float64 {
	exponent := int(math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if v := round(m, exponent); v >= x {
			return v
		}
	}
	return round(1, exponent+1)
}

// round returns m·10^exponent as the number nearest to its decimal form, and never an infinity.
func round(m float64, exponent int) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(m, 'f', -1, 64)+"e"+strconv.Itoa(exponent), 64)
	return min(v, math.MaxFloat64)
}
