// Package stats turns a Record into numbers that can be claimed: Samples of one value a clean
// trial, Summaries with exact intervals, Comparisons paired by round, and Warnings that travel with
// them. The unit is the trial, never the request (Georges, Buytaert and Eeckhout, OOPSLA 2007).
// Nothing here is random: the same Record gives the same numbers.
package stats

import "labbook/internal/record"

// Metric names what a Sample holds and takes its value from a clean trial.
type Metric struct {
	Name  string // as summary.csv names its column
	value func(record.Result) (float64, bool)
}

// The metrics. Throughput is in requests per second; the percentiles are response times in
// milliseconds, to the microsecond: of an open loop from the moment at which a request was due.
var (
	Throughput = Metric{"requests_per_second", throughput}
	P50        = Metric{"p50_ms", percentile(50)}
	P90        = Metric{"p90_ms", percentile(90)}
	P99        = Metric{"p99_ms", percentile(99)}
)

func throughput(r record.Result) (float64, bool) {
	m := r.Measurement()
	if m == nil || m.RequestsPerSecond <= 0 {
		return 0, false
	}
	return m.RequestsPerSecond, true
}

// percentile takes a row of ab's -e file. Its rows are the sorted response times at n·i/100,
// rounded to the nearest request, which is what this program means by a percentile everywhere.
func percentile(i int) func(record.Result) (float64, bool) {
	return func(r record.Result) (float64, bool) {
		if i >= len(r.PercentilesMS) {
			return 0, false
		}
		return r.PercentilesMS[i], true
	}
}

// Sample is one metric of one cell: a value a clean trial, in the order of the rounds.
type Sample struct {
	Values []float64 // in the metric's unit
	Rounds []int     // the round of each value, ascending
}

// newSample takes one value from each trial. Trials are clean and in the order of their rounds.
func newSample(trials []record.Result, metric Metric) Sample {
	var s Sample
	for _, trial := range trials {
		if v, ok := metric.value(trial); ok {
			s.Values = append(s.Values, v)
			s.Rounds = append(s.Rounds, trial.Round)
		}
	}
	return s
}
