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

	"labbook/internal/failure"
	"labbook/internal/generator"
	"labbook/internal/hook"
	"labbook/internal/machine"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/servermodel"
	"labbook/internal/spec"
	"labbook/internal/terminal"
	"labbook/report"
)

// runOptions are the arguments and flags of a run, and those of a check.
type runOptions struct {
	spec        string // path of the experiment file
	output      string // empty: output beside the spec
	rounds      int    // 0: the spec's
	fresh       bool
	pilot       bool
	dryRun      bool
	quiet       bool
	allowRemote bool
}

// outputFolder returns the folder that a run writes into.
func (o runOptions) outputFolder() string {
	if o.output != "" {
		return o.output
	}
	return filepath.Join(filepath.Dir(o.spec), "output")
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
	return experiment, nil
}

// session is a run that is ready to measure: a fresh one, or an interrupted one to resume.
type session struct {
	experiment  *spec.Experiment
	trials      []plan.Trial // to be measured now, in plan order
	generators  generator.Pair
	servers     *servers
	executable  machine.Executable
	header      record.Header
	dir         string         // of the record
	interrupted *interrupted   // nil for a fresh run
	record      *record.Writer // nil until it is open: of a fresh run, begin opens it
	closers     []func()
}

// interrupted is an interrupted run to resume.
type interrupted struct {
	*record.Record
	interruption record.Interruption
}

// prepare makes everything ready for the first trial: ab, the ports, the locks, the record, and an
// interrupted run if there is one. It reports what is in the way before anything is written.
func prepare(
	ctx context.Context,
	e *spec.Experiment,
	trials []plan.Trial,
	o runOptions,
	messages io.Writer,
) (*session, error) {
	s, err := prepareMachine(ctx, e, trials, o, messages)
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
	trials []plan.Trial,
	o runOptions,
	messages io.Writer,
) (*session, error) {
	folder := filepath.Dir(absolute(o.spec))
	generators, err := generator.Find(ctx, e)
	if err != nil {
		return nil, err
	}
	if err := report.Writable(o.outputFolder()); err != nil {
		const hint = "move it away, or write elsewhere with --output"
		return nil, failure.New(failure.ExitUsage, err, hint)
	}
	unlock, err := machine.MeasureAlone(absolute(o.spec)) // a build would disturb a measurement
	if err != nil {
		return nil, err
	}
	builds, err := hook.Build(ctx, e, folder, messages)
	if err != nil {
		unlock()
		return nil, err
	}
	ports, err := reservePorts(ctx, e.Started(), messages)
	if err != nil {
		unlock()
		return nil, err
	}

	s := &session{
		experiment: e,
		trials:     trials,
		generators: generators,
		servers:    newServers(e, folder, ports),
		closers:    []func(){unlock, ports.Close},
	}
	s.header = newHeader(e, len(trials), generators)
	s.servers.realAB = s.header.UsesInstalledAB()
	s.header.Programs = s.servers.programs.Recorded()
	s.header.Builds = builds
	s.header.Versions, err = hook.Versions(ctx, e, folder, s.header.Labbook, messages)
	if err != nil {
		s.close()
		return nil, err
	}
	s.header.Source = machine.Source(ctx, folder, absolute(o.outputFolder()))
	// Absent if our own file cannot be read.
	s.executable, _ = machine.OwnExecutable()
	s.header.Program, _ = machine.Program()
	return s, nil
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

// newHeader describes a run. It reads the clock once: nothing else in the record holds a time of
// day.
func newHeader(e *spec.Experiment, trials int, g generator.Pair) record.Header {
	header := record.NewHeader(e)
	header.Labbook = machine.Version()
	header.Started = time.Now().UTC().Truncate(time.Second)
	header.Trials = trials
	header.Generator = g.Own.Generator
	header.Environment = machine.Describe(e.Identify)
	if g.Other != nil {
		header.Calibration = &g.Other.Generator
	}
	return header
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

	if !o.fresh {
		if err := s.findInterrupted(s.dir); err != nil {
			return err
		}
	}
	if s.interrupted == nil {
		// Before the loads that fix the size of trials, which would be seen in both.
		s.header.Environment.BusyBefore = machine.BusyShare(ctx, quietBefore)
		s.header.Environment.TimeWait = machine.TimeWaits()
		return nil
	}

	if s.record, err = record.Resume(s.dir, s.interrupted.Record); err != nil {
		return fmt.Errorf("resuming the record: %w", err)
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

// findInterrupted looks for an interrupted run in the output folder, and leaves the trials that it
// lacks to be measured. A different run is refused: its trials and ours would not belong together.
func (s *session) findInterrupted(dir string) error {
	rec, err := record.ReadUnfinished(dir)
	if err != nil {
		const hint = "--fresh discards it and starts over"
		return failure.New(failure.ExitUsage, err, hint)
	}
	if rec == nil {
		return nil
	}

	path := filepath.Join(dir, record.PartName)
	if differences := rec.Differences(s.header); len(differences) > 0 {
		kept := terminal.Count(rec.Measured(), "trial")
		const another = "%s: %w, and this run cannot resume its %s"
		err := fmt.Errorf(another, path, record.ErrUnfinished, kept)
		for _, d := range differences {
			err = fmt.Errorf("%w\n  %v", err, d)
		}
		const hint = "resume it under the conditions it started with, write elsewhere with " +
			"--output, or start over with --fresh, which discards it"
		return failure.New(failure.ExitUsage, err, hint)
	}

	s.header.Sizes = rec.Header.Sizes // so that all rounds have the same
	s.trials = rec.Remaining(s.trials)
	s.interrupted = &interrupted{
		Record: rec,
		interruption: record.Interruption{
			After:       rec.Measured(),
			AwaySeconds: record.SecondsSinceWrite(path),
		},
	}
	return nil
}

// resumption returns where an interrupted run is resumed, for people; "" for a fresh run.
func (s *session) resumption() string {
	if s.interrupted == nil {
		return ""
	}
	return terminal.Resumption{
		Experiment: s.experiment,
		Record:     s.interrupted.Record,
		Trials:     s.header.Trials,
		Remaining:  s.trials,
	}.String()
}

// quietBefore is how long the machine is watched before the first trial. Tests shorten it.
var quietBefore = 500 * time.Millisecond

// createRecord starts a new record. An unfinished one that lies there holds no trial, or is to be
// thrown away.
func (s *session) createRecord() error {
	out, err := record.Create(s.dir, s.header)
	if errors.Is(err, fs.ErrPermission) {
		const hint = "make the output folder writable, or write elsewhere with --output"
		return failure.Machine(hint, "starting the record: %w", err)
	}
	if err != nil {
		return fmt.Errorf("starting the record: %w", err)
	}
	s.record = out
	return nil
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

// keepPartial closes the record of a run that an error ended, and adds to the error how much is
// kept. A record without a trial is of no use, so it is removed.
func (s *session) keepPartial(cause error) error {
	code, hint := failure.CodeAndHint(cause)
	var signal failure.Interrupted
	if errors.As(cause, &signal) {
		cause = signal // which trial it was does not matter
	}
	if s.record.Written() == 0 {
		return failure.New(code, errors.Join(cause, s.record.Discard()), hint)
	}

	const format = "%w: %d of %d trials are kept in %s"
	kept := fmt.Errorf(format, cause, s.record.Written(), s.header.Trials, s.record.Path())
	again := "the same command resumes the run, --fresh starts over; no finished report was touched"
	if hint != "" {
		again = hint + "; " + again
	}
	return failure.New(code, errors.Join(kept, s.record.Close()), again)
}
