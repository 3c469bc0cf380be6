package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/terminal"
)

// timedSpec is an experiment with two servers that says how long a trial takes.
const timedSpec = `load = { duration = "10s", concurrency = [1] }
design = { rounds = 2, warmup = "1s" }
server = [
  { name = "a", command = ["/bin/sh", "a"], address = "127.0.0.1:1", start_timeout = "10s" },
  { name = "b", command = ["/bin/sh", "b"], address = "127.0.0.1:2" },
]
`

// timedLab returns a session of timedSpec, whose record is to lie in a folder. Server b is ten
// times as fast as a.
func timedLab(t *testing.T, dir string) *lab {
	t.Helper()
	e, err := spec.Parse("e.toml", timedSpec)
	if err != nil {
		t.Fatal(err)
	}
	l := newLab(spec.RestartTrial)
	*l.experiment = *e
	l.dir = dir
	l.trials = plan.New(e)
	l.header = record.Header{
		Schema: record.Schema,
		Rounds: e.Design.Rounds,
		Trials: len(l.trials),
		Spec:   record.File{Name: e.Name, Text: e.Source},
	}
	l.takes = func(server *fakeChild) time.Duration {
		if server.name == "b" {
			return time.Millisecond
		}
		return 10 * time.Millisecond
	}
	return l
}

// begin starts the record with the fakes of the lab.
func (l *lab) begin(ctx context.Context) error {
	return l.trialRunner.begin(ctx, terminal.NewProgress(os.Stderr, true, l.trialRunner.summary()))
}

// sizesOf returns the requests and the warm-ups of the session's cells, "a 1000+100".
func (l *lab) sizes() map[string]plan.Size {
	sizes := map[string]plan.Size{}
	for _, s := range l.header.Sizes {
		sizes[s.Server] = s.Size
	}
	return sizes
}

// A server that is ten times as fast gets ten times as many requests, so that the trials of both
// take as long as the experiment says. No server is left, and the record says it all.
func TestDurationFixesTheRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := timedLab(t, t.TempDir())
		if err := l.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		a, b := plan.Size{Requests: 1000, Warmup: 100}, plan.Size{Requests: 10_000, Warmup: 1000}
		if got := l.sizes(); got["a"] != a || got["b"] != b {
			t.Errorf("sizes %+v, want %+v and %+v", got, a, b)
		}
		if got := l.happened(); !strings.HasPrefix(got, "start a, warm up a, ") ||
			!strings.Contains(got, ", stop a, start b, ") || !strings.HasSuffix(got, ", stop b") {
			t.Errorf("happened: %s", got)
		}

		if err := l.measureAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := l.record.Finish(); err != nil {
			t.Fatal(err)
		}
		rec, err := record.Read(l.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rec.Results {
			took := r.Measurement().TimeTakenSeconds
			if !rec.Clean(r) || took != 10 || r.Warmup.WallSeconds != 1 {
				t.Errorf("%v: clean: %v, %v s after a warm-up of %v s; want 10 s after 1 s",
					r.Trial, rec.Clean(r), took, r.Warmup.WallSeconds)
			}
		}
	})
}

// The run that resumes another has its sizes, however fast the servers have become meanwhile.
func TestResumedRunHasTheSizesOfItsRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		l := timedLab(t, dir)
		if err := l.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		takes := l.takes
		l.takes = func(server *fakeChild) time.Duration {
			if l.record.Written() == 2 {
				cancel(failure.Interrupted{})
			}
			return takes(server)
		}
		if err := l.record.Keep(l.measureAll(ctx), l.header.Trials); err == nil {
			t.Fatal("the run was not interrupted")
		}

		resumed := timedLab(t, dir)
		resumed.takes = func(*fakeChild) time.Duration { return 2 * time.Millisecond }
		err := resumed.findEarlier(dir, runOptions{})
		if err != nil || resumed.earlier == nil {
			t.Fatalf("interrupted: %v, %v", resumed.earlier, err)
		}
		if !slices.Equal(resumed.header.Sizes, l.header.Sizes) {
			t.Errorf("sizes %+v, want %+v", resumed.header.Sizes, l.header.Sizes)
		}
		result, err := resumed.next(t.Context(), resumed.trials[0])
		want := l.sizes()[result.Server].Requests
		if err != nil || result.Measurement().Complete != want {
			t.Errorf("%v has %d answers, %v; want %d", result.Trial,
				result.Measurement().Complete, err, want)
		}
	})
}

// A run that is interrupted, or that is refused, before the sizes are fixed leaves no record, and
// an earlier one where it is.
func TestNothingIsWrittenBeforeTheSizesAreFixed(t *testing.T) {
	test := func(name string, set func(*lab, func(error)), wantCode int, want string) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			dir := t.TempDir()
			part := filepath.Join(dir, record.PartName)
			if err := os.WriteFile(part, []byte("an earlier one"), 0o644); err != nil {
				t.Fatal(err)
			}
			l := timedLab(t, dir)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			set(l, cancel)

			err := l.begin(ctx)
			code, _ := failure.CodeAndHint(err)
			if code != wantCode || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: code %d, %v; want %d, %q", name, code, err, wantCode, want)
			}
			if text, err := os.ReadFile(part); err != nil || string(text) != "an earlier one" ||
				l.record != nil {
				t.Errorf("%s: the record holds %q, %v", name, text, err)
			}
			if got := l.happened(); strings.Count(got, "start ") != strings.Count(got, "stop ") {
				t.Errorf("%s: a server is left: %s", name, got)
			}
		})
	}

	test("Ctrl-C", func(l *lab, cancel func(error)) {
		time.AfterFunc(1500*time.Millisecond, func() { cancel(failure.Interrupted{Signal: 2}) })
	}, 130, "")
	test("Ctrl-C while a server starts", func(l *lab, cancel func(error)) {
		l.answer = refused
		time.AfterFunc(time.Second, func() { cancel(failure.Interrupted{Signal: 2}) })
	}, 130, "")
	test("a server that never answers", func(l *lab, _ func(error)) {
		l.answer = refused
	}, failure.ExitMachine, `server "a" at 127.0.0.1:1: no answer within 10s: connection refused`)
	test("a server that crashes under every load", func(l *lab, _ func(error)) {
		l.takes = func(server *fakeChild) time.Duration {
			if server.name == "b" {
				server.crash()
			}
			return time.Millisecond
		}
	}, failure.ExitMachine, `server "b" fails at every level, so the number of requests per `+
		"trial cannot be determined: c=1: the server ended by itself: exit status 9")
}

// An ab that gives up is a failure of the load; one that is stopped at the end of its time is not.
func TestLoadsThatFixSizes(t *testing.T) {
	test := func(name string, set func(*lab), want int, problem string) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			l := timedLab(t, t.TempDir())
			l.takes = nil
			set(l)
			err := l.begin(t.Context())
			if problem != "" {
				if err == nil || !strings.Contains(err.Error(), problem) {
					t.Errorf("%s: %v, want %q", name, err, problem)
				}
				return
			}
			if got := l.sizes()["a"].Requests; err != nil || got != want {
				t.Errorf("%s: %d requests, %v; want %d", name, got, err, want)
			}
		})
	}
	ab := func(run func(context.Context, *fakeChild) (int, string)) func(*lab) {
		return func(l *lab) {
			l.ab = func(ctx context.Context, s *fakeChild, _ bool) (int, string) {
				return run(ctx, s)
			}
		}
	}

	test("ab gives up", ab(func(context.Context, *fakeChild) (int, string) {
		return 22, ""
	}), 0, "c=1: ab ended with exit code 22: ")
	test("ab hangs until it is stopped", ab(func(ctx context.Context, _ *fakeChild) (int, string) {
		<-ctx.Done()
		return -1, ""
	}), 1, "")
	test("a slow server has three answers in the time", func(l *lab) {
		l.takes = func(*fakeChild) time.Duration { return 3 * time.Second }
	}, 3, "")
	test("a server that is slower than the timeout", func(l *lab) {
		l.experiment.Load.Timeout = 12 * time.Second
		l.takes = func(*fakeChild) time.Duration { return time.Minute }
	}, 1, "")
}

// An experiment that says how many requests a trial has needs no load before the first round.
func TestRequestsNeedNoSizing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(spec.RestartTrial)
		l.dir = t.TempDir()
		if err := l.begin(t.Context()); err != nil || l.record == nil || l.header.Sizes != nil {
			t.Errorf("%v, sizes %v", err, l.header.Sizes)
		}
		if got := l.happened(); got != "" {
			t.Errorf("happened: %s", got)
		}
		if err := l.record.Discard(); errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
	})
}

// The loads before the first round stand between the hooks of a trial. No trial has their hooks.
func TestHooksAroundLoadsThatFixSizes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := timedLab(t, t.TempDir())
		hooks := &l.experiment.Servers[0].Hooks
		hooks.BeforeTrial, hooks.AfterTrial = []string{"before"}, []string{"after"}
		l.servers.hooks.Run = func(_ context.Context, s spec.Server, key string) record.Hook {
			l.events = append(l.events, key)
			return record.Hook{Key: key}
		}
		if err := l.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, _, _ := strings.Cut(l.happened(), ", start b")
		if !strings.HasPrefix(got, "start a, before_trial, warm up a, ") ||
			!strings.HasSuffix(got, "warm up a, after_trial, stop a") ||
			strings.Count(got, "_trial") != 2 {
			t.Errorf("happened: %s", got)
		}

		result, err := l.next(t.Context(), l.trials[0])
		if err != nil || result.Server == "a" && len(result.Hooks) != 2 ||
			result.Server == "b" && len(result.Hooks) != 0 {
			t.Errorf("%v has the hooks %+v, %v", result.Trial, result.Hooks, err)
		}
	})
}

// A guard that is killed in a load that fixes the size of trials is not the server's failure.
func TestGuardThatIsKilledWhileSizing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := timedLab(t, t.TempDir())
		l.takes = func(server *fakeChild) time.Duration {
			server.end(process.Ending{Code: -1, Unguarded: true})
			return time.Millisecond
		}
		err := l.begin(t.Context())
		const lost = `another program has ended the guard process of server "a"`
		if err == nil || !strings.Contains(err.Error(), lost) {
			t.Fatalf("error %v, want %q", err, lost)
		}
		if code, hint := failure.CodeAndHint(err); code != failure.ExitMachine ||
			!strings.Contains(hint, "dmesg") {
			t.Errorf("code %d, hint %q; want those of a lost guard", code, hint)
		}
	})
}
