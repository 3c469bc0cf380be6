package process

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// snapshotWhere takes snapshots of a child's group until one fulfils a condition. It waits long
// only if the test fails.
func snapshotWhere(t *testing.T, c *Child, what string, ok func(*Snapshot) bool) *Snapshot {
	t.Helper()
	const limit = 5 * time.Minute
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(ms) {
		if s := c.Snapshot(); s != nil && ok(s) {
			return s
		}
	}
	t.Fatalf("%s: not within %v", what, limit)
	return nil
}

// sleeps reports whether a process is a sleep that waits.
func sleeps(pid int) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(line), " (sleep) S ")
}

func TestSnapshotOfAGroup(t *testing.T) {
	c, output := shell(t, "sleep 1000 & echo ready; exec sleep 1001")
	<-output.ready
	snapshotWhere(t, c, "two that sleep", func(s *Snapshot) bool {
		for pid := range s.Processes {
			if !sleeps(pid) {
				return false
			}
		}
		return len(s.Processes) == 2
	})
	s := c.Snapshot() // of programs that have been loaded

	held := s.Held()
	if held.Processes != 2 || held.Threads != 2 || held.Descriptors == nil ||
		*held.Descriptors < 4 {
		t.Errorf("two sleeping processes hold %+v, want one thread and at least two descriptors "+
			"each", held)
	}
	leader := s.Processes[c.PID]
	if leader.CPU <= 0 || leader.Start == 0 || leader.Memory.Anonymous <= 0 ||
		leader.Memory.Resident <= leader.Memory.Anonymous ||
		leader.Memory.Peak < leader.Memory.Resident || *s.PeakMemory() <= leader.Memory.Peak {
		t.Errorf("the leader: %+v, want CPU, memory and a start; both peak at %d bytes",
			leader, *s.PeakMemory())
	}

	if *held.AnonymousBytes <= leader.Memory.Anonymous ||
		*held.ResidentBytes <= *held.AnonymousBytes {
		t.Errorf("two processes hold %d bytes, %d of them anonymous; the leader alone %+v",
			*held.ResidentBytes, *held.AnonymousBytes, leader.Memory)
	}

	c.Stop()
	if c.Snapshot() != nil {
		t.Error("a child that has ended has a snapshot")
	}
	if s := takeSnapshot(c.PID); s != nil && len(s.Processes) > 0 {
		t.Error("a group that is gone has processes")
	}
}

// A child that ends well and leaves a process behind says how to start it. One that fails, or whose
// own children have ended before it, does not.
func TestChildThatPutsItselfIntoTheBackground(t *testing.T) {
	test := func(script string, left int, want string) {
		t.Helper()
		c, _ := shell(t, script)
		ending := c.Ending()
		if got := ending.String(); ending.Left != left || !strings.Contains(got, want) ||
			strings.Contains(got, "background") != (want == "background") {
			t.Errorf("%s: %d left, %q; want %d left, %q", script, ending.Left, got, left, want)
		}
	}
	test("sleep 1000 & exit 0", 1, "background")
	test("setsid sleep 1000 & sleep 1000 & exit 0", 2, "background")
	test("sleep 1000 & exit 7", 1, "exit status 7")
	test("true & wait; exit 0", 0, "exit status 0")
}

// TestProcesses wants the child first, then what it started, even in a process group of its own.
func TestProcesses(t *testing.T) {
	c, output := shell(t, "setsid sh -c 'echo ready; exec sleep 1000' & wait")
	<-output.ready
	found := slices.Collect(c.Processes())
	if len(found) != 2 || found[0] != c.PID || parentOf(found[1]) != c.PID {
		t.Errorf("the processes are %v, want the child %d and its own child", found, c.PID)
	}
	if c.Exited() {
		t.Error("a child that runs has exited")
	}
	c.Stop()
	if !c.Exited() || !exited(c.PID) {
		t.Error("a child that was stopped has not exited")
	}
}

// TestChildrenCount runs a child of the leader that uses CPU: one that lives, one that was waited
// for, and one that was not.
func TestChildrenCount(t *testing.T) {
	const burn = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; "
	const minCPU = 10 * ms // less than burn uses, and more than everything else does
	test := func(name, script string, ok func(*Snapshot) bool) {
		t.Helper()
		gate := filepath.Join(t.TempDir(), "gate")
		if err := unix.Mkfifo(gate, 0o600); err != nil {
			t.Fatal(err)
		}
		c, output := shell(t, "echo ready; read go < "+gate+"; "+script)
		<-output.ready
		before := snapshotWhere(t, c, "the shell", func(s *Snapshot) bool {
			return len(s.Processes) == 1
		})

		if err := os.WriteFile(gate, []byte("go\n"), 0); err != nil {
			t.Fatal(err)
		}
		snapshotWhere(t, c, name, func(s *Snapshot) bool {
			return ok(s) && s.CPUSince(before).Total() >= minCPU
		})
	}

	oneIsLeft := func(s *Snapshot) bool { return s.Held().Processes == 1 }
	test("a child that lives", "("+burn+"sleep 1000) & wait; sleep 1001",
		func(s *Snapshot) bool { return s.Held().Processes > 1 })
	test("a child that was waited for", "("+burn+") & wait; exec sleep 1000",
		func(s *Snapshot) bool { return oneIsLeft(s) && len(s.Processes) == 1 })
	test("a child that was not waited for", "("+burn+") & exec sleep 1000",
		func(s *Snapshot) bool { return oneIsLeft(s) && len(s.Processes) > 1 })
}

func TestParseStat(t *testing.T) {
	const fields = " S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22"
	test := func(line string) {
		t.Helper()
		s, ok := parseStat(line)
		if !ok {
			t.Fatalf("parseStat(%q) reports false", line)
		}
		if s.ended() || s.number(statParent) != 4 || s.number(statChildrenUser) != 16 ||
			s.number(statThreads) != 20 || s.number(statStart) != 22 {
			t.Errorf("parseStat(%q) = %v", line, s)
		}
	}
	test("7 (a)" + fields)
	test("7 (a) S (b 1 2 3)" + fields)

	for _, line := range []string{"", "7 (a) S 5 6", "7 (a) S (b 1 2 3) S 5 6 7 8 9 10 11"} {
		if s, ok := parseStat(line); ok {
			t.Errorf("parseStat(%q) = %v, want false", line, s)
		}
	}
}

func TestParseMemory(t *testing.T) {
	test := func(status string, want Memory) {
		t.Helper()
		if got := parseMemory(status); got != want {
			t.Errorf("parseMemory(%q) = %+v, want %+v", status, got, want)
		}
	}
	test("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nRssAnon:\t     256 kB\n"+
		"RssFile:\t     768 kB\nRssShmem:\t       0 kB\nThreads:\t1\n",
		Memory{Resident: 1 << 20, Anonymous: 1 << 18, Peak: 2 << 20})
	test("", Memory{-1, -1, -1})
	test("VmHWM: 1 kB\n", Memory{-1, -1, 1024})
	test("VmHWM: 1 kB\nVmRSS:\t1 kB\n", Memory{1024, -1, 1024}) // before Linux 4.5
	test("VmHWM: 1\nVmRSS: many\nRssAnon: -\n", Memory{-1, -1, -1})
}
