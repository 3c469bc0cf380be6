//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// usedCPU is the time that this process has had on CPUs so far.
func usedCPU() cpu {
	var used unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &used) != nil {
		return cpu{}
	}
	return cpu{time.Duration(used.Utime.Nano()), time.Duration(used.Stime.Nano()), true}
}

// descriptors is how many files this process may have open.
func descriptors() (limit uint64, known bool) {
	var l unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &l) != nil {
		return 0, false
	}
	return uint64(l.Cur), true
}
