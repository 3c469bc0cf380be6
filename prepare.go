package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"labbook.example/labbook/internal/checkout"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/hook"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/servermodel"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/terminal"
	"labbook.example/labbook/report"
)

// runOptions are the arguments and flags of a run, and those of a check.
type runOptions struct {
	spec        string // path of the experiment file
	output      string // empty: output beside the spec, or output/against
	isAgainst   bool   // measure a server beside its older version
	against     string // the commit of that
	server      string // which server; empty: the only one with a command
	allowDirty  bool   // the present version may have changes that are not committed
	rounds      int    // 0: the spec's
	moreRounds  int    // to add to those of the finished run; 0: none
	fresh       bool
	pilot       bool
	dryRun      bool
	quiet       bool
	allowRemote bool
}

// outputFolder returns the folder that a run writes into.
func (o runOptions) outputFolder() string {
	switch beside := filepath.Join(filepath.Dir(o.spec), "output"); {
	case o.output != "":
		return o.output
	case o.isAgainst:
		return filepath.Join(beside, "against")
	default:
		return beside
	}
}

// findOlder returns the older version that an experiment measures a server beside, and makes the
// experiment one of the two. Without --against it is nil.
func (o runOptions) findOlder(ctx context.Context, e *spec.Experiment) (*checkout.Older, error) {
	switch {
	case o.isAgainst:
	case o.server != "":
		return nil, failure.Usage("--server: found without --against; allowed: only beside it")
	case o.allowDirty:
		return nil, failure.Usage("--allow-dirty: found without --against; allowed: only beside it")
	default:
		return nil, nil
	}
	older, err := checkout.Find(ctx, e, checkout.Request{
		Spec:       absolute(o.spec),
		Rev:        o.against,
		Server:     o.server,
		AllowDirty: o.allowDirty,
		Outputs:    o.outputs(),
	})
	if err != nil {
		return nil, err
	}
	return older, older.ApplyTo(e)
}

// outputs returns the folders that hold results of this experiment: absolute paths.
func (o runOptions) outputs() []string {
	ordinary := runOptions{spec: o.spec}
	return []string{absolute(ordinary.outputFolder()), absolute(o.outputFolder())}
}

// absolute returns the absolute form of a path. It is for people on this machine, and for programs
// that run in another folder; it never reaches the record.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// readSpec reads an experiment and applies the flags of the command line to it.
func readSpec(o runOptions) (*spec.Experiment, error) {
	refuse := func(err error, hint string) (*spec.Experiment, error) {
		return nil, failure.New(failure.ExitUsage, err, hint)
	}
	const nothing = "nothing was measured or written"

	experiment, err := spec.Read(o.spec)
	var problems spec.Problems
	switch {
	case errors.As(err, &problems):
		return refuse(err, nothing)
	case errors.Is(err, fs.ErrNotExist):
		const hint = "check the path; labbook init writes a commented experiment.toml to start from"
		return refuse(fmt.Errorf("%s: no such file", o.spec), hint)
	case err != nil:
		return refuse(err, "name an experiment file that can be read")
	}

	if err := report.CheckNotes(experiment); err != nil {
		return refuse(err, nothing)
	}
	if unusable := experiment.UnusableCPUs(machine.CPUs()); len(unusable) > 0 {
		return refuse(unusable, nothing)
	}
	if remote := experiment.Remote(); len(remote) > 0 && !o.allowRemote {
		return refuse(remote, nothing)
	}
	if err := experiment.SetRounds(o.rounds); err != nil {
		return refuse(err, nothing)
	}
	if o.moreRounds > 0 {
		err := record.AddRounds(experiment, o.outputFolder(), o.moreRounds)
		if err != nil {
			return nil, err
		}
	}
	return experiment, nil
}

// session is a run that is ready to measure: a fresh one, or one that goes on with an earlier one.
type session struct {
	experiment *spec.Experiment
	older      *checkout.Older // that is measured beside the present version; nil if none is
	trials     []plan.Trial    // to be measured now, in plan order
	generators generator.Pair
	servers    *servers
	executable machine.Executable
	header     record.Header
	dir        string          // of the record
	earlier    *record.Earlier // nil for a fresh run
	record     *record.Writer  // nil until it is open: of a fresh run, begin opens it
	closers    []func()
}

// prepare makes everything ready for the first trial: ab, the ports, the locks, the record, and the
// earlier run that it goes on with, if any. It reports what is in the way, and only then writes.
func prepare(
	ctx context.Context,
	e *spec.Experiment,
	older *checkout.Older,
	o runOptions,
	messages io.Writer,
) (*session, error) {
	s, err := prepareMachine(ctx, e, older, o, messages)
	if err != nil {
		return nil, err
	}
	if err := s.open(ctx, o); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// prepareMachine makes the machine ready, and writes nothing into the output folder.
func prepareMachine(
	ctx context.Context,
	e *spec.Experiment,
	older *checkout.Older,
	o runOptions,
	messages io.Writer,
) (*session, error) {
	generators, err := generator.Find(ctx, e)
	if err != nil {
		return nil, err
	}
	if err := report.Writable(o.outputFolder()); err != nil {
		const hint = "move it away, or write elsewhere with --output"
		return nil, failure.New(failure.ExitUsage, err, hint)
	}
	if older != nil {
		if err := record.CheckReplaceable(o.outputFolder()); err != nil {
			return nil, err
		}
	}
	unlock, err := machine.MeasureAlone(absolute(o.spec)) // a build would disturb a measurement
	if err != nil {
		return nil, err
	}

	s := &session{
		experiment: e,
		older:      older,
		trials:     plan.New(e),
		generators: generators,
		closers:    []func(){unlock},
	}
	if err := s.makeServers(ctx, o, messages); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// makeServers builds the servers, reserves their ports, and describes the run in the header.
func (s *session) makeServers(ctx context.Context, o runOptions, messages io.Writer) error {
	e, folder := s.experiment, filepath.Dir(absolute(o.spec))
	s.closers = append(s.closers, func() { s.older.Remove(messages) })
	if err := s.older.Make(ctx, e, messages); err != nil {
		return err
	}
	builds, err := hook.Build(ctx, e, folder, messages)
	s.older.NoteMissing(messages)
	if err != nil {
		return err
	}

	ports, err := reservePorts(ctx, e.Started(), messages)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, ports.Close)
	s.servers = newServers(e, folder, ports)
	if err := s.servers.programs.CheckOlder(e); err != nil {
		return err
	}

	s.header = record.NewHeader(e)
	s.header.Trials = len(s.trials)
	machine.Identify(&s.header, e.Identify)
	s.generators.Identify(&s.header)
	s.servers.realAB = s.header.UsesInstalledAB()
	s.header.Against = s.older.Recorded()
	s.header.Programs = s.servers.programs.Recorded()
	s.header.Builds = builds
	s.header.Versions, err = hook.Versions(ctx, e, folder, s.header.Labbook, messages)
	if err != nil {
		return err
	}
	s.header.Source = machine.Source(ctx, folder, o.outputs()...)
	s.executable, _ = machine.OwnExecutable() // absent if our own file cannot be read
	return nil
}

// close releases what the session holds, in reverse order.
func (s *session) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
	s.closers = nil
}

// reservePorts reserves the ports of the servers that we start.
func reservePorts(
	ctx context.Context,
	started []spec.Server,
	messages io.Writer,
) (machine.Reservations, error) {
	var ports []machine.Port
	for _, s := range started {
		if s.URL != "" {
			continue
		}
		address, err := servermodel.Resolve(s.Address)
		if err != nil {
			return nil, fmt.Errorf("server %q: %w", s.Name, err)
		}
		ports = append(ports, machine.Port{Server: s.Name, Text: s.Address, Address: address})
	}
	return machine.Reserve(ctx, ports, messages)
}

// open makes the output folder ready: nothing else writes into it, and the record of an interrupted
// run is open.
func (s *session) open(ctx context.Context, o runOptions) error {
	if err := s.askRunningServers(ctx); err != nil {
		return err
	}

	s.dir = o.outputFolder()
	unlock, err := record.LockFolder(s.dir, absolute(o.spec))
	if err != nil {
		return err
	}
	s.closers = append(s.closers, unlock)

	if err := s.findEarlier(s.dir, o); err != nil {
		return err
	}
	if s.earlier == nil {
		// Before the loads that fix the size of trials, which would be seen in both.
		s.header.Environment.BusyBefore = machine.BusyShare(ctx, quietBefore)
		s.header.Environment.TimeWait = machine.TimeWaits()
		return nil
	}

	if s.record, err = s.earlier.Open(s.dir); err != nil {
		return fmt.Errorf("going on with the record: %w", err)
	}
	return nil
}

// askRunningServers asks the servers that should already run. A missing one would make every trial
// wait for its timeout.
func (s *session) askRunningServers(ctx context.Context) error {
	for _, config := range s.experiment.Started() {
		if config.URL == "" {
			continue
		}
		_, _, err := s.servers.ready(ctx, config.Name, 1)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			const hint = "start the server, or correct its url; nothing was measured or written"
			return failure.Machine(hint, "%w", err)
		}
	}
	return nil
}

// findEarlier looks for a run in the output folder that this one goes on with, and leaves the
// trials that it lacks to be measured.
func (s *session) findEarlier(dir string, o runOptions) (err error) {
	switch {
	case o.moreRounds > 0:
		s.earlier, err = record.FindFinished(dir, s.header, o.moreRounds, o.fresh)
	case !o.fresh:
		s.earlier, err = record.FindInterrupted(dir, s.header)
	}
	if err != nil || s.earlier == nil {
		return err
	}
	s.header.Sizes = s.earlier.Header.Sizes // so that all rounds have the same
	s.trials = s.earlier.Remaining(s.trials)
	return nil
}

// resumption returns where an earlier run is gone on with, for people; "" for a fresh run.
func (s *session) resumption() string {
	if s.earlier == nil {
		return ""
	}
	return terminal.Resumption{
		Experiment: s.experiment,
		Record:     s.earlier.Record,
		MoreRounds: s.earlier.MoreRounds(),
		Trials:     s.header.Trials,
		Remaining:  s.trials,
	}.String()
}

// quietBefore is how long the machine is watched before the first trial. Tests shorten it.
var quietBefore = 500 * time.Millisecond

// createRecord starts a new record. An unfinished one that lies there holds no trial, or is to be
// thrown away.
func (s *session) createRecord() (err error) {
	s.record, err = record.Create(s.dir, s.header)
	return err
}

// summary returns what is known of the run before its first trial.
func (s *session) summary() terminal.Summary {
	return terminal.Summary{
		Experiment: s.experiment,
		Size:       terminal.Size(s.experiment, s.header),
		Generators: s.generators.String(),
		Resumed:    s.resumption(),
		Trials:     s.header.Trials,
		Remaining:  len(s.trials),
	}
}

// withLeftRunning adds to an error, which may be nil, that a server could not be stopped.
func (s *session) withLeftRunning(err error) error {
	left := s.servers.stuck
	if left == nil || errors.Is(err, left) {
		return err
	}
	code, hint := failure.CodeAndHint(cmp.Or(err, left))
	return failure.New(code, errors.Join(err, left), hint)
}
