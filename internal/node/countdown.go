package node

import (
	"sync"
	"time"
)

// countdown ends something that is not renewed for some time. It counts that time in parts: when
// this process was stopped meanwhile, or its machine stood still, what came could not be heard, and
// no more than one part of such a time counts.
type countdown struct {
	part time.Duration
	over func()

	mu    sync.Mutex
	left  int // parts; 0: it is over, or was stopped
	timer *time.Timer
}

// countdownParts is the number of parts of a countdown.
const countdownParts = 4

// newCountdown starts a countdown, at whose end over is called.
func newCountdown(length time.Duration, over func()) *countdown {
	c := &countdown{
		part: length / countdownParts,
		over: over,
		left: countdownParts,
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timer = time.AfterFunc(c.part, c.pass)
	return c
}

// pass counts a part that has passed.
func (c *countdown) pass() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return
	}
	if c.left--; c.left > 0 {
		c.timer.Reset(c.part)
		return
	}
	c.over()
}

// renew starts the countdown anew. One that is over stays so.
func (c *countdown) renew() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left > 0 {
		c.left = countdownParts
		c.timer.Reset(c.part)
	}
}

// stop ends the countdown before it is over.
func (c *countdown) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left > 0 {
		c.left = 0
		c.timer.Stop()
	}
}
