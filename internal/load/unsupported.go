//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package load

import (
	"context"
	"strconv"
	"syscall"

	"labbook.example/labbook/internal/poll"
)

// runLoops is refused: loops need readiness. The load is made by streams instead.
func (e *engine) runLoops(context.Context) (*tally, error) { return nil, poll.ErrUnsupported }

// errnoName returns the number of a system error: it has no portable name here.
func errnoName(number syscall.Errno) string { return strconv.Itoa(int(number)) }

// usedCPU returns no time: it is not measured here.
func usedCPU() cpuTime { return cpuTime{} }

// descriptorLimit returns no limit: there is none here.
func descriptorLimit() (limit uint64, ok bool) { return 0, false }
