package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/hook"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/servermodel"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/startup"
)

// servers is the life of every server of a run. At most one of them runs at a time: between trials
// a server is stopped or, if the spec's restart keeps it alive, suspended.
type servers struct {
	experiment *spec.Experiment
	places     place.Places
	ports      place.Ports        // nil: none are reserved
	alive      map[string]*server // by RunsAs; those that were not stopped after their last trial
	stuck      error              // set once a server could not be stopped
	realAB     bool               // the installed ab makes some of the loads
	hooks      *hook.Runner
	killed     bool // a server had to be killed since the last trial ended
}

// server is one server under test, either started by us or found running.
type server struct {
	spec.Server                // as it is asked now
	on          place.Place    // where it runs
	at          netip.AddrPort // its address; the zero value if the server already ran
	child       place.Child    // nil if the server already ran
	output      *startup.Output
	round       int  // in which it was started
	outside     bool // what answers is not among the processes of child's snapshots
	began       time.Time
	answered    time.Time // when its last good answer was complete, and the connection ended
	startup     *float64  // seconds from began to its first good answer, until a trial takes it
}

func newServers(e *spec.Experiment, places place.Places, ports place.Ports) *servers {
	all := &servers{
		experiment: e,
		places:     places,
		ports:      ports,
		alive:      map[string]*server{},
	}
	all.hooks = &hook.Runner{
		Run: func(ctx context.Context, s spec.Server, key string) record.Hook {
			return places.Of(s).Hook(ctx, s, key)
		},
	}
	return all
}

// ready returns the named server, about to be loaded: the one kept alive by an earlier trial, or a
// fresh one. It has answered one question, and that answer is kept in the record. If there is an
// error, no process is left.
func (all *servers) ready(
	ctx context.Context,
	name string,
	round int,
) (*server, *record.Answer, error) {
	if all.stuck != nil {
		return nil, nil, all.stuck
	}
	config, known := all.experiment.Server(name)
	if !known {
		return nil, nil, fmt.Errorf("no server is named %q", name)
	}

	s := all.alive[config.RunsAs()]
	if s != nil && !s.reusable(all.experiment.Design.Restart, round) {
		all.stop(s)
		s = nil
	}
	if s == nil {
		return all.startOnPort(ctx, config, round)
	}
	s.Server = config // it may have been asked in another way
	s.child.Resume()
	answer, err := all.awaitAnswer(ctx, s)
	if err != nil {
		all.stop(s)
		return nil, nil, err
	}
	return s, answer, nil
}

// reusable reports whether a server that was kept alive may serve a trial of this round.
func (s *server) reusable(restart spec.Restart, round int) bool {
	wanted := restart == spec.RestartNever || restart == spec.RestartRound && s.round == round
	return wanted && !s.child.Ended()
}

// startOnPort starts a server. Only a server that sets SO_REUSEADDR can bind beside the reservation
// of its port, so one that fails to bind is started once more without it.
func (all *servers) startOnPort(
	ctx context.Context,
	config spec.Server,
	round int,
) (*server, *record.Answer, error) {
	s, answer, err := all.startAndAsk(ctx, config, round)
	if !cannotBind(err) || len(config.Command) == 0 {
		return s, answer, err
	}

	if all.ports != nil && all.ports.Release(config.RunsAs()) {
		s, answer, err = all.startAndAsk(ctx, config, round)
		if !cannotBind(err) {
			return s, answer, err
		}
	}
	const hint = `set SO_REUSEADDR in the server, or use restart = "never" in [design], which ` +
		`--against excludes`
	const cannot = "server %q cannot bind %s again: it does not set SO_REUSEADDR, so the " +
		"connections that it closed keep it from its own port for a minute: %w"
	return nil, nil, failure.Machine(hint, cannot, config.Name, config.Address, err)
}

// startAndAsk starts a server, unless it already runs, and waits until it answers. Nothing else may
// listen at its address: its answers would be taken for those of the server.
func (all *servers) startAndAsk(
	ctx context.Context,
	config spec.Server,
	round int,
) (*server, *record.Answer, error) {
	s := &server{
		Server: config,
		on:     all.places.Of(config),
		output: &startup.Output{Ways: all.experiment.RunAs(config.RunsAs())},
		round:  round,
	}
	if config.URL == "" {
		if err := s.on.CheckPrograms(config.RunsAs()); err != nil {
			return nil, nil, err
		}
		var err error
		if s.at, err = servermodel.Resolve(config.Endpoint()); err != nil {
			return nil, nil, err
		}
		port := machine.Port{Server: config.Name, Text: config.Address, Address: s.at}
		if err := s.on.CheckUnused(port); err != nil {
			return nil, nil, err
		}
		if err := all.hooks.Do(ctx, config, spec.HookSetup, s.output.Hide); err != nil {
			return nil, nil, err
		}
		if s.child, err = s.on.Start(config, s.output); err != nil {
			return nil, nil, err
		}
		s.began = time.Now()
		all.alive[config.RunsAs()] = s
	}

	answer, err := all.awaitAnswer(ctx, s)
	if err != nil {
		all.stop(s)
		return nil, nil, err
	}
	if s.child != nil {
		s.startup = new(startup.Seconds(s.began, s.answered, answer))
	}
	return s, answer, nil
}

// askRunning asks the servers that should already run. A missing one would make every trial
// wait for its timeout.
func (all *servers) askRunning(ctx context.Context) error {
	for _, config := range all.experiment.Started() {
		if config.URL == "" {
			continue
		}
		_, _, err := all.ready(ctx, config.Name, 1)
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

// loading returns the place that asks servers before they are loaded: the first that loads them.
func (all *servers) loading() place.Named {
	return all.places.Loading(all.experiment.Load)[0]
}

// awaitAnswer asks a server until it answers, for as long as the spec's start_timeout allows. A
// server that is not ready yet refuses connections, or answers that it failed. Any other answer is
// taken, whatever its status, if it comes from the process that was started.
func (all *servers) awaitAnswer(ctx context.Context, s *server) (*record.Answer, error) {
	deadline, cancel := context.WithTimeout(ctx, s.StartTimeout)
	defer cancel()

	failing := "" // how the server last answered, if that says that it is not ready
	for began := time.Now(); ; {
		answer, err := all.loading().Ask(deadline, s.Server, all.realAB)
		switch {
		case err == nil && !probe.StillStarting(answer.Status, s.Expect):
			s.answered = time.Now()
			return answer, s.checkListener()
		case err == nil:
			failing = fmt.Sprintf("it answered %d for %v", answer.Status, s.StartTimeout)
		case !probe.TimedOut(err):
			failing = startup.WithoutBody(err, s.StartTimeout)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if s.crash() != "" {
			return nil, s.crashed()
		}
		if notHTTP, ok := errors.AsType[probe.NotHTTPError](err); ok {
			return nil, s.notReady(notHTTP)
		}

		select {
		case <-deadline.Done():
			return nil, s.lateError(failing, all.loading(), err)
		case <-s.ended():
		case <-time.After(startup.Pause(time.Since(began))):
		}
	}
}

// lateError returns the error of a server that was not ready within its start_timeout. failing is
// how it last answered; where that is "", it did not because of err, as asked from a machine.
func (s *server) lateError(failing string, from place.Named, err error) error {
	if failing != "" {
		return s.notReady(errors.New(s.output.Hide(failing))) // it may quote the answer
	}
	cause := fmt.Errorf("no answer%s within %v: %w", from.AsAsker(), s.StartTimeout, err)
	cause = probe.WithTLSRemedy(cause, s.Server)
	if s.child != nil {
		cause = fmt.Errorf("%w%s", cause, s.child.Elsewhere(s.at))
	} else if at, err := servermodel.Resolve(s.Endpoint()); err == nil {
		cause = fmt.Errorf("%w%s", cause, s.on.SamePort(at))
	}
	return s.notReady(cause)
}

// checkListener returns an error if a server that answers is not the process that was started. Of a
// command that has ended, what it left behind may have answered, and is about to be stopped.
func (s *server) checkListener() error {
	if s.child == nil {
		return nil
	}
	if s.child.Exited() {
		<-s.ended()
		return s.crashed()
	}
	if s.External {
		s.outside = true
		return nil
	}
	listener, err := s.child.Listener(s.at)
	if err != nil {
		return s.notReady(err)
	}
	s.outside = listener.Outside
	return nil
}

// afterTrial ends a server's trial: the server is stopped if it was the last of its life, otherwise
// suspended. It returns the system's account of a server that lived for this trial alone.
func (all *servers) afterTrial(s *server, last bool) *record.Account {
	switch {
	case s.child == nil:
		return nil
	case all.experiment.Design.Restart == spec.RestartTrial:
		all.stop(s)
		if !s.outside {
			return s.child.Account()
		}
	case last || s.child.Ended():
		all.stop(s)
	case !s.outside: // otherwise only its client would be suspended
		s.child.Suspend()
	}
	return nil
}

// stop stops a server, unless it ran before us. Its stop hook comes first, also if its process has
// ended: what that has started elsewhere may still run. Ctrl-C does not end the hook.
func (all *servers) stop(s *server) {
	if s.child == nil {
		return
	}
	if s.Hooks.Stop != nil {
		s.child.Resume() // a suspended server could not answer the hook
		_ = all.hooks.Do(context.Background(), s.Server, spec.HookStop, s.output.Hide)
		select {
		case <-s.ended():
		case <-time.After(s.StopTimeout):
		}
	}
	s.child.Stop()
	all.killed = all.killed || s.child.Ending().Killed
	delete(all.alive, s.RunsAs())

	if stuck := s.child.Ending().Stuck; len(stuck) > 0 {
		const hint = "end it by hand; a server must run as the user who runs labbook"
		const still = "server %q could not be stopped: its processes %v are still there"
		all.stuck = failure.Machine(hint, still, s.Name, stuck)
		return
	}
	port := machine.Port{Server: s.Name, Text: s.Address, Address: s.at}
	err := s.on.AwaitUnused(port, s.StopTimeout)
	if err != nil && !errors.Is(err, place.ErrLost) { // a lost machine ends its servers itself
		all.stuck = err
	}
}

// stopAll stops every server that is still alive.
func (all *servers) stopAll() {
	for _, s := range all.alive {
		if s.Hooks.Stop == nil {
			s.child.Release() // all of them first, so that they end at the same time
		}
	}
	for _, s := range all.alive {
		all.stop(s)
	}
}

// forgetLast forgets what the last server did: it belongs to no trial.
func (all *servers) forgetLast() { all.hooks.Take(); all.killed = false }

// crash returns how a server ended that should still run, "" if it runs.
func (s *server) crash() string {
	if s.child == nil || !s.child.Ended() {
		return ""
	}
	return fmt.Sprintf("the server ended by itself: %v", s.child.Ending())
}

// guardLost returns the error of a server that ended only because its guard was ended from outside,
// nil for any other. No trial may say that such a server crashed.
func (s *server) guardLost() error {
	if s.crash() == "" {
		return nil
	}
	return s.child.Ending().GuardLost(fmt.Sprintf("server %q", s.Name))
}

// crashed returns the error of a server that ended before it was ready.
func (s *server) crashed() error {
	return cmp.Or(s.guardLost(), error(s.notReady(errors.New(s.crash()))))
}

// crashNotice is how long after a server's clients we may learn that it has ended: its descendants
// are collected first, and a busy machine, or a virtual one that stands still, takes its time.
const crashNotice = 3 * time.Second

// awaitCrash waits until a server is known to have ended, if it has. Of one that already ran, we
// never learn that.
func (s *server) awaitCrash() {
	if s.child == nil {
		return
	}
	select {
	case <-s.ended():
	case <-time.After(crashNotice):
	}
}

// ended returns a channel that closes when the server's process ends. For a server that already ran
// it is nil, and never closes.
func (s *server) ended() <-chan struct{} {
	if s.child == nil {
		return nil
	}
	return s.child.Done()
}

// notReady returns the error of a server that was never ready because of cause.
func (s *server) notReady(cause error) *startup.Error {
	return &startup.Error{Server: s.Server, Output: s.output, Cause: cause}
}

// cannotBind reports whether a server wrote on its standard error that its port was taken.
func cannotBind(err error) bool {
	failed, ok := errors.AsType[*startup.Error](err)
	return ok && machine.ReportsInUse(failed.Output.String())
}
