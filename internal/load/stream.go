package load

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// streams drives every connection by a goroutine of its own, with calls that wait. It makes loads
// over TLS, and all loads on systems without epoll or kqueue.
type streams struct {
	engine *engine
	ctx    context.Context // of the load

	mu        sync.Mutex // guards the fields below
	counts    tally
	arrivals  arrivals      // of an open loop
	lastHeard time.Duration // when the last byte arrived
}

// stream is one connection and the request that it makes. It belongs to one goroutine.
type stream struct {
	streams   *streams
	engine    *engine
	exchange  exchange
	buffer    []byte
	reused    bool          // the connection has carried a complete response
	freeSince time.Duration // when its last request ended

	guard sync.Mutex // guards conn, which interrupt uses from another goroutine
	conn  net.Conn   // nil: there is none
}

// errStopped means that the load was ended before a request was written.
var errStopped = errors.New("the load was ended")

// runStreams makes the load by one goroutine per connection.
func (e *engine) runStreams(ctx context.Context) (*tally, error) {
	s := &streams{
		engine:   e,
		ctx:      ctx,
		counts:   newTally(e.options),
		arrivals: newArrivals(&e.schedule, 0, 1),
	}
	e.begin(ctx)
	var group sync.WaitGroup
	for i := range e.options.Concurrency {
		group.Go(func() { // ends with the load
			if i > 0 && !e.openLoop() { // the first request is made alone
				select {
				case <-e.others:
				case <-ctx.Done():
				}
			}
			(&stream{streams: s, engine: e}).run()
		})
	}
	group.Wait()

	s.arrivals.drop(&s.counts, e.elapsed())
	return &s.counts, nil
}

// ended reports whether the load is to end. It is true before any call that waits is interrupted.
func (s *streams) ended() bool { return s.ctx.Err() != nil }

// count changes the shared fields.
func (s *streams) count(change func(*tally)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.counts)
}

// nextArrival hands out an arrival of an open loop, and returns when it is due. It reports false if
// none is left.
func (s *streams) nextArrival() (due time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.arrivals.left() {
		return 0, false
	}
	due = s.arrivals.nextDue()
	s.arrivals.skip()
	return due, true
}

// streamBuffer is the largest read, in bytes.
const streamBuffer = 16 << 10

// run makes requests until there are none left or the load is ended.
func (c *stream) run() {
	defer c.close()
	c.buffer = make([]byte, streamBuffer)
	c.exchange.response.check = NewBodyCheck(c.engine.options.Expect)
	stop := context.AfterFunc(c.streams.ctx, c.interrupt)
	defer stop()

	for {
		due, ok := c.nextRequest()
		if !ok {
			return
		}
		c.exchange.start(due, c.engine.elapsed())
		if phase, settled := c.makeRequest(); !settled {
			phase = c.exchange.phase(phase, c.engine.framing)
			c.streams.count(func(t *tally) { t.unfinished[phase]++ })
			return
		}
		c.freeSince = c.engine.elapsed()
	}
}

// nextRequest waits until the next request is due, and returns when that was. It reports false if
// no request is left or the load is ended.
func (c *stream) nextRequest() (due time.Duration, ok bool) {
	e := c.engine
	if c.streams.ended() {
		return 0, false
	}
	if !e.openLoop() {
		return e.elapsed(), e.takeTicket()
	}

	for {
		due, ok := c.streams.nextArrival()
		if !ok {
			return 0, false
		}
		timer := time.NewTimer(due - e.elapsed())
		select {
		case <-timer.C:
		case <-c.streams.ctx.Done():
			timer.Stop()
			return 0, false
		}

		now := e.elapsed()
		c.streams.count(func(t *tally) { ok = e.schedule.admit(t, due, c.freeSince, now) })
		if ok {
			return due, true
		}
	}
}

// makeRequest attempts a request until that is settled. It reports false if the load was ended
// first, and the phase in which that was.
func (c *stream) makeRequest() (phase string, settled bool) {
	for {
		phase, err := c.attempt()
		if err != nil && c.streams.ended() {
			return phase, false // the end of the load may be its cause, and not the server
		}
		again, fatalErr := c.settle(phase, err)
		if fatalErr != nil {
			c.engine.stop(fatalErr)
			return phase, false
		}
		if !again {
			return phase, true
		}
	}
}

// settle counts how an attempt ended, and keeps or closes the connection.
func (c *stream) settle(phase string, err error) (again bool, fatalErr error) {
	if isTimeout(err) {
		err = errDeadline
	}
	s := c.streams
	s.count(func(t *tally) {
		again, fatalErr = c.engine.settle(t, &c.exchange, &attempt{
			phase:     phase,
			err:       err,
			reused:    c.reused,
			lastHeard: s.lastHeard,
			at:        c.engine.elapsed(),
		})
	})

	c.reused = true
	if err != nil || !c.exchange.response.header.keepAlive {
		c.close()
	}
	return again, fatalErr
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// attempt makes a request once, and returns the phase in which that ended.
func (c *stream) attempt() (phase string, err error) {
	x := &c.exchange
	if c.conn == nil {
		x.connectStart = c.engine.elapsed()
		if phase, err := c.open(); err != nil {
			return phase, err
		}
		x.connectEnd = c.engine.elapsed()
	} else if err := c.setDeadline(); err != nil {
		return phaseSend, err
	}
	if c.streams.ended() { // setDeadline may have undone interrupt
		return phaseSend, errStopped
	}

	n, err := c.conn.Write(c.engine.request)
	c.streams.count(func(t *tally) { t.sentBytes += int64(n) })
	if err != nil {
		return phaseSend, err
	}
	x.sent = c.engine.elapsed()

	for x.response.part != complete {
		if err := c.receive(); err != nil {
			return phaseReceive, err
		}
	}
	return phaseReceive, nil
}

// receive reads once and parses what arrived.
func (c *stream) receive() error {
	framing := c.engine.framing
	n, err := c.conn.Read(c.buffer)
	switch {
	case n > 0:
		now := c.engine.elapsed()
		c.streams.count(func(*tally) { c.streams.lastHeard = now })
		return c.exchange.receive(c.engine, framing, c.buffer[:n], now)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		// The latter is the end of a TLS connection without close_notify.
		return c.exchange.response.end(framing)
	}
	return err
}

// open makes a connection by the deadline of the request. With an error it returns the phase that
// failed.
func (c *stream) open() (phase string, err error) {
	o := &c.engine.options
	dialer := net.Dialer{KeepAlive: -1, Deadline: c.deadline()}
	if o.Bind.IsValid() {
		dialer.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(o.Bind, 0))
	}
	address := c.engine.currentAddress(&c.exchange).String()
	conn, err := dialer.DialContext(c.streams.ctx, "tcp", address)
	if err != nil {
		return phaseConnect, err
	}
	c.replace(conn)
	c.streams.count(func(t *tally) { t.opened++ })

	if tcp, ok := conn.(*net.TCPConn); ok && o.Window > 0 {
		err := errors.Join(tcp.SetReadBuffer(o.Window), tcp.SetWriteBuffer(o.Window))
		if err != nil {
			return phaseConnect, err
		}
	}
	if !o.TLS {
		return phaseConnect, c.setDeadline()
	}

	secure := tls.Client(conn, o.tlsConfig())
	c.replace(secure)
	err = errors.Join(c.setDeadline(), secure.HandshakeContext(c.streams.ctx))
	if err != nil {
		return phaseHandshake, err
	}
	c.engine.noteSecurity(secure.ConnectionState())
	return phaseHandshake, nil
}

// deadline returns when the current request must be complete.
func (c *stream) deadline() time.Time {
	return c.engine.began.Add(c.exchange.due + c.engine.options.Timeout)
}

// setDeadline gives the connection the deadline of the current request.
func (c *stream) setDeadline() error { return c.conn.SetDeadline(c.deadline()) }

// interrupt makes a call that waits on the connection return with an error.
func (c *stream) interrupt() {
	c.guard.Lock()
	defer c.guard.Unlock()
	if c.conn != nil {
		_ = c.conn.SetDeadline(time.Unix(1, 0)) // fails only if closed; then no call waits
	}
}

// replace replaces the connection, or the layer around it, by another or by nil.
func (c *stream) replace(conn net.Conn) {
	c.guard.Lock()
	defer c.guard.Unlock()
	c.conn = conn
	c.reused = false
}

// close closes the connection if there is one.
func (c *stream) close() {
	switch conn := c.conn.(type) {
	case nil:
	case *tls.Conn:
		_ = conn.NetConn().Close() // without close_notify: the response has been read
	default:
		_ = conn.Close()
	}
	c.replace(nil)
}
