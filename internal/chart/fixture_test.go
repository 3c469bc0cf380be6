package chart

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// experiment describes an Analysis for a test.
type experiment struct {
	servers []string
	levels  []int
	rounds  int
	rate    func(server, level int) float64 // requests per second, before the spread
	invalid func(server, level int) bool    // may be nil
	kind    plan.Kind                       // of the levels; "": concurrency
}

// analysis returns made-up results with a spread of a few percent. They are always the same.
func (e experiment) analysis() *stats.Analysis {
	random := rand.New(rand.NewPCG(1, 2))
	a := &stats.Analysis{Servers: e.servers, Confidence: 0.95}
	kind := cmp.Or(e.kind, plan.Concurrency)
	for _, level := range e.levels {
		a.Levels = append(a.Levels, plan.Level{Kind: kind, Value: level})
	}

	for i, server := range e.servers {
		for _, level := range a.Levels {
			c := stats.Cell{
				Cell:      plan.Cell{Server: server, Level: level},
				State:     stats.Valid,
				Rounds:    e.rounds,
				Requests:  1000,
				Summaries: e.summaries(random, i, level.Value),
			}
			c.MedianPercentiles = percentiles(c.Of(stats.P50))
			if e.invalid != nil && e.invalid(i, level.Value) {
				c.State = stats.Invalid
			}
			a.Cells = append(a.Cells, c)
		}
	}
	e.compare(a)
	e.order(a)
	return a
}

// summaries returns what a cell's trials measured.
func (e experiment) summaries(
	random *rand.Rand,
	server, level int,
) map[*stats.Metric]stats.Summary {
	samples := map[*stats.Metric]stats.Sample{}
	for round := 1; round <= e.rounds; round++ {
		rate := e.rate(server, level) * (1 + 0.03*random.NormFloat64())
		p50 := 1000 * float64(level) / rate * 0.9
		if e.kind == plan.Rate { // requests queue where a server does not keep up
			p50 = 0.2 * math.Pow(float64(level)/rate, 12)
		}
		p99 := p50 * (2 + 0.5*random.Float64())

		for metric, v := range map[*stats.Metric]float64{
			stats.Throughput:     rate,
			stats.P50:            p50,
			stats.P90:            (p50 + p99) / 2,
			stats.P99:            p99,
			stats.CPUPerRequest:  p99,
			stats.PeakMemory:     rate,
			stats.GeneratorShare: p50,
		} {
			s := samples[metric]
			s.Values, s.Rounds = append(s.Values, v), append(s.Rounds, round)
			samples[metric] = s
		}
	}

	summaries := map[*stats.Metric]stats.Summary{}
	for metric, sample := range samples {
		summaries[metric] = stats.Summarise(sample, 0.95)
	}
	return summaries
}

// percentiles returns 101 made-up percentiles around a median.
func percentiles(p50 stats.Summary) []float64 {
	if p50.N == 0 {
		return nil
	}
	times := make([]float64, 101)
	for p := range times {
		times[p] = p50.Median * (0.5 + 0.5*math.Pow(float64(p)/50, 3))
	}
	return times
}

// compare adds made-up ratios to the first server, each with another verdict than the one before.
func (e experiment) compare(a *stats.Analysis) {
	a.Baseline, a.Margin = e.servers[0], 0.10
	verdicts := []stats.Verdict{stats.Slower, stats.Faster, stats.Equivalent, stats.Inconclusive}
	for i, cell := range a.Cells {
		base := a.Cell(plan.Cell{Server: a.Baseline, Level: cell.Level})
		rate, baseRate := cell.Of(stats.Throughput), base.Of(stats.Throughput)
		if cell.Server == a.Baseline || rate.N == 0 ||
			cell.State == stats.Invalid || base.State == stats.Invalid {
			continue
		}
		ratio := rate.Median / baseRate.Median
		a.Comparisons = append(a.Comparisons, stats.Comparison{
			Server:     cell.Server,
			Level:      cell.Level,
			N:          e.rounds,
			Ratio:      ratio,
			Low:        0.9 * ratio,
			High:       1.08 * ratio,
			Confidence: 0.95,
			Verdict:    verdicts[i%4],
		})
	}
}

// order adds the trials in an order in which every tenth one failed.
func (e experiment) order(a *stats.Analysis) {
	for round := 1; round <= e.rounds; round++ {
		for _, cell := range a.Cells {
			trial := stats.OrderedTrial{Share: 1 + 0.1*math.Sin(float64(len(a.RunOrder)))}
			trial.Cell, trial.Round, trial.Order = cell.Cell, round, len(a.RunOrder)+1
			if trial.Order%10 == 0 {
				trial.Trouble = stats.TimedOut
			}
			a.RunOrder = append(a.RunOrder, trial)
		}
	}
}

// sourceOf returns what the charts of an analysis are drawn from.
func sourceOf(a *stats.Analysis, references ...spec.Reference) source {
	e := &spec.Experiment{References: references}
	e.Design.Calibrate = len(a.Calibration) > 0
	for _, name := range a.Servers {
		e.Servers = append(e.Servers, spec.Server{Name: name})
	}
	return source{nil, a, e}
}

// all returns every chart of an analysis.
func all(a *stats.Analysis, references ...spec.Reference) []Chart {
	s := sourceOf(a, references...)
	return All(s.Printer, s.Analysis, s.experiment)
}

// chartOf returns the chart of a name.
func chartOf(name string, a *stats.Analysis, references ...spec.Reference) Chart {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	c, _ := kinds[i].chart(sourceOf(a, references...))
	return c
}

// seed returns an experiment like the one that ships: one server answers at little cost, the other
// one at the cost of a thread.
func seed() experiment {
	return experiment{
		servers: []string{"Server_async_http", "Server_thread_http"},
		levels:  []int{1, 3, 5, 8, 10},
		rounds:  10,
		rate: func(server, level int) float64 {
			return []float64{9000, 6500}[server] * (1 - math.Exp(-float64(level)/2))
		},
	}
}

// open returns an open loop. One server keeps up with every rate, the other one with half of them.
func open() experiment {
	return experiment{
		servers: []string{"Server_async_http", "Server_thread_http"},
		levels:  []int{1000, 2000, 4000, 8000},
		rounds:  10,
		rate: func(server, level int) float64 {
			return min(float64(level), []float64{8000, 4500}[server])
		},
		kind: plan.Rate,
	}
}

// many returns an experiment of any size, whose lines are close together.
func many(servers, levels, rounds int) experiment {
	e := experiment{rounds: rounds, rate: func(server, level int) float64 {
		return 5000 + 400*float64(server) + 10*float64(level)
	}}
	for i := range servers {
		e.servers = append(e.servers, fmt.Sprintf("Server_%c_http", 'a'+i))
	}
	for i := range levels {
		e.levels = append(e.levels, 1+i*i)
	}
	return e
}

// elsewhere is a reference: the numbers of the original experiment.
var elsewhere = []spec.Reference{{Name: "Tugas 9", Points: []spec.ReferencePoint{
	{Server: "Server_async_http", Concurrency: 1, RequestsPerSecond: 237.91},
	{Server: "Server_async_http", Concurrency: 3, RequestsPerSecond: 255.71},
	{Server: "Server_async_http", Concurrency: 5, RequestsPerSecond: 240.03},
	{Server: "Server_async_http", Concurrency: 8, RequestsPerSecond: 185.65},
	{Server: "Server_async_http", Concurrency: 10, RequestsPerSecond: 253.51},
	{Server: "Server_thread_http", Concurrency: 1, RequestsPerSecond: 113.97},
	{Server: "Server_thread_http", Concurrency: 3, RequestsPerSecond: 104.11},
	{Server: "Server_thread_http", Concurrency: 5, RequestsPerSecond: 156.2},
	{Server: "Server_thread_http", Concurrency: 8, RequestsPerSecond: 31.58},
	{Server: "Server_thread_http", Concurrency: 10, RequestsPerSecond: 90.89},
}}}

// calibrated returns the seed's experiment with a second generator. It measures more at the higher
// levels of the first server, and one cell could not be compared.
func calibrated() *stats.Analysis {
	a := seed().analysis()
	calibrate(a)
	return a
}

func calibrate(a *stats.Analysis) {
	for i, cell := range a.Cells {
		r := stats.Comparison{
			Server:     cell.Server,
			Level:      cell.Level,
			N:          10,
			Ratio:      1,
			Low:        0.98,
			High:       1.02,
			Confidence: 0.95,
		}
		if cell.Server == a.Servers[0] && cell.Level.Value > 3 {
			r.Ratio, r.Low, r.High = 1.3, 1.22, 1.36
		}
		if i == 3 {
			r = stats.Comparison{}
		}
		a.Calibration = append(
			a.Calibration,
			stats.Calibrated{Cell: cell.Cell, Rounds: 10, Throughput: r},
		)
	}
}
