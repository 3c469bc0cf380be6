//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/capacity"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// capacityRounds is how many rounds each run has.
const capacityRounds = 10

// simulateCapacity makes up servers whose capacity is known, looks for it as a run does, and prints
// how often what is claimed is true. It measures nothing.
func simulateCapacity(times int, stdout io.Writer) {
	fmt.Fprintf(stdout, "%d runs of %d rounds for each row; in %%\n\n", times, capacityRounds)
	fmt.Fprintln(stdout, "| queue | machine | requests | error of the median: mean, typical | "+
		"covers capacity / ratio | half the interval | wrong where equal | "+
		"equivalent at 1.10 / where equal | found at 0.9 | rates |")
	fmt.Fprintln(stdout, strings.Repeat("| --- ", 10)+"|")
	for _, q := range queues() {
		for _, noise := range []float64{0, 0.03, 0.06} {
			for _, requests := range []int{1000, 2000, 10_000} {
				c := tallyCapacity(q, noise, requests, times)
				fmt.Fprintln(stdout, c.row(q.name, noise, requests))
			}
		}
	}
}

// capacityCounts is what was found in runs of a queue.
type capacityCounts struct {
	runs   int
	errors []float64 // of the medians
	widths []float64 // half the relative intervals

	covers, coversRatio int
	wrong               int // differences between equal servers
	same                int // equivalences of equal servers
	equivalent          int // of servers that differ by the margin
	found               int // of those at 0.9
	rates               int
}

// tallyCapacity simulates runs on all cores. The same arguments always have the same result.
func tallyCapacity(q queue, noise float64, requests, times int) capacityCounts {
	workers := min(times, runtime.GOMAXPROCS(0))
	parts := make([]capacityCounts, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := w; i < times; i += workers {
				random := rand.New(rand.NewPCG(uint64(i), uint64(requests)))
				parts[w].judge(simulatedCapacity{q, noise, requests, random})
			}
		})
	}
	group.Wait()

	sum := parts[0]
	for _, p := range parts[1:] {
		sum.add(p)
	}
	return sum
}

func (c *capacityCounts) add(o capacityCounts) {
	c.runs += o.runs
	c.errors = append(c.errors, o.errors...)
	c.widths = append(c.widths, o.widths...)
	c.covers += o.covers
	c.coversRatio += o.coversRatio
	c.wrong += o.wrong
	c.same += o.same
	c.equivalent += o.equivalent
	c.found += o.found
	c.rates += o.rates
}

// judge makes three runs: of equal servers, of those that differ by the margin, and at 0.9.
func (c *capacityCounts) judge(s simulatedCapacity) {
	c.runs++
	a := s.run(1)
	truth := s.queue.capacity(s.queue.service)
	found := a.Cells[0].Of(stats.Throughput)
	c.rates += len(a.RatesOf("base"))
	c.errors = append(c.errors, found.Median/truth-1)
	c.widths = append(c.widths, (found.High-found.Low)/2/truth)
	c.covers += ones((found.Low <= truth || found.OpenLow) &&
		(truth <= found.High || found.OpenHigh))
	for _, r := range a.Comparisons {
		c.coversRatio += ones((r.Low <= 1 || r.OpenLow) && (1 <= r.High || r.OpenHigh))
	}
	c.wrong += differs(a)
	c.same += count(a, stats.Equivalent)
	c.equivalent += count(s.run(1+margin), stats.Equivalent)
	c.found += count(s.run(0.9), stats.Slower)
}

// row returns the counts as a row of a table.
func (c *capacityCounts) row(name string, noise float64, requests int) string {
	percent := func(n int) string { return fmt.Sprintf("%.1f", 100*float64(n)/float64(c.runs)) }
	mean, distance := 0.0, make([]float64, 0, len(c.errors))
	for _, e := range c.errors {
		mean += 100 * e / float64(len(c.errors))
		distance = append(distance, 100*math.Abs(e))
	}
	slices.Sort(distance)
	slices.Sort(c.widths)
	const cells = "| %s | ±%.0f | %d | %+.1f, %.1f | %s / %s | %.1f | %s | %s / %s | %s | %d |"
	return fmt.Sprintf(cells,
		name,
		100*noise,
		requests,
		mean,
		distance[len(distance)/2],
		percent(c.covers),
		percent(c.coversRatio),
		100*c.widths[len(c.widths)/2],
		percent(c.wrong),
		percent(c.equivalent),
		percent(c.same),
		percent(c.found),
		c.rates/c.runs,
	)
}

// simulatedCapacity is an experiment of two queues, of which only the service times differ.
type simulatedCapacity struct {
	queue    queue
	noise    float64 // by which factor a server is slower or faster in a round: its deviation
	requests int
	random   *rand.Rand
}

// run looks for the capacities, measures the rounds and analyses them. The second server's true
// capacity is that of the first times a ratio.
func (s simulatedCapacity) run(ratio float64) *stats.Analysis {
	e := &spec.Experiment{
		Load: spec.Load{
			Requests:    s.requests,
			Connections: 20_000,
			Timeout:     time.Minute,
			Capacity:    &spec.Objective{Percentile: "p99", Within: time.Duration(within * 1e9)},
		},
		Design: spec.Design{
			Rounds:     capacityRounds,
			Confidence: 0.95,
			Margin:     margin,
			Baseline:   "base",
			Seed:       s.random.Uint64(),
			Warmup:     s.requests / 5,
		},
		Servers: []spec.Server{{Name: "base"}, {Name: "other"}},
	}
	service := map[string]float64{"base": s.queue.service, "other": s.queue.slower(ratio)}

	header := record.Header{Rounds: capacityRounds}
	try := func(_ context.Context, e *spec.Experiment, t plan.Trial) (record.Result, error) {
		return s.trial(e, t, service[t.Server]*s.factor()), nil
	}
	searches, err := capacity.Searches(context.Background(), e, header, nil, try, quiet{})
	if err != nil {
		panic(err) // no load fails
	}
	header.Searches = searches
	rec := record.New(header, e)
	factors := map[[2]any]float64{}
	for _, t := range plan.New(e) {
		round := [2]any{t.Server, t.Round}
		if factors[round] == 0 {
			factors[round] = s.factor()
		}
		rec.Add(s.trial(e, t, service[t.Server]*factors[round]))
	}
	return stats.Judge(rec)
}

// factor returns by how much a server is slower in a round.
func (s simulatedCapacity) factor() float64 { return math.Exp(s.noise * s.random.NormFloat64()) }

// trial measures a queue.
func (s simulatedCapacity) trial(e *spec.Experiment, t plan.Trial, service float64) record.Result {
	n := e.Load.Requests
	l := s.queue.measure(e, t, s.random, service)
	return record.Result{
		Trial:         t,
		Outcome:       record.Ended,
		PercentilesMS: l.percentiles,
		Answer:        &record.Answer{Status: 200},
		Load: &record.Call{Measurement: &abtext.Measurement{
			Concurrency:       e.Load.Connections,
			Complete:          n,
			RequestsPerSecond: float64(n) / l.seconds,
			TimeTakenSeconds:  l.seconds,
		}},
	}
}

// quiet reports nothing of a search.
type quiet struct{}

func (quiet) Probed(string, record.Probe) {}
func (quiet) Searched(record.Search)      {}
