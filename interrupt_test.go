package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/streak"
	"labbook.example/labbook/internal/team"
	"labbook.example/labbook/internal/terminal"
)

// An error that keeps every trial from being measured ends the run and is passed on as it is: it
// knows its exit code and its hint.
func TestErrorsThatEndTheRun(t *testing.T) {
	test := func(name string, set func(*lab), want string) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			l := newLab(spec.RestartTrial)
			set(l)
			_, err := l.next(t.Context(), l.trials[0])
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
			if code, hint := failure.CodeAndHint(err); code != failure.ExitMachine || hint == "" {
				t.Errorf("%s: code %d, hint %q; want %d", name, code, hint, failure.ExitMachine)
			}
			if got := l.happened(); strings.HasPrefix(got, "start a") &&
				!strings.HasSuffix(got, "stop a") {
				t.Errorf("%s: a server is left: %s", name, got)
			}
		})
	}
	test("a program that is gone", func(l *lab) {
		l.experiment.Servers[0].Command = []string{"/no/such/program"}
	}, `server "a": finding its command`)
	test("an ab that is gone", func(l *lab) {
		l.loader = func(plan.Instrument) loader { return missingAB{} }
	}, "starting ab")
	test("a server that cannot bind its port again", func(l *lab) {
		l.answer = refused
		l.started = func(server *fakeChild) {
			fmt.Fprint(server.stderr, "OSError: [Errno 98] Address already in use")
			server.end(process.Ending{Code: 1})
		}
	}, "it does not set SO_REUSEADDR")
	const lost = `another program has ended the guard process of server "a"`
	loseGuard := func(server *fakeChild) { server.end(process.Ending{Code: -1, Unguarded: true}) }
	test("a guard that is killed while its server starts", func(l *lab) {
		l.answer, l.started = refused, loseGuard
	}, lost)
	test("a guard that is killed as its server answers", func(l *lab) {
		l.answer = func(_ context.Context, server *fakeChild) (*record.Answer, error) {
			loseGuard(server)
			return &record.Answer{Status: 200}, nil
		}
	}, lost)
	test("a guard that is killed in the warm-up", onWarmup(
		func(_ context.Context, server *fakeChild) (int, string) {
			loseGuard(server)
			return 104, ""
		}), lost)
	test("a guard that is killed in the load", onLoad(
		func(_ context.Context, server *fakeChild) (int, string) {
			time.AfterFunc(crashNotice/2, func() { loseGuard(server) })
			return 104, ""
		}), lost)
	test("a server that could not be stopped", func(l *lab) {
		l.servers.stuck = failure.Machine("end it by hand", "processes [7] are still there")
	}, "processes [7] are still there")
}

// missingAB is an ab that cannot be started.
type missingAB struct{}

func (missingAB) Load(context.Context, generator.Call) (team.Output, error) {
	return team.Output{}, failure.Machine("put it back", "starting ab: no such file")
}

// A server whose processes could not be stopped ends its trial well, and the run with the next one.
func TestServerThatCannotBeStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(spec.RestartTrial)
		l.started = func(server *fakeChild) { server.ending.Stuck = []int{7} }
		l.ab = func(_ context.Context, server *fakeChild, _ bool) (int, string) {
			server.end(process.Ending{Code: -1, Stuck: []int{7}})
			return 0, goodReport
		}
		if _, err := l.next(t.Context(), l.trials[0]); err != nil {
			t.Errorf("the trial: %v, want no error", err)
		}
		_, err := l.next(t.Context(), l.trials[1])
		if err == nil || !strings.Contains(err.Error(), "its processes [7] are still there") {
			t.Errorf("the next trial: %v, want that processes are left", err)
		}
	})
}

// Ctrl-C ends a trial at once, wherever it is, with its cause.
func TestTrialEndsWithItsContext(t *testing.T) {
	test := func(name string, set func(*lab, func()), want string) {
		t.Helper()
		for _, restart := range restartModes {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				l := newLab(restart)
				cause := errors.New("interrupted by SIGINT")
				set(l, func() { cancel(cause) })
				_, err := l.next(ctx, l.trials[0])
				if !errors.Is(err, cause) {
					t.Errorf("%s, restart %s: %v, want %v", name, restart, err, cause)
				}
				l.servers.stopAll()
				if got := l.happened(); !strings.HasPrefix(got, want) ||
					want != "" && !strings.Contains(got, "stop a") {
					t.Errorf("%s: happened: %s; want: %s", name, got, want)
				}
			})
		}
	}

	test("before the trial", func(_ *lab, cancel func()) { cancel() }, "")
	test("while the server starts", func(l *lab, cancel func()) {
		l.answer = func(ctx context.Context, _ *fakeChild) (*record.Answer, error) {
			time.AfterFunc(time.Second, cancel)
			<-ctx.Done()
			return nil, ctx.Err()
		}
	}, "start a, stop a")
	test("in the warm-up", func(l *lab, cancel func()) {
		onWarmup(func(ctx context.Context, _ *fakeChild) (int, string) {
			time.AfterFunc(time.Second, cancel)
			<-ctx.Done()
			return -1, ""
		})(l)
	}, "start a, warm up a, ")
	test("in the load", func(l *lab, cancel func()) {
		onLoad(func(ctx context.Context, _ *fakeChild) (int, string) {
			time.AfterFunc(time.Second, cancel)
			<-ctx.Done()
			return -1, ""
		})(l)
	}, "start a, warm up a, load a, ")
	test("in the idle window", func(l *lab, cancel func()) {
		onLoad(func(context.Context, *fakeChild) (int, string) {
			time.AfterFunc(idleWindow/2, cancel)
			return 0, goodReport
		})(l)
	}, "start a, warm up a, load a, ")
}

// withRecord opens the record of a session in a folder.
func (l *lab) withRecord(t *testing.T, dir string) {
	t.Helper()
	l.trials = plan.New(l.experiment)
	l.header = record.Header{
		Schema: record.Schema,
		Rounds: l.experiment.Design.Rounds,
		Trials: len(l.trials),
		Spec:   record.File{Name: "e.toml", Text: l.fakeSpec()},
	}
	if err := l.findEarlier(dir, runOptions{}); err != nil {
		t.Fatal(err)
	}
	var err error
	if l.earlier != nil {
		l.record, err = l.earlier.Open(dir)
	} else {
		l.record, err = record.Create(dir, l.header)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// fakeSpec returns what the lab's experiment looks like in a file.
func (l *lab) fakeSpec() string {
	if runs := l.experiment.Design.Runs; runs > 1 {
		return fakeSpec + fmt.Sprintf("[design]\nruns = %d\n", runs)
	}
	return fakeSpec
}

const fakeSpec = `[load]
requests = 20
concurrency = [1]
[[server]]
name = "a"
command = ["/bin/sh", "a"]
address = "127.0.0.1:1"
`

// measureAll measures what the session's record lacks, with the fakes of the lab.
func (l *lab) measureAll(ctx context.Context) error {
	defer l.servers.stopAll()
	runner := newTrialRunner(l.session)
	runner.loader = l.loader
	return runner.measureAll(ctx, terminal.NewProgress(io.Discard, true, runner.summary()))
}

// A run that is interrupted keeps what it has measured, and the same command resumes it: with the
// first trial that is missing, its clock, and the failures of its last trials. The first trial
// after the interruption records it, and no other.
func TestInterruptedRunIsResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		ctx, cancel := context.WithCancelCause(t.Context())
		l := newLab(spec.RestartTrial)
		l.experiment.Design.Rounds = 5
		l.withRecord(t, dir)
		onLoad(func(ctx context.Context, server *fakeChild) (int, string) {
			if l.record.Written() == 2 {
				cancel(failure.Interrupted{})
			}
			time.Sleep(10 * time.Second)
			server.crash()
			return 104, ""
		})(l)
		err := l.record.Keep(l.measureAll(ctx), l.header.Trials)
		if err == nil || !strings.Contains(err.Error(), "2 of 5 trials are kept in "+dir) {
			t.Fatalf("measure: %v, want that 2 of 5 trials are kept", err)
		}

		resumed := newLab(spec.RestartTrial)
		resumed.experiment.Design.Rounds = 5
		resumed.withRecord(t, dir)
		onLoad(func(_ context.Context, server *fakeChild) (int, string) {
			server.crash()
			return 104, ""
		})(resumed)
		if err := resumed.measureAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := resumed.record.Finish(); err != nil {
			t.Fatal(err)
		}

		rec, err := record.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		want := []record.Outcome{
			record.Crashed,
			record.Crashed,
			record.Crashed,
			record.GivenUp, // after two failures before the interruption and one after it
			record.GivenUp,
		}
		for i, result := range rec.Results {
			if result.Outcome != want[i] {
				t.Errorf("trial %d: %s, want %s", i+1, result.Outcome, want[i])
			}
			if got := result.Resumed != nil; got != (i == 2) {
				t.Errorf("trial %d: records the interruption: %v, want %v", i+1, got, i == 2)
			}
		}
		if n := len(rec.Results); n != len(want) {
			t.Fatalf("%d trials, want %d", n, len(want))
		}
		// Two loads of ten seconds lie before the interruption.
		if start := rec.Results[2].StartSeconds; start < 20 {
			t.Errorf("the first trial after the interruption began at %v s, want 20 or more", start)
		}
		if after := rec.Results[2].Resumed.After; after != 2 {
			t.Errorf("interrupted after %d trials, want 2", after)
		}
	})
}

// A run that is interrupted before its first trial has nothing to keep: its record is removed, and
// the error alone is left.
func TestRunWithoutATrialKeepsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		l := newLab(spec.RestartTrial)
		l.withRecord(t, dir)
		ctx, cancel := context.WithCancelCause(t.Context())
		cause := errors.New("no more")
		cancel(cause)
		err := l.record.Keep(l.measureAll(ctx), l.header.Trials)
		if !errors.Is(err, cause) || strings.Contains(err.Error(), "kept") {
			t.Errorf("measure: %v, want its cause alone", err)
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
			t.Errorf("left behind: %v, %v", files, err)
		}
	})
}

// The user is told where a run is resumed, and what could not be read.
func TestResumption(t *testing.T) {
	language := locale.English
	test := func(name string, measured, damaged, remaining int, want string) {
		t.Helper()
		l := newLab(spec.RestartTrial)
		l.experiment.Design.Rounds, l.experiment.Language = 4, language
		all := plan.New(l.experiment)
		l.header.Trials = len(all)
		l.trials = all[len(all)-remaining:]
		if measured > 0 {
			results := make([]record.Result, measured)
			l.earlier = &record.Earlier{
				Record: &record.Record{Results: results, Damaged: damaged},
			}
		}
		if got := l.resumption(); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	test("a fresh run", 0, 0, 4, "")
	test("after one trial", 1, 0, 3,
		"resuming at trial 2 of 4, round 2: 1 trial of an interrupted run is kept")
	test("after a crash that tore a line", 2, 1, 2, "resuming at trial 3 of 4, round 3: "+
		"2 trials of an interrupted run are kept, 1 line could not be read")
	test("after the last trial", 4, 0, 0,
		"all 4 trials of an interrupted run are kept: only the report is missing")
	language = "id"
	test("in Indonesian", 1, 0, 3, "melanjutkan dari percobaan 2 dari 4, putaran 2: "+
		"1 percobaan dari pengukuran yang terputus disimpan")
}

// After the clock on the wall was set back, a resumed run does not know how long it was away.
func TestTimeAwayAfterTheClockWasSetBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "part")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	test := func(written time.Duration, known bool) {
		t.Helper()
		when := time.Now().Add(written)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
		if away := record.SecondsSinceWrite(path); (away != nil) != known {
			t.Errorf("written %v from now: away %v, want known: %v", written, away, known)
		}
	}
	test(-time.Hour, true)
	test(time.Hour, false)
	if record.SecondsSinceWrite(path+"gone") != nil {
		t.Error("a file that is not there was written")
	}
}

// The seconds of a resumed run count on from the end of its last trial, on a clock that cannot be
// set.
func TestSecondsCountOn(t *testing.T) {
	last := record.Result{
		StartSeconds: 100,
		Outcome:      record.Ended,
		Warmup:       &record.Call{WallSeconds: 5},
		Load:         &record.Call{WallSeconds: 20},
	}
	runner := &trialRunner{session: &session{}, streaks: streak.Streaks{}, began: time.Now()}
	runner.resume(&record.Earlier{Record: &record.Record{Results: []record.Result{last}}})
	if now := time.Since(runner.began); now < 125*time.Second {
		t.Errorf("the run continues at %v, before its last trial ended at 125 s", now)
	}
	if !strings.Contains(runner.began.String(), " m=") {
		t.Error("the run's clock is one that can be set")
	}
}
