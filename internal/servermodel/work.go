package servermodel

import (
	"sync/atomic"
	"time"
)

// Work is what a request to the path "/" costs a server beside HTTP itself. Models differ in life
// by how they do it.
type Work struct {
	Body     int           // bytes of the answer's body; 0: the six of "hello\n"
	CPU      time.Duration // computing, as long as that on a core of its own; 0: none
	Wait     time.Duration // waiting as for a disk or a database, after the computing; 0: none
	Blocking bool          // an event loop waits in place, and lets everybody wait with it
}

// any reports whether a request costs more than HTTP.
func (w Work) any() bool { return w.CPU > 0 || w.Wait > 0 }

// compute does so many turns of work that touches no memory: a xorshift generator (Marsaglia,
// 2003).
func compute(turns int) {
	x := uint64(turns) | 1
	for range turns {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	computed.Store(x)
}

// computed keeps the compiler from finding that the computing is for nothing.
var computed atomic.Uint64

// The calibration: the fastest of many short runs is the one that nothing disturbed.
const (
	calibrationRuns  = 40
	calibrationTurns = 100_000
)

// turnsOf tells how many turns of compute take d here and now, on a core of their own.
func turnsOf(d time.Duration) int {
	fastest := time.Duration(1<<63 - 1)
	for range calibrationRuns {
		start := time.Now()
		compute(calibrationTurns)
		fastest = min(fastest, time.Since(start))
	}
	return max(1, int(float64(calibrationTurns)*float64(d)/float64(max(fastest, 1))))
}
