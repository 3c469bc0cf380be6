package chart

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"labbook/internal/plan"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// experiment says what an Analysis for a test should hold.
type experiment struct {
	servers []string
	levels  []int
	rounds  int
	rate    func(server, level int) float64 // requests per second, before the spread
	invalid func(server, level int) bool    // may be nil
	kind    plan.Kind                       // of the levels; "": concurrency
}

// analysis makes up trials with a spread of a few percent, always the same.
func (e experiment) analysis() *stats.Analysis {
	random := rand.New(rand.NewPCG(1, 2))
	a := &stats.Analysis{Servers: e.servers, Confidence: 0.95}
	for _, level := range e.levels {
		a.Levels = append(
			a.Levels,
			plan.Level{Kind: cmp.Or(e.kind, plan.Concurrency), Value: level},
		)
	}
	for i, server := range e.servers {
		for _, level := range a.Levels {
			c := stats.Cell{
				Cell:   plan.Cell{Server: server, Level: level},
				State:  stats.Valid,
				Rounds: e.rounds,
			}
			var rates, p50s, p90s, p99s stats.Sample
			for round := 1; round <= e.rounds; round++ {
				rate := e.rate(i, level.Value) * (1 + 0.03*random.NormFloat64())
				p50 := 1000 * float64(level.Value) / rate * 0.9
				if e.kind == plan.Rate { // who does not keep up makes a queue
					p50 = 0.2 * math.Pow(float64(level.Value)/rate, 12)
				}
				p99 := p50 * (2 + 0.5*random.Float64())
				for sample, v := range map[*stats.Sample]float64{&rates: rate, &p50s: p50,
					&p90s: (p50 + p99) / 2, &p99s: p99} {
					sample.Values, sample.Rounds = append(
						sample.Values,
						v,
					), append(
						sample.Rounds,
						round,
					)
				}
			}
			c.Summaries = map[*stats.Metric]stats.Summary{
				stats.Throughput:     stats.Summarise(rates, 0.95),
				stats.P50:            stats.Summarise(p50s, 0.95),
				stats.P90:            stats.Summarise(p90s, 0.95),
				stats.P99:            stats.Summarise(p99s, 0.95),
				stats.CPUPerRequest:  stats.Summarise(p99s, 0.95),
				stats.PeakMemory:     stats.Summarise(rates, 0.95),
				stats.GeneratorShare: stats.Summarise(p50s, 0.95),
			}
			c.MedianPercentiles = typical(c.Of(stats.P50))
			if e.invalid != nil && e.invalid(i, level.Value) {
				c.State = stats.Invalid
			}
			a.Cells = append(a.Cells, c)
		}
	}
	e.compare(a)
	return a
}

// typical makes up 101 percentiles around a median.
func typical(p50 stats.Summary) []float64 {
	if p50.N == 0 {
		return nil
	}
	times := make([]float64, 101)
	for p := range times {
		times[p] = p50.Median * (0.5 + 0.5*math.Pow(float64(p)/50, 3))
	}
	return times
}

// compare makes up ratios to the first server, each with another verdict, and puts the trials in an
// order in which every tenth one went wrong.
func (e experiment) compare(a *stats.Analysis) {
	a.Baseline, a.Margin = e.servers[0], 0.10
	verdicts := []stats.Verdict{stats.Slower, stats.Faster, stats.Equivalent, stats.Inconclusive}
	for i, cell := range a.Cells {
		base := a.Cell(plan.Cell{Server: a.Baseline, Level: cell.Level})
		if cell.Server == a.Baseline || cell.State == stats.Invalid ||
			base.State == stats.Invalid ||
			cell.Of(stats.Throughput).N == 0 {
			continue
		}
		ratio := cell.Of(stats.Throughput).Median / base.Of(stats.Throughput).Median
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
	for round := 1; round <= e.rounds; round++ {
		for _, cell := range a.Cells {
			p := stats.OrderedTrial{Share: 1 + 0.1*math.Sin(float64(len(a.RunOrder)))}
			p.Cell, p.Round, p.Order = cell.Cell, round, len(a.RunOrder)+1
			if p.Order%10 == 0 {
				p.Trouble = stats.TimedOut
			}
			a.RunOrder = append(a.RunOrder, p)
		}
	}
}

// sourceOf returns what the charts of an analysis are drawn from.
func sourceOf(a *stats.Analysis, references ...spec.Reference) source {
	e := &spec.Experiment{References: references}
	e.Load.Requests = 1000
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

// seed is like the experiment that ships: an answer that costs little, and a thread that costs
// more.
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

// open is an open loop: one server keeps up with every rate, the other one with half of them.
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

// many has names that tell nothing but apart, and lines that lie close together.
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

// elsewhere are the numbers of the original experiment.
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

// calibrated is the seed's experiment with a second generator, which measures more at the higher
// levels of the first server. One cell could not be compared.
func calibrated() *stats.Analysis {
	a := seed().analysis()
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
	return a
}
