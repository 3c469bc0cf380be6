package chart

import (
	"fmt"

	"gonum.org/v1/plot"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// Calibration draws the ratio of the two generators' throughputs in each cell, with its interval.
func Calibration(a Source) Chart {
	f := newFigure(
		a,
		"calibration",
		a.Sprintf("The embedded ab against the installed one"),
		a.Sprintf("times"),
	)
	f.yLabel, f.format, f.ratios = a.Sprintf("requests per second, embedded ÷ ab"), a.Times, true
	for i, server := range a.Servers {
		s := series{label: server, style: i}
		for _, c := range a.Calibration {
			if c.Server == server {
				s.points = append(s.points, calibrationPoint(c))
			}
		}
		f.series = append(f.series, s)
	}
	f.series = append(f.series, alike(a))
	c := f.chart(
		a.Sprintf("How many times as many requests per second the embedded ab measured as the " +
			"installed one, in each cell: each bar is the interval of a ratio. Where it crosses the thin dashed " +
			"line, the two agree."),
	)
	c.Columns = a.Strings("Server", "Level", "Ratio", "Interval", "Rounds")
	for _, cell := range a.Calibration {
		c.Rows = append(c.Rows, calibrationRow(a, cell))
	}
	return c
}

func calibrationPoint(c stats.Calibrated) point {
	r := c.Throughput
	at := point{
		level:  c.Level,
		known:  r.N > 0,
		median: r.Ratio,
		low:    r.Ratio,
		high:   r.Ratio,
	}
	if r.HasInterval() {
		at.low, at.high = r.Low, r.High
	}
	return at
}

func calibrationRow(a Source, c stats.Calibrated) []string {
	row := []string{c.Server, c.Level.String(), "–", "–", fmt.Sprint(c.Throughput.N)}
	if c.Throughput.N > 0 {
		row[2] = a.Times(c.Throughput.Ratio)
	}
	if c.Throughput.HasInterval() {
		row[3] = a.Range(c.Throughput.Low, c.Throughput.High, a.Times)
	}
	return row
}

// alike is the line on which the two generators measure the same.
func alike(a Source) series {
	guide := series{label: a.Sprintf("no difference"), reference: true, guide: true}
	for _, level := range a.Levels {
		for _, side := range []float64{-1, 1} {
			guide.points = append(guide.points,
				point{
					level:  level,
					known:  true,
					median: 1,
					low:    1,
					high:   1,
					x:      side,
				})
		}
	}
	return guide
}

// leastSpread is how far from 1 an axis of ratios reaches at least, so that small differences look
// small.
const leastSpread = 1.25

// newRatioAxis is an axis for ratios, by their logarithms: twice and half are as far from 1.
func newRatioAxis(w *locale.Printer, low, high float64) valueAxis {
	reach := max(high, 1/low, leastSpread) * 1.03
	return valueAxis{
		printer: w,
		low:     1 / reach,
		high:    reach,
		log:     true,
		ratios:  true,
	}
}

// ratioSteps are the ratios that may have a label, in the order in which they get their place.
var ratioSteps = [][]float64{
	{1},
	{0.5, 2},
	{0.1, 10},
	{0.01, 100},
	{0.8, 1.25},
	{0.2, 5},
	{0.9, 1.1},
}

// ratioTicks labels 1 and some ratios on either side of it that are not too close to each other.
func (y valueAxis) ratioTicks() plot.ConstantTicks {
	least := (y.place(y.high) - y.place(y.low)) / 20
	var ticks plot.ConstantTicks
	free := func(at float64) bool {
		for _, tick := range ticks {
			if d := tick.Value - at; -least < d && d < least {
				return false
			}
		}
		return true
	}
	for _, steps := range ratioSteps {
		for _, v := range steps {
			if v >= y.low && v <= y.high && free(y.place(v)) {
				ticks = append(ticks, plot.Tick{Value: y.place(v), Label: y.printer.General(v, 3)})
			}
		}
	}
	return ticks
}
