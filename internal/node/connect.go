package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"labbook.example/labbook/internal/failure"
)

// Connect starts the nodes of all machines at the same time. All their troubles are in one error,
// and then no node is left. A launcher may have to wait for its turn, so Connect waits as long as
// ctx lasts, and says so in messages. lost is called once for each node that is lost later.
func Connect(
	ctx context.Context,
	launches []Launch,
	messages io.Writer,
	lost func(error),
) ([]*Client, error) {
	d := dialer{own: ownGreeting(os.Getpid()), times: usual, lost: lost}
	return d.connect(ctx, launches, messages)
}

// dialer starts nodes.
type dialer struct {
	own   Greeting
	times times
	lost  func(error)
}

func (d dialer) connect(
	ctx context.Context,
	launches []Launch,
	messages io.Writer,
) ([]*Client, error) {
	clients := make([]*Client, len(launches))
	err := d.each(launches, messages, func(i int) (err error) {
		clients[i], err = d.dial(ctx, launches[i])
		return err
	})
	if err == nil {
		return clients, nil
	}
	Close(clients)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return nil, err
}

// each does something with all machines at the same time. It says in messages which ones it waits
// for, again and again.
func (d dialer) each(launches []Launch, messages io.Writer, work func(i int) error) error {
	troubles := make([]error, len(launches))
	finished := make(chan int)
	for i := range launches {
		go func() { // ends with work
			troubles[i] = work(i)
			finished <- i
		}()
	}

	waiting := map[int]bool{}
	for i := range launches {
		waiting[i] = true
	}
	ticker := time.NewTicker(d.times.waiting)
	defer ticker.Stop()
	for len(waiting) > 0 {
		select {
		case i := <-finished:
			delete(waiting, i)
		case <-ticker.C:
			fmt.Fprintf(messages, "waiting for %s\n", names(launches, waiting))
		}
	}
	return troublesOf(launches, troubles)
}

// names lists some machines for people.
func names(launches []Launch, some map[int]bool) string {
	var all []string
	for _, i := range slices.Sorted(maps.Keys(some)) {
		all = append(all, launches[i].String())
	}
	return strings.Join(all, ", ")
}

// troublesOf returns one error for all machines that cannot be used, nil if there is none.
func troublesOf(launches []Launch, troubles []error) error {
	var all []error
	hint := ""
	for i, err := range troubles {
		if err == nil {
			continue
		}
		if !strings.HasPrefix(err.Error(), launches[i].String()) { // that of a lost one does
			err = fmt.Errorf("%v: %w", launches[i], err)
		}
		all = append(all, err)
		if _, own := failure.CodeAndHint(err); hint == "" {
			hint = own
		}
	}
	if all == nil {
		return nil
	}
	const usual = "try the launcher by hand, with `true` in the place of labbook; nothing was " +
		"measured or written"
	if hint == "" {
		hint = usual
	}
	return failure.New(failure.ExitMachine, errors.Join(all...), hint)
}

// Close leaves all nodes at the same time, see Client.Close. Some may be nil.
func Close(clients []*Client) {
	closed := make(chan struct{})
	for _, c := range clients {
		go func() { // ends with the launcher
			if c != nil {
				c.Close()
			}
			closed <- struct{}{}
		}()
	}
	for range clients {
		<-closed
	}
}

// dial starts a launcher, and returns the client of the node that greets behind it.
func (d dialer) dial(ctx context.Context, l Launch) (*Client, error) {
	at, err := l.start()
	if err != nil {
		return nil, err
	}
	c, err := d.greet(ctx, l, at)
	if err != nil {
		at.cut()
		at.child.Stop()
		return nil, err
	}
	return c, nil
}

// greet waits for the greeting of a node, for as long as ctx lasts.
func (d dialer) greet(ctx context.Context, l Launch, at *link) (*Client, error) {
	from := newLines(at.from, nil)
	type greeted struct {
		Greeting
		skipped []byte
		err     error
	}
	first := make(chan greeted, 1)
	go func() { // ends with the link at the latest
		g, skipped, err := awaitGreeting(from)
		first <- greeted{g, skipped, err}
	}()

	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case g := <-first:
		if isEnd(g.err) {
			g.err = at.noGreeting(at.reason(g.err, d.times.words))
		}
		if g.err != nil {
			return nil, quoting(g.err, g.skipped)
		}
		if err := d.own.check(g.Greeting); err != nil {
			return nil, err
		}
		return d.client(l, at, from, g.PID), nil
	}
}
