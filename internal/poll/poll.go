// Package poll tells which sockets are ready, by epoll on Linux and kqueue on macOS and the BSDs,
// and reads and writes what they take at once. In come file descriptors and what is wanted of them,
// out come Events. Readiness is level-triggered: a socket that stays ready is told again. On other
// systems New is refused with ErrUnsupported.
package poll

import "errors"

// ErrUnsupported says that this system has neither epoll nor kqueue.
var ErrUnsupported = errors.New("readiness on sockets needs Linux, macOS or BSD")

// Interest is what is wanted of a descriptor: a set of Readable and Writable, or None.
type Interest uint8

// Readable and Writable can be joined. None, as a target, takes the descriptor out. Once, joined
// with them, tells of the descriptor one time: then nothing more is told of it until Change asks
// again, so that of many who wait at one poller only one has it. Ended is told beside Readable, and
// is not asked for: all that the peer will ever send is there.
const (
	None     Interest = 0
	Readable Interest = 1
	Writable Interest = 2
	Once     Interest = 4
	Ended    Interest = 8
)

// Batch is how many events a Wait gives at most.
const Batch = 64

// Event is one descriptor that is ready. A descriptor that hung up or failed is ready for whatever
// was wanted of it, so that the next read or write tells what happened.
type Event struct {
	FD    int
	Ready Interest
}
