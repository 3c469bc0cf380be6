package load

import (
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// precision is the significant digits of every recorded time: it is known to a thousandth of
// itself.
const precision = 3

// times gathers one duration of many requests, in nanoseconds of the monotonic clock, in memory
// that does not grow with their number. Extremes and mean are exact, what lies between them is
// known to 3 digits.
type times struct {
	histogram *hdrhistogram.Histogram
	longest   int64 // that the histogram can hold
	min, max  int64
	sum       int64
}

// newTimes makes room for durations up to the longest.
func newTimes(longest time.Duration) times {
	return times{histogram: hdrhistogram.New(1, int64(longest), precision), longest: int64(longest)}
}

func (t *times) count() int64 { return t.histogram.TotalCount() }

// record takes one duration. One that is too long for the histogram, which a deadline that comes
// late can make it, counts there as the longest.
func (t *times) record(d int64) {
	if t.count() == 0 || d < t.min {
		t.min = d
	}
	t.max = max(t.max, d)
	t.sum += d
	_ = t.histogram.RecordValue(min(d, t.longest)) // it has room for all from 0 to the longest
}

// add puts another's durations to these.
func (t *times) add(other times) {
	if other.count() == 0 {
		return
	}
	if t.count() == 0 || other.min < t.min {
		t.min = other.min
	}
	t.max = max(t.max, other.max)
	t.sum += other.sum
	t.histogram.Merge(other.histogram)
}

// mean gives the exact mean, 0 where there is nothing.
func (t *times) mean() float64 {
	if t.count() == 0 {
		return 0
	}
	return float64(t.sum) / float64(t.count())
}

// at gives the duration at a place among all in ascending order, from 1 to their number. The first
// and the last are exact.
func (t *times) at(rank int64) int64 {
	n := t.count()
	if rank >= n {
		return t.max
	}
	if rank <= 1 {
		return t.min
	}
	value := t.histogram.ValueAtPercentile(
		100 * float64(rank) / float64(n),
	) // it rounds to the nearest place
	return min(max(value, t.min), t.max)
}

// deviation gives the sample's standard deviation (n − 1), to 3 digits.
func (t *times) deviation() float64 {
	n := float64(t.count())
	if n < 2 {
		return 0
	}
	return t.histogram.StdDev() * math.Sqrt(n/(n-1))
}

// fault is a way in which something went wrong.
type fault struct {
	phase string // "connect", "handshake", "send", "receive" or "answer"
	name  string // of the system's error, such as "ECONNRESET", or one of ours
	errno int    // the system's number for it; 0: it has none
}

// sample is one answered request, for -g. Times are in nanoseconds of the monotonic clock.
type sample struct {
	start   int64 // since the load began
	connect int64 // 0 on a connection that was open
	wait    int64 // from the last byte sent to the first one received
	total   int64
}

// tally counts what connections saw. Each complete request is in one of good, receive, length and
// exceptions.
type tally struct {
	good       int64 // answers that were whole
	connect    int64 // connections that could not be made
	receive    int64 // answers that broke off by an error of the system, or that the deadline ended
	length     int64 // answers that are shorter or longer than they should be
	exceptions int64 // answers that are not HTTP

	non2xx      int64
	keptAlive   int64 // answers after which the connection stayed
	opened      int64 // connections
	stale       int64 // requests sent again, because the server had closed a connection that was kept
	headerBytes int64
	bodyBytes   int64
	sentBytes   int64
	statuses    [1000]int64 // by the status of the answer
	faults      map[fault]int64

	unsent     int64 // arrivals of an open loop for which there was no connection in time
	queued     int64 // arrivals of an open loop that had to wait for a connection
	unfinished int64 // requests that were under way when the load was ended
	late       times // how much later than intended an arrival went out, for which a connection was free

	connecting times // 0 on a connection that was open
	firstByte  times // from the start of the request to the first byte of its answer
	processing times // the total without the connecting
	waiting    times // from the last byte sent to the first one received
	total      times
	ended      int64    // when the last request was complete, nanoseconds since the load began
	keep       bool     // samples are wanted
	samples    []sample // of every complete request
}

// newTally makes an empty tally for requests that may take as long as the timeout.
func newTally(o Options) tally {
	longest := o.Timeout + time.Second
	return tally{
		faults:     map[fault]int64{},
		keep:       o.Gnuplot != "",
		late:       newTimes(longest),
		connecting: newTimes(longest),
		firstByte:  newTimes(longest),
		processing: newTimes(longest),
		waiting:    newTimes(longest),
		total:      newTimes(longest),
	}
}

// complete counts the requests that came to an end, good or bad.
func (t *tally) complete() int64 { return t.total.count() }

// failures is ab's "Failed requests".
func (t *tally) failures() int64 { return t.connect + t.receive + t.length + t.exceptions }

// add puts another tally's counts to this one's.
func (t *tally) add(other *tally) {
	for _, pair := range [...]struct{ to, from *int64 }{
		{&t.good, &other.good}, {&t.connect, &other.connect}, {&t.receive, &other.receive},
		{&t.length, &other.length}, {&t.exceptions, &other.exceptions}, {&t.non2xx, &other.non2xx},
		{&t.keptAlive, &other.keptAlive}, {&t.opened, &other.opened}, {&t.stale, &other.stale},
		{&t.headerBytes, &other.headerBytes}, {&t.bodyBytes, &other.bodyBytes},
		{&t.sentBytes, &other.sentBytes}, {&t.unsent, &other.unsent}, {&t.queued, &other.queued},
		{&t.unfinished, &other.unfinished},
	} {
		*pair.to += *pair.from
	}
	for status, n := range other.statuses {
		t.statuses[status] += n
	}
	for f, n := range other.faults {
		t.faults[f] += n
	}
	t.late.add(other.late)
	t.connecting.add(other.connecting)
	t.firstByte.add(other.firstByte)
	t.processing.add(other.processing)
	t.waiting.add(other.waiting)
	t.total.add(other.total)
	t.ended = max(t.ended, other.ended)
	t.samples = append(t.samples, other.samples...)
}
