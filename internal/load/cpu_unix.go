//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// usedCPU returns the CPU time that this process has used so far.
func usedCPU() cpuTime {
	var used unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &used) != nil {
		return cpuTime{}
	}
	return cpuTime{
		user:   time.Duration(used.Utime.Nano()),
		system: time.Duration(used.Stime.Nano()),
		ok:     true,
	}
}

// descriptorLimit returns how many files this process may have open.
func descriptorLimit() (limit uint64, ok bool) {
	var l unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &l) != nil {
		return 0, false
	}
	return uint64(l.Cur), true
}
