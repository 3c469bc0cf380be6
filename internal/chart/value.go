package chart

import (
	"math"

	"gonum.org/v1/plot"

	"labbook/internal/locale"
)

// valueAxis places values on the y axis: from zero, or, where that is allowed and they exceed a
// decade, by their logarithms. The library's own logarithmic scale puts the axis's name in the
// wrong place and wastes the room around it, so it only ever sees a linear axis.
type valueAxis struct {
	printer   *locale.Printer
	low, high float64 // the ends of the axis
	log       bool
	ratios    bool // labels on either side of 1
}

func newValueAxis(w *locale.Printer, low, high float64, mayLog bool) valueAxis {
	if mayLog && low > 0 && high/low > 10 {
		return valueAxis{
			printer: w,
			low:     roundDown(low / 1.03),
			high:    roundUp(high * 1.03),
			log:     true,
		}
	}
	top := min(high, math.MaxFloat64/2) * 1.06
	if top < 1e-300 {
		top = 1 // all are zero, or too small for steps between them
	}
	return valueAxis{printer: w, high: top}
}

// place turns a value into the axis's own unit.
func (y valueAxis) place(v float64) float64 {
	if y.log {
		return math.Log10(v)
	}
	return v
}

// ticks labels round values.
func (y valueAxis) ticks() plot.ConstantTicks {
	if y.ratios {
		return y.ratioTicks()
	}
	if y.log {
		return y.logTicks()
	}
	return linearTicks(y.printer, y.high)
}

// linearTicks are four to nine round steps from zero to the maximum.
func linearTicks(w *locale.Printer, maximum float64) plot.ConstantTicks {
	step := roundUp(maximum / 8)
	var ticks plot.ConstantTicks
	for i := 0; float64(i)*step <= maximum*(1+1e-9); i++ {
		v := float64(i) * step
		ticks = append(ticks, plot.Tick{Value: v, Label: w.Tick(v, step)})
	}
	return ticks
}

// mostDecades is how many powers of ten have a label each.
const mostDecades = 8

// logTicks are 1, 2 and 5 times each power of ten between the ends of the axis. Over many decades
// only powers have a label, over very many not even each of those.
func (y valueAxis) logTicks() plot.ConstantTicks {
	var ticks plot.ConstantTicks
	first, last := int(math.Floor(y.place(y.low))), int(math.Ceil(y.place(y.high)))
	every := 1 + (last-first-1)/mostDecades
	for exponent := first; exponent <= last; exponent++ {
		for _, m := range []float64{1, 2, 5} {
			v := round(m, exponent)
			if v < y.low || v > y.high {
				continue
			}
			label := y.printer.Tick(v, round(1, exponent))
			if m != 1 && y.high/y.low > 1e4 || (exponent-first)%every != 0 {
				label = ""
			}
			ticks = append(ticks, plot.Tick{Value: y.place(v), Label: label})
		}
	}
	return ticks
}
