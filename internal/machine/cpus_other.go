//go:build !linux

package machine

import "labbook.example/labbook/internal/cpuset"

// CPUs returns nothing: this system binds no process to CPUs.
func CPUs() (usable, online cpuset.Set) { return nil, nil }

// CPUsOf returns nothing, for the same reason.
func CPUsOf(int) cpuset.Set { return nil }
