package cluster

import (
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"text/template"
)

// Slurm is a Slurm of two nodes, n1 and n2, both of which are this machine with all its CPUs.
type Slurm struct {
	t        testing.TB // at whose end everything ends
	dir      string
	programs map[string]string
	munge    *daemon
	control  *daemon
	nodes    map[string]*daemon
}

// slurmPrograms are those that a Slurm consists of, and those by which it is used.
var slurmPrograms = []string{
	"munged", "slurmctld", "slurmd", "srun", "salloc", "sbatch", "scancel", "sinfo", "squeue",
}

//go:embed slurm.conf
var slurmConf string

var slurmTemplate = template.Must(template.New("slurm.conf").Parse(slurmConf))

// slurmSettings are what differs from machine to machine in slurm.conf.
type slurmSettings struct {
	Dir          string
	Host, User   string
	CPUs         int
	ControlPort  int
	Port1, Port2 int
}

// NewSlurm brings up a Slurm for a test. It takes about a second.
func NewSlurm(t testing.TB) *Slurm {
	t.Helper()
	programs, err := find(slurmPrograms...)
	if err != nil {
		skip(t, "Slurm", err)
	}
	host, err := localHost()
	if err != nil {
		skip(t, "Slurm", err)
	}
	name, err := me()
	if err != nil {
		skip(t, "Slurm", err)
	}

	s := &Slurm{
		t:        t,
		dir:      folder(t, "slurm"),
		programs: programs,
		nodes:    map[string]*daemon{},
	}
	t.Cleanup(func() { cleared(t, s.dir) })
	ports := freePorts(t, 3)
	s.configure(t, slurmSettings{
		Dir:         s.dir,
		Host:        host,
		User:        name,
		CPUs:        runtime.NumCPU(),
		ControlPort: ports[0],
		Port1:       ports[1],
		Port2:       ports[2],
	})
	t.Cleanup(s.end)
	s.startMunge(t)
	s.StartControl()
	for _, node := range []string{"n1", "n2"} {
		s.StartNode(node)
	}
	s.Ready()
	return s
}

// Ready waits until both nodes can be used, or are.
func (s *Slurm) Ready() {
	s.t.Helper()
	var states string
	ready := func() bool {
		states, _ = run(s.Command("sinfo", "-h", "-N", "-o", "%T")) // fails while they start
		usable := 0
		for state := range strings.FieldsSeq(states) {
			switch state {
			case "idle", "mixed", "allocated", "completing":
				usable++
			}
		}
		return usable == 2
	}
	if !Await(ready) {
		s.t.Fatalf("the two nodes of Slurm are %q after %v", states, patience)
	}
}

// localHost returns this machine's short name, which must resolve to a loopback address: Slurm's
// daemons speak to each other by it.
func localHost() (string, error) {
	name, err := os.Hostname()
	if err != nil {
		return "", err
	}
	name, _, _ = strings.Cut(name, ".")
	addresses, err := net.LookupIP(name)
	if err != nil {
		return "", fmt.Errorf("the machine's own name does not resolve: %w", err)
	}
	for _, address := range addresses {
		if address.To4() != nil && address.IsLoopback() {
			return name, nil
		}
	}
	const format = "the machine's own name, %s, resolves to %v; it must be 127.0.0.1 (/etc/hosts)"
	return "", fmt.Errorf(format, name, addresses)
}

// configure writes the files that Slurm finds at its start.
func (s *Slurm) configure(t testing.TB, settings slurmSettings) {
	t.Helper()
	var text strings.Builder
	key := make([]byte, 1024)
	_, err := rand.Read(key)
	err = errors.Join(
		err,
		slurmTemplate.Execute(&text, settings),
		os.Mkdir(filepath.Join(s.dir, "state"), 0o700),
		os.Mkdir(filepath.Join(s.dir, "munge"), 0o700),
		os.WriteFile(filepath.Join(s.dir, "munge", "key"), key, 0o400),
		os.WriteFile(s.conf(), []byte(text.String()), 0o644),
	)
	if err != nil {
		t.Fatal(err)
	}
}

// startMunge starts the daemon by which the others know each other. It has a key and a socket of
// its own, so that a munge of the machine is left alone.
func (s *Slurm) startMunge(t testing.TB) {
	t.Helper()
	in := func(name string) string { return filepath.Join(s.dir, name) }
	s.munge = start(t, s.dir, "munge", s.Env(), s.programs["munged"],
		"--force", "--foreground",
		"--key-file="+in("munge/key"),
		"--socket="+in("munge.socket"),
		"--pid-file="+in("munge/pid"),
		"--log-file="+in("munge.log"),
		"--seed-file="+in("munge/seed"))
	up := func() bool {
		_, err := os.Stat(in("munge.socket"))
		return err == nil || s.munge.exited()
	}
	if !Await(up) || s.munge.exited() {
		t.Fatal("munge does not start")
	}
}

// StartControl starts the daemon that gives nodes to jobs, anew if it has been killed.
func (s *Slurm) StartControl() {
	s.t.Helper()
	s.control = start(s.t, s.dir, "slurmctld", s.Env(), s.programs["slurmctld"],
		"-D", "-f", s.conf())
}

// KillControl kills the daemon that gives nodes to jobs.
func (s *Slurm) KillControl() { s.control.kill() }

// StartNode starts the daemon of a node, anew if it has been killed.
func (s *Slurm) StartNode(name string) {
	s.t.Helper()
	s.nodes[name] = start(s.t, s.dir, "slurmd."+name, s.Env(), s.programs["slurmd"],
		"-D", "-N", name, "-f", s.conf())
}

// KillNode kills the daemon of a node. What it has started runs on.
func (s *Slurm) KillNode(name string) { s.nodes[name].kill() }

// end ends all jobs, waits until what they ran has ended, and ends the daemons. The keepers of
// steps may stay for longer: they try for a while to reach an srun that was killed.
func (s *Slurm) end() {
	if s.control != nil {
		jobs, _ := run(s.Command("squeue", "-h", "-o", "%i")) // none if it is out of order
		for job := range strings.FieldsSeq(jobs) {
			_ = s.Command("scancel", job).Run() // it may have ended
		}
	}
	cleared(s.t, s.dir, "munged", "slurmctld", "slurmscriptd", "slurmd", keeper)
	for _, pid := range Marked(s.dir) {
		if Program(pid) == keeper {
			kill(pid)
		}
	}
	for _, d := range []*daemon{s.nodes["n1"], s.nodes["n2"], s.control, s.munge} {
		if d != nil {
			d.stop()
		}
	}
}

// keeper is the process that starts and ends a step's programs on a node.
const keeper = "slurmstepd"

func (s *Slurm) conf() string { return filepath.Join(s.dir, "slurm.conf") }

// Env returns the environment by which Slurm's programs find this Slurm.
func (s *Slurm) Env() []string { return []string{"SLURM_CONF=" + s.conf()} }

// Command returns a program of Slurm, such as srun.
func (s *Slurm) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(s.programs[name], args...)
	cmd.Env = append(os.Environ(), s.Env()...)
	return cmd
}

// Allocate returns the number of a new job that has both nodes for itself until the test ends.
func (s *Slurm) Allocate(t testing.TB) string {
	t.Helper()
	cmd := s.Command("salloc", "-N2", "--exclusive", "--no-shell")
	var said strings.Builder
	cmd.Stderr = &said
	err := cmd.Run()
	_, job, found := strings.Cut(said.String(), "Granted job allocation ")
	if err != nil || !found {
		t.Fatalf("salloc: %v: %s", err, said.String())
	}
	job, _, _ = strings.Cut(job, "\n")
	t.Cleanup(func() { _ = s.Command("scancel", job).Run() }) // it may have ended
	return job
}
