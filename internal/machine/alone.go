package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/lock"
)

// MeasureAlone makes sure that one Labbook at a time measures on this machine: two would disturb
// each other. The second one is told what the first is measuring. The lock ends with the process,
// however that ends.
func MeasureAlone(what string) (release func(), err error) {
	path := filepath.Join(os.TempDir(), "labbook.lock")
	held, err := lock.AcquireForAllUsers(path, fmt.Sprintf("pid %d, %s", os.Getpid(), what))

	var other *lock.HeldError
	if errors.As(err, &other) {
		return nil, failure.Machine(
			"wait until it finishes: two measurements at once would disturb each other",
			"another labbook is measuring on this machine: %s",
			other.Holder,
		)
	}
	if err != nil {
		return nil, fmt.Errorf("taking the lock that keeps two runs apart: %w", err)
	}
	return held.Release, nil
}
