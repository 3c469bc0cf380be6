package stats

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// The mean response time is known within bounds only. ab reports the 101 percentiles: of the 9 or
// 10 slowest of 1000 requests, one is known to be the longest, and the others lie anywhere between
// the 99th percentile and that. A pause of 50 ms, which slows as many requests as there are
// clients, is among them.

// meanBounds returns the least and the most that the mean response time of a trial can be, in
// milliseconds. Up to the 99th percentile, times are assumed to lie evenly between two of them.
func meanBounds(r record.Result) (low, high float64, ok bool) {
	m := r.Measurement()
	if m == nil {
		return 0, 0, false
	}
	count := m.Complete
	if r.LookedAt() {
		count = int(r.Load.Detail.Good)
	}
	p := r.GoodPercentilesMS()
	low, ok = meanBetween(p, count, evenly)
	if !ok {
		return 0, 0, false
	}
	high = low + (0.01-1/float64(count))*(p[100]-p[99])

	// The clients of a closed loop cannot wait for longer than the load took. What one does between
	// two requests counts, too, so this is no estimate of the mean but a limit of it.
	if r.Level.Kind == plan.Concurrency && m.TimeTakenSeconds > 0 {
		all := 1000 * m.TimeTakenSeconds * float64(r.Level.Value) / float64(count)
		high = max(low, min(high, all))
	}
	if count == m.Complete {
		low, high = withOwnMean(low, high, m.Total.Mean, m.Total.Max)
	}
	return low, high, true
}

// withOwnMean narrows the bounds by ab's own mean, which it rounds to a millisecond. A mean that
// contradicts the percentiles is ignored, as is one of which ab's text has lost the line.
func withOwnMean(low, high, mean, longest float64) (float64, float64) {
	const rounding = 0.5 // ms
	least, most := mean-rounding, mean+rounding
	if longest <= 0 || most < low || least > high {
		return low, high
	}
	return max(low, least), min(high, most)
}

func meanTime(r record.Result) (float64, bool) {
	low, _, ok := meanBounds(r)
	return low, ok
}

func meanAtMost(r record.Result) (float64, bool) {
	_, high, ok := meanBounds(r)
	return high, ok
}

// maxApart is how far two bounds may be apart to be shown as one figure.
const maxApart = 0.10

// OneMean reports whether the bounds of a cell's mean response time are near enough to each other
// to be one figure.
func (c Cell) OneMean() bool {
	return c.Of(MeanAtMost).Median <= (1+maxApart)*c.Of(MeanTime).Median
}

// evenly is the mean of times that lie evenly between two percentiles.
func evenly(lower, upper float64) float64 { return (lower + upper) / 2 }

// minForMean is how many requests make every percentile a different one. With fewer, some of them
// stand for two percentiles, slow ones more often than others.
const minForMean = 100

// meanBetween returns the least mean of a number of response times with some percentiles, in
// milliseconds. between returns what the times between two percentiles are assumed to be. Above the
// 99th, one request is known to be the longest, and the others at least equal the 99th.
func meanBetween(
	p []float64,
	count int,
	between func(lower, upper float64) float64,
) (float64, bool) {
	if count < minForMean || len(p) == 0 {
		return 0, false
	}
	const hundredth = 0.01
	longest := 1 / float64(count)

	mean := (hundredth-longest)*p[99] + longest*p[100]
	for i := range 99 {
		mean += hundredth * between(p[i], p[i+1])
	}
	return mean, true
}

// occupancy returns more than 1 only if the smallest mean that the percentiles allow does. Where
// the 99th percentile is a hundred times the 98th, the mean is known to a few tenths only, so a
// value above 1 does not prove that the generator is wrong. All answers keep a client busy, good or
// not.
func occupancy(r record.Result) (float64, bool) {
	m := r.Measurement()
	if m == nil || r.Level.Kind != plan.Concurrency {
		return 0, false
	}
	mean, ok := meanBetween(r.PercentilesMS, m.Complete, evenly)
	if !ok {
		return 0, false
	}
	perMillisecond := m.RequestsPerSecond / 1000 / float64(r.Level.Value)
	smallest, _ := meanBetween(r.PercentilesMS, m.Complete,
		func(lower, _ float64) float64 { return lower })
	return min(mean*perMillisecond, max(1, smallest*perMillisecond)), true
}

// mostOccupied returns the most that the occupancy can be, as far as the percentiles tell: the
// slowest hundredth took as long as the longest request. It is not less than occupancy.
func mostOccupied(r record.Result) (float64, bool) {
	least, ok := occupancy(r)
	if !ok {
		return 0, false
	}
	m, p := r.Measurement(), r.PercentilesMS
	unknown := (0.01 - 1/float64(m.Complete)) * (p[100] - p[99])
	more := unknown * m.RequestsPerSecond / 1000 / float64(r.Level.Value)
	return max(least, min(1, least+more)), true
}
