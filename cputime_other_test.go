//go:build !linux

package main

import "time"

// usedCPUTime is only known on Linux, as are the stories that need it.
func usedCPUTime() time.Duration { return 0 }
