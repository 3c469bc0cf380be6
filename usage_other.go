//go:build !linux

package main

// accountSlack is for moments, of which there are none here.
const accountSlack = 0

// observe has no counterpart here: what a process uses while it lives is not told without C. The
// system's account of a process that ended, in record.Usage.Life, is all that is known.
func observe(int) *moment { return nil }
