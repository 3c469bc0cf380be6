package servermodel

import "time"

// conversation is the HTTP side of one connection: bytes in, bytes out, no socket. Every model has one for
// each connection, so that models differ only in how they wait for bytes.
type conversation struct {
	in   []byte // received and not yet used
	out  []byte // to be sent
	skip int64  // bytes of a request's body that are still to come
	over bool   // nothing more will be answered: the connection closes once out is sent
	rude bool   // the client may still be sending what nobody will read
}

// receive takes bytes from the client and adds to out the answers to every request that is now complete.
func (c *conversation) receive(data []byte, now time.Time) {
	if c.over {
		return
	}
	// A request that arrives in one piece, as most do, is read where it lies.
	if len(c.in) > 0 {
		c.in = append(c.in, data...)
		data = c.in
	}
	rest := c.answer(data, now)
	c.in = append(c.in[:0], rest...)
}

// answer uses up all complete requests at the start of data and gives what is left.
func (c *conversation) answer(data []byte, now time.Time) (rest []byte) {
	for len(data) > 0 {
		if skipped := min(c.skip, int64(len(data))); skipped > 0 {
			data, c.skip = data[skipped:], c.skip-skipped
			continue
		}
		r, size, status := parseRequest(data)
		if status != 0 {
			c.out = appendError(c.out, request{}, status, now)
			c.over, c.rude = true, true
			return nil
		}
		if size == 0 {
			return data
		}
		data, c.skip = data[size:], r.bodyLength
		var stay bool
		c.out, stay = appendResponse(c.out, r, now)
		if !stay {
			c.over, c.rude = true, c.skip > 0 || len(data) > 0
			return nil
		}
		if len(c.out) > maxOut {
			return data
		}
	}
	return nil
}

// maxOut bounds what is kept for a client that asks and does not read: its further requests wait.
const maxOut = 64 << 10

// maxDrain bounds what is read of a client that goes on sending after its last answer.
const maxDrain = 1 << 20

// sent forgets the bytes that are on their way.
func (c *conversation) sent(n int) { c.out = append(c.out[:0], c.out[n:]...) }
