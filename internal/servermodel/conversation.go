package servermodel

import (
	"net/http"
	"time"
)

// conversation is the HTTP side of one connection: bytes in, bytes out, no socket. Every model has
// one per connection, except the model that uses net/http. So the models differ only in how they
// wait.
type conversation struct {
	service *service
	in      []byte  // received and not yet used
	out     []byte  // to be sent
	text    []byte  // to be sent after out: the rest of a body that is too large to copy
	request request // the one whose body is being read, or whose answer is due
	stage   stage

	backpressure bool // output is backed up: later requests stay in in
	closing      bool // there will be no more answers: the connection closes once all is sent
	unreadInput  bool // when closing: the client may still be sending

	since time.Time // start of what the conversation waits for now
}

// stage is what a conversation does next.
type stage uint8

const (
	readHeader stage = iota
	readBody
	doWork // the model does the work of a request; the next receive answers it
)

// maxOut is how much output is kept for a client that does not read, in bytes. Its further requests
// wait.
const maxOut = 64 << 10

// maxDrain is how many bytes are read from a client that goes on sending after its last answer.
const maxDrain = 1 << 20

// receive processes bytes from the client and appends to out the answers to all requests that are
// complete. It reports whether it reached a request that needs work. When that work is done, the
// next receive answers it.
func (c *conversation) receive(data []byte, now time.Time) (work bool) {
	if c.closing {
		return false
	}
	if c.idle() {
		c.since = now // a request begins
	}
	c.backpressure = false

	// Most requests arrive in one piece, and are parsed without being copied.
	if len(c.in) > 0 {
		c.in = append(c.in, data...)
		data = c.in
	}
	rest, work := c.advance(data, now)
	if len(rest) == 0 {
		c.in = nil // an idle connection keeps no buffer
	} else {
		c.in = append(c.in[:0], rest...)
	}
	return work
}

// progress is where a step of a conversation leads.
type progress uint8

const (
	nextStep  progress = iota
	needInput          // the client must send more, or read first
	needWork           // the model must do the work of the request
	ended              // the rest of the input is ignored
)

// advance processes data request by request, and returns what is left of it.
func (c *conversation) advance(data []byte, now time.Time) (rest []byte, work bool) {
	for {
		n, progress := c.step(data, now)
		data = data[n:]
		switch progress {
		case needInput:
			return data, false
		case needWork:
			return data, true
		case ended:
			return nil, false
		}
	}
}

// step does what the stage requires, and returns how many bytes of data it used.
func (c *conversation) step(data []byte, now time.Time) (n int, next progress) {
	switch c.stage {
	case readHeader:
		return c.stepHeader(data, now)
	case readBody:
		return c.stepBody(data, now)
	default:
		return 0, c.stepAnswer(len(data), now)
	}
}

// stepHeader reads a request's header. If the client waits for permission to send the body, it gets
// it.
func (c *conversation) stepHeader(data []byte, now time.Time) (n int, next progress) {
	if len(data) == 0 {
		return 0, needInput
	}
	r := &c.request
	size, status := r.parse(data)
	if status != 0 {
		c.refuse(status, now)
		return 0, ended
	}
	if size == 0 {
		return 0, needInput
	}

	c.stage = readBody
	if r.expects && !r.body.ended() {
		c.out = append(c.out, "HTTP/1.1 100 Continue\r\n\r\n"...)
	}
	return size, nextStep
}

// stepBody skips the next bytes of a request's body.
func (c *conversation) stepBody(data []byte, now time.Time) (n int, next progress) {
	n, status := c.request.body.skip(data)
	if status != 0 {
		c.refuse(status, now)
		return n, ended
	}
	if !c.request.body.ended() {
		return n, needInput
	}

	c.stage = doWork
	if c.request.wantsWork() && c.service.work.any() {
		return n, needWork
	}
	return n, nextStep
}

// stepAnswer answers the request. Unused is the length of the input behind it.
func (c *conversation) stepAnswer(unused int, now time.Time) (next progress) {
	c.stage, c.since = readHeader, now
	if !c.respond(now) {
		c.closing = true
		c.unreadInput = unused > 0
		return ended
	}
	if c.pending() > maxOut {
		c.backpressure = unused > 0
		return needInput
	}
	return nextStep
}

// respond appends the answer to the request. It reports whether the connection stays open after it.
func (c *conversation) respond(now time.Time) (stay bool) {
	r := &c.request
	r.keepAlive = r.keepAlive && c.service.keepsAlive()
	switch {
	case !r.get:
		c.out = appendError(c.out, r, http.StatusMethodNotAllowed, now)
	case !r.root:
		c.out = appendError(c.out, r, http.StatusNotFound, now)
	default:
		c.respondOK(now)
	}
	return r.keepAlive
}

func (c *conversation) respondOK(now time.Time) {
	r, text := &c.request, c.service.text
	if !r.head && len(text) <= maxCopy {
		c.out = c.service.appendPrebuilt(c.out, r, now)
		return
	}
	c.out = appendOK(c.out, r, len(text), now)
	if !r.head {
		c.text = text
	}
}

// maxCopy is the largest body that is copied behind its header, so that one write sends both.
const maxCopy = 16 << 10

// refuse answers a request that could not be read, and ends the conversation.
func (c *conversation) refuse(status int, now time.Time) {
	c.request = request{}
	c.out = appendError(c.out, &c.request, status, now)
	c.closing = true
	c.unreadInput = true
	c.since = now
}

// pending returns how many bytes are to be sent.
func (c *conversation) pending() int { return len(c.out) + len(c.text) }

// next returns what to send next. It is empty if all is sent.
func (c *conversation) next() []byte {
	if len(c.out) > 0 {
		return c.out
	}
	return c.text
}

// sent removes the first n bytes of next.
func (c *conversation) sent(n int) {
	switch {
	case len(c.out) == 0:
		c.text = c.text[n:]
	case n < len(c.out):
		c.out = append(c.out[:0], c.out[n:]...)
	case cap(c.out) > maxKept:
		c.out = nil
	default:
		c.out = c.out[:0]
	}
}

// maxKept is the largest output buffer that an idle connection keeps.
const maxKept = 512

// hasBuffered reports whether receive can go on without more input.
func (c *conversation) hasBuffered() bool {
	return !c.closing && (c.backpressure || c.stage == doWork)
}

// idle reports whether the conversation is between two requests: no part of one has arrived, and no
// answer is due or being sent.
func (c *conversation) idle() bool {
	return c.stage == readHeader && len(c.in) == 0 && c.pending() == 0 && !c.closing
}

// deadline returns until when the conversation may wait for what it waits for now.
func (c *conversation) deadline() time.Time {
	t := &c.service.timeouts
	switch {
	case c.stage == doWork:
		return c.since.Add(t.send + c.service.work.Wait)
	case c.pending() > 0:
		return c.since.Add(t.send)
	case c.closing:
		return c.since.Add(t.receive)
	case c.idle():
		return c.since.Add(t.idle)
	}
	return c.since.Add(t.receive)
}
