package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"labbook/internal/failure"
	"labbook/internal/hook"
	"labbook/internal/machine"
	"labbook/internal/plan"
	"labbook/internal/process"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/startup"
	"labbook/internal/streak"
	"labbook/internal/terminal"
)

// measure runs the trials of a session in plan order. Each one is on disk before the next starts,
// so a crash costs one trial. A trial that fails is a result too. An error means that no trial can
// be measured any more, or that what was measured cannot be kept.
func measure(ctx context.Context, s *session, progress *terminal.Progress) error {
	defer s.servers.stopAll()
	err := newTrialRunner(s).measureAll(ctx, progress)
	if err != nil {
		progress.Abandon()
		return err
	}
	progress.Finish()
	return nil
}

// trialRunner measures trials, one after the other.
type trialRunner struct {
	*session
	loader  func(plan.Instrument) loader
	streaks streak.Streaks

	// began is when the run began. For a resumed run it is shifted, as if that had never stopped.
	began time.Time
	// interruption is that of a resumed run until its first trial, which records it.
	interruption *record.Interruption
}

// loader makes the load of a trial: it calls ab once. It is a caller outside of tests.
type loader interface {
	run(ctx context.Context, c call) (output, error)
}

func newTrialRunner(s *session) *trialRunner {
	r := &trialRunner{
		session: s,
		loader:  func(i plan.Instrument) loader { return caller{s.generators.Of(i)} },
		streaks: streak.Streaks{},
		began:   time.Now(),
	}
	if s.interrupted != nil {
		r.resume(s.interrupted)
	}
	return r
}

// measureAll measures the trials of the session.
func (r *trialRunner) measureAll(ctx context.Context, progress *terminal.Progress) error {
	for _, trial := range r.trials {
		progress.Begin(trial)
		result, err := r.next(ctx, trial)
		if err != nil {
			return fmt.Errorf("%v: %w", trial, err)
		}
		if err := r.record.Append(result); err != nil {
			return fmt.Errorf("%v: keeping its result: %w", trial, err)
		}
		progress.End(result)
	}
	return nil
}

// resume continues where an interrupted run stopped: with its clock, and with the failures of its
// last trials.
func (r *trialRunner) resume(run *interrupted) {
	var seconds float64
	for _, result := range run.InRunOrder() {
		end := result.StartSeconds
		for _, call := range []*record.Call{result.Warmup, result.Load} {
			if call != nil {
				end += call.WallSeconds
			}
		}
		seconds = max(seconds, end)
		r.streaks.Add(result)
	}

	r.began = r.began.Add(-time.Duration(seconds * float64(time.Second)))
	r.interruption = &run.interruption
}

// next returns the result of one trial. It is measured unless its cell was given up.
func (r *trialRunner) next(ctx context.Context, trial plan.Trial) (record.Result, error) {
	if ctx.Err() != nil {
		return record.Result{}, context.Cause(ctx)
	}
	if err := r.executable.CheckUnchanged(); err != nil {
		return record.Result{}, err
	}

	result := record.Result{
		Trial:        trial,
		StartSeconds: time.Since(r.began).Seconds(),
		Outcome:      record.Ended,
	}
	if reason := r.streaks.GiveUpReason(trial); reason != "" {
		result.Outcome, result.Reason = record.GivenUp, reason
	} else if err := r.measureTrial(ctx, &result); err != nil {
		return record.Result{}, err
	}

	r.streaks.Add(result)
	result.Resumed, r.interruption = r.interruption, nil
	return result, nil
}

// measureTrial fills in the result of a trial: a server that answers, a warm-up, the load, and what
// the server used. An error means that no trial can be measured any more, or that ctx ended.
func (r *trialRunner) measureTrial(ctx context.Context, result *record.Result) error {
	defer func() { result.Hooks = r.servers.hooks.Take() }()
	server, answer, err := r.servers.ready(ctx, result.Server, result.Round)
	if ctx.Err() != nil { // a server that was started is stopped with all the others
		return context.Cause(ctx)
	}
	if code, _ := failure.CodeAndHint(err); code == failure.ExitMachine {
		return err
	}
	if err != nil {
		failToStart(err, result)
		return nil
	}

	result.Answer = answer
	err = r.loadBetweenHooks(ctx, server, result)
	if life := r.servers.afterTrial(server); life != nil {
		if result.Usage == nil {
			result.Usage = &record.Usage{}
		}
		result.Usage.Life = life
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// failToStart fills in the result of a trial whose server was never ready.
func failToStart(err error, result *record.Result) {
	result.Outcome, result.Reason = record.NotStarted, err.Error()
	if failed, ok := errors.AsType[*hook.Error](err); ok {
		result.Outcome, result.Reason = record.HookFailed, failed.Ran.Reason()
	}
	if failed, ok := errors.AsType[*startup.Error](err); ok {
		failed.Fail(result)
	}
}

// loadBetweenHooks runs the hooks of a trial around its load. One that fails before the load ends
// the trial; after the load, the trial has been measured, and keeps its outcome.
func (r *trialRunner) loadBetweenHooks(
	ctx context.Context,
	s *server,
	result *record.Result,
) error {
	err := r.servers.hooks.Do(ctx, s.Server, spec.HookBeforeTrial, s.output.Hide)
	if failed, ok := errors.AsType[*hook.Error](err); ok {
		result.Outcome, result.Reason = record.HookFailed, failed.Ran.Reason()
		result.ServerStderr = s.output.String()
		return nil
	}

	if err := r.warmUpAndLoad(ctx, s, result); err != nil {
		return err
	}
	if ctx.Err() == nil {
		// The record tells whether it failed.
		_ = r.servers.hooks.Do(ctx, s.Server, spec.HookAfterTrial, s.output.Hide)
	}
	return nil
}

// warmUpAndLoad calls ab within the trial's timeout, watches the server, and classifies the
// outcome. An error means that ab could not be called.
func (r *trialRunner) warmUpAndLoad(
	ctx context.Context,
	s *server,
	result *record.Result,
) error {
	within, cancel := context.WithTimeout(ctx, r.experiment.Load.Timeout)
	defer cancel()

	ab := r.loader(result.Instrument)
	c, err := warmupCall(r.experiment, s.Server, result.Level)
	if err != nil {
		return err
	}
	if c.args != nil {
		warmup, err := ab.run(within, c)
		if err != nil {
			return err
		}
		warmup.call.Text = ""
		result.Warmup = &warmup.call
	}

	var seen process.TrialSnapshots
	if within.Err() == nil && s.crash() == "" {
		seen.BeforeLoad = s.snapshot()
		if err := r.load(within, ab, s, result); err != nil {
			return err
		}
		seen.LoadEnd = s.snapshot()
	}
	r.classifyOutcome(within, s, result)

	if seen.LoadEnd != nil && result.Outcome == record.Ended {
		open := 0
		if s.Request.KeepAlive {
			open = plan.Connections(r.experiment, result.Level)
		}
		seen.QuietStart, seen.QuietEnd = s.observeIdle(ctx, seen.LoadEnd, open)
	}
	if result.Outcome != record.Crashed { // of a crashed server only the life's account is complete
		result.Usage = seen.Usage()
	}
	return nil
}

// idleWindow is how long a server is watched after its load, when it has nothing left to do: long
// enough for clocks that count nanoseconds, and short compared with a trial. Tests shorten it.
var idleWindow = 50 * time.Millisecond

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

// load calls ab for the load and keeps what it reported, and what the machine did meanwhile.
func (r *trialRunner) load(
	ctx context.Context,
	ab loader,
	s *server,
	result *record.Result,
) error {
	c, err := loadCall(r.experiment, s.Server, result.Level)
	if err != nil {
		return err
	}

	meter := machine.StartMeter(c.cpus.Union(s.CPUs), s.processes())
	queue := machine.AcceptQueue(s.at)
	load, err := ab.run(ctx, c)
	result.Queue = machine.QueueBetween(queue, machine.AcceptQueue(s.at))
	meter.Stop(result)
	if err != nil {
		return err
	}

	result.Load = &load.call
	result.PercentilesMS = load.percentiles
	if load.failed() {
		result.Outcome, result.Reason = record.Aborted, load.abortReason()
	}
	return nil
}

// processes returns the server's processes, none if it already ran.
func (s *server) processes() []int {
	if s.child == nil {
		return nil
	}
	return machine.Serving(s.at, s.child.Processes())
}

// crashNotice is how long after a server's clients we may learn that it has ended: its descendants
// are collected first.
const crashNotice = 500 * time.Millisecond

// classifyOutcome decides how a trial ended: a crash or a timeout outranks what ab reported.
func (r *trialRunner) classifyOutcome(within context.Context, s *server, result *record.Result) {
	late := within.Err() != nil // asked before the wait, during which the deadline may pass
	if result.Outcome != record.Ended && !late {
		select {
		case <-s.ended():
		case <-time.After(crashNotice):
		}
	}

	crash := s.crash()
	switch {
	case crash != "":
		result.Outcome, result.Reason = record.Crashed, crash
	case late && result.Outcome != record.Ended, result.Load == nil:
		result.Outcome = record.TimedOut
		timeout := r.experiment.Load.Timeout
		result.Reason = fmt.Sprintf("the trial was stopped at its timeout of %v", timeout)
	}
	if result.Outcome != record.Ended {
		result.ServerStderr = s.output.String()
	}
}
