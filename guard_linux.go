package main

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// adoptOrphans makes this process the parent of every descendant whose own parent ends, so that a
// child that starts others and goes away leaves them to us and not to init.
func adoptOrphans() {
	_ = unix.Prctl(
		unix.PR_SET_CHILD_SUBREAPER,
		1,
		0,
		0,
		0,
	) // an old kernel: the process group must do
}

// tie makes the kernel kill the child when the thread that started it ends, so that it does not
// even outlive a guard that is killed. The guard starts it on a thread that it keeps.
func tie(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }

// descendants lists the children of a process, their children, and so on.
func descendants(pid int) []int {
	children := map[int][]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
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

// parentOf reads a process's parent, 0 where it is gone.
func parentOf(pid int) int {
	fields := statOf(pid)
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1]) // 0 for what is not a number
	return parent
}

// statOf reads what /proc tells of a process in one line, from the third field on, its state; nil
// where it is gone. The second field, the command's name, may hold anything, also parentheses and
// spaces, so the fields count from the last parenthesis.
func statOf(pid int) []string {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil
	}
	return strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
}
