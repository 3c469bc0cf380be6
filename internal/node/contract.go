package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Contract is what a launcher was found to do. It has to start a program on its machine, to pass on
// every byte and the end of the input, and to leave nothing behind.
type Contract struct {
	Launch
	Start time.Duration // until the node had greeted
	Bytes time.Duration // for a mebibyte there and back
	Clock Clock

	// Known is whether the system tells that a process runs, and End how long after the end of its
	// input the node was still seen to run; 0: it never was.
	Known bool
	End   time.Duration
	// Stayed is whether the launcher itself did not end, and was ended.
	Stayed bool
}

// String is a line for people.
func (c Contract) String() string {
	by := ""
	if len(c.Words) > 0 {
		by = " by " + oneLine(c.Launcher())
	}
	text := fmt.Sprintf("%v: started%s in %v; 1 MiB there and back in %v, a question in %v",
		c.Launch, by, brief3(c.Start), brief3(c.Bytes), brief3(c.Clock.RoundTrip))
	if wall := c.Clock.Wall; wall.Abs() >= time.Second {
		way := "ahead of"
		if wall < 0 {
			way = "behind"
		}
		text += fmt.Sprintf(", its wall clock %v %s ours", brief3(wall.Abs()), way)
	}
	switch {
	case !c.Known:
		text += "; whether something is left behind is not known"
	case c.End > slowEnd:
		text += fmt.Sprintf("; labbook ended there only after %v, by its lease: this launcher "+
			"does not pass on the end of its input", brief3(c.End))
	default:
		text += "; nothing left behind"
	}
	if c.Stayed {
		text += "; the launcher itself did not end, and was ended"
	}
	return text
}

// brief3 rounds a duration to about three digits.
func brief3(d time.Duration) time.Duration {
	unit := time.Nanosecond
	for d >= 1000*unit {
		unit *= 10
	}
	return d.Round(unit)
}

// slowEnd is how long a node may run after its input has ended: its lease is longer.
const slowEnd = 10 * time.Second

// Check tries the launchers of all machines at the same time. The error names each machine that
// cannot be used. Like Connect it waits for a launcher as long as ctx lasts, and says so.
func Check(ctx context.Context, launches []Launch, messages io.Writer) ([]Contract, error) {
	return dialer{own: ownGreeting(os.Getpid()), times: usual}.check(ctx, launches, messages)
}

func (d dialer) check(
	ctx context.Context,
	launches []Launch,
	messages io.Writer,
) ([]Contract, error) {
	found := make([]Contract, len(launches))
	err := d.each(launches, messages, func(i int) (err error) {
		found[i], err = d.try(ctx, launches[i])
		return err
	})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return found, err
}

// try holds a launcher to its contract.
func (d dialer) try(ctx context.Context, l Launch) (Contract, error) {
	found := Contract{Launch: l}
	began := time.Now()
	c, err := d.dial(ctx, l)
	if err != nil {
		return found, err
	}
	found.Start = time.Since(began)
	first, err := found.talk(ctx, c)
	c.Close()
	if err != nil {
		return found, err
	}
	ended := time.Now()
	found.Stayed = c.link.forced

	c, err = d.dial(ctx, l)
	if err != nil {
		return found, fmt.Errorf("a second start fails: %w", err)
	}
	defer c.Close()
	err = found.awaitEnd(ctx, c, first, ended, Lease+slowEnd)
	return found, err
}

// testBytes is a mebibyte of all bytes, in no order that a launcher could take for text.
func testBytes() []byte {
	all := make([]byte, 1<<20)
	for i := range all {
		all[i] = byte(i ^ i>>8 ^ i>>15)
	}
	return all
}

// talk measures the way to a node, and returns which process that is.
func (k *Contract) talk(ctx context.Context, c *Client) (Process, error) {
	sent := testBytes()
	began := time.Now()
	got, err := c.echo(ctx, sent)
	if err != nil {
		return Process{}, err
	}
	k.Bytes = time.Since(began)
	if !bytes.Equal(got, sent) {
		return Process{}, errors.New("the launcher changes the bytes that it passes on")
	}
	if k.Clock, err = c.Clock(ctx); err != nil {
		return Process{}, err
	}
	var first Process
	err = c.call(ctx, "Self", 0, None{}, &first, c.times.question)
	return first, err
}

// lookPause is the time between two looks for a node that should have ended.
const lookPause = 20 * time.Millisecond

// awaitEnd waits until a second node says that the first one has ended, but not beyond limit.
func (k *Contract) awaitEnd(
	ctx context.Context,
	c *Client,
	first Process,
	ended time.Time,
	limit time.Duration,
) error {
	for {
		var answer Runs
		if err := c.call(ctx, "Runs", 0, first, &answer, c.times.question); err != nil {
			return err
		}
		if k.Known = answer.Known; !answer.Runs {
			return nil
		}
		if k.End = time.Since(ended); k.End > limit {
			return fmt.Errorf("labbook still runs there as process %d, %v after its input has "+
				"ended: end it by hand; a run could leave its servers behind", first.PID, limit)
		}
		select {
		case <-time.After(lookPause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
