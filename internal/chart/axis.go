package chart

import (
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"

	"labbook/internal/locale"
)

// axis is one axis of a panel. The library's own logarithmic scale puts the axis's name in the
// wrong place and wastes the room around it, so the library is always given a linear axis: one of
// logarithms, where log is set.
type axis struct {
	name      string
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

// named returns the axis with a name. The name of a logarithmic axis ends with "log scale".
func (a axis) named(w *locale.Printer, name string) axis {
	a.name = name
	if a.log {
		a.name += w.Sprintf(logScale)
	}
	return a
}

// newValueAxis returns an axis for values from low to high. It begins at zero, or it is logarithmic
// where that is allowed and the values span more than a decade.
func newValueAxis(w *locale.Printer, low, high float64, mayLog bool) axis {
	if mayLog && low > 0 && high/low > 10 {
		a := axis{low: roundDown(low / 1.03), high: roundUp(high * 1.03), log: true}
		a.ticks = a.logTicks(w)
		return a
	}
	top := min(high, math.MaxFloat64/2) * 1.06
	if top < 1e-300 {
		top = 1 // all values are zero, or too small for steps between them
	}
	return axis{high: top, ticks: linearTicks(w, top)}
}

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

// linearTicks returns four to nine round steps from zero to the maximum.
func linearTicks(w *locale.Printer, maximum float64) plot.ConstantTicks {
	return axisTicks(w, roundUp(maximum/8), maximum)
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

// maxDecades is the maximum number of decades over which every power of ten has a label.
const maxDecades = 8

// logTicks returns 1, 2 and 5 times each power of ten between the ends of the axis. Over many
// decades only the powers of ten have a label, and over very many only some of them.
func (a axis) logTicks(w *locale.Printer) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	first, last := int(math.Floor(a.place(a.low))), int(math.Ceil(a.place(a.high)))
	every := 1 + (last-first-1)/maxDecades
	for exponent := first; exponent <= last; exponent++ {
		for _, m := range []float64{1, 2, 5} {
			v := round(m, exponent)
			if v < a.low || v > a.high {
				continue
			}
			label := w.Tick(v, round(1, exponent))
			if m != 1 && a.high/a.low > 1e4 || (exponent-first)%every != 0 {
				label = ""
			}
			ticks = append(ticks, plot.Tick{Value: a.place(v), Label: label})
		}
	}
	return ticks
}

// minReach is how far from 1 an axis of ratios reaches at least, so that small differences look
// small.
const minReach = 1.25

// ratioReach returns how far from 1 an axis must reach, to both sides alike, for ratios from low to
// high.
func ratioReach(low, high float64) float64 { return max(high, 1/low, minReach) * 1.03 }

// newRatioAxis returns an axis for ratios from low to high. It places them by their logarithms: a
// half and a double are equally far from 1.
func newRatioAxis(w *locale.Printer, low, high float64) axis {
	a := axis{low: low, high: high, log: true}
	a.ticks = a.ratioTicks(w)
	return a
}

// The room for labels on an axis of ratios: their maximum number in equal steps, and in decades,
// and the minimum distance of two as a share of the axis.
const (
	maxStepTicks  = 9
	maxRatioTicks = 11
	minRatioGap   = 0.05
)

// ratioSteps are the steps between ratios that may have labels where they are near 1, and the
// ratios in each power of ten that may have them where they are not.
var (
	ratioSteps   = []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5}
	ratioDecades = [][]float64{{1, 1.5, 2, 3, 5, 7}, {1, 2, 5}, {1}}
)

// ratioTicks returns 1 and round ratios over the whole axis, as many as there is room for.
func (a axis) ratioTicks(w *locale.Printer) plot.ConstantTicks {
	for _, step := range ratioSteps {
		var values []float64
		first, last := math.Ceil(a.low/step-1e-9), math.Floor(a.high/step+1e-9)
		for i := max(1, first); i <= last && len(values) <= maxStepTicks; i++ {
			values = append(values, i*step)
		}
		// Towards zero the steps grow: below two of them, no value could be read off.
		if first > 2 && len(values) <= maxStepTicks && a.roomFor(values) {
			return a.labelled(w, values)
		}
	}
	for _, decade := range ratioDecades {
		if values := a.decades(decade, 1); a.roomFor(values) {
			return a.labelled(w, values)
		}
	}
	every := 2
	for !a.roomFor(a.decades([]float64{1}, every)) {
		every++
	}
	return a.labelled(w, a.decades([]float64{1}, every))
}

// decades returns some multiples of each power of ten that is itself the power of 10^every.
func (a axis) decades(multiples []float64, every int) (values []float64) {
	first, last := int(math.Floor(a.place(a.low))), int(math.Ceil(a.place(a.high)))
	for exponent := first; exponent <= last; exponent++ {
		for _, m := range multiples {
			v := round(m, exponent)
			if exponent%every == 0 && v >= a.low && v <= a.high {
				values = append(values, v)
			}
		}
	}
	return values
}

// roomFor reports whether an axis of ratios has room for the labels of these values.
func (a axis) roomFor(values []float64) bool {
	if len(values) > maxRatioTicks {
		return false
	}
	closest := minRatioGap * (a.place(a.high) - a.place(a.low))
	for i := 1; i < len(values); i++ {
		if a.place(values[i])-a.place(values[i-1]) < closest {
			return false
		}
	}
	return true
}

func (a axis) labelled(w *locale.Printer, values []float64) (ticks plot.ConstantTicks) {
	for _, v := range values {
		label := w.General(v, 3)
		if v >= 1000 && v < 1e9 {
			label = w.Integer(int(v))
		}
		ticks = append(ticks, plot.Tick{Value: a.place(v), Label: label})
	}
	return ticks
}

// maxPanelTicks is how many labels the y axis of a small panel has room for.
const maxPanelTicks = 9

// sparse returns the ticks of an axis with as many labels as a small panel has room for: of a
// logarithmic one the powers of ten alone, or else every second one, and again.
func sparse(a axis) plot.ConstantTicks {
	ticks := slices.Clone(a.ticks)
	if a.log && len(withLabel(ticks)) > maxPanelTicks {
		for i, tick := range ticks {
			if math.Abs(tick.Value-math.Round(tick.Value)) > 1e-9 {
				ticks[i].Label = ""
			}
		}
	}
	for {
		labelled := withLabel(ticks)
		if len(labelled) <= maxPanelTicks {
			return ticks
		}
		for k := 1; k < len(labelled); k += 2 {
			ticks[labelled[k]].Label = ""
		}
	}
}

// withLabel returns the places of the ticks that have a label.
func withLabel(ticks plot.ConstantTicks) (places []int) {
	for i, tick := range ticks {
		if tick.Label != "" {
			places = append(places, i)
		}
	}
	return places
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

// roundDown returns the largest 1, 2 or 5 times a power of ten that is not above x > 0.
func roundDown(x float64) float64 {
	exponent := int(math.Floor(math.Log10(x)))
	for _, m := range []float64{5, 2, 1} {
		if v := round(m, exponent); v <= x && v > 0 {
			return v
		}
	}
	return x // rounding made even the power of ten too large
}

// round returns m·10^exponent as the number nearest to its decimal form, and never an infinity.
func round(m float64, exponent int) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(m, 'f', -1, 64)+"e"+strconv.Itoa(exponent), 64)
	return min(v, math.MaxFloat64)
}
