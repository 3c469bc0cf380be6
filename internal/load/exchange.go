package load

import "time"

// exchange is one request and its response, whether a loop or a stream makes it. Its times are
// monotonic and count from the start of the load.
type exchange struct {
	due          time.Duration // when the request was to start; its response time counts from here
	connectStart time.Duration // when its connection was begun
	connectEnd   time.Duration // when its connection was made; connectStart if one was open
	sent         time.Duration // when its last byte was sent; 0: not yet
	firstByte    time.Duration // when the first byte of the response arrived

	address  int32 // of the host: index into engine.addresses
	response response
	server   []byte // the server's name, as long as there is no document
	trace    []byte // the header as received, for -v
}

// start prepares x for a request that was due at one time and is started now.
func (x *exchange) start(due, now time.Duration) {
	x.due = due
	x.connectStart = now
	x.connectEnd = now
	x.sent = 0
	x.firstByte = 0

	x.response.reset()
	x.trace = x.trace[:0]
}

// receive parses bytes of the response that arrived at a time.
func (x *exchange) receive(e *engine, f framing, data []byte, at time.Duration) error {
	r := &x.response
	if !r.begun() {
		x.firstByte = at
	}
	headerIncomplete := r.part == inHeader
	if headerIncomplete && e.options.Verbosity >= 2 {
		room := maxHeader - min(maxHeader, len(x.trace))
		x.trace = append(x.trace, data[:min(len(data), room)]...)
	}

	err := r.feed(data, f)
	if headerIncomplete && r.part != inHeader {
		e.startOthers()
		if e.document.Load() == nil {
			// The name is a slice of a buffer that is overwritten before the body is complete.
			x.server = append(x.server[:0], r.header.server...)
			r.header.server = x.server
		}
	}
	return err
}

// record adds the durations of a request that ended at a time.
func (x *exchange) record(t *tally, at time.Duration) {
	connect := x.connectEnd - x.connectStart
	total := at - x.due
	firstByte := total
	wait := time.Duration(0)
	if x.response.begun() {
		firstByte = x.firstByte - x.due
		if x.sent > 0 { // a response may begin before all of a body is sent
			wait = max(0, x.firstByte-x.sent)
		}
	}

	if connect > 0 {
		t.noteConnect(connect)
	}
	t.connecting.record(connect)
	t.processing.record(total - connect)
	t.waiting.record(wait)
	t.firstByte.record(firstByte)
	t.total.record(total)
	if t.windows != nil {
		t.windows.record(x.due, at)
	}
	if t.keepSamples {
		t.samples = append(t.samples, sample{
			start:   x.due,
			connect: connect,
			wait:    wait,
			total:   total,
		})
	}
}
