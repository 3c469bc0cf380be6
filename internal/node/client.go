package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"net/rpc/jsonrpc"
	"sync"
	"sync/atomic"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/place"
)

// errNotStopped is why a node is lost that does not end a server.
var errNotStopped = errors.New("it does not end a server")

// Client is a node as its run sees it. Several goroutines may use it at once.
type Client struct {
	Launch
	PID int // of the node, on its machine

	began time.Time // a moment from which times of the machine's clock are counted here
	times times
	link  *link
	rpc   *rpc.Client
	ids   atomic.Uint64

	gone  chan struct{} // closes when the node is lost, or left by Close
	end   sync.Once     // closes gone
	cause error         // valid once gone is closed
	lost  func(error)   // is called once if the node is lost
}

// errLeft is the cause of a Client that was closed.
var errLeft = errors.New("the run has left this machine")

// client returns the client of a node that has greeted. The node is lost when the link breaks, or
// when a renewal of its lease is not answered in time.
func (d dialer) client(l Launch, at *link, from *lines, pid int) *Client {
	c := &Client{
		Launch: l,
		PID:    pid,
		began:  time.Now(),
		times:  d.times,
		link:   at,
		gone:   make(chan struct{}),
		lost:   d.lost,
	}
	c.rpc = rpc.NewClientWithCodec(&codec{
		ClientCodec: jsonrpc.NewClientCodec(connection{from, at.to}),
		broken:      func(err error) { c.lose(at.reason(err, c.times.words)) },
	})
	go c.renew() // ends with gone
	return c
}

// connection is what a codec reads and writes.
type connection struct {
	io.Reader
	io.WriteCloser
}

// codec tells when answers break off, or are none. net/rpc would tell it at the next question.
type codec struct {
	rpc.ClientCodec
	broken func(error)
}

// errUnasked is the error of an answer without a question.
var errUnasked = errors.New("it answers what it was not asked")

// ReadResponseHeader implements rpc.ClientCodec.
func (c *codec) ReadResponseHeader(r *rpc.Response) error {
	err := c.ClientCodec.ReadResponseHeader(r)
	if err == nil && r.ServiceMethod == "" {
		err = errUnasked
	}
	if err != nil {
		c.broken(err)
	}
	return err
}

// ReadResponseBody implements rpc.ClientCodec.
func (c *codec) ReadResponseBody(body any) error {
	err := c.ClientCodec.ReadResponseBody(body)
	if err != nil {
		c.broken(err)
	}
	return err
}

// renew renews the node's lease until the node is gone.
func (c *Client) renew() {
	ticker := time.NewTicker(c.times.renewal)
	defer ticker.Stop()
	for {
		select {
		case <-c.gone:
			return
		case <-ticker.C:
			_ = c.call(context.Background(), "Renew", 0, None{}, &None{}, c.times.patience)
		}
	}
}

// Gone returns a channel that closes when the node is lost.
func (c *Client) Gone() <-chan struct{} { return c.gone }

// Err returns why the node is lost, nil if it is not.
func (c *Client) Err() error {
	select {
	case <-c.gone:
		return c.cause
	default:
		return nil
	}
}

// lose gives the node up. What still waits for an answer gets the error.
func (c *Client) lose(reason error) {
	c.end.Do(func() {
		const hint = "see what happened to that machine, to its launcher or to the network"
		c.cause = failure.Machine(hint, "%v %w: %w", c.Launch, place.ErrLost, reason)
		if c.lost != nil {
			c.lost(c.cause) // before any question fails: the run knows why
		}
		close(c.gone)
		c.link.cut()
	})
}

// call asks the node, and waits for the answer until limit; 0 means as long as ctx lasts. When ctx
// ends, the node is told to cancel the question, and to answer at once. A node that does not answer
// in time is lost.
func (c *Client) call(
	ctx context.Context,
	method string,
	id uint64,
	question, answer any,
	limit time.Duration,
) error {
	answered := make(chan error, 1)
	go func() { // ends with the answer, at the latest when the link is cut
		answered <- c.rpc.Call(Command+"."+method, question, answer)
	}()
	var late chan struct{} // nil: never
	await := func() *countdown {
		over := make(chan struct{})
		late = over
		return newCountdown(limit, func() { close(over) })
	}
	patience := &countdown{} // over: the answer may take any time
	if limit > 0 {
		patience = await()
	}
	defer func() { patience.stop() }()

	done := ctx.Done()
	for {
		select {
		case err := <-answered:
			return c.checked(err)
		case <-c.gone:
			return c.cause
		case <-late:
			c.lose(fmt.Errorf("it has not answered for %v", limit))
		case <-done:
			done = nil
			patience.stop()
			limit = c.times.ending
			patience = await()
			if !errors.Is(ctx.Err(), context.DeadlineExceeded) { // the node knows the deadline
				go c.cancel(id) // ends with the answer, or the node
			}
		}
	}
}

// cancel tells the node to cancel a question.
func (c *Client) cancel(id uint64) {
	_ = c.call(context.Background(), "Cancel", 0, id, &None{}, c.times.patience)
}

// checked returns the error of an answer to a call. An error means that the node does not know the
// question, or that there is no answer: the node is lost.
func (c *Client) checked(err error) error {
	if err == nil {
		return nil
	}
	if refused, ok := errors.AsType[rpc.ServerError](err); ok {
		c.lose(quoting(errors.New("it did not understand the run"), []byte(refused)))
	}
	select { // what reads the answers knows better why
	case <-c.gone:
	case <-time.After(2 * c.times.words):
		c.lose(fmt.Errorf("it cannot be asked any more: %w", err))
	}
	<-c.gone
	return c.cause
}

// ask asks the node a question that may be cancelled, see Client.call. The node is told how much
// time is left of ctx.
func ask[A, R any](
	ctx context.Context,
	c *Client,
	method string,
	args A,
	limit time.Duration,
) (R, error) {
	q := Request[A]{ID: c.ids.Add(1), Args: args}
	if deadline, ok := ctx.Deadline(); ok {
		q.Within = max(1, time.Until(deadline))
	}
	var answer Answer[R]
	if err := c.call(ctx, method, q.ID, q, &answer, limit); err != nil {
		var none R
		return none, err
	}
	return answer.Value, c.named(answer.Failure.err())
}

// named adds the machine to an error that ends a run. What the record keeps of a trial needs none:
// the spec says where its server is.
func (c *Client) named(err error) error {
	code, hint := failure.CodeAndHint(err)
	if code == failure.ExitOK || code == failure.ExitOther {
		return err
	}
	return failure.New(code, fmt.Errorf("%v: %w", c.Launch, err), hint)
}

// Close leaves the node, which ends with all that it has started, and waits until its launcher has
// ended.
func (c *Client) Close() {
	c.end.Do(func() {
		c.cause = errLeft
		close(c.gone)
	})
	c.link.close(c.times.farewell)
}

// echo sends some bytes to the node and back.
func (c *Client) echo(ctx context.Context, sent []byte) (got []byte, err error) {
	err = c.call(ctx, "Echo", 0, sent, &got, c.times.question)
	return got, err
}
