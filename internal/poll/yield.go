package poll

import (
	"runtime"
	"time"
)

// Go's runtime suspects a goroutine that has not entered the scheduler for 10 ms of blocking
// others. It then looks at that goroutine every 20 µs, which takes a fifteenth of the CPU time.
// Entering the scheduler costs time too, so a loop with little to do must not enter it at every
// turn.
const (
	yieldEvery    = 5 * time.Millisecond
	minYieldTurns = 16
)

// Yielder lets Go's scheduler run now and then in a loop that never blocks in Go. The zero value is
// ready to use.
type Yielder struct {
	turns int           // since the last yield
	last  time.Duration // time of the last yield
}

// Turn is called once per turn of the loop, with the time since any fixed moment.
func (y *Yielder) Turn(now time.Duration) {
	if y.due(now) {
		runtime.Gosched()
	}
}

// due counts a turn and reports whether it is time to yield.
func (y *Yielder) due(now time.Duration) bool {
	y.turns++
	if y.turns < minYieldTurns || now-y.last <= yieldEvery {
		return false
	}
	y.turns = 0
	y.last = now
	return true
}
