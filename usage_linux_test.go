package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// observed takes moments of a child's group until one is as it should be; only a failure lasts.
func observed(t *testing.T, c *child, what string, holds func(*moment) bool) *moment {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(ms) {
		if m := (&server{child: c}).observe(); m != nil && holds(m) {
			return m
		}
	}
	t.Fatalf("%s: not within %v", what, patience)
	return nil
}

func TestObserveAGroup(t *testing.T) {
	c, said := shell(t, "sleep 1000 & echo ready; exec sleep 1001")
	<-said.ready
	m := observed(t, c, "two processes", func(m *moment) bool { return len(m.processes) == 2 })
	held, leader := m.held(), m.processes[c.pid]
	if held.Processes != 2 || held.Threads != 2 || held.Descriptors == nil ||
		*held.Descriptors < 4 {
		t.Errorf(
			"two sleeping processes hold %+v, want a thread and two descriptors or more each",
			held,
		)
	}
	if leader.cpu <= 0 || leader.peak <= 0 || leader.start == 0 || *m.peak() <= leader.peak {
		t.Errorf(
			"the leader: %+v, want CPU, memory and a start; of both %d bytes",
			leader,
			*m.peak(),
		)
	}
	c.stop()
	if (&server{child: c}).observe() != nil ||
		observe(c.pid) != nil && len(observe(c.pid).processes) > 0 {
		t.Error("a group that is gone is still observed")
	}
	if (&server{}).observe() != nil {
		t.Error("a server that is not ours is observed")
	}
}

// TestChildrenCount lets a child of the leader use CPU: while it lives, when it was waited for, and
// when nobody waited for it.
func TestChildrenCount(t *testing.T) {
	const burn = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; "
	const least = 10 * ms // less than burn uses, and more than all else does
	test := func(name, script string, holds func(*moment) bool) {
		t.Helper()
		gate := filepath.Join(t.TempDir(), "gate")
		if err := unix.Mkfifo(gate, 0o600); err != nil {
			t.Fatal(err)
		}
		c, said := shell(t, "echo ready; read go < "+gate+"; "+script)
		<-said.ready
		before := observed(t, c, "the shell", func(m *moment) bool { return len(m.processes) == 1 })
		if err := os.WriteFile(gate, []byte("go\n"), 0); err != nil {
			t.Fatal(err)
		}
		observed(
			t,
			c,
			name,
			func(m *moment) bool { return holds(m) && m.since(before, 0).total() >= least },
		)
	}
	alone := func(m *moment) bool { return m.held().Processes == 1 }
	test("a child that lives", "("+burn+"sleep 1000) & wait; sleep 1001",
		func(m *moment) bool { return m.held().Processes > 1 })
	test("a child that was waited for", "("+burn+") & wait; exec sleep 1000",
		func(m *moment) bool { return alone(m) && len(m.processes) == 1 })
	test("a child that nobody waited for", "("+burn+") & exec sleep 1000",
		func(m *moment) bool { return alone(m) && len(m.processes) > 1 })
}
