package main

import (
	"syscall"
	"time"
)

// usedCPUTime returns the CPU time that this process has used.
func usedCPUTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
