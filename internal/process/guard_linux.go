package process

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/cpuset"
)

// adoptOrphans makes this process the new parent of every descendant whose own parent ends. A child
// that starts others and ends leaves them to us, not to init.
func adoptOrphans() {
	// An error means an old kernel; then the process group is all that can be killed.
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
}

// killWithParent makes the kernel kill the child when the thread that started it ends, so that it
// does not even outlive a guard that is killed.
func killWithParent(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }

// setAffinity binds this thread to some CPUs, until restore.
func setAffinity(cpus cpuset.Set) (restore func(), err error) {
	var before, mask unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return nil, err
	}
	for _, cpu := range cpus {
		mask.Set(cpu)
	}
	if err := unix.SchedSetaffinity(0, &mask); err != nil {
		return nil, err
	}
	return func() { _ = unix.SchedSetaffinity(0, &before) }, nil // as it was
}

// hasChildren reports whether this process has a child, ended or not. To ask the kernel is much
// cheaper than to look for descendants among all processes of the machine.
func hasChildren() bool {
	err := unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return !errors.Is(err, unix.ECHILD)
}

// descendants returns the children of a process, their children, and so on.
func descendants(pid int) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}

	children := map[int][]int{}
	for _, entry := range entries {
		if child, err := strconv.Atoi(entry.Name()); err == nil {
			parent := parentOf(child)
			children[parent] = append(children[parent], child)
		}
	}

	found := slices.Clone(children[pid])
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i]]...)
	}
	return found
}

// parentOf returns the parent of a process, 0 if the process is gone.
func parentOf(pid int) int {
	stat, ok := readStat(pid)
	if !ok {
		return 0
	}
	return int(stat.number(statParent))
}
