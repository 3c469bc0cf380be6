package process

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/cpuset"
)

// usableCPUs returns the CPUs that this test may use.
func usableCPUs(t *testing.T) cpuset.Set {
	t.Helper()
	var mask unix.CPUSet
	if err := unix.SchedGetaffinity(0, &mask); err != nil {
		t.Fatal(err)
	}
	var usable cpuset.Set
	for cpu := range cpuset.Max + 1 {
		if mask.IsSet(cpu) {
			usable = append(usable, cpu)
		}
	}
	return usable
}

// The child, what it starts, and what it leaves behind all have the CPUs, and we keep ours.
func TestCPUsOfAChild(t *testing.T) {
	usable := usableCPUs(t)
	last := cpuset.Of(usable[len(usable)-1])
	test := func(cpus, want cpuset.Set) {
		t.Helper()
		var output HeadBuffer
		const allowed = "grep Cpus_allowed_list /proc/self/status"
		c, err := Command{
			Path:   "/bin/sh",
			Argv:   []string{"sh", "-c", allowed + "; (" + allowed + "); sh -c '" + allowed + "'"},
			CPUs:   cpus,
			Stdout: &output,
			Stderr: &output,
		}.Start()
		if err != nil {
			t.Fatal(err)
		}
		c.Ending()
		lines := strings.Split(strings.TrimSpace(output.String()), "\n")
		for _, line := range lines {
			if got := strings.TrimPrefix(line, "Cpus_allowed_list:\t"); got != want.String() {
				t.Errorf("with the CPUs %q: %q, want %v", cpus, line, want)
			}
		}
		if len(lines) != 3 {
			t.Errorf("with the CPUs %q: it wrote %q", cpus, lines)
		}
	}
	test(last, last)
	test(nil, usable)
	if now := usableCPUs(t); now.String() != usable.String() {
		t.Errorf("we may use %v now, and %v before", now, usable)
	}
}

// CPUs that do not exist are the error of the start.
func TestCPUsThatDoNotExist(t *testing.T) {
	if usableCPUs(t).Has(cpuset.Max) {
		t.Skip("this machine has all CPUs")
	}
	c, err := Command{
		Path: "/bin/sh",
		Argv: []string{"sh", "-c", "exit 0"},
		CPUs: cpuset.Of(cpuset.Max),
	}.Start()
	if err == nil {
		c.Stop()
		t.Fatal("the child was started")
	}
	if want := "binding it to the CPUs 1023: invalid argument"; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}
