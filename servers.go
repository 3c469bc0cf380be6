package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"labbook/internal/failure"
	"labbook/internal/machine"
	"labbook/internal/probe"
	"labbook/internal/process"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// servers is the life of every server of a run. At most one of them runs at a time: between trials
// a server is stopped, or, where restart keeps it alive, suspended.
type servers struct {
	experiment *spec.Experiment
	folder     string // of the spec: commands are looked for and run there
	ports      machine.Reservations
	alive      map[string]*server // by name; those that were not stopped after their last trial
	stuck      error              // a server that could not be stopped: nothing can be measured beside it
}

// server is one server under test that was started, or found running.
type server struct {
	spec.Server
	child  *process.Child // nil for one that already ran
	stderr *process.TailBuffer
	round  int // in which it was started
}

func newServers(e *spec.Experiment, folder string, held machine.Reservations) *servers {
	return &servers{
		experiment: e,
		folder:     folder,
		ports:      held,
		alive:      map[string]*server{},
	}
}

// take gives the named server, running and about to be loaded: the one kept from an earlier trial,
// or a fresh one. It has answered once, and the answer is what the record keeps. An error says why
// there is none; then no process is left.
func (all *servers) take(
	ctx context.Context,
	name string,
	round int,
) (*server, *record.Answer, error) {
	if all.stuck != nil {
		return nil, nil, all.stuck
	}
	config, ok := all.experiment.Server(name)
	if !ok {
		return nil, nil, fmt.Errorf("no server is named %q", name)
	}
	if config.Control != "" { // the very same server, so that nothing but chance differs
		return all.take(ctx, config.Control, round)
	}
	s := all.alive[name]
	if s != nil && s.mayStay(all.experiment.Design.Restart, round) {
		s.child.Resume()
		answer, err := all.await(ctx, s)
		if err == nil {
			return s, answer, nil
		}
		all.drop(s)
		return nil, nil, err
	}
	if s != nil {
		all.drop(s)
	}
	return all.startWithPort(ctx, config, round)
}

// mayStay reports whether a server that lives may serve one more trial.
func (s *server) mayStay(restart spec.Restart, round int) bool {
	if s.child == nil || s.child.Ended() {
		return false
	}
	return restart == spec.RestartNever || restart == spec.RestartRound && s.round == round
}

// startWithPort starts a server, and once more without the hold on its port if that is what it
// fails by: the hold is a socket that only a server with SO_REUSEADDR can bind beside.
func (all *servers) startWithPort(
	ctx context.Context,
	config spec.Server,
	round int,
) (*server, *record.Answer, error) {
	s, answer, err := all.start(ctx, config, round)
	var failed *startError
	if !errors.As(err, &failed) || !failed.addressInUse() || len(config.Command) == 0 {
		return s, answer, err
	}
	if all.ports.Release(config.Name) {
		s, answer, err = all.start(ctx, config, round)
		if !errors.As(err, &failed) || !failed.addressInUse() {
			return s, answer, err
		}
	}
	return nil, nil, failure.Machine(
		`set SO_REUSEADDR in the server, or use restart = "never" in [design]`,
		"server %q cannot bind %s again: it does not set SO_REUSEADDR, so the connections that it closed keep "+
			"it from its own port for a minute: %w",
		config.Name,
		config.Address,
		err,
	)
}

// start starts one server and waits until it has answered.
func (all *servers) start(
	ctx context.Context,
	config spec.Server,
	round int,
) (*server, *record.Answer, error) {
	s := &server{Server: config, stderr: &process.TailBuffer{}, round: round}
	if config.URL == "" {
		command, err := commandOf(all.folder, config, s.stderr)
		if err != nil {
			return nil, nil, err
		}
		if s.child, err = command.Start(); err != nil {
			return nil, nil, fmt.Errorf("starting %q: %w", config.Name, err)
		}
		all.alive[config.Name] = s
	}
	answer, err := all.await(ctx, s)
	if err != nil {
		all.drop(s)
		return nil, nil, err
	}
	return s, answer, nil
}

// commandOf says how a server is started: a model from our own program, a command as the spec has
// it. A command runs in the spec's folder, so that it finds its files from wherever labbook is
// called.
func commandOf(
	folder string,
	config spec.Server,
	stderr *process.TailBuffer,
) (process.Command, error) {
	if config.Model != "" {
		self, err := os.Executable()
		argv := append([]string{"labbook", "serve", config.Model, "--address", config.Address},
			workArgs(config.Work)...)
		return process.Command{
			Path:   self,
			Argv:   argv,
			Stdout: stderr,
			Stderr: stderr,
		}, err
	}
	program := config.Command[0]
	if filepath.Base(program) != program && !filepath.IsAbs(program) {
		program = filepath.Join(folder, program)
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return process.Command{}, failure.Machine("install it, or name it by its full path",
			"server %q: finding its command: %w", config.Name, err)
	}
	c := process.Command{
		Path:   path,
		Argv:   config.Command,
		Dir:    folder,
		Stdout: stderr,
		Stderr: stderr,
	}
	for name, value := range config.Env {
		c.Env = append(c.Env, name+"="+value)
	}
	slices.Sort(c.Env)
	return c, nil
}

// workArgs are the flags of serve for the keys of a server in the spec.
func workArgs(w spec.Work) []string {
	var args []string
	add := func(set bool, flag string) {
		if set {
			args = append(args, flag)
		}
	}
	add(w.Body > 0, fmt.Sprintf("--body=%d", w.Body))
	add(w.CPU > 0, fmt.Sprintf("--cpu=%v", w.CPU))
	add(w.Wait > 0, fmt.Sprintf("--wait=%v", w.Wait))
	add(w.Blocking, "--blocking")
	add(w.Workers > 0, fmt.Sprintf("--workers=%d", w.Workers))
	return args
}

// rest ends a server's trial: it is stopped, or suspended if it may be wanted again. It gives the
// system's account of a server that lived for this trial alone.
func (all *servers) rest(s *server) *record.Account {
	if s.child == nil {
		return nil
	}
	if all.experiment.Design.Restart == spec.RestartTrial {
		all.drop(s)
		return s.child.Account()
	}
	if s.child.Ended() {
		all.drop(s)
	} else {
		s.child.Suspend()
	}
	return nil
}

// drop stops a server for good.
func (all *servers) drop(s *server) {
	if s.child != nil {
		s.child.Stop()
		delete(all.alive, s.Name)
		if stuck := s.child.Ending().Stuck; len(stuck) > 0 {
			all.stuck = failure.Machine(
				"end it by hand; a server must run as the user who runs labbook",
				"server %q could not be stopped: its processes %v are still there",
				s.Name,
				stuck,
			)
		}
	}
}

// stop stops every server that is still there.
func (all *servers) stop() {
	for _, s := range all.alive {
		s.child.Release() // all of them first, so that they end side by side
	}
	for _, s := range all.alive {
		all.drop(s)
	}
}

// crash says how a server ended that should still be there, "" where it is.
func (s *server) crash() string {
	if s.child == nil || !s.child.Ended() {
		return ""
	}
	return fmt.Sprintf("the server ended by itself: %v", s.child.Ending())
}

// await asks a server until it gives an HTTP answer of any status, for as long as start_timeout
// allows. Refused connections are how a server that is not ready looks.
func (all *servers) await(ctx context.Context, s *server) (*record.Answer, error) {
	deadline, cancel := context.WithTimeout(ctx, s.StartTimeout)
	defer cancel()
	pause := firstPause
	for {
		answer, err := probe.Ask(deadline, s.Server, all.experiment.Load)
		if err == nil {
			return answer, nil
		}
		if context.Cause(ctx) != nil {
			return nil, context.Cause(ctx)
		}
		if reason := s.crash(); reason != "" {
			return nil, &startError{s, errors.New(reason)}
		}
		var hopeless probe.NotHTTPError
		if errors.As(err, &hopeless) {
			return nil, &startError{s, hopeless}
		}
		select {
		case <-deadline.Done():
			return nil, &startError{s, fmt.Errorf("no answer within %v: %w", s.StartTimeout, err)}
		case <-s.ended():
		case <-time.After(pause):
		}
		pause = min(2*pause, lastPause)
	}
}

// The pauses between two questions to a server that is not ready yet: short enough not to be felt
// in a hundred trials, and soon long enough not to keep a slow starter from its work.
const (
	firstPause = time.Millisecond
	lastPause  = 20 * time.Millisecond
)

// ended gives a channel that closes with the server's process; nil, which never does, if it is not
// ours.
func (s *server) ended() <-chan struct{} {
	if s.child == nil {
		return nil
	}
	return s.child.Done()
}

// The snapshots of a server are taken after the warm-up, as ab has ended, and at both ends of an
// idle window after that, in which the server has nothing left to do. None is taken during the load.

// idleWindow is how long a server is watched after its load: long enough for clocks that count
// nanoseconds, and short compared with a trial.
const idleWindow = 50 * time.Millisecond

// closeAllowance is the time between the load and the idle window for each connection that ab kept
// open until its end: closing them is work of the load. A server with one thread per connection
// needs about half of it.
const closeAllowance = 200 * time.Microsecond

// snapshot returns nil if there is no process that we may look at.
func (s *server) snapshot() *process.Snapshot {
	if s.child == nil {
		return nil
	}
	return s.child.Snapshot()
}

// observeIdle takes the snapshots at both ends of the idle window. The window begins at the load's
// end, or once the server has had the time to close the connections that were open then.
func (s *server) observeIdle(
	ctx context.Context,
	loadEnd *process.Snapshot,
	open int,
) (from, to *process.Snapshot) {
	from = loadEnd
	if open > 0 {
		from = s.snapshotAfter(ctx, time.Duration(open)*closeAllowance)
	}
	return from, s.snapshotAfter(ctx, idleWindow)
}

// snapshotAfter takes a snapshot after a pause. It is nil if the server or ctx ends before.
func (s *server) snapshotAfter(ctx context.Context, pause time.Duration) *process.Snapshot {
	select {
	case <-time.After(pause):
		return s.snapshot()
	case <-s.ended():
	case <-ctx.Done():
	}
	return nil
}

// startError is a server that did not come to answer, with what it said on its standard error.
type startError struct {
	server *server
	cause  error
}

func (e *startError) Error() string {
	text := fmt.Sprintf("server %q at %s: %v", e.server.Name, e.server.Address, e.cause)
	if said := e.server.stderr.String(); said != "" {
		text += "; it said: " + said
	}
	return text
}

func (e *startError) Unwrap() error { return e.cause }

// addressInUse reports whether the server said that its port is taken, in the words of strerror or
// by the name of the error.
func (e *startError) addressInUse() bool {
	said := strings.ToLower(e.server.stderr.String())
	return strings.Contains(said, "address already in use") ||
		strings.Contains(said, "address in use") ||
		strings.Contains(said, "eaddrinuse")
}
