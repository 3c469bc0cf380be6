package process

import (
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
)

// GuardCommand is the first and only argument of a program that is started as a guard, see Guard
// and RunAsGuard.
const GuardCommand = "guard"

// connectionFD is the guard's end of the connection to its starter. Descriptors 0 to 2 are taken.
const connectionFD = 3

// order is what a starter tells its guard: to start a child or, without one, to release the child
// that it has. Texts are bytes, because a path or a variable need not be valid UTF-8.
type order struct {
	Start *startOrder `json:"start,omitempty"`
}

// startOrder describes a child. The files that come with it are the child's descriptors Files.
type startOrder struct {
	Path  []byte        `json:"path"`
	Argv  [][]byte      `json:"argv"`
	Env   [][]byte      `json:"env"` // all of it
	Dir   []byte        `json:"dir"`
	Files []int         `json:"files"` // some of 0, 1, 2; the others are the null device
	CPUs  string        `json:"cpus"`  // as cpuset.Parse reads them; "": all
	Grace time.Duration `json:"grace"`
}

// guardReport is what a guard tells its starter: once when a child has started or could not be,
// and once when it has ended.
type guardReport struct {
	PID     int             `json:"pid,omitempty"`
	Error   string          `json:"error,omitempty"`
	Ending  *Ending         `json:"ending,omitempty"`
	Account *record.Account `json:"account,omitempty"` // with the ending, if the system has one
}

// lostGuard returns the error of a guard that was ended from outside, and with it a child or the
// start of one.
func lostGuard(what string) error {
	const hint = "`dmesg` tells whether the system was out of memory; a process that had put " +
		"itself into the background may still run"
	return failure.Machine(hint, "another program has ended the guard process of %s", what)
}
