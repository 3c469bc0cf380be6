package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"labbook/internal/failure"
	"labbook/internal/lock"
)

// lockMachine makes sure that one Labbook at a time measures on this machine: two would measure
// each other. The second is told which process is measuring.
func lockMachine(what string) (unlock func(), err error) {
	held, err := lock.AcquireForAllUsers(
		filepath.Join(os.TempDir(), "labbook.lock"),
		fmt.Sprintf("pid %d, %s", os.Getpid(), what),
	)
	var other *lock.HeldError
	if errors.As(err, &other) {
		return nil, failure.Machine(
			"two measurements at once would measure each other: wait until that one has ended",
			"another labbook is measuring on this machine: %s",
			other.Holder,
		)
	}
	if err != nil {
		return nil, fmt.Errorf("taking the lock that keeps two runs apart: %w", err)
	}
	return held.Release, nil
}
