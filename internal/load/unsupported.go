//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package load

import (
	"context"
	"strconv"
	"syscall"

	"labbook/internal/poll"
)

// runLoops cannot be done without readiness; runStreams can.
func (e *engine) runLoops(context.Context) (*tally, error) { return nil, poll.ErrUnsupported }

// errnoName is the number of a system error, which has no name here.
func errnoName(number syscall.Errno) string { return strconv.Itoa(int(number)) }

// usedCPU is not known here.
func usedCPU() cpu { return cpu{} }

// descriptors have no limit here.
func descriptors() (limit uint64, known bool) { return 0, false }
