package load

import "golang.org/x/sys/unix"

// monotonic returns what CLOCK_MONOTONIC shows, in nanoseconds.
func monotonic() (nanoseconds int64, ok bool) {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) != nil {
		return 0, false
	}
	return t.Nano(), true
}
