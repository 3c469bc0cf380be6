package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"labbook.example/labbook/internal/capacity"
	"labbook.example/labbook/internal/checkout"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/hook"
	"labbook.example/labbook/internal/pause"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/sizing"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/startup"
	"labbook.example/labbook/internal/streak"
	"labbook.example/labbook/internal/team"
	"labbook.example/labbook/internal/terminal"
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

// begin starts the record of a fresh run, see trialRunner.
func begin(ctx context.Context, s *session, progress *terminal.Progress) error {
	if s.record != nil {
		return nil
	}
	return newTrialRunner(s).begin(ctx, progress)
}

// trialRunner measures trials, one after the other.
type trialRunner struct {
	*session
	loader  func(plan.Instrument) loader
	streaks streak.Streaks
	pauses  pause.Pauses
	idle    process.IdleWatch

	// began is when the run began. For a resumed run it is shifted, as if that had never stopped.
	began time.Time
	// interruption is that of a resumed run until its first trial, which records it.
	interruption *record.Interruption
}

func newTrialRunner(s *session) *trialRunner {
	r := &trialRunner{
		session: s,
		loader:  func(i plan.Instrument) loader { return s.site.Team(i) },
		streaks: streak.Streaks{},
		idle:    process.IdleWatch{Window: idleWindow},
		began:   time.Now(),
		pauses:  pause.Pauses{Length: s.experiment.Design.Pause, Stop: s.servers.stopAll},
	}
	if s.earlier != nil {
		r.resume(s.earlier)
	}
	return r
}

// planOf returns what a run will do. The last run into the same folder tells how long it takes.
func planOf(e *spec.Experiment, older *checkout.Older, o runOptions) terminal.Plan {
	last, _ := record.Read(o.outputFolder()) // nil if there is none, or none that helps
	return terminal.Plan{
		Kept:       record.PeekSearch(o.outputFolder(), e, o.only.Round, o.fresh), // sets rates
		Sizes:      capacity.Sizes(e),
		Experiment: e,
		Trials:     o.only.Of(plan.New(e)),
		OnlyRound:  o.only.Round,
		MoreRounds: o.moreRounds,
		Against:    older.Recorded(),
		Output:     o.outputFolder(),
		Last:       last,
	}
}

// begin starts the record. Where the experiment says how long a trial takes, it first finds out how
// many requests that are. Until then, nothing is written.
func (r *trialRunner) begin(ctx context.Context, progress *terminal.Progress) error {
	defer r.servers.stopAll()
	if plan.SearchIsDue(r.experiment) {
		if err := r.findRates(ctx, progress); err != nil {
			return err
		}
	} else if sizing.Needed(r.experiment) && r.header.Sizes == nil {
		if err := r.fixSizes(ctx, progress); err != nil {
			return err
		}
	}
	return r.createRecord()
}

// findRates finds the rates at which each server is measured for its capacity, and plans the trials
// at them.
func (r *trialRunner) findRates(ctx context.Context, progress *terminal.Progress) error {
	defer progress.Abandon()
	progress.Searching(r.search.Loads())
	searches, err := capacity.Searches(ctx, r.experiment, r.header, r.search, r.tryRate, progress)
	if err == nil {
		r.header.Searches = searches
		r.plan()
		r.header.Sizes = capacity.Sizes(r.experiment)
		progress.Planned(r.trials, r.header)
	}
	return cmp.Or(context.Cause(ctx), err)
}

// tryRate measures a trial of a search, as a capacity.Try.
func (r *trialRunner) tryRate(
	ctx context.Context,
	e *spec.Experiment,
	trial plan.Trial,
) (record.Result, error) {
	s := *r.session
	next := trial
	next.Order++ // for which the server lives on
	s.experiment, s.trials = e, []plan.Trial{trial, next}
	result := record.Result{Trial: trial, Outcome: record.Ended}
	err := newTrialRunner(&s).measureTrial(ctx, &result)
	if result.Outcome != record.Ended {
		r.servers.stopAll()
	}
	return result, err
}

// fixSizes fixes the size of each cell's trials, by loads before the first round.
func (r *trialRunner) fixSizes(ctx context.Context, progress *terminal.Progress) error {
	progress.Sizing()
	defer progress.Abandon()
	sizes, err := sizing.Cells(ctx, r.experiment, r.withServer, progress.Sized)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if code, _ := failure.CodeAndHint(err); err != nil && code != failure.ExitMachine {
		const hint = "nothing was measured or written; labbook check looks at each server, and " +
			"requests instead of duration measures one that fails"
		return failure.Machine(hint, "fixing the number of requests: %w", err)
	}
	r.header.Sizes = sizes
	return err
}

// withServer calls work with the server of a cell, as a sizing.WithServer. Such a load is like a
// trial of a round before the first one.
func (r *trialRunner) withServer(
	ctx context.Context,
	cell plan.Cell,
	work func(context.Context, sizing.Load),
) error {
	defer r.servers.hooks.Take() // they belong to no trial
	server, _, err := r.servers.ready(ctx, cell.Server, 0)
	if err != nil {
		return err
	}
	defer r.servers.afterTrial(server, false)
	hooks := r.servers.hooks
	if err := hooks.Do(ctx, server.Server, spec.HookBeforeTrial, server.output.Hide); err != nil {
		return err
	}

	within, cancel := context.WithTimeout(ctx, r.experiment.Load.Timeout)
	defer cancel()
	work(within, func(ctx context.Context, requests int) (sizing.Answered, error) {
		return answered(ctx, r.loader(plan.Own), r.experiment, server, cell.Level, requests)
	})
	if ctx.Err() == nil {
		// Where it fails, the trials tell.
		_ = hooks.Do(ctx, server.Server, spec.HookAfterTrial, server.output.Hide)
	}
	return nil
}

// measureAll measures the trials of the session.
func (r *trialRunner) measureAll(ctx context.Context, progress *terminal.Progress) error {
	r.pauses.Say = progress.Pause
	for i, trial := range r.trials {
		if r.streaks.GiveUpReason(trial) == "" { // one that is not measured needs no pause
			r.pauses.Before(ctx, trial)
		}
		progress.Begin(trial)
		result, err := r.next(ctx, trial)
		if err != nil {
			return fmt.Errorf("%v: %w", trial, err)
		}
		if err := r.record.Append(result); err != nil {
			return fmt.Errorf("%v: keeping its result: %w", trial, err)
		}
		progress.End(result)
		r.live.Measured(ctx, i)
	}
	return nil
}

// resume continues where an earlier run stopped: with its clock, and with the failures of its last
// trials.
func (r *trialRunner) resume(run *record.Earlier) {
	for _, result := range run.InRunOrder() {
		r.streaks.Add(result)
		r.pauses.Resume(result.Trial, run.Interruption.Away())
	}
	r.began = r.began.Add(-run.Measuring())
	r.interruption = &run.Interruption
	r.interruption.Live = r.live.Serves()
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
	} else if err := r.site.BeginRound(ctx, trial.Round); err != nil {
		return record.Result{}, err
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
	defer func() {
		result.Hooks = r.servers.hooks.Take()
		result.Killed, r.servers.killed = r.servers.killed, false
	}()
	server, answer, err := r.servers.ready(ctx, result.Server, result.Round)
	if ctx.Err() != nil { // a server that was started is stopped with all the others
		return context.Cause(ctx)
	}
	if code, _ := failure.CodeAndHint(err); code == failure.ExitMachine {
		return err
	}
	if err != nil {
		startup.Fail(err, result)
		return nil
	}

	result.Answer, result.Outside = answer, server.outside
	result.StartupSeconds, server.startup = server.startup, nil
	err = r.loadBetweenHooks(ctx, server, result)
	measured := err == nil && ctx.Err() == nil
	last := plan.IsLastOfServer(r.experiment, r.trials, result.Trial)
	if life := r.servers.afterTrial(server, last); life != nil {
		if result.Usage == nil {
			result.Usage = &record.Usage{}
		}
		result.Usage.Life = life
	}
	cause := context.Cause(ctx)
	if measured && errors.Is(cause, place.ErrLost) {
		return nil // that a machine is lost now, spoils nothing of this trial
	}
	return cmp.Or(cause, err)
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
	size := r.header.SizeOf(r.experiment, result.Cell)
	c, err := warmupCall(r.experiment, s.Server, result.Trial, size)
	if err != nil {
		return err
	}
	var seen process.TrialSnapshots
	if c.Requests > 0 {
		var warmup team.Output
		if err := seen.Around(within, s.snapshot, func(within context.Context) (err error) {
			warmup, err = ab.Load(within, c)
			return err
		}); err != nil {
			return err
		}
		warmup.Call.Text, warmup.Call.Progress = "", nil
		warmup.Call.Rewrite(s.HideIP)
		result.Warmup = &warmup.Call
	}
	if within.Err() == nil && s.crash() == "" {
		if err := seen.Around(within, s.snapshot, func(within context.Context) error {
			return r.load(within, ab, s, result)
		}); err != nil {
			return err
		}
	}
	s.classifyOutcome(within.Err() != nil, r.experiment.Load.Timeout, result)
	if err := s.guardLost(); err != nil {
		return err
	}

	if seen.LoadEnd != nil && result.Outcome == record.Ended {
		idle := process.Idle{Server: s.Name, Take: s.snapshot, Ended: s.ended()}
		if s.Request.KeepAlive {
			idle.Open = plan.Connections(r.experiment, result.Level)
		}
		r.idle.Watch(ctx, &seen, idle)
	}
	if result.Outcome != record.Crashed { // of a crashed server only the life's account is complete
		result.Usage = seen.Usage()
	}
	return nil
}

// idleWindow is how long a server is watched after its load at least. Tests shorten it.
var idleWindow = 50 * time.Millisecond

// load calls ab for the load and keeps what it reported, and what the machine did meanwhile.
func (r *trialRunner) load(
	ctx context.Context,
	ab loader,
	s *server,
	result *record.Result,
) error {
	size := r.header.SizeOf(r.experiment, result.Cell)
	c, err := loadCall(r.experiment, s.Server, result.Trial, size)
	if err != nil {
		return err
	}

	meter := r.site.Meter(s.Server, s.child, s.at, c.CPUs)
	load, err := ab.Load(ctx, c)
	meter.Stop(result)
	if err != nil {
		return err
	}

	load.FillIn(result, s.Server)
	if !r.site.Alone(s.Server) {
		result.Quotas = result.Quotas.OfServer()
	}
	if load.Failed() {
		result.Outcome, result.Reason = record.Aborted, load.AbortReason()
	}
	return nil
}
