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
	"labbook.example/labbook/internal/command"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/farm"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/hook"
	"labbook.example/labbook/internal/live"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/site"
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
	machines    string    // path of the machines file; empty: of LABBOOK_MACHINES, or none
	only        farm.Only // measure one round alone
	live        live.Flag // serve the report while the run goes on

	lost context.CancelCauseFunc // ends the run when a machine is lost
}

// outputFolder returns the folder that a run writes into.
func (o runOptions) outputFolder() string {
	whole := filepath.Join(filepath.Dir(o.spec), "output")
	if o.isAgainst {
		whole = filepath.Join(whole, "against")
	}
	return o.only.Folder(o.output, whole)
}

// findOlder returns the older version that an experiment measures a server beside, and makes the
// experiment one of the two. Without --against it is nil.
func (o runOptions) findOlder(ctx context.Context, e *spec.Experiment) (*checkout.Older, error) {
	request := checkout.Request{
		Spec:       absolute(o.spec),
		Rev:        o.against,
		Server:     o.server,
		AllowDirty: o.allowDirty,
		Outputs:    o.outputs(),
	}
	if !o.isAgainst {
		return nil, request.CheckUnused()
	}
	older, err := checkout.Find(ctx, e, request)
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
	if err := experiment.UseMachinesFile(o.machines, !o.dryRun); err != nil {
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
	return experiment, o.only.Check(experiment, o.outputFolder())
}

// session is a run that is ready to measure: a fresh one, or one that goes on with an earlier one.
type session struct {
	experiment *spec.Experiment
	older      *checkout.Older // that is measured beside the present version; nil if none is
	only       farm.Only       // the round that is measured alone, if one is
	trials     []plan.Trial    // to be measured now, in plan order
	site       *site.Site
	generators generator.Pair
	servers    *servers
	executable machine.Executable
	header     record.Header
	dir        string          // of the record
	earlier    *record.Earlier // nil for a fresh run
	search     *record.SearchFile
	record     *record.Writer // nil until it is open: of a fresh run, begin opens it
	live       *live.Server   // nil without --live
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
		only:       o.only,
		closers:    []func(){unlock},
	}
	err = s.openSite(ctx, o, messages)
	if err == nil {
		err = s.makeServers(ctx, o, messages)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// openSite connects the machines of the experiment, and finds the ab of those that make its load.
// A machine that is lost later ends the run.
func (s *session) openSite(ctx context.Context, o runOptions, messages io.Writer) error {
	open, err := site.Open(ctx, s.experiment, site.Options{
		Spec:     absolute(o.spec),
		Messages: messages,
		Lost:     o.lost,
	})
	if err != nil {
		return err
	}
	s.site = open
	s.closers = append(s.closers, s.site.Close)
	s.generators, err = s.site.Generators(ctx)
	return err
}

// makeServers builds the servers, reserves their ports, and describes the run in the header.
func (s *session) makeServers(ctx context.Context, o runOptions, messages io.Writer) error {
	e, folder := s.experiment, filepath.Dir(absolute(o.spec))
	s.closers = append(s.closers, func() { s.older.Remove(messages) })
	if err := s.older.Make(ctx, e, messages); err != nil {
		return err
	}
	s.servers = newServers(e, s.site.Places, nil)
	builds, err := s.site.Places.Build(ctx, e, s.servers.hooks, messages)
	s.older.NoteMissing(messages)
	if err != nil {
		return err
	}

	if s.servers.ports, err = s.site.Places.Reserve(ctx, e.Started(), messages); err != nil {
		return err
	}
	s.closers = append(s.closers, s.servers.ports.Close)
	programs, err := s.site.Places.ReadPrograms(e.Started())
	if err != nil {
		return err
	}
	if err := command.CheckOlder(e.Started(), programs); err != nil {
		return err
	}

	s.header = record.NewHeader(e)
	if err := o.only.Identify(&s.header, e); err != nil {
		return err
	}
	s.plan()
	machine.Identify(&s.header, e.Identify)
	s.site.Identify(&s.header)
	s.generators.Identify(&s.header)
	s.servers.realAB = s.header.UsesInstalledAB()
	s.header.Against = s.older.Recorded()
	s.header.Programs = programs
	s.header.Builds = builds
	ask := s.site.Places.Version
	s.header.Versions, err = hook.Versions(ctx, e, ask, s.header.Labbook, messages)
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

// open makes the output folder ready: nothing else writes into it, and the record of an interrupted
// run is open.
func (s *session) open(ctx context.Context, o runOptions) error {
	if err := s.servers.askRunning(ctx); err != nil {
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
		s.site.Watch(ctx, &s.header, quietBefore)
		return nil
	}

	if s.record, err = s.earlier.Open(s.dir); err != nil {
		return fmt.Errorf("going on with the record: %w", err)
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
	if err == nil && s.earlier == nil && plan.SearchIsDue(s.experiment) {
		s.search, err = record.OpenSearch(dir, s.header, o.fresh)
		s.closers = append(s.closers, s.search.Close)
	}
	if err != nil || s.earlier == nil {
		return err
	}
	s.header.Sizes = s.earlier.Header.Sizes // so that all rounds have the same
	s.header.Searches = s.earlier.Header.Searches
	s.plan()
	s.trials = s.earlier.Remaining(s.trials)
	return nil
}

// plan plans all trials. Those for a capacity need the rates that a search has found.
func (s *session) plan() {
	s.header.ApplyGrid(s.experiment)
	s.trials = s.only.Of(plan.New(s.experiment))
	s.header.Trials = len(s.trials)
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
		OnlyRound:  s.header.OnlyRound,
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
