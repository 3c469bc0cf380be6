//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package poll

import "time"

// Poller cannot be had on this system.
type Poller struct{}

// New is refused with ErrUnsupported.
func New() (*Poller, error) { return nil, ErrUnsupported }

// Change is refused with ErrUnsupported.
func (*Poller) Change(int, Interest, Interest) error { return ErrUnsupported }

// Wait is refused with ErrUnsupported.
func (*Poller) Wait([]Event, time.Duration) (int, error) { return 0, ErrUnsupported }

// Wake is refused with ErrUnsupported.
func (*Poller) Wake() error { return ErrUnsupported }

// Close does nothing.
func (*Poller) Close() error { return nil }
