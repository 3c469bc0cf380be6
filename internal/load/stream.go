package load

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// streams drives every connection by a goroutine of its own, with calls that wait: for TLS, and for
// systems without readiness.
type streams struct {
	*engine
	ctx     context.Context // of the load
	arrived atomic.Int64    // arrivals of an open loop that were handed out

	mu      sync.Mutex // guards what follows
	all     tally
	heardAt int64 // when the last byte came
}

// stream is one connection, or the place of one, and its request. It belongs to one goroutine.
type stream struct {
	*streams
	exchange
	reused bool // the connection has carried a whole answer
	buffer []byte
	fresh  int64 // since when it has had no request

	guard sync.Mutex // guards conn against interrupt, which comes from elsewhere
	conn  net.Conn   // nil: there is none
}

// runStreams makes the load by a goroutine a connection.
func (e *engine) runStreams(ctx context.Context) (*tally, error) {
	s := &streams{engine: e, ctx: ctx, all: newTally(e.options)}
	stop := context.AfterFunc(ctx, func() { e.stopped.Store(true) })
	defer stop()
	var group sync.WaitGroup
	for i := range e.options.Concurrency {
		group.Go(func() { // ends when the tickets or ctx do
			if i > 0 && e.options.Rate == 0 {
				select {
				case <-e.start:
				case <-ctx.Done():
				}
			}
			(&stream{streams: s}).work()
		})
	}
	group.Wait()
	if e.options.Rate > 0 {
		for now := e.since(); s.arrived.Load() < int64(e.options.Requests) &&
			e.intended(s.arrived.Load()) <= now; s.arrived.Add(1) {
			s.all.unsent++
		}
	}
	return &s.all, nil
}

// count lets a function change the tally.
func (s *streams) count(change func(*tally)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.all)
}

// work makes requests until there are none, or the load ends.
func (c *stream) work() {
	defer c.drop()
	c.buffer = make([]byte, streamBuffer)
	stop := context.AfterFunc(c.ctx, c.interrupt)
	defer stop()
	for {
		due, ok := c.due()
		if !ok {
			return
		}
		c.begin(due, c.since())
		done := false
		for !done && !c.stopped.Load() {
			done = c.try()
		}
		if !done {
			c.count(func(t *tally) { t.unfinished++ })
			return
		}
		c.fresh = c.since()
	}
}

// streamBuffer is the most that is read at once.
const streamBuffer = 16 << 10

// due waits until the next request is due, and gives that time.
func (c *stream) due() (at int64, ok bool) {
	if c.stopped.Load() {
		return 0, false
	}
	if c.options.Rate == 0 {
		return c.since(), c.ticket()
	}
	for {
		arrival := c.arrived.Add(1) - 1
		if arrival >= int64(c.options.Requests) {
			return 0, false
		}
		at := c.intended(arrival)
		timer := time.NewTimer(time.Duration(at - c.since()))
		select {
		case <-timer.C:
		case <-c.ctx.Done():
			timer.Stop()
			return 0, false
		}
		now := c.since()
		if at+int64(c.options.Timeout) > now {
			c.count(func(t *tally) {
				if at < c.fresh {
					t.queued++
				}
				t.late.record(now - max(at, c.fresh))
			})
			return at, true
		}
		c.count(func(t *tally) { t.unsent++ })
	}
}

// try makes one request; it reports whether that came to its end. If not, it is to be tried again,
// unless the load was ended.
func (c *stream) try() bool {
	if c.conn == nil {
		c.dialed = c.since()
		if phase, err := c.open(); err != nil {
			return c.refused(phase, err)
		}
		c.connected = c.since()
	} else if err := c.arm(); err != nil {
		return c.broken(phaseSend, err)
	}
	if c.stopped.Load() { // interrupt may have come before arm undid it
		return false
	}
	n, err := c.conn.Write(c.engine.request)
	c.count(func(t *tally) { t.sentBytes += int64(n) })
	if err != nil {
		return c.broken(phaseSend, err)
	}
	c.sent = c.since()
	for c.part != whole {
		if err := c.receive(); err != nil {
			return c.broken(phaseReceive, err)
		}
	}
	return c.finish(phaseReceive, nil)
}

// receive reads once.
func (c *stream) receive() error {
	n, err := c.conn.Read(c.buffer)
	if n > 0 {
		at := c.since()
		c.count(func(*tally) { c.heardAt = at })
		return c.received(c.engine, c.framing, c.buffer[:n], at)
	}
	if errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) { // the latter: TLS without a farewell
		return c.exchange.end(c.framing)
	}
	return err
}

// open connects, and gives the phase in which that failed. Its deadline is that of the request.
func (c *stream) open() (phase string, err error) {
	o := &c.options
	dialer := net.Dialer{KeepAlive: -1, Deadline: c.deadline()}
	if o.Bind.IsValid() {
		dialer.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(o.Bind, 0))
	}
	conn, err := dialer.DialContext(c.ctx, "tcp", c.address(&c.exchange).String())
	if err != nil {
		return phaseConnect, err
	}
	c.replace(conn)
	c.count(func(t *tally) { t.opened++ })
	if tcp, ok := conn.(*net.TCPConn); ok && o.Window > 0 {
		if err := errors.Join(tcp.SetReadBuffer(o.Window), tcp.SetWriteBuffer(o.Window)); err != nil {
			return phaseConnect, err
		}
	}
	if !o.TLS {
		return "", c.arm()
	}
	secure := tls.Client(conn, o.tlsConfig())
	c.replace(secure)
	if err := errors.Join(c.arm(), secure.HandshakeContext(c.ctx)); err != nil {
		return phaseHandshake, err
	}
	c.secured(secure.ConnectionState())
	return "", nil
}

// deadline is when the request that is under way must have been answered.
func (c *stream) deadline() time.Time {
	return c.engine.began.Add(time.Duration(c.exchange.began) + c.options.Timeout)
}

// arm sets the connection's deadline to the request's.
func (c *stream) arm() error { return c.conn.SetDeadline(c.deadline()) }

// interrupt ends the wait on the connection, if there is one. Whoever waits looks at stopped.
func (c *stream) interrupt() {
	c.guard.Lock()
	defer c.guard.Unlock()
	if c.conn != nil {
		_ = c.conn.SetDeadline(time.Unix(1, 0)) // fails on a closed one, on which nobody waits
	}
}

// replace puts a connection, or nil, in the place of the one before. Around the same socket it may
// be another layer.
func (c *stream) replace(conn net.Conn) {
	c.guard.Lock()
	defer c.guard.Unlock()
	c.conn, c.reused = conn, false
}

// drop closes the connection, if there is one. All that it had to say has been read.
func (c *stream) drop() {
	switch conn := c.conn.(type) {
	case nil:
	case *tls.Conn:
		_ = conn.NetConn().Close() // without a farewell, for which nobody waits
	default:
		_ = conn.Close()
	}
	c.replace(nil)
}

// refused handles a connection that could not be made.
func (c *stream) refused(phase string, err error) bool {
	c.drop()
	if c.stopped.Load() {
		return false // we ended it, not the server
	}
	var again bool
	var dead error
	c.count(func(t *tally) {
		again, dead = c.connectFailed(t, &c.exchange, phase, err)
		if dead == nil && isTimeout(err) && c.silent() {
			dead = unanswered()
		}
	})
	if again && dead == nil {
		return false
	}
	if c.engine.end(dead) || c.options.Rate == 0 {
		c.begin(c.since(), c.since())
		return false
	}
	return true
}

// silent reports whether nothing was heard on any connection for as long as an answer may take.
func (c *stream) silent() bool {
	return c.options.Rate == 0 && c.heardAt+int64(c.options.Timeout) <= c.since()
}

// broken handles a connection that failed. A server may close one that it kept whenever it likes,
// so on such a one a request of which nothing was heard is sent again; silence is another matter.
func (c *stream) broken(phase string, err error) bool {
	if c.stopped.Load() {
		return false // we ended it, not the server
	}
	if c.reused && !c.heard() && !isTimeout(err) {
		c.count(func(t *tally) { t.stale++ })
		c.drop()
		return false
	}
	if isTimeout(err) {
		err = errDeadline
	}
	return c.finish(phase, err)
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// finish counts a request that came to its end.
func (c *stream) finish(phase string, err error) bool {
	var dead error
	c.count(func(t *tally) {
		if err == errDeadline && c.silent() {
			t.blame(phase, err)
			dead = unanswered()
			return
		}
		dead = c.judge(t, &c.exchange, phase, err, c.since())
	})
	c.reused = true
	if err != nil || !c.keepAlive {
		c.drop()
	}
	return !c.engine.end(dead) || dead == nil
}
