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

	lastDue time.Duration // of the arrivals of an open loop that were due until now

	connecting times // 0 on a connection that was open
	firstByte  times // from the start of the request to the first byte of its response
	processing times // the total without the connecting
	waiting    times // from the last byte sent to the first one received
	total      times
	goodTotal  *times // the total of good responses alone; nil: nothing is expected

	fastestConnect time.Duration // of the connections that were made; 0: none was

	ended       time.Duration // when the last request was complete, since the load began
	keepSamples bool          // for -g
	samples     []sample      // every complete request
	windows     *windows      // for --tally; nil: not kept
}

// newTally returns an empty tally for a load with these options.
func newTally(o Options) tally {
	// A deadline may be noticed a little late.
	longest := o.Timeout + time.Second
	var goodTotal *times
	if o.Expect.any() {
		goodTotal = new(newTimes(longest))
	}
	var done *windows
	if o.Tally != "" {
		done = newWindows()
	}
	return tally{
		windows:     done,
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

// counter is one of the numbers of a tally that add up.
type counter struct {
	name string // in the file of --tally
	n    *int64
}

// counters returns the numbers of a tally that add up.
func (t *tally) counters() []counter {
	return []counter{
		{"good", &t.good},
		{"unexpected", &t.unexpected},
		{"connect", &t.connect},
		{"receive", &t.receive},
		{"length", &t.length},
		{"exceptions", &t.exceptions},
		{"non_2xx", &t.non2xx},
		{"kept_alive", &t.keptAlive},
		{"connections", &t.opened},
		{"sent_again", &t.retried},
		{"header_bytes", &t.headerBytes},
		{"body_bytes", &t.bodyBytes},
		{"sent_bytes", &t.sentBytes},
		{"surplus", &t.withSurplus},
		{"surplus_bytes", &t.surplusBytes},
		{"unsent", &t.unsent},
		{"queued", &t.queued},
	}
}

// durations returns what a tally holds of durations, by their names in JSON.
func (t *tally) durations() map[string]*times {
	all := map[string]*times{
		"connect":    &t.connecting,
		"first_byte": &t.firstByte,
		"processing": &t.processing,
		"waiting":    &t.waiting,
		"total":      &t.total,
		"late":       &t.late,
	}
	if t.goodTotal != nil {
		all["good"] = t.goodTotal
	}
	return all
}

// add adds the counts of another tally of the same load.
func (t *tally) add(other *tally) {
	more := other.counters()
	for i, sum := range t.counters() {
		*sum.n += *more[i].n
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
	for name, recorded := range t.durations() {
		recorded.add(*other.durations()[name])
	}

	if other.fastestConnect > 0 {
		t.noteConnect(other.fastestConnect)
	}
	t.ended = max(t.ended, other.ended)
	t.lastDue = max(t.lastDue, other.lastDue)
	t.samples = append(t.samples, other.samples...)
	if t.windows != nil {
		t.windows.add(other.windows)
	}
}

// noteConnect notes how long it took to make a connection.
func (t *tally) noteConnect(took time.Duration) {
	if t.fastestConnect == 0 || took < t.fastestConnect {
		t.fastestConnect = took
	}
}
