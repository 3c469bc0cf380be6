package spec

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Objective is what a capacity keeps to: a percentile of the response times that is at most some
// time.
type Objective struct {
	Percentile string        `json:"percentile"` // one of ObjectivePercentiles
	Within     time.Duration `json:"within_ns"`  // 1 µs to 1 h
}

// ObjectivePercentiles are the percentiles that an objective can bound.
var ObjectivePercentiles = []string{"p50", "p90", "p95", "p99", "p99.9"}

// objectiveMetrics are the metrics of the percentiles, as results.json names them.
var objectiveMetrics = map[string]string{
	"p50":   "p50_ms",
	"p90":   "p90_ms",
	"p95":   "p95_ms",
	"p99":   "p99_ms",
	"p99.9": "p99_9_ms",
}

// Metric returns the metric that the objective bounds, as results.json names it: "p99_ms".
func (o Objective) Metric() string { return objectiveMetrics[o.Percentile] }

// Share returns the share of the requests that the percentile is about: 0.99 of p99.
func (o Objective) Share() float64 {
	return map[string]float64{
		"p50":   0.5,
		"p90":   0.9,
		"p95":   0.95,
		"p99":   0.99,
		"p99.9": 0.999,
	}[o.Percentile]
}

// MinRequests returns how many requests a trial needs for the objective's percentile: at least ten
// of them are then slower, so that a single one decides nothing.
func (o Objective) MinRequests() int {
	return map[string]int{
		"p50":   20,
		"p90":   100,
		"p95":   200,
		"p99":   1000,
		"p99.9": MinP999,
	}[o.Percentile]
}

// maxRate is the maximum of an arrival rate, in requests per second.
const maxRate = 1_000_000

// minLimits is how many times the limit of an objective a load takes at least. Every answer of a
// load is in time whose requests could all be answered within the limit, whatever its rate is: of a
// server that queues, a load of n limits overestimates the capacity n / (n - 1) times.
const minLimits = 20

// ShortestLoad returns how long the requests of a trial for a capacity take to arrive at least: 20
// times the limit of the objective, but no more than half of the time that the timeout leaves.
func (e *Experiment) ShortestLoad() time.Duration {
	return max(0, min(minLimits*e.Load.Capacity.Within, e.timeToArrive()/2))
}

// timeToArrive returns how long the requests of a trial may take to arrive.
func (e *Experiment) timeToArrive() time.Duration {
	return e.Load.Timeout - e.Design.WarmupTime - e.Load.Capacity.Within
}

// RateRange returns the arrival rates at which a capacity can be looked for, in requests per
// second. At a rate below the lowest, the requests of a trial would not all arrive and be answered
// within its timeout. At one above the highest, a trial would have too many. highest may be below
// lowest: such an experiment is refused.
func (e *Experiment) RateRange() (lowest, highest int) {
	l, d := e.Load, e.Design
	requests := l.Requests
	if l.Duration > 0 {
		requests = l.Capacity.MinRequests()
	}
	left, shortest := e.timeToArrive(), max(l.Duration, e.ShortestLoad())
	lowest = max(
		rateWithin(requests+d.Warmup, left),
		rateWithin(d.Warmup, left-shortest), // a load takes that at any higher rate
	)

	highest = maxRate
	if longest := max(shortest, d.WarmupTime); longest > 0 {
		highest = min(highest, int(math.Floor(maxRequests/longest.Seconds())))
	}
	return lowest, highest
}

// rateWithin returns the lowest rate at which requests arrive within a time: up to maxRate + 1.
func rateWithin(requests int, d time.Duration) int {
	if d <= 0 {
		return maxRate + 1
	}
	return int(min(float64(requests)/d.Seconds(), maxRate)) + 1
}

// RatesOf returns the arrival rates at which a server is measured, in the order of the file, or of
// a capacity ascending. It is nil for a closed loop, and for a capacity whose rates are not yet
// known.
func (e *Experiment) RatesOf(server string) []int {
	if e.Load.Capacity != nil {
		return e.Load.Grid[server]
	}
	return e.Load.Rate
}

// AllRates returns the arrival rates of all servers, each once: in the order of the file, or of a
// capacity ascending.
func (e *Experiment) AllRates() []int {
	if e.Load.Capacity == nil {
		return e.Load.Rate
	}
	var all []int
	for _, rates := range e.Load.Grid {
		all = append(all, rates...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// objectiveExample is a capacity as a file writes it.
const objectiveExample = `{ p99 = "50ms" }`

// objective reads what a capacity keeps to; nil if none is looked for, or if it was refused.
func (t *table) objective() *Objective {
	if !t.has("capacity") {
		return nil
	}
	allowed := "allowed: one percentile and its limit, such as " + objectiveExample
	values, ok := t.values["capacity"].(map[string]any)
	names := slices.Sorted(maps.Keys(values))
	switch {
	case !ok:
		t.refuse("capacity", "found %s; %s", describe(t.values["capacity"]), allowed)
	case len(names) == 0:
		t.refuse("capacity", "found an empty table; %s", allowed)
	case len(names) > 1:
		t.refuse("capacity", "found %d limits, %s; %s", len(names), list(names), allowed)
	case !slices.Contains(ObjectivePercentiles, names[0]):
		t.refuse("capacity", "found %s; allowed: %s%s", showValue(names[0]),
			list(ObjectivePercentiles), percentileAdvice(names[0]))
	default:
		within, problem := parseWithin(names[0], values[names[0]])
		if problem == "" {
			return &Objective{names[0], within}
		}
		t.refuse("capacity", "%s: found %s", names[0], problem)
	}
	return nil
}

// parseWithin returns the limit of a percentile, or what is wrong with it.
func parseWithin(percentile string, value any) (within time.Duration, problem string) {
	k := key{kind: kindDuration, minDuration: time.Microsecond, maxDuration: time.Hour}
	within, problem = k.parseDuration(value)
	switch value := value.(type) {
	case map[string]any: // { p99.9 = "50ms" } is { p99 = { 9 = "50ms" } }
		if limit, ok := value["9"].(string); ok && percentile == "p99" {
			return 0, fmt.Sprintf("the key 9, because a dot parts two keys; write "+
				`{ "p99.9" = %s }, in quotes`, quote(limit))
		}
	case int64, float64: // of response times, the unit is more often ms than s
		shown := fmt.Sprint(value) + "ms"
		if d, err := time.ParseDuration(shown); err == nil && k.inRange(d) {
			return 0, fmt.Sprintf("%s; allowed: %s; write %s", describe(value),
				k.allowedDuration(), quote(shown))
		}
	}
	return within, problem
}

// percentileAdvice returns the end of a problem with a percentile: the one that was probably meant.
func percentileAdvice(name string) string {
	meant := simplify(name)
	switch meant {
	case "mean", "avg", "average", "mean_ms":
		return "; a mean says little about slow answers: write p50, the median, or p99"
	case "max", "max_ms", "p100":
		return "; the longest of all requests is no measure of a server: write p99"
	}
	metric := meant
	if known, ok := otherMetrics[meant]; ok {
		metric = known
	}
	alone := strings.TrimSuffix(strings.TrimPrefix(meant, "p"), "th")
	for _, p := range ObjectivePercentiles {
		if "p"+alone == p || metric == objectiveMetrics[p] {
			return "; write " + percentileKey(p)
		}
	}
	return DidYouMean(name, ObjectivePercentiles)
}

// percentileKey returns a percentile as the key of a file: in quotes if it has a dot.
func percentileKey(percentile string) string {
	if strings.Contains(percentile, ".") {
		return quote(percentile)
	}
	return percentile
}

// checkCapacity refuses a capacity whose objective no trial could tell, and a load at which no rate
// is left to try.
func (t *table) checkCapacity(e *Experiment, design *table) {
	if e.Load.Capacity == nil || t.refused["capacity"] || t.refused["requests"] ||
		t.refused["duration"] || t.refused["timeout"] || design.refused["warmup"] {
		return
	}
	o, load := *e.Load.Capacity, e.Load
	if needed := o.MinRequests(); load.Duration == 0 && load.Requests < needed {
		t.refuse("capacity", "found %s, and a trial of %d requests does not tell it: fewer than "+
			"ten are slower; allowed: with requests of %d or more", showValue(o.Percentile),
			load.Requests, needed)
		return
	}
	if o.Within >= load.Timeout {
		t.refuse("capacity", "found a limit of %s, and a trial is stopped after %s; allowed: a "+
			"limit below timeout; raise timeout or lower the limit", shortDuration(o.Within),
			shortDuration(load.Timeout))
		return
	}
	lowest, highest := e.RateRange()
	if lowest < highest {
		return
	}
	t.refuse("capacity", "found with %s and a timeout of %s, which leave no rate to try: the "+
		"requests arrive in time from %d per second on, and a trial has at most %d requests, as "+
		"at %d per second; allowed: with a longer timeout, or with lower %s",
		load.sizeText(), shortDuration(load.Timeout), lowest, maxRequests, highest, load.sizeKey())
}

// sizeText returns how large a trial is, for a problem.
func (l Load) sizeText() string {
	if l.Duration > 0 {
		return "a duration of " + shortDuration(l.Duration)
	}
	return fmt.Sprintf("%d requests", l.Requests)
}
