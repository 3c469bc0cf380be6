package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"time"

	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/sizing"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/team"
)

// loader makes the load of a trial: it calls ab once, on each machine that makes the load. It is a
// team.Team outside of tests.
type loader interface {
	Load(ctx context.Context, c generator.Call) (team.Output, error)
}

// loadCall returns the call of ab for the load of a trial.
func loadCall(
	e *spec.Experiment,
	s spec.Server,
	t plan.Trial,
	n plan.Size,
) (generator.Call, error) {
	further := append(arrivalArgs(e, t, false), "-e", generator.PercentilesFile)
	c, err := callOf(e, s, n.Requests, t.Level, further...)
	c.Ours, c.Expected = expectArgs(e, s.Expect), s.Expect.Text
	return c, err
}

// expectArgs returns the embedded ab's arguments for what answers must be. There are none if any
// 2xx will do and none may fail, because that is what ab counts anyway.
func expectArgs(e *spec.Experiment, x spec.Expect) []string {
	if x == (spec.Expect{}) && e.Load.AllowedFailures == 0 {
		return nil
	}
	status := "2xx"
	if x.Status != 0 {
		status = strconv.Itoa(x.Status)
	}
	args := []string{"--expect-status", status}
	if x.Text != "" {
		args = append(args, "--expect-body", generator.ExpectFile)
	}
	if x.SHA256 != "" {
		args = append(args, "--expect-sha256", x.SHA256)
	}
	return args
}

// warmupCall returns the call of ab for the warm-up before a load, without requests if there is
// none. ab refuses fewer requests than connections, so a closed loop gets at least one request per
// connection, and an open loop fewer connections.
func warmupCall(
	e *spec.Experiment,
	s spec.Server,
	t plan.Trial,
	n plan.Size,
) (generator.Call, error) {
	if n.Warmup == 0 {
		return generator.Call{}, nil
	}
	requests := n.Warmup
	if t.Level.Kind == plan.Concurrency {
		requests = max(requests, t.Level.Value)
	}
	return callOf(e, s, requests, t.Level, arrivalArgs(e, t, true)...)
}

// arrivalArgs returns ab's arguments for random arrivals of a trial's load, or of its warm-up; nil
// for even ones.
func arrivalArgs(e *spec.Experiment, t plan.Trial, warmup bool) []string {
	if !e.Load.RandomArrivals() {
		return nil
	}
	seed := strconv.FormatUint(plan.ArrivalSeed(e, t, warmup), 10)
	return []string{"--arrivals", string(e.Load.Arrivals), "--seed", seed}
}

// callOf returns what both calls share, with further arguments before the URL. Without -s and -r ab
// would end at the first silence or reset and throw its report away. There is no -q, so that the
// capture shows ab's progress.
func callOf(
	e *spec.Experiment,
	s spec.Server,
	requests int,
	level plan.Level,
	further ...string,
) (generator.Call, error) {
	sent, err := s.Request.Expand(os.LookupEnv)
	if err != nil {
		return generator.Call{}, err
	}
	secret := s.Request.SecretArguments()
	if !secret {
		s.Request = sent
	}

	args := []string{"-s", strconv.Itoa(requestSeconds(e.Load.Timeout)), "-r"}
	if level.Kind == plan.Rate {
		args = append(args, "--rate", strconv.Itoa(level.Value))
	}
	s.Request.Headers = s.Headers()
	args = append(args, requestArgs(s.Request)...)
	if secret {
		args = append(args, "--env")
	}
	c := generator.Call{
		Requests: requests,
		Clients:  min(plan.Connections(e, level), requests),
		Open:     level.Kind == plan.Rate,
		Args:     append(args, further...),
		URL:      s.TargetURL(),
		CPUs:     e.Load.CPUs,
	}
	if sent.HasBody {
		c.Body = []byte(sent.Body)
	}
	return c, nil
}

// requestSeconds returns -s for a trial's timeout, in whole seconds as ab wants it. It is never
// shorter than the timeout, so that a silent server is stopped by the trial's deadline, upon which
// ab reports how far it came.
func requestSeconds(timeout time.Duration) int {
	return max(1, int(math.Ceil(timeout.Seconds())))
}

// requestArgs returns ab's arguments for a request. The record, the report and ps show them, so the
// values of variables are not among them: with --env the embedded ab looks them up.
func requestArgs(r spec.Request) []string {
	var args []string
	if r.KeepAlive {
		args = append(args, "-k")
	}

	implied := "GET"
	switch {
	case r.HasBody && r.Method == "PUT":
		implied = "PUT"
		args = append(args, "-u", generator.BodyFile, "-T", r.ContentType)
	case r.HasBody:
		implied = "POST"
		args = append(args, "-p", generator.BodyFile, "-T", r.ContentType)
	case r.Method == "HEAD":
		implied = "HEAD"
		args = append(args, "-i")
	}
	if r.Method != implied { // behind -p, which ab refuses after it
		args = append(args, "-m", r.Method)
	}

	for _, h := range r.Headers {
		args = append(args, "-H", h.Line())
	}
	if r.HTTP11 {
		args = append(args, "--http1.1")
	}
	if r.AnyLength {
		args = append(args, "-l")
	}
	return args
}

// answered makes a load of so many requests for a sizing.Load.
func answered(
	ctx context.Context,
	ab loader,
	e *spec.Experiment,
	s *server,
	level plan.Level,
	requests int,
) (sizing.Answered, error) {
	c, err := callOf(e, s.Server, requests, level)
	if err != nil {
		return sizing.Answered{}, err
	}
	load, err := ab.Load(ctx, c)
	if err != nil {
		return sizing.Answered{}, err
	}
	stopped := ctx.Err() != nil
	if load.Failed() && !stopped {
		s.awaitCrash()
	}
	if crash := s.crash(); crash != "" {
		return sizing.Answered{}, cmp.Or(s.guardLost(), errors.New(crash))
	}
	return answersOf(load, stopped)
}

// answersOf returns what a load got. One that was stopped before ab could report got nothing.
func answersOf(o team.Output, stopped bool) (sizing.Answered, error) {
	m := o.Call.Measurement
	if m == nil && !stopped {
		return sizing.Answered{}, errors.New(o.AbortReason())
	}
	if m == nil {
		return sizing.Answered{}, nil
	}
	took := time.Duration(m.TimeTakenSeconds * float64(time.Second))
	return sizing.Answered{Requests: m.Complete, Took: took}, nil
}

// snapshot returns nil if there is no process that we may look at.
func (s *server) snapshot() *process.Snapshot {
	if s.child == nil || s.outside {
		return nil
	}
	return s.child.Snapshot()
}

// classifyOutcome decides how a trial ended: a crash or a timeout outranks what ab reported. late
// reports whether the timeout had passed when ab ended.
func (s *server) classifyOutcome(late bool, timeout time.Duration, result *record.Result) {
	if result.Outcome != record.Ended && !late {
		s.awaitCrash()
	}

	crash := s.crash()
	switch {
	case crash != "":
		result.Outcome, result.Reason = record.Crashed, crash
	case late && result.Outcome != record.Ended, result.Load == nil:
		result.Outcome = record.TimedOut
		result.Reason = fmt.Sprintf("the trial was stopped at its timeout of %v", timeout)
	}
	if result.Outcome != record.Ended {
		result.ServerStderr = s.output.String()
	}
}
