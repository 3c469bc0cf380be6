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
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/quietport"
	"labbook.example/labbook/internal/record"
)

// soakSpec is a format for the levels, the rounds, the restart mode and two ports.
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
	kept   []byte // the complete lines of the record after the last kill
}

// A run that is killed at any instant loses at most the trial in progress. What it reported as kept
// is there word for word, the next run resumes from it, and at the end every trial is there once.
// No process is left behind.
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
			ports:  [2]int{quietport.For(t), quietport.For(t)},
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

// over reports whether every trial was measured. The record is then a finished one.
func (s *soak) over() bool {
	_, err := os.Stat(filepath.Join(s.dir, "output", record.FileName))
	return err == nil
}

// command returns a labbook with a lock and temporary files of its own.
func (s *soak) command(args ...string) *exec.Cmd {
	cmd := exec.Command("labbook", args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+s.dir, fastWatch+"=1")
	return cmd
}

// killedInTime starts the run and kills it at a random instant. It reports whether the run had not
// ended before.
func (s *soak) killedInTime() bool {
	s.t.Helper()
	cmd := s.command("e.toml")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	instant := time.Duration(s.random.Int64N(int64(maxInstant)))
	timer := time.AfterFunc(instant, func() {
		_ = cmd.Process.Kill() // fails if the run has ended
	})
	err := cmd.Wait()
	timer.Stop()

	for _, port := range s.ports {
		address := "127.0.0.1:" + strconv.Itoa(port)
		until(s.t, "no process is left", func() bool { return !runs(address) })
	}
	if err != nil && cmd.ProcessState.ExitCode() != -1 {
		s.t.Fatalf("%v: %s", err, &stderr)
	}
	s.checkKept(stderr.String())
	return err != nil
}

// maxInstant is about as long as the run takes.
const maxInstant = 1200 * time.Millisecond

// reported is a trial that a run reported as kept: "[ 3/24] round 1".
var reported = regexp.MustCompile(`\[ *([0-9]+)/24\] round`)

// checkKept compares the record with what it held after the last kill, and with the trials that the
// run has reported since.
func (s *soak) checkKept(stderr string) {
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
		const lost = "%s: what was kept is not kept any more: %d bytes, then %d"
		s.t.Fatalf(lost, path, len(s.kept), len(whole))
	}
	for _, trial := range reported.FindAllStringSubmatch(stderr, -1) {
		if !bytes.Contains(whole, []byte("\n{\"order\":"+trial[1]+",")) {
			s.t.Fatalf("trial %s was reported as kept, and is not: %s", trial[1], stderr)
		}
	}
	s.kept = bytes.Clone(whole)
}

// finish runs the rest, and checks that every trial is there once.
func (s *soak) finish() {
	s.t.Helper()
	cmd, over := s.command("e.toml"), s.over()
	if over { // perhaps killed before the report was drawn
		cmd = s.command("report", "output")
	}
	output, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%v: %s", err, output)
	}
	s.checkKept(string(output))

	rec, err := record.Read(filepath.Join(s.dir, "output"))
	if err != nil {
		s.t.Fatal(err)
	}
	missing := rec.Remaining(plan.New(rec.Experiment))
	if rec.Measured() != rec.Trials || rec.Damaged > 0 || len(missing) > 0 {
		const incomplete = "%d trials of %d, %d lines damaged, missing: %v"
		s.t.Fatalf(incomplete, rec.Measured(), rec.Trials, rec.Damaged, missing)
	}
	for i, r := range rec.Results {
		if r.Order != i+1 {
			s.t.Errorf("line %d holds trial %d", i+2, r.Order)
		}
		if r.Outcome != record.Ended {
			s.t.Errorf("trial %d: %s: %s", r.Order, r.Outcome, r.Reason)
		}
	}
	parts, _ := filepath.Glob(filepath.Join(s.dir, "output", "*.part"))
	if len(parts) > 0 && !over {
		s.t.Errorf("left behind: %s", strings.Join(parts, ", "))
	}
}

// However many trials a run has, labbook itself holds no more memory, threads and descriptors than
// at its beginning: the record is on the disk. The experiment is the shipped one, with few requests
// per trial.
func TestManyTrialsHoldNoMore(t *testing.T) {
	t.Parallel()
	rounds := 4
	if os.Getenv("LABBOOK_SOAK") == "1" {
		rounds = 1000
	}
	s := soak{t: t, dir: t.TempDir(), ports: [2]int{quietport.For(t), quietport.For(t)}}
	text := fmt.Sprintf(soakSpec, "1, 3, 5, 8, 10", rounds, "trial", s.ports[0], s.ports[1])
	if err := os.WriteFile(filepath.Join(s.dir, "e.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := s.command("e.toml", "--quiet")
	looks := s.holdAtLooks(cmd, 10*rounds)
	var printed bytes.Buffer
	cmd.Stdout = &printed
	cmd.Stderr = &printed
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	beginning, end := s.maxHeld(cmd.Process.Pid, looks)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, &printed)
	}

	log := func(when string, p process.Process) {
		const format = "%d trials, %s: at most %d bytes, %d threads, %d descriptors"
		t.Logf(format, 10*rounds, when, p.Memory.Peak, p.Threads, p.Open)
	}
	log("in the second eighth", beginning)
	log("in the last eighth", end)
	if beginning.Threads == 0 || end.Threads == 0 {
		t.Fatal("the run was not seen at its beginning and at its end")
	}
	if end.Memory.Peak > beginning.Memory.Peak+beginning.Memory.Peak/4+1<<20 {
		t.Errorf("memory grows from %d to %d bytes", beginning.Memory.Peak, end.Memory.Peak)
	}
	// Go's runtime makes a thread whenever all others wait in the system, and the pipes of a child
	// that has just ended and of the next may be open for a moment at once. One for each trial
	// would be 25 more at least.
	const mayGrow = 10
	if end.Threads > beginning.Threads+mayGrow || end.Open > beginning.Open+mayGrow {
		t.Error("threads or descriptors grow")
	}
}

// looks are the numbers of trials after which a run is looked at: in the second eighth of all, when
// everything that is made once has been made, and in the last.
type looks struct{ beginning, end []int }

// holdAtLooks returns when a run will be looked at, and lets it be held at the first of them.
func (s *soak) holdAtLooks(cmd *exec.Cmd, trials int) looks {
	var l looks
	step := max(1, trials/40)
	for after := trials / 8; after < trials/4; after += step {
		l.beginning = append(l.beginning, after)
		l.end = append(l.end, after+trials*3/4)
	}
	cmd.Env = append(cmd.Env, holdFile+"="+s.holdFile())
	s.holdAt(l.beginning[0])
	return l
}

func (s *soak) holdFile() string { return filepath.Join(s.dir, "hold") }

func (s *soak) holdAt(trials int) {
	part := filepath.Join(s.dir, "output", record.PartName)
	if err := hold(s.holdFile(), part, trials); err != nil {
		s.t.Fatal(err)
	}
}

// maxHeld returns the most that a run holds at the looks. The run is held at each of them, however
// long it takes until it is looked at.
func (s *soak) maxHeld(pid int, l looks) (beginning, end process.Process) {
	part := filepath.Join(s.dir, "output", record.PartName)
	for i, after := range append(slices.Clone(l.beginning), l.end...) {
		s.holdAt(after)
		now, alive := process.Read(pid)
		for alive && !now.Ended && linesOf(part) <= after { // however slow the machine is
			time.Sleep(10 * time.Millisecond)
			now, alive = process.Read(pid)
		}
		switch {
		case !alive || now.Ended: // and why, tells what it has printed
			return beginning, end
		case i < len(l.beginning):
			beginning = maxOf(beginning, now)
		default:
			end = maxOf(end, now)
		}
	}
	if err := os.Remove(s.holdFile()); err != nil {
		s.t.Fatal(err)
	}
	return beginning, end
}

func maxOf(a, b process.Process) process.Process {
	return process.Process{
		Memory:  process.Memory{Peak: max(a.Memory.Peak, b.Memory.Peak)},
		Threads: max(a.Threads, b.Threads),
		Open:    max(a.Open, b.Open),
	}
}
