//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package poll

import "time"

// Poller does not exist on this system.
type Poller struct{}

// New returns ErrUnsupported.
func New() (*Poller, error) { return nil, ErrUnsupported }

// Change returns ErrUnsupported.
func (*Poller) Change(int, Interest, Interest) error { return ErrUnsupported }

// Wait returns ErrUnsupported.
func (*Poller) Wait([]Event, time.Duration) (int, error) { return 0, ErrUnsupported }

// Wake returns ErrUnsupported.
func (*Poller) Wake() error { return ErrUnsupported }

// Close does nothing.
func (*Poller) Close() error { return nil }
