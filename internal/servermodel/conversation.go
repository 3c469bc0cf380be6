package servermodel

import (
	"net/http"
	"time"
)

// conversation is the HTTP side of one connection: bytes in, bytes out, no socket. Every model but
// the one that uses net/http has one for each connection, so that models differ only in how they
// wait.
type conversation struct {
	service *service
	in      []byte  // received and not yet used
	out     []byte  // to be sent
	text    []byte  // to be sent after out: the rest of a body that is too great to be copied
	request request // the one whose body is passing, or whose answer is due
	stage   stage
	full    bool      // enough is to be sent: further requests wait in in
	over    bool      // nothing more will be answered: the connection closes once all is sent
	rude    bool      // the client may still be sending what nobody will read
	since   time.Time // when what the conversation waits for now began
}

// stage is what a conversation does next.
type stage uint8

const (
	readHeader stage = iota
	readBody
	doWork // the model does the work of a request; the next receive answers it
)

// maxOut bounds what is kept for a client that asks and does not read: its further requests wait.
const maxOut = 64 << 10

// maxDrain bounds what is read of a client that goes on sending after its last answer.
const maxDrain = 1 << 20

// receive takes bytes from the client and adds to out the answers to every request that is now
// complete. It reports whether it came to a request that wants work: once that is done, the next
// receive answers it.
func (c *conversation) receive(data []byte, now time.Time) (work bool) {
	if c.over {
		return false
	}
	if c.quiet() {
		c.since = now // a request begins
	}
	c.full = false
	// A request that arrives in one piece, as most do, is read where it lies.
	if len(c.in) > 0 {
		c.in = append(c.in, data...)
		data = c.in
	}
	rest, work := c.advance(data, now)
	if len(rest) == 0 {
		c.in = nil // a quiet connection keeps no buffer
	} else {
		c.in = append(c.in[:0], rest...)
	}
	return work
}

// advance goes through data request by request, and gives what is left.
func (c *conversation) advance(data []byte, now time.Time) (rest []byte, work bool) {
	for {
		switch c.stage {
		case readHeader:
			size, status := c.readHeader(data)
			if status != 0 {
				c.refuse(status, now)
				return nil, false
			}
			if size == 0 {
				return data, false
			}
			data = data[size:]
		case readBody:
			n, status := c.request.body.skip(data)
			if status != 0 {
				c.refuse(status, now)
				return nil, false
			}
			data = data[n:]
			if !c.request.body.ended() {
				return nil, false
			}
			c.stage = doWork
			if c.request.worthWork() && c.service.work.any() {
				return data, true
			}
		case doWork:
			c.stage, c.since = readHeader, now
			if !c.respond(now) {
				c.over, c.rude = true, len(data) > 0
				return nil, false
			}
			if c.pending() > maxOut {
				c.full = len(data) > 0
				return data, false
			}
		}
	}
}

// readHeader reads a request's header and, if the client waits for that, lets it send the body.
func (c *conversation) readHeader(data []byte) (size int, status int) {
	if len(data) == 0 {
		return 0, 0
	}
	r, size, status := parseRequest(data)
	if size > 0 {
		c.request, c.stage = r, readBody
		if r.expects && !r.body.ended() {
			c.out = append(c.out, "HTTP/1.1 100 Continue\r\n\r\n"...)
		}
	}
	return size, status
}

// respond adds the answer to the request, and reports whether the connection stays open after it.
func (c *conversation) respond(now time.Time) (stay bool) {
	r := &c.request
	r.keepAlive = r.keepAlive && c.service.keeps()
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
		c.out = c.service.appendWhole(c.out, r, now)
		return
	}
	c.out = appendOK(c.out, r, len(text), now)
	if !r.head {
		c.text = text
	}
}

// maxCopy is the greatest body that is copied behind its header, so that both leave in one write.
const maxCopy = 16 << 10

// refuse answers a request that could not be read, and ends the conversation.
func (c *conversation) refuse(status int, now time.Time) {
	c.out = appendError(c.out, &request{}, status, now)
	c.over, c.rude, c.since = true, true, now
}

// pending tells how many bytes are to be sent.
func (c *conversation) pending() int { return len(c.out) + len(c.text) }

// next gives what is to be sent next; nothing is left if it is empty.
func (c *conversation) next() []byte {
	if len(c.out) > 0 {
		return c.out
	}
	return c.text
}

// sent forgets the n bytes of next that are on their way.
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

// maxKept is the greatest buffer that a connection keeps when it is quiet.
const maxKept = 512

// held reports whether the next receive has something to do without any more bytes.
func (c *conversation) held() bool { return !c.over && (c.full || c.stage == doWork) }

// quiet reports whether nothing is under way: no part of a request has come, and no answer is due
// or being sent.
func (c *conversation) quiet() bool {
	return c.stage == readHeader && len(c.in) == 0 && c.pending() == 0 && !c.over
}

// deadline is until when the conversation may wait for what it waits for now.
func (c *conversation) deadline() time.Time {
	p := &c.service.patience
	switch {
	case c.stage == doWork:
		return c.since.Add(p.send + c.service.work.Wait)
	case c.pending() > 0:
		return c.since.Add(p.send)
	case c.over:
		return c.since.Add(p.receive)
	case c.quiet():
		return c.since.Add(p.idle)
	}
	return c.since.Add(p.receive)
}
