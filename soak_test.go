//go:build linux

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"labbook/internal/plan"
	"labbook/internal/process"
	"labbook/internal/record"
)

// soakSpec takes the levels, the rounds, when servers are started afresh, and two ports.
const soakSpec = `[load]
requests = 10
concurrency = [%s]
generator = "embedded"
[design]
rounds = %d
warmup = 0
restart = "%s"
[[server]]
name = "a"
model = "async"
address = "127.0.0.1:%d"
[[server]]
name = "b"
model = "thread"
address = "127.0.0.1:%d"
`

// soak is one experiment that is killed again and again.
type soak struct {
	t      *testing.T
	dir    string
	ports  [2]int
	random *rand.Rand
	kept   []byte // the whole lines of the record after the last kill
}

// Killed at any instant, a run loses at most the trial that was under way: what was said to be kept
// is there word for word, the next run goes on from it, and at the end every trial is there once.
// No process is left of any of them.
func TestKilledAtAnyInstant(t *testing.T) {
	t.Parallel()
	kills := 6
	if os.Getenv("LABBOOK_SOAK") == "1" {
		kills = 100
	}
	const seed = 20261124
	for killed, run := 0, 1; killed < kills; run++ {
		s := soak{
			t:      t,
			dir:    t.TempDir(),
			ports:  [2]int{quietPort(), quietPort()},
			random: rand.New(rand.NewPCG(seed, uint64(run))),
		}
		restart := []string{"trial", "round", "never"}[run%3]
		text := fmt.Sprintf(soakSpec, "1, 2", 6, restart, s.ports[0], s.ports[1])
		if err := os.WriteFile(filepath.Join(s.dir, "e.toml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		for killed < kills && !s.over() {
			if s.killedInTime() {
				killed++
			}
		}
		s.finish()
	}
}

// over reports whether every trial was measured: then the record is a finished one.
func (s *soak) over() bool {
	_, err := os.Stat(filepath.Join(s.dir, "output", record.FileName))
	return err == nil
}

// command is a part of the run, with a lock and temporary files of its own.
func (s *soak) command(args ...string) *exec.Cmd {
	cmd := exec.Command("labbook", args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+s.dir, fastWatch+"=1")
	return cmd
}

// killedInTime starts the run and kills it at some instant, and reports whether it had not ended
// before.
func (s *soak) killedInTime() bool {
	s.t.Helper()
	cmd := s.command("e.toml")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	instant := time.Duration(s.random.Int64N(int64(1200 * time.Millisecond)))
	timer := time.AfterFunc(
		instant,
		func() { _ = cmd.Process.Kill() },
	) // one that has ended cannot be killed
	err := cmd.Wait()
	timer.Stop()
	for _, port := range s.ports {
		until(
			s.t,
			"no process is left",
			func() bool { return !runs("127.0.0.1:" + strconv.Itoa(port)) },
		)
	}
	if err != nil && cmd.ProcessState.ExitCode() != -1 {
		s.t.Fatalf("%v: %s", err, &said)
	}
	s.look(said.String())
	return err != nil
}

// told is a trial that a run said to have kept: "[ 3/24] round 1".
var told = regexp.MustCompile(`\[ *([0-9]+)/24\] round`)

// look compares the record with what it held after the last kill, and with what the run has said
// since.
func (s *soak) look(said string) {
	s.t.Helper()
	path := filepath.Join(s.dir, "output", record.PartName)
	if s.over() {
		path = filepath.Join(s.dir, "output", record.FileName)
	}
	data, err := os.ReadFile(path)
	if err != nil && (!os.IsNotExist(err) || len(s.kept) > 0) {
		s.t.Fatal(err)
	}
	whole := wholeLines(data)
	if bytes.Count(s.kept, []byte{'\n'}) > 1 && !bytes.HasPrefix(whole, s.kept) {
		s.t.Fatalf(
			"%s: what was kept is not kept any more: %d bytes, then %d",
			path,
			len(s.kept),
			len(whole),
		)
	}
	for _, trial := range told.FindAllStringSubmatch(said, -1) {
		if !bytes.Contains(whole, []byte("\n{\"order\":"+trial[1]+",")) {
			s.t.Fatalf("trial %s was said to be kept, and is not: %s", trial[1], said)
		}
	}
	s.kept = bytes.Clone(whole)
}

// finish lets the run come to its end, and wants every trial to be there once.
func (s *soak) finish() {
	s.t.Helper()
	cmd, over := s.command("e.toml"), s.over()
	if over { // perhaps killed before the report was drawn
		cmd = s.command("report", "output")
	}
	said, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%v: %s", err, said)
	}
	s.look(string(said))
	rec, err := record.Read(filepath.Join(s.dir, "output"))
	if err != nil {
		s.t.Fatal(err)
	}
	left := rec.Remaining(plan.New(rec.Experiment))
	if rec.Measured() != rec.Trials || rec.Damaged > 0 || len(left) > 0 {
		s.t.Fatalf(
			"%d trials of %d, %d lines damaged, left: %v",
			rec.Measured(),
			rec.Trials,
			rec.Damaged,
			left,
		)
	}
	for i, r := range rec.Results {
		if r.Order != i+1 {
			s.t.Errorf("line %d holds trial %d", i+2, r.Order)
		}
		if r.Outcome != record.Ended {
			s.t.Errorf("trial %d: %s: %s", r.Order, r.Outcome, r.Reason)
		}
	}
	if parts, _ := filepath.Glob(filepath.Join(s.dir, "output", "*.part")); len(parts) > 0 &&
		!over {
		s.t.Errorf("left behind: %s", strings.Join(parts, ", "))
	}
}

// The shipped experiment with few requests a trial: however many trials a run has, labbook itself
// holds no more memory, threads and descriptors than at its beginning: the record is on the disk.
func TestManyTrialsHoldNoMore(t *testing.T) {
	t.Parallel()
	rounds := 4
	if os.Getenv("LABBOOK_SOAK") == "1" {
		rounds = 1000
	}
	s := soak{t: t, dir: t.TempDir(), ports: [2]int{quietPort(), quietPort()}}
	text := fmt.Sprintf(soakSpec, "1, 3, 5, 8, 10", rounds, "trial", s.ports[0], s.ports[1])
	if err := os.WriteFile(filepath.Join(s.dir, "e.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := s.command("e.toml", "--quiet")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	beginning, end := s.mostHeld(cmd.Process.Pid, 10*rounds)
	if err := <-ended; err != nil {
		t.Fatalf("%v: %s", err, &said)
	}
	const says = "%d bytes, %d threads, %d descriptors"
	t.Logf(
		"%d trials: in the second eighth of them at most "+says+", in the last "+says,
		10*rounds,
		beginning.PeakMemory,
		beginning.Threads,
		beginning.Open,
		end.PeakMemory,
		end.Threads,
		end.Open,
	)
	if beginning.Threads == 0 || end.Threads == 0 {
		t.Fatal("the run was not seen at its beginning and at its end")
	}
	if end.PeakMemory > beginning.PeakMemory+beginning.PeakMemory/4+1<<20 {
		t.Errorf("memory grows from %d to %d bytes", beginning.PeakMemory, end.PeakMemory)
	}
	// The pipes of a child that has just ended and of the next may be open for a moment at once.
	if end.Threads > beginning.Threads+2 || end.Open > beginning.Open+8 {
		t.Error("threads or descriptors grow")
	}
}

// mostHeld gives the most that a run holds in the second eighth of its trials, when all that is
// made once has been made, and in the last.
func (s *soak) mostHeld(pid, trials int) (beginning, end process.Process) {
	part := filepath.Join(s.dir, "output", record.PartName)
	for {
		now, found := process.Read(pid)
		if !found || now.Ended {
			return beginning, end
		}
		data, _ := os.ReadFile(part) // not there yet, or not any more
		kept := bytes.Count(data, []byte{'\n'}) - 1
		switch {
		case kept >= trials:
			return beginning, end // now the report is drawn, which is another matter
		case kept >= trials*7/8:
			end = most(end, now)
		case kept >= trials/8 && kept < trials/4:
			beginning = most(beginning, now)
		}
		time.Sleep(
			time.Duration(trials/10) * time.Millisecond,
		) // what it reads is longer the more there are
	}
}

func most(a, b process.Process) process.Process {
	return process.Process{
		PeakMemory: max(a.PeakMemory, b.PeakMemory),
		Threads:    max(a.Threads, b.Threads),
		Open:       max(a.Open, b.Open),
	}
}
