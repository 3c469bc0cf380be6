package load

import "time"

// sample is one complete request, for -g.
type sample struct {
	start   time.Duration // since the load began
	connect time.Duration // 0 on a connection that was open
	wait    time.Duration // from the last byte sent to the first one received
	total   time.Duration
}

// tally holds the counts of a load. Each complete request is in exactly one of good, unexpected,
// receive, length and exceptions.
type tally struct {
	good       int64 // complete responses that are as expected
	unexpected int64 // complete responses that are not
	connect    int64 // connections that could not be made
	receive    int64 // responses ended by an error of the system or by the deadline
	length     int64 // responses that are shorter or longer than they should be
	exceptions int64 // responses that are not HTTP

	statuses    [1000]int64 // responses by status, failed ones included
	non2xx      int64
	keptAlive   int64 // responses after which the connection stayed open
	opened      int64 // connections
	retried     int64 // requests sent again because the server had closed a kept connection
	headerBytes int64 // received outside the bodies
	bodyBytes   int64 // with the surplus
	sentBytes   int64
	faults      map[fault]int64

	withSurplus  int64 // good responses that were followed by more bytes than their header says
	surplusBytes int64 // those bytes

	// unfinished counts the requests under way when the load was ended, by phase.
	unfinished map[string]int64

	unsent int64 // arrivals of an open loop for which no connection became free in time
	queued int64 // arrivals of an open loop that waited for a connection
	late   times // from when an arrival was due and had a free connection until it was sent

	connecting times // 0 on a connection that was open
	firstByte  times // from the start of the request to the first byte of its response
	processing times // the total without the connecting
	waiting    times // from the last byte sent to the first one received
	total      times
	goodTotal  *times // the total of good responses alone; nil: nothing is expected

	ended       time.Duration // when the last request was complete, since the load began
	keepSamples bool          // for -g
	samples     []sample      // every complete request
}

// newTally returns an empty tally for a load with these options.
func newTally(o Options) tally {
	// A deadline may be noticed a little late.
	longest := o.Timeout + time.Second
	var goodTotal *times
	if o.Expect.any() {
		goodTotal = new(newTimes(longest))
	}
	return tally{
		faults:      map[fault]int64{},
		unfinished:  map[string]int64{},
		keepSamples: o.Gnuplot != "",
		late:        newTimes(longest),
		connecting:  newTimes(longest),
		firstByte:   newTimes(longest),
		processing:  newTimes(longest),
		waiting:     newTimes(longest),
		total:       newTimes(longest),
		goodTotal:   goodTotal,
	}
}

// complete returns the number of requests that came to an end, good or failed.
func (t *tally) complete() int64 { return t.total.count() }

// failures is ab's "Failed requests".
func (t *tally) failures() int64 { return t.connect + t.receive + t.length + t.exceptions }

// add adds the counts of another tally.
func (t *tally) add(other *tally) {
	for _, count := range [...]struct{ sum, other *int64 }{
		{&t.good, &other.good},
		{&t.unexpected, &other.unexpected},
		{&t.connect, &other.connect},
		{&t.receive, &other.receive},
		{&t.length, &other.length},
		{&t.exceptions, &other.exceptions},
		{&t.non2xx, &other.non2xx},
		{&t.keptAlive, &other.keptAlive},
		{&t.opened, &other.opened},
		{&t.retried, &other.retried},
		{&t.headerBytes, &other.headerBytes},
		{&t.bodyBytes, &other.bodyBytes},
		{&t.sentBytes, &other.sentBytes},
		{&t.withSurplus, &other.withSurplus},
		{&t.surplusBytes, &other.surplusBytes},
		{&t.unsent, &other.unsent},
		{&t.queued, &other.queued},
	} {
		*count.sum += *count.other
	}
	for status, n := range other.statuses {
		t.statuses[status] += n
	}
	for f, n := range other.faults {
		t.faults[f] += n
	}
	for phase, n := range other.unfinished {
		t.unfinished[phase] += n
	}

	t.late.add(other.late)
	t.connecting.add(other.connecting)
	t.firstByte.add(other.firstByte)
	t.processing.add(other.processing)
	t.waiting.add(other.waiting)
	t.total.add(other.total)
	if t.goodTotal != nil {
		t.goodTotal.add(*other.goodTotal)
	}

	t.ended = max(t.ended, other.ended)
	t.samples = append(t.samples, other.samples...)
}
