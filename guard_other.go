//go:build unix && !linux

package main

import "syscall"

// adoptOrphans has no counterpart here: the process group is all that can be found again.
func adoptOrphans() {}

// tie has no counterpart here.
func tie(*syscall.SysProcAttr) {}

// descendants are not known here: only the process group is.
func descendants(int) []int { return nil }
