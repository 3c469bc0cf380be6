package servermodel

import (
	"sync/atomic"
	"time"
)

// Work is what a request to the path "/" costs besides HTTP. The models do it in different ways.
type Work struct {
	Body     int           // bytes of the response body; 0 means the six of "hello\n"
	CPU      time.Duration // computing, as long as this on a free core; 0 for none
	Wait     time.Duration // simulated I/O, after the computing; 0 for none
	Blocking bool          // an event loop does nothing else during the simulated I/O
}

// any reports whether a request costs more than HTTP.
func (w Work) any() bool { return w.CPU > 0 || w.Wait > 0 }

// compute does a number of turns of work that uses no memory: a xorshift generator (Marsaglia,
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

// computed keeps the compiler from removing the computation.
var computed atomic.Uint64

// The calibration of compute: the fastest of many short runs is the one that nothing disturbed.
const (
	calibrationRuns  = 40
	calibrationTurns = 100_000
)

// turnsOf returns how many turns of compute take d on a free core of this machine.
func turnsOf(d time.Duration) int {
	fastest := time.Duration(1<<63 - 1)
	for range calibrationRuns {
		start := time.Now()
		compute(calibrationTurns)
		fastest = min(fastest, time.Since(start))
	}
	return max(1, int(float64(calibrationTurns)*float64(d)/float64(max(fastest, 1))))
}
