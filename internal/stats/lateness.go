package stats

import (
	"maps"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// Lateness is a part of the response time that is the generator's: in an open loop that counts from
// when a request was due, whenever it was sent. A server's share of it is not known, because late
// requests come in bursts. So where it is large, it limits what the response time can prove, as a
// generator does that is busy all the time.

// latePart is how late requests were sent where a metric of response times counts them.
type latePart struct {
	metric     *Metric
	percentile float64                    // 0: the mean
	late       func(*record.Late) float64 // in milliseconds
}

var lateParts = []latePart{
	{P50, 50, func(l *record.Late) float64 { return l.P50MS }},
	{P90, 90, func(l *record.Late) float64 { return l.P90MS }},
	{P95, 95, func(l *record.Late) float64 { return l.P95MS }},
	{P99, 99, func(l *record.Late) float64 { return l.P99MS }},
	{P999, 99.9, func(l *record.Late) float64 { return l.P999MS }},
	{MeanTime, 0, func(l *record.Late) float64 { return l.MeanMS }},
}

// LateRequests is how late the requests of a percentile were sent, and that percentile of the
// response times, in milliseconds, medians over the trials.
type LateRequests struct {
	Percentile float64 // 50 to 99.9; 0: how late they were sent on average
	LateMS, MS float64

	// Rate is where a capacity's objective was missed so; 0: it is about the trials of the cell.
	Rate int
}

func (LateRequests) isEvidence() {}

// lateRequests returns how late requests were sent, beside the metric of which that is a part, its
// median share of it, and in how many trials it was too large. ok is false if it was not in the
// median, or is not known.
func (c Cell) lateRequests(part latePart) (e LateRequests, share float64, trials int, ok bool) {
	var lates, times, shares []float64
	for _, trial := range c.clean {
		if lateOf(trial) == nil {
			continue
		}
		ms, known := part.metric.value(trial)
		if !known || ms <= 0 {
			continue
		}
		late := part.late(lateOf(trial))
		lates, times, shares = append(lates, late), append(times, ms), append(shares, late/ms)
		if late >= minLateMS && late > maxLate*ms {
			trials++
		}
	}
	e = LateRequests{
		Percentile: part.percentile,
		LateMS:     medianOfAll(lates),
		MS:         medianOfAll(times),
	}
	share = medianOfAll(shares)
	return e, share, trials, share > maxLate && e.LateMS >= minLateMS
}

// lateOf returns how late the requests of a trial were sent; nil if it is not known.
func lateOf(r record.Result) *record.Late {
	if r.Load == nil || r.Load.Detail == nil {
		return nil
	}
	return r.Load.Detail.Late
}

func lateBy(part func(*record.Late) float64) func(record.Result) (float64, bool) {
	return func(r record.Result) (float64, bool) {
		if late := lateOf(r); late != nil {
			return part(late), true
		}
		return 0, false
	}
}

// lateDoubts returns a doubt about a cell whose requests were sent so late that it matters to a
// response time. The one to which it matters most is the evidence.
func lateDoubts(cell Cell) []Doubt {
	var most []Doubt
	mostShare := 0.0
	for _, part := range lateParts {
		e, share, trials, ok := cell.lateRequests(part)
		if ok && share > mostShare {
			mostShare = share
			most = []Doubt{cell.doubt(GeneratorLate, trials, cell.named(cell.latest(part), e))}
		}
	}
	return most
}

// latest returns the generator that sent its requests the latest, in the median of the trials.
func (c Cell) latest(part latePart) string {
	lates := map[string][]float64{}
	for _, trial := range c.clean {
		for _, p := range generatorsOf(trial) {
			if p.Late != nil {
				lates[p.String()] = append(lates[p.String()], part.late(p.Late))
			}
		}
	}
	name, latest := "", -1.0
	for _, p := range slices.Sorted(maps.Keys(lates)) {
		if late := medianOfAll(lates[p]); late > latest {
			name, latest = p, late
		}
	}
	return name
}

// lateFor reports whether a cell's requests were sent so late that the server may be better than a
// metric tells. A throughput suffers only where a generator falls behind, and then half of its
// requests are late. Of a capacity, it is whether the objective was missed so.
func (c Cell) lateFor(metric *Metric) bool {
	switch {
	case isCapacity(c.Cell, metric):
		return c.missedLate
	case metric == Throughput:
		metric = P50
	case metric == MeanAtMost:
		metric = MeanTime
	}
	i := slices.IndexFunc(lateParts, func(p latePart) bool { return p.metric == metric })
	if i < 0 {
		return false
	}
	_, _, _, ok := c.lateRequests(lateParts[i])
	return ok
}

// missLate notes that the objective of a capacity was missed in trials at a rate whose requests
// were sent too late for it.
func (c *Cell) missLate(at Cell, objective *Metric) {
	i := slices.IndexFunc(lateParts, func(p latePart) bool { return p.metric == objective })
	e, _, trials, late := at.lateRequests(lateParts[i])
	if !late {
		return
	}
	c.missedLate = true
	e.Rate = at.Level.Value
	d := at.doubt(GeneratorLate, trials, at.named(at.latest(lateParts[i]), e))
	d.Cell = plan.Cell{Server: c.Server, Level: c.Level}
	c.doubts = slices.DeleteFunc(c.doubts, func(d Doubt) bool { return d.Code == GeneratorLate })
	c.doubts = append(c.doubts, d)
	if !slices.Contains(c.Notes, GeneratorLate) {
		c.Notes = append(c.Notes, GeneratorLate)
	}
}
