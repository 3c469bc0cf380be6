package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

var restartModes = []spec.Restart{spec.RestartTrial, spec.RestartRound, spec.RestartNever}

// outcomeTest is one way for a trial to end, whatever the restart mode.
type outcomeTest struct {
	name    string
	set     func(*lab)
	outcome record.Outcome
	reason  string
	stderr  string
	// events until the trial ends, and whether the server then still runs.
	events string
	runs   bool
}

var outcomeTests = []outcomeTest{
	{
		name:    "everything works",
		set:     func(*lab) {},
		outcome: record.Ended,
		events:  "start a, warm up a, load a",
		runs:    true,
	},
	{
		name: "ab gives up with its last words",
		set: onLoad(func(context.Context, *fakeChild) (int, string) {
			return 22, ""
		}),
		outcome: record.Aborted,
		reason:  "ab ended with exit code 22: ",
		events:  "start a, warm up a, load a",
		runs:    true,
	},
	{
		name: "ab ends well without a report",
		set: onLoad(func(context.Context, *fakeChild) (int, string) {
			return 0, "This is no report."
		}),
		outcome: record.Aborted,
		reason:  "ab ended with exit code 0: ",
		events:  "start a, warm up a, load a",
		runs:    true,
	},
	{
		name: "ab hangs until the timeout",
		set: onLoad(func(ctx context.Context, _ *fakeChild) (int, string) {
			<-ctx.Done()
			return -1, ""
		}),
		outcome: record.TimedOut,
		reason:  "the trial was stopped at its timeout of 1m0s",
		events:  "start a, warm up a, load a",
		runs:    true,
	},
	{
		name: "ab reports at the timeout what it has",
		set: onLoad(func(ctx context.Context, _ *fakeChild) (int, string) {
			<-ctx.Done()
			return 0, abReport(7)
		}),
		outcome: record.Ended,
		events:  "start a, warm up a, load a",
		runs:    true,
	},
	{
		name: "the warm-up hangs until the timeout",
		set: onWarmup(func(ctx context.Context, _ *fakeChild) (int, string) {
			<-ctx.Done()
			return -1, ""
		}),
		outcome: record.TimedOut,
		reason:  "the trial was stopped at its timeout of 1m0s",
		events:  "start a, warm up a",
		runs:    true,
	},
	{
		name: "the server crashes in the load",
		set: onLoad(func(_ context.Context, server *fakeChild) (int, string) {
			server.crash()
			return 104, ""
		}),
		outcome: record.Crashed,
		reason:  "the server ended by itself: exit status 9",
		stderr:  "out of luck",
		events:  "start a, warm up a, load a",
	},
	{
		name: "the server crashes in the load, which is noticed after ab has given up",
		set: onLoad(func(_ context.Context, server *fakeChild) (int, string) {
			time.AfterFunc(crashNotice/2, server.crash)
			return 104, ""
		}),
		outcome: record.Crashed,
		reason:  "the server ended by itself: exit status 9",
		stderr:  "out of luck",
		events:  "start a, warm up a, load a",
	},
	{
		name: "the server crashes in the load, and ab hangs until the timeout",
		set: onLoad(func(ctx context.Context, server *fakeChild) (int, string) {
			server.crash()
			<-ctx.Done()
			return -1, ""
		}),
		outcome: record.Crashed,
		reason:  "the server ended by itself: exit status 9",
		stderr:  "out of luck",
		events:  "start a, warm up a, load a",
	},
	{
		name: "the server crashes in the warm-up",
		set: onWarmup(func(_ context.Context, server *fakeChild) (int, string) {
			server.crash()
			return 104, ""
		}),
		outcome: record.Crashed,
		reason:  "the server ended by itself: exit status 9",
		stderr:  "out of luck",
		events:  "start a, warm up a",
	},
	{
		name:    "the server dies before it answers",
		set:     func(l *lab) { l.started, l.answer = (*fakeChild).crash, refused },
		outcome: record.NotStarted,
		reason:  "the server did not become ready: the server ended by itself: exit status 9",
		stderr:  "out of luck",
		events:  "start a",
	},
	{
		name:    "the server refuses connections until its start_timeout",
		set:     func(l *lab) { l.answer = refused },
		outcome: record.NotStarted,
		reason:  "the server did not become ready: no answer within 10s: connection refused",
		events:  "start a",
	},
	{
		name: "the server keeps silent until its start_timeout",
		set: func(l *lab) {
			l.answer = func(ctx context.Context, _ *fakeChild) (*record.Answer, error) {
				<-ctx.Done()
				return nil, errors.New("i/o timeout")
			}
		},
		outcome: record.NotStarted,
		reason:  "the server did not become ready: no answer within 10s: i/o timeout",
		events:  "start a",
	},
	{
		name:    "the server answers that it is not ready until its start_timeout",
		set:     func(l *lab) { l.answer = answers(503) },
		outcome: record.NotStarted,
		reason:  "the server did not become ready: it answered 503 for 10s",
		events:  "start a",
	},
	{
		name: "the server is not ready, and then does not answer until its start_timeout",
		set: func(l *lab) {
			l.answer = func(ctx context.Context, s *fakeChild) (*record.Answer, error) {
				l.answer = refused
				return answers(503)(ctx, s)
			}
		},
		outcome: record.NotStarted,
		reason:  "the server did not become ready: no answer within 10s: connection refused",
		events:  "start a",
	},
	{
		name:    "the server answers with another status than the expected one",
		set:     func(l *lab) { l.answer = answers(404) },
		outcome: record.Ended,
		events:  "start a, warm up a, load a",
		runs:    true,
	},
	{
		name: "the command ends, and what it left behind answers before it is stopped",
		set: func(l *lab) {
			l.started = func(server *fakeChild) {
				server.exited = true
				time.AfterFunc(time.Second, func() { server.end(process.Ending{Left: 1}) })
			}
		},
		outcome: record.NotStarted,
		reason: "the server did not become ready: the server ended by itself: exit status 0, and " +
			"left a process behind: it put itself into the background; start it in the " +
			"foreground",
		events: "start a",
	},
	{
		name: "the server does not speak HTTP",
		set: func(l *lab) {
			l.answer = func(context.Context, *fakeChild) (*record.Answer, error) {
				return nil, probe.NotHTTPError{Cause: errors.New(`malformed "SSH-2.0"`)}
			}
		},
		outcome: record.NotStarted,
		reason:  `the server did not become ready: its answer is not HTTP: malformed "SSH-2.0"`,
		events:  "start a",
	},
}

// onLoad replaces what ab does in the load; the warm-up works.
func onLoad(ab func(context.Context, *fakeChild) (int, string)) func(*lab) {
	return func(l *lab) {
		l.ab = func(ctx context.Context, server *fakeChild, warmup bool) (int, string) {
			if warmup {
				return 0, goodReport
			}
			return ab(ctx, server)
		}
	}
}

// onWarmup replaces what ab does in the warm-up; a load would work.
func onWarmup(ab func(context.Context, *fakeChild) (int, string)) func(*lab) {
	return func(l *lab) {
		l.ab = func(ctx context.Context, server *fakeChild, warmup bool) (int, string) {
			if warmup {
				return ab(ctx, server)
			}
			return 0, goodReport
		}
	}
}

// refused is how a server that is not ready looks.
func refused(context.Context, *fakeChild) (*record.Answer, error) {
	return nil, errors.New("connection refused")
}

// answers is how a server looks that answers with a status.
func answers(status int) func(context.Context, *fakeChild) (*record.Answer, error) {
	return func(context.Context, *fakeChild) (*record.Answer, error) {
		return &record.Answer{Status: status}, nil
	}
}

// Each way to end has the same outcome, reason and last words in every restart mode. What follows
// differs: a server that still runs is stopped, or suspended for a later trial of its life. The
// trial after it, in the next round, works, and has a fresh server unless that one may live on.
func TestEveryOutcomeInEveryRestartMode(t *testing.T) {
	for _, restart := range restartModes {
		for _, test := range outcomeTests {
			t.Run(fmt.Sprintf("restart %s/%s", restart, test.name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { checkOutcome(t, restart, test) })
			})
		}
	}
}

func checkOutcome(t *testing.T, restart spec.Restart, test outcomeTest) {
	l := newLab(restart)
	works := *l
	test.set(l)

	result, err := l.next(t.Context(), l.trials[0])
	if err != nil {
		t.Fatal(err)
	}
	if result.Outcome != test.outcome || !strings.HasPrefix(result.Reason, test.reason) ||
		result.ServerStderr != test.stderr {
		t.Errorf("%s: %q, standard error %q; want %s: %q, %q", result.Outcome, result.Reason,
			result.ServerStderr, test.outcome, test.reason, test.stderr)
	}
	ending := ", stop a"
	if test.runs && restart == spec.RestartNever {
		ending = ", suspend a"
	}
	if got := l.happened(); got != test.events+ending {
		t.Errorf("happened: %s; want: %s", got, test.events+ending)
	}

	l.ab, l.answer, l.started = works.ab, works.answer, works.started
	result, err = l.next(t.Context(), l.trials[1])
	if err != nil || result.Outcome != record.Ended {
		t.Errorf("the next trial: %s: %s, %v", result.Outcome, result.Reason, err)
	}
	want := "start a, warm up a, load a, stop a" // it is the last one
	if test.runs && restart == spec.RestartNever {
		want = "resume a, warm up a, load a, stop a"
	}
	if got := l.happened(); got != want {
		t.Errorf("happened in the next trial: %s; want: %s", got, want)
	}
	l.servers.stopAll()
}

// With restart = "round" a server serves all trials of a round, and a fresh one the next.
func TestServerLivesForARound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(spec.RestartRound)
		l.experiment.Design.Warmup = 0
		l.experiment.Load.Concurrency = []int{1, 2}
		l.trials = plan.New(l.experiment)
		for _, trial := range l.trials {
			if _, err := l.next(t.Context(), trial); err != nil {
				t.Fatal(err)
			}
		}
		const want = "start a, load a, suspend a, resume a, load a, stop a, " +
			"start a, load a, suspend a, resume a, load a, stop a"
		if got := l.happened(); got != want {
			t.Errorf("happened: %s; want: %s", got, want)
		}
	})
}

// A server that was kept alive and ended while it was suspended is replaced; one that does not
// answer any more has failed, and the next trial gets a fresh one.
func TestServerThatDiedBetweenTrials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(spec.RestartNever)
		l.experiment.Design.Warmup = 0
		l.experiment.Design.Rounds = 3
		l.trials = plan.New(l.experiment)
		next := func(trial int, outcome record.Outcome, want string) {
			t.Helper()
			result, err := l.next(t.Context(), l.trials[trial])
			if err != nil || result.Outcome != outcome {
				t.Errorf("%s: %s, %v; want %s", result.Outcome, result.Reason, err, outcome)
			}
			if got := l.happened(); got != want {
				t.Errorf("happened: %s; want: %s", got, want)
			}
		}
		next(0, record.Ended, "start a, load a, suspend a")
		l.current.crash()
		next(1, record.Ended, "stop a, start a, load a, suspend a")

		works := l.answer
		l.answer = refused
		next(0, record.NotStarted, "resume a, stop a")
		l.answer = works
		next(1, record.Ended, "start a, load a, suspend a")
		l.servers.stopAll()
	})
}

// A slow starter is asked again until it answers.
func TestServerThatNeedsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(spec.RestartTrial)
		ready := time.Now().Add(9 * time.Second)
		works := l.answer
		l.answer = func(ctx context.Context, server *fakeChild) (*record.Answer, error) {
			if time.Now().Before(ready) {
				return refused(ctx, server)
			}
			return works(ctx, server)
		}
		result, err := l.next(t.Context(), l.trials[0])
		if err != nil || result.Outcome != record.Ended || result.Answer == nil {
			t.Errorf("%s: %s, %v, want a trial that ended", result.Outcome, result.Reason, err)
		}
	})
}
