//go:build unix && !linux

package process

import (
	"errors"
	"syscall"

	"labbook.example/labbook/internal/cpuset"
)

// adoptOrphans does nothing: this system leaves orphans to init.
func adoptOrphans() {}

// killWithParent does nothing: this system has no signal for a parent's death.
func killWithParent(*syscall.SysProcAttr) {}

// descendants returns nothing: without /proc only the process group can be found.
func descendants(int) []int { return nil }

// hasChildren reports false, because descendants finds none.
func hasChildren() bool { return false }

// setAffinity refuses: this system binds no process to CPUs.
func setAffinity(cpuset.Set) (restore func(), err error) {
	return nil, errors.New("only Linux does that")
}
