// Package poll waits until sockets are ready, with epoll on Linux and kqueue on macOS and the BSDs.
// File descriptors and an Interest in each go in, and Events come out. Readiness is
// level-triggered: a socket that stays ready is reported again. The package also has the
// non-blocking calls on sockets that a loop around a Poller needs. On other systems New returns
// ErrUnsupported.
package poll

import "errors"

// ErrUnsupported means that this system has neither epoll nor kqueue.
var ErrUnsupported = errors.New("readiness on sockets needs Linux, macOS or BSD")

// Interest is a set of what to report of a descriptor.
type Interest uint8

const (
	// None watches nothing: the Poller forgets the descriptor.
	None Interest = 0

	Readable Interest = 1
	Writable Interest = 2

	// Once, combined with others, reports the descriptor one time. Nothing more is reported until
	// the next Change. So, of many threads that wait at one Poller, only one gets the descriptor.
	Once Interest = 4

	// Ended means that the peer will send nothing more. It is reported beside Readable, without
	// being requested.
	Ended Interest = 8
)

// Batch is the max number of events that one Wait returns.
const Batch = 64

// Event is one descriptor that is ready. A descriptor that hung up or failed is ready for
// everything, so that the next read or write returns the error.
type Event struct {
	FD    int
	Ready Interest
}
