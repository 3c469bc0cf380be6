//go:build race

package main

// raceDetector reports whether the tests run with the race detector, which slows programs down.
const raceDetector = true
