package chart

import (
	"math"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"gonum.org/v1/plot"

	"labbook/internal/plan"
)

var english = message.NewPrinter(language.English)

// number formats a value with thousands separators.
func number(v float64, places int) string { return english.Sprintf("%.*f", places, v) }

// levelTicks labels the levels, and leaves a label out where it would run into the one before it.
// Width is the axis's length in points.
func levelTicks(levels []plan.Level, width float64) plot.ConstantTicks {
	low, high := levelRange(levels)
	var ticks plot.ConstantTicks
	lastEnd := math.Inf(-1)
	for _, level := range sorted(levels) {
		text := number(float64(level.Value), 0)
		at := 0.0
		if high > low {
			at = (float64(level.Value) - low) / (high - low) * width
		}
		half := float64(len(text))*3 + 3
		if at-half < lastEnd {
			text = ""
		} else {
			lastEnd = at + half
		}
		ticks = append(ticks, plot.Tick{Value: float64(level.Value), Label: text})
	}
	return ticks
}

// linearTicks are about six round steps from zero to the maximum.
func linearTicks(maximum float64) plot.ConstantTicks {
	step := roundStep(maximum / 5)
	places := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var ticks plot.ConstantTicks
	for i := 0; float64(i)*step <= maximum*(1+1e-9); i++ {
		v := float64(i) * step
		ticks = append(ticks, plot.Tick{Value: v, Label: number(v, places)})
	}
	return ticks
}

// roundStep gives the smallest 1, 2 or 5 times a power of ten that is not below x, which is above 0.
func roundStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x {
			return m * power
		}
	}
	return 10 * power
}

// logTicks are 1, 2 and 5 times each power of ten between two values above 0.
func logTicks(low, high float64) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for exponent := math.Floor(math.Log10(low)); exponent <= math.Ceil(math.Log10(high)); exponent++ {
		for _, m := range []float64{1, 2, 5} {
			v := m * math.Pow(10, exponent)
			if v < low*(1-1e-9) || v > high*(1+1e-9) {
				continue
			}
			label := number(v, max(0, int(-exponent)))
			if m != 1 && high/low > 1e4 {
				label = "" // over many decades the powers are enough
			}
			ticks = append(ticks, plot.Tick{Value: v, Label: label})
		}
	}
	return ticks
}
