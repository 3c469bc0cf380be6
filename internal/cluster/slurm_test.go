//go:build unix

package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// steps are the launchers of a job that has both nodes for itself.
type steps struct {
	*Slurm
	job string
}

// srun returns a step of one task on a node of the job, 0 or 1.
func (s steps) srun(node int, words ...string) *exec.Cmd {
	step := []string{
		"--jobid", s.job, "-N1", "-n1", "--overlap", "--relative", strconv.Itoa(node),
	}
	return s.Command("srun", append(step, words...)...)
}

// begin starts a script as a step on the second node.
func (s steps) begin(t *testing.T, script string) *task {
	t.Helper()
	return begin(t, s.srun(1, "sh", "-c", script))
}

// another waits for a step on the second node to come and go.
func (s steps) another(t *testing.T) {
	t.Helper()
	if _, err := run(s.srun(1, "true")); err != nil {
		t.Fatal(err)
	}
}

// What a run on several machines relies on when srun launches its nodes. Each test is a fact.
func TestSlurm(t *testing.T) {
	t.Parallel()
	slurm := NewSlurm(t)
	s := steps{slurm, slurm.Allocate(t)}

	t.Run("relative names the nodes of the job", func(t *testing.T) {
		for i, want := range []string{"n1", "n2"} {
			got, err := run(s.srun(i, "printenv", "SLURMD_NODENAME"))
			if err != nil || got != want {
				t.Errorf("node %d is %q, %v; want %s", i, got, err, want)
			}
		}
	})
	t.Run("an overlapping step of an exclusive job may use every CPU", func(t *testing.T) {
		got, err := run(s.srun(0, "nproc"))
		if err != nil || got != strconv.Itoa(runtime.NumCPU()) {
			t.Errorf("nproc prints %q, %v; want %d", got, err, runtime.NumCPU())
		}
	})
	t.Run("bytes", func(t *testing.T) { carries(t, s.srun(1, "cat")) })
	t.Run("the exit code comes back", func(t *testing.T) {
		if got, said := exitCode(t, s.srun(1, "sh", "-c", "exit 7")); got != 7 {
			t.Errorf("exit code %d, %s; want 7", got, said)
		}
	})
	t.Run("the end of the input reaches the program", func(t *testing.T) {
		b := s.begin(t, reads)
		b.answers()
		b.in.Close()
		b.ends()
	})
	t.Run("ended", s.endings)
	t.Run("restarted daemons go unnoticed", s.restart)
	t.Run("scancel ends a program that never reads", func(t *testing.T) {
		b := s.begin(t, sleeps)
		if _, err := run(s.Command("scancel", s.job)); err != nil {
			t.Fatal(err)
		}
		b.ends()
	})
	t.Run("a killed batch script takes its steps along", s.killBatch)
}

// endings ends srun in the ways that there are.
func (s steps) endings(t *testing.T) {
	t.Run("SIGTERM ends a program that never reads", func(t *testing.T) {
		b := s.begin(t, sleeps)
		_ = b.launcher.Process.Signal(syscall.SIGTERM)
		b.ends()
	})
	t.Run("killed, its shepherd ends the program", func(t *testing.T) {
		b := s.begin(t, sleeps)
		_ = b.launcher.Process.Kill()
		b.ends()
	})
	t.Run("killed with its shepherd, the program reads on", func(t *testing.T) {
		b := s.begin(t, reads)
		for _, pid := range children(b.launcher.Process.Pid) {
			kill(pid)
		}
		_ = b.launcher.Process.Kill()
		_ = b.launcher.Wait()
		// Two steps later it has neither found an end of its input nor been ended. This is why a
		// node has a lease.
		s.another(t)
		s.another(t)
		if !Alive(b.pid) {
			t.Error("the program has ended; a node would not need its lease any more")
		}
	})
}

// restart kills Slurm's daemons and starts them again.
func (s steps) restart(t *testing.T) {
	b := s.begin(t, reads)
	s.KillControl()
	s.KillNode("n2")
	b.answers()
	s.StartControl()
	s.StartNode("n2")
	b.answers()
	s.Ready()
	s.another(t)
	b.answers()
}

// killBatch kills a batch script on one node that has started a step on the other.
func (s steps) killBatch(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "batch.sh")
	text := fmt.Sprintf("#!/bin/sh\ncd %s\nsrun --relative=1 -N1 -n1 --overlap sh -c "+
		"'echo $$ > step.new; mv step.new step; exec sleep 300' < /dev/null &\n"+
		"echo $$ > batch.new; mv batch.new batch\nwait\n", dir)
	if err := os.WriteFile(script, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	batch := s.Command("sbatch", "-N2", "--exclusive", "-o", "/dev/null", script)
	if _, err := run(batch); err != nil {
		t.Fatal(err)
	}
	written := func(name string) int {
		var pid int
		Await(func() bool {
			data, _ := os.ReadFile(filepath.Join(dir, name)) // not there yet
			pid, _ = strconv.Atoi(strings.TrimSpace(string(data)))
			return pid > 0
		})
		return pid
	}
	shell, step := written("batch"), written("step")
	if shell == 0 || step == 0 {
		t.Fatal("the job has not started")
	}
	kill(shell)
	if !Await(func() bool { return !Alive(step) }) {
		t.Error("the step on the other node still runs")
		kill(step)
	}
}

// children returns the children of a process.
func children(pid int) []int {
	path := fmt.Sprintf("/proc/%d/task/%d/children", pid, pid)
	data, _ := os.ReadFile(path) // gone
	var pids []int
	for word := range strings.FieldsSeq(string(data)) {
		child, err := strconv.Atoi(word)
		if err == nil {
			pids = append(pids, child)
		}
	}
	return pids
}
