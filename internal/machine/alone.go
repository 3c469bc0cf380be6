package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/lock"
)

// MeasureAlone makes sure that one Labbook at a time measures on this machine: two would disturb
// each other. The second one is told what the first is measuring. The lock ends with the process,
// however that ends. A run on several machines has a process on each, and two machines may be one:
// together are those processes, as Holder names them, beside which there is nothing to lock.
func MeasureAlone(what string, together ...string) (release func(), err error) {
	path := filepath.Join(os.TempDir(), "labbook.lock")
	held, err := lock.AcquireForAllUsers(path, Holder(os.Getpid(), what))

	var other *lock.HeldError
	if errors.As(err, &other) {
		if slices.Contains(together, other.Holder) {
			return func() {}, nil
		}
		return nil, failure.Machine(
			"wait until it finishes: two measurements at once would disturb each other",
			"another labbook is measuring on this machine: %s",
			other.Holder,
		)
	}
	if err != nil {
		return nil, failure.Machine(
			"make the folder "+os.TempDir()+" one in which files can be made, "+
				"or choose another one with TMPDIR",
			"taking the lock that keeps two runs apart: %w",
			err,
		)
	}
	return held.Release, nil
}

// Holder returns how a process that measures is told to another one.
func Holder(pid int, what string) string { return fmt.Sprintf("pid %d, %s", pid, what) }
