package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"labbook/internal/failure"
	"labbook/internal/machine"
	"labbook/internal/plan"
	"labbook/internal/process"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// bench is all that a trial needs: the servers, the ab or the two that load them, what has failed
// so far, and when the run began: for one that was cut short, as if it had not been.
type bench struct {
	experiment *spec.Experiment
	servers    *servers
	generators generators
	failing    failing
	began      time.Time
	seam       *record.Interruption // nil but before the first trial after it
}

// next gives one trial: measured, or given up with its cell.
func (b *bench) next(ctx context.Context, trial plan.Trial) (record.Result, error) {
	result := record.Result{
		Trial:        trial,
		StartSeconds: time.Since(b.began).Seconds(),
		Outcome:      record.GivenUp,
		Reason:       b.failing.givenUp(trial),
	}
	var err error
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	} else if result.Reason == "" {
		result, err = b.runTrial(ctx, trial)
	}
	if err != nil {
		return result, err
	}
	b.failing.note(result)
	result.Resumed, b.seam = b.seam, nil
	return result, nil
}

// runTrial measures one trial: a server that answers, a warm-up, the load, and the server's rest. A
// trial that fails is a result too. An error means that no trial can be measured, or that ctx
// ended.
func (b *bench) runTrial(ctx context.Context, trial plan.Trial) (record.Result, error) {
	result := record.Result{
		Trial:        trial,
		StartSeconds: time.Since(b.began).Seconds(),
		Outcome:      record.Ended,
	}
	server, answer, err := b.servers.take(ctx, trial.Server, trial.Round)
	if ctx.Err() != nil { // the server, if there is one, is stopped with all the others
		return result, context.Cause(ctx)
	}
	if code, _ := failure.CodeAndHint(err); code == failure.ExitMachine {
		return result, err
	}
	if err != nil {
		result.Outcome, result.Reason = record.NotStarted, err.Error()
		var failed *startError
		if errors.As(err, &failed) {
			result.Reason = fmt.Sprintf("the server did not come to answer: %v", failed.cause)
			result.ServerStderr = failed.server.stderr.String()
		}
		return result, nil
	}
	result.Answer = answer
	err = b.load(ctx, server, &result)
	if life := b.servers.rest(server); life != nil {
		if result.Usage == nil {
			result.Usage = &record.Usage{}
		}
		result.Usage.Life = life
	}
	if ctx.Err() != nil {
		return result, context.Cause(ctx)
	}
	return result, err
}

// load makes the warm-up and the load within the trial's time, watches the server, and says how it
// went.
func (b *bench) load(ctx context.Context, s *server, result *record.Result) error {
	within, cancel := context.WithTimeout(ctx, b.experiment.Load.Timeout)
	defer cancel()
	ab := b.generators.of(result.Instrument)
	if args := warmupArgs(b.experiment, s.Server, result.Level); args != nil {
		warmup, err := ab.run(within, args)
		if err != nil {
			return err
		}
		warmup.call.Text = ""
		result.Warmup = &warmup.call
	}
	var seen process.TrialSnapshots
	if within.Err() == nil && s.crash() == "" {
		seen.BeforeLoad = s.snapshot()
		ticks := machine.Ticks()
		load, err := ab.run(within, loadArgs(b.experiment, s.Server, result.Level))
		result.Host = machine.TicksBetween(ticks, machine.Ticks())
		result.LoadAverage = machine.LoadAverage()
		seen.LoadEnd = s.snapshot()
		if err != nil {
			return err
		}
		result.Load, result.PercentilesMS = &load.call, load.percentiles
		if load.err != nil || load.call.ExitCode != 0 {
			result.Outcome, result.Reason = record.Aborted, whyAborted(load)
		}
	}
	b.judge(within, s, result)
	if seen.LoadEnd != nil && result.Outcome == record.Ended {
		open := 0
		if b.experiment.Load.KeepAlive {
			open = plan.Connections(b.experiment, result.Level)
		}
		seen.QuietStart, seen.QuietEnd = s.observeIdle(ctx, seen.LoadEnd, open)
	}
	if result.Outcome != record.Crashed { // of one that is gone, only the account of its life is whole
		result.Usage = seen.Usage()
	}
	return nil
}

// crashNotice is how long the end of a server's process may take to be told to us, its descendants
// being collected first.
const crashNotice = 500 * time.Millisecond

// judge puts what the deadline or the server did before what ab made of it.
func (b *bench) judge(within context.Context, s *server, result *record.Result) {
	late := within.Err() != nil // asked before the wait, in which the deadline may pass
	if result.Outcome != record.Ended && !late {
		select { // a server that fell is known to have fallen a moment later than its clients notice
		case <-s.ended():
		case <-time.After(crashNotice):
		}
	}
	if crash := s.crash(); crash != "" {
		result.Outcome, result.Reason = record.Crashed, crash
	} else if late && result.Outcome != record.Ended || result.Load == nil {
		result.Outcome = record.TimedOut
		result.Reason = fmt.Sprintf("the trial was stopped at its timeout of %v", b.experiment.Load.Timeout)
	}
	if result.Outcome != record.Ended {
		result.ServerStderr = s.stderr.String()
	}
}

// whyAborted gives ab's own last words, or what is wrong with what it wrote.
func whyAborted(load output) string {
	lines := strings.Split(strings.TrimSpace(load.call.Stderr), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" && load.call.ExitCode != 0 {
		return fmt.Sprintf("ab ended with exit code %d: %s", load.call.ExitCode, last)
	}
	if load.err != nil {
		return fmt.Sprintf("ab ended with exit code %d: %v", load.call.ExitCode, load.err)
	}
	return fmt.Sprintf("ab ended with exit code %d", load.call.ExitCode)
}
