package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/streak"
)

// What keeps failing is given up after three trials, in every restart mode and whatever the
// failure. It costs no further time, and its reason names the last failure.
func TestWhatKeepsFailingIsGivenUp(t *testing.T) {
	for _, restart := range restartModes {
		for _, test := range outcomeTests {
			if test.outcome == record.Ended {
				continue
			}
			t.Run("restart "+string(restart)+"/"+test.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { checkGiveUp(t, restart, test) })
			})
		}
	}
}

func checkGiveUp(t *testing.T, restart spec.Restart, test outcomeTest) {
	l := newLab(restart)
	l.experiment.Design.Rounds = streak.MaxFailures + 2
	test.set(l)
	trials := plan.New(l.experiment)
	for _, trial := range trials[:streak.MaxFailures] {
		result, err := l.next(t.Context(), trial)
		if err != nil || result.Outcome != test.outcome {
			t.Fatalf("%v: %s, %v; want %s", trial, result.Outcome, err, test.outcome)
		}
	}

	l.happened()
	began := time.Now()
	const reason = "not tried after 3 failures in a row, the last of them trial 3, "
	want := reason + string(test.outcome) + ": " + test.reason
	for _, trial := range trials[streak.MaxFailures:] {
		result, err := l.next(t.Context(), trial)
		if err != nil || result.Outcome != record.GivenUp ||
			!strings.HasPrefix(result.Reason, want) {
			t.Errorf("%s: %q, %v; want given-up: %q", result.Outcome, result.Reason, err, want)
		}
	}
	if got := l.happened(); got != "" || !time.Now().Equal(began) {
		t.Errorf("a trial that is given up costs %v: %s", time.Since(began), got)
	}
	l.servers.stopAll()
}

// What a server used is watched until the end of the idle window. A server that lives for one trial
// is accounted for by the system; one that lives on is not.
func TestUsageOfATrial(t *testing.T) {
	test := func(restart spec.Restart, keepAlive bool, takes time.Duration, life bool) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			l := newLab(restart)
			l.experiment.Servers[0].Request.KeepAlive = keepAlive
			if _, err := l.next(t.Context(), l.trials[1]); err != nil { // a longer look
				t.Fatal(err)
			}
			began := time.Now()
			result, err := l.next(t.Context(), l.trials[0])
			if err != nil || result.Usage == nil || result.Usage.QuietSeconds == nil {
				t.Fatalf("usage %+v, %v; want that of a quiet interval", result.Usage, err)
			}
			if got := *result.Usage.QuietSeconds; got != idleWindow.Seconds() {
				t.Errorf("quiet for %v s, want %v", got, idleWindow)
			}
			if got := time.Since(began); got != takes {
				t.Errorf("keep-alive %v: the trial took %v, want %v", keepAlive, got, takes)
			}
			if got := result.Usage.Life != nil; got != life {
				t.Errorf("restart %s: account of its life: %v, want %v", restart, got, life)
			}
			l.servers.stopAll()
		})
	}
	test(spec.RestartTrial, false, idleWindow, true)
	test(spec.RestartRound, false, idleWindow, false)
	// The one connection that ab kept open is closed first.
	test(spec.RestartNever, true, process.CloseAllowance+idleWindow, false)
}

// A trial that failed is not watched after its load, and nothing but the account of its life is
// complete for a server that crashed.
func TestUsageOfATrialThatFailed(t *testing.T) {
	life := &record.Account{WallSeconds: 1}
	test := func(name string, ab func(context.Context, *fakeChild) (int, string), load bool) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			l := newLab(spec.RestartTrial)
			onLoad(ab)(l)
			result, err := l.next(t.Context(), l.trials[0])
			if err != nil || result.Usage == nil {
				t.Fatalf("%s: usage %+v, %v; want some", name, result.Usage, err)
			}
			usage := result.Usage
			if diff := cmp.Diff(life, usage.Life); diff != "" {
				t.Errorf("%s: account differs (-want +got):\n%s", name, diff)
			}
			if (usage.CPUSeconds != nil) != load || usage.QuietSeconds != nil {
				t.Errorf("%s: usage %+v; want that of the load: %v", name, usage, load)
			}
		})
	}
	test("ab gives up", func(context.Context, *fakeChild) (int, string) { return 22, "" }, true)
	test("a crash in the load", func(_ context.Context, server *fakeChild) (int, string) {
		server.crash()
		return 104, ""
	}, false)
	test("a crash after the load", func(_ context.Context, server *fakeChild) (int, string) {
		time.AfterFunc(crashNotice/2, server.crash)
		return 104, ""
	}, false)
}

// What a server holds when its time is up is counted before ab is stopped, whose connections it may
// give back at once. A warm-up that hangs is watched too.
func TestUsageAtTheTimeout(t *testing.T) {
	hang := func(ctx context.Context, server *fakeChild) (int, string) {
		server.threads.Store(800)
		<-ctx.Done()
		server.threads.Store(0)
		return -1, ""
	}
	test := func(set func(*lab), inWarmup bool) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			l := newLab(spec.RestartTrial)
			set(l)
			result, err := l.next(t.Context(), l.trials[0])
			if err != nil || result.Usage == nil || result.Outcome != record.TimedOut {
				t.Fatalf("%s, %+v, %v; want timed-out", result.Outcome, result.Usage, err)
			}
			usage := result.Usage
			if usage.Before.Threads != 1 || usage.LoadEnd.Threads != 801 ||
				*usage.WatchedSeconds != 60 || (result.Load == nil) != inWarmup {
				t.Errorf("before %+v, at the timeout %+v after %v s; want 1, 801 and 60",
					usage.Before, usage.LoadEnd, *usage.WatchedSeconds)
			}
		})
	}
	test(onLoad(hang), false)
	test(onWarmup(hang), true)
}

// The text of the load is kept, for captures; that of the warm-up is not.
func TestTextOfAWarmupIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(spec.RestartTrial)
		result, err := l.next(t.Context(), l.trials[0])
		if err != nil || result.Warmup.Text != "" || result.Load.Text != goodReport {
			t.Errorf("%v, warm-up %q, load %q", err, result.Warmup.Text, result.Load.Text)
		}
	})
}

// The control is the baseline itself, not a second server.
func TestControlIsTheSameServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(spec.RestartNever)
		l.experiment.Design.Warmup = 0
		control := l.experiment.Servers[0]
		control.Name, control.Control = "a again", "a"
		l.experiment.Servers = append(l.experiment.Servers, control)
		l.trials = plan.New(l.experiment)
		for _, trial := range l.trials[:2] {
			if _, err := l.next(t.Context(), trial); err != nil {
				t.Fatal(err)
			}
		}
		const want = "start a, load a, suspend a, resume a, load a, suspend a"
		if got := l.happened(); got != want {
			t.Errorf("happened: %s; want: %s", got, want)
		}
		l.servers.stopAll()
	})
}

// A trial is loaded by the ab of its instrument.
func TestInstrumentsOfACalibration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(spec.RestartTrial)
		trial := l.trials[0]
		trial.Instrument = plan.Calibration
		if _, err := l.next(t.Context(), trial); err != nil {
			t.Fatal(err)
		}
		const want = "start a, warm up by calibration a, load by calibration a, stop a"
		if got := l.happened(); got != want {
			t.Errorf("happened: %s; want: %s", got, want)
		}
	})
}

// ab uses a clock that can be set. A trial in which that happened, or whose time cannot be, is not
// clean.
func TestClockThatIsSetDuringALoad(t *testing.T) {
	test := func(name string, took, step time.Duration, want *record.ClockFault) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			l := newLab(spec.RestartTrial)
			began := time.Now()
			var moved time.Duration
			l.Clocks = func() (wall, monotonic time.Duration) {
				return time.Since(began) + moved, time.Since(began)
			}
			onLoad(func(context.Context, *fakeChild) (int, string) {
				time.Sleep(100 * time.Millisecond)
				moved += step
				return 0, abReportOf(20, took)
			})(l)
			result, err := l.next(t.Context(), l.trials[0])
			if err != nil || result.Outcome != record.Ended {
				t.Fatalf("%s: %s, %v; want a trial that ended", name, result.Outcome, err)
			}
			header := record.Header{Generator: record.Generator{Name: record.InstalledAB}}
			rec := record.New(header, l.experiment, result)
			if diff := cmp.Diff(want, rec.ClockFault(result)); diff != "" {
				t.Errorf("%s: the fault differs (-want +got):\n%s", name, diff)
			}
			if clean := rec.Clean(result); clean != (want == nil) {
				t.Errorf("%s: clean is %v", name, clean)
			}
		})
	}
	fault := func(step, took float64) *record.ClockFault {
		return &record.ClockFault{StepSeconds: step, TookSeconds: took, WallSeconds: 0.1}
	}
	const took = 65 * time.Millisecond
	test("it goes on", took, 0, nil)
	test("corrected slowly", took, 50*time.Microsecond, nil)
	test("40 ms ahead", took+40*time.Millisecond, 40*time.Millisecond, fault(0.04, 0.105))
	test("40 ms back", took-40*time.Millisecond, -40*time.Millisecond, fault(-0.04, 0.025))
	test("an hour ahead", took+time.Hour, time.Hour, fault(3600, 3600.065))
	test("more time than there was", took+time.Hour, 0, fault(0, 3600.065))
}
