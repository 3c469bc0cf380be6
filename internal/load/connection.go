package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// connection is one of the c closed-loop clients: it asks, waits for the whole answer, and asks
// again. It belongs to one goroutine, and its tally too.
type connection struct {
	engine *engine
	used   bool // the connection has carried a whole answer already
	buffer [maxHeader]byte
	tally  tally
	now    sample // the request that is under way
	sentAt int64  // when the request's last byte was sent, nanoseconds since the load began

	ctx  context.Context // of the load
	mu   sync.Mutex      // guards conn against interrupt, which comes from elsewhere
	conn net.Conn        // nil: there is none
}

// work takes tickets until there are none, or the load ends.
func (c *connection) work() {
	defer c.close()
	stop := context.AfterFunc(c.ctx, c.interrupt)
	defer stop()
	for c.ctx.Err() == nil && c.engine.ticket() {
		for !c.try() && c.ctx.Err() == nil {
		}
	}
}

// interrupt ends the wait on the connection, if there is one. Whoever waits looks at ctx first, see Read.
func (c *connection) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		_ = c.conn.SetDeadline(time.Unix(1, 0)) // fails on a closed one, on which nobody waits
	}
}

// replace puts a connection, or nil, in the place of the one before.
func (c *connection) replace(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn, c.used = conn, false
}

// try makes one request; it reports whether it is complete. If not, it is to be tried again: nobody has
// counted it.
func (c *connection) try() bool {
	e := c.engine
	c.now = sample{start: e.since()}
	if c.conn == nil {
		if err := c.open(); err != nil {
			if c.ctx.Err() == nil {
				c.tally.connect++
				e.connectFailed(err)
			}
			return false
		}
		c.now.connect = e.since() - c.now.start
	}
	if err := c.send(); err != nil {
		return c.broken(err)
	}
	h, headerBytes, bodyBytes, err := readResponse(c, c.buffer[:], e.options.Method, e.options.KeepAlive, c.came)
	if err != nil && c.ctx.Err() != nil {
		return false // we ended it, not the server
	}
	if err != nil && headerBytes == 0 {
		return c.broken(err)
	}
	c.tally.headerBytes += headerBytes
	c.tally.bodyBytes += bodyBytes
	c.judge(h, bodyBytes, err)
	return true
}

// open connects.
func (c *connection) open() error {
	dialer := net.Dialer{Timeout: c.engine.options.Timeout, KeepAlive: -1}
	conn, err := dialer.DialContext(c.ctx, "tcp", c.engine.address())
	if err == nil {
		c.replace(conn)
	}
	return err
}

// close gives the connection up.
func (c *connection) close() {
	if c.conn != nil {
		_ = c.conn.Close() // all that it had to say has been read
		c.replace(nil)
	}
}

// send writes the request.
func (c *connection) send() error {
	n, err := c.conn.Write(c.engine.request)
	c.tally.sentBytes += int64(n)
	c.sentAt = c.engine.since()
	return err
}

// Read reads from the connection, for as long as -s allows silence.
func (c *connection) Read(p []byte) (int, error) {
	if err := c.conn.SetReadDeadline(time.Now().Add(c.engine.options.Timeout)); err != nil {
		return 0, err
	}
	if c.ctx.Err() != nil { // interrupt may have come before the line above undid it
		return 0, context.Cause(c.ctx)
	}
	return c.conn.Read(p)
}

// came notes when the first byte of an answer came.
func (c *connection) came(first bool) {
	if first {
		c.now.wait = c.engine.since() - c.sentAt
	}
}

// broken handles a connection that failed before a byte of the answer had come. A server may close
// a connection that it kept open whenever it likes, so on such a one the request is simply sent
// again; silence is another matter.
func (c *connection) broken(err error) bool {
	stale := c.used && !isTimeout(err)
	c.close()
	if stale || c.ctx.Err() != nil {
		return false
	}
	c.judge(header{}, 0, err)
	return true
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// judge counts a request that is complete, well or not, once.
func (c *connection) judge(h header, bodyBytes int64, err error) {
	e := c.engine
	at := e.since()
	c.now.total = at - c.now.start
	switch {
	case err == nil && e.matches(h, bodyBytes):
		c.tally.good++
	case err == nil, errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		c.tally.length++
	case errors.Is(err, errHeader):
		c.tally.exceptions++
	case isTimeout(err):
		e.cancel(&fatal{"apr_pollset_poll: The timeout specified has expired (70007)", 70007 & 255})
		return
	default:
		if !e.options.Resilient {
			text, code := systemError(err)
			e.cancel(&fatal{"apr_socket_recv: " + text, code})
			return
		}
		c.tally.receive++
	}
	if h.status > 0 && h.status/100 != 2 {
		c.tally.non2xx++
	}
	if err == nil && h.keepAlive {
		c.tally.keptAlive++
		c.used = true
	} else {
		c.close()
	}
	c.tally.samples = append(c.tally.samples, c.now)
	e.headerCame()
	e.completed(at)
	e.show(h)
}

// show says what -v 3 wants to see.
func (e *engine) show(h header) {
	if e.options.Verbosity >= 3 {
		e.log(fmt.Sprintf("LOG: Response code = %d\n", h.status))
	}
}

// systemError gives the words and the number of a system error, as apr prints them.
func systemError(err error) (text string, code int) {
	var number syscall.Errno
	switch {
	case errors.As(err, &number):
		words := number.Error()
		return strings.ToUpper(words[:1]) + words[1:] + " (" + strconv.Itoa(int(number)) + ")", int(number) & 255
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "The timeout specified has expired (70007)", 70007 & 255
	}
	return err.Error(), exitStopped
}
