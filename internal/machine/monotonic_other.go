//go:build !linux

package machine

import "time"

// Monotonic returns the time on a clock that is never set, since a moment of this process.
func Monotonic() time.Duration { return time.Since(processBegan) }
