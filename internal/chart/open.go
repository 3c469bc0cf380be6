package chart

import (
	"slices"

	"gonum.org/v1/plot"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// arrivals is the line on which a server answers as many requests as arrive. Servers stand side by
// side at a level, so there it is level, too, as wide as all of them: who keeps up lies on it,
// whatever the place.
func arrivals(a Source) series {
	guide := series{label: a.Sprintf("all that arrives"), reference: true, guide: true}
	for _, level := range a.Levels {
		v := float64(level.Value)
		for _, side := range []float64{-1, 1} {
			at := point{
				level:  level,
				known:  true,
				median: v,
				low:    v,
				high:   v,
				x:      side,
			}
			guide.points = append(guide.points, at)
		}
	}
	return guide
}

// LatencyThroughput draws the response times by the throughput at which they were measured: as a
// server comes to its limit, its line turns upwards.
func LatencyThroughput(a Source) Chart {
	p50 := func(c stats.Cell) stats.Summary { return c.Of(stats.P50) }
	p99 := func(c stats.Cell) stats.Summary { return c.Of(stats.P99) }
	throughput := func(c stats.Cell) stats.Summary { return c.Of(stats.Throughput) }
	load := loadOf(a)
	f := newFigure(
		a,
		"latency-throughput",
		a.Sprintf("Response time against throughput, %s", load.loop),
		"ms",
	)
	f.yLabel, f.format, f.mayLog = a.Sprintf(
		"response time in ms, %s",
		load.loop,
	), a.Milliseconds, true
	most, tails := 0.0, len(a.Servers) <= mostTails
	for i, server := range a.Servers {
		middle, tail := newSeries(a, i, server+" p50", p50), newSeries(a, i, server+" p99", p99)
		tail.dashed = true
		for k, s := range []series{middle, tail} {
			if k > 0 && !tails {
				continue
			}
			most = max(most, s.against(a.CellsOf(server), throughput))
			f.series = append(f.series, s)
		}
	}
	f.namesLevels = true
	f.x = metricAxis{
		a.Printer,
		max(most, 1e-9) * 1.03,
		a.Sprintf("throughput (requests per second)"),
	}
	var shown locale.Message = "the median of the requests (p50, solid) and their 99th percentile (p99, dashed)"
	if !tails {
		shown = "the median of the requests (p50)"
	}
	c := f.chart(
		a.Sprintf(
			"Response times of %s by the throughput that was reached: %s. Each small circle is a clean trial; "+
				"each line joins the medians of the trials in the order of their levels, which stand beside them, and "+
				"each bar is the interval of a response time's median.",
			load.aLoop,
			shown,
		),
	)
	c.Columns = a.Strings(
		"Server",
		"Level",
		"Requests per second, median",
		"Interval",
		"Clean trials",
		"p50 (ms), median",
		"Interval",
		"Clean trials",
		"p99 (ms), median",
		"Interval",
		"Clean trials",
	)
	c.Rows = join(
		numbers(a, a.Rate, throughput),
		numbers(a, a.Milliseconds, p50),
		numbers(a, a.Milliseconds, p99),
	)
	return c
}

// mostTails is of how many servers p99 is drawn too: with more, nobody could tell the lines apart.
const mostTails = 3

// against places the points of a line by another metric of the same cells, and gives its greatest
// value. A trial of which only one of the two is known has no place.
func (s series) against(cells []stats.Cell, of func(stats.Cell) stats.Summary) (most float64) {
	for i := range s.points {
		at, other := &s.points[i], of(cells[i])
		if !at.known || other.N == 0 {
			at.known, at.trials, at.rounds = false, nil, nil
			continue
		}
		values, rounds := at.trials, at.rounds
		at.x, at.trials, at.rounds = other.Median, nil, nil
		for k, round := range rounds {
			if j := slices.Index(other.Rounds, round); j >= 0 {
				at.trials, at.rounds = append(at.trials, values[k]), append(at.rounds, round)
				at.xs = append(at.xs, other.Values[j])
				most = max(most, other.Values[j])
			}
		}
		most = max(most, at.x)
	}
	return most
}

// metricAxis is an x axis from zero for the values of a metric.
type metricAxis struct {
	printer *locale.Printer
	high    float64
	name    string
}

func (x metricAxis) place(v float64) float64 { return v / x.high * axisWidth }

func (x metricAxis) medianX(_ series, at point) float64 { return x.place(at.x) }

func (x metricAxis) trialX(_ series, at point, i int) float64 { return x.place(at.xs[i]) }

func (x metricAxis) endX(_ series, at point) float64 { return x.place(at.x) }

func (x metricAxis) radius() float64 { return 3.6 }

func (x metricAxis) label() string { return x.name }

// ticks are round steps from zero.
func (x metricAxis) ticks() plot.ConstantTicks {
	ticks := linearTicks(x.printer, x.high)
	for i := range ticks {
		ticks[i].Value = x.place(ticks[i].Value)
	}
	return ticks
}
