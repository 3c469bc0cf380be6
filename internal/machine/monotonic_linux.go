package machine

import (
	"time"

	"golang.org/x/sys/unix"
)

// Monotonic returns what CLOCK_MONOTONIC shows, which all programs of the machine share.
func Monotonic() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) != nil {
		return time.Since(processBegan)
	}
	return time.Duration(t.Nano())
}
