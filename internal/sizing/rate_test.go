package sizing

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// server answers one request after the other, and is as slow as it is cold.
type server struct {
	each   time.Duration
	cold   int // requests until it is warm; before, each takes ten times as long
	fails  int // the load that fails, from 1; 0: none
	loads  []int
	served int
}

var errFails = errors.New("it fails")

func (s *server) load(ctx context.Context, requests int) (Answered, error) {
	s.loads = append(s.loads, requests)
	if len(s.loads) == s.fails {
		return Answered{}, errFails
	}

	began, answered := time.Now(), 0
	for answered < requests {
		step := min(requests-answered, max(1, s.cold/10))
		each := s.each
		if s.served < s.cold {
			each *= 10
		}
		select {
		case <-ctx.Done():
			return Answered{answered, time.Since(began)}, nil
		case <-time.After(time.Duration(step) * each):
			answered += step
			s.served += step
		}
	}
	return Answered{answered, time.Since(began)}, nil
}

func timed(load, warmup time.Duration, warmupRequests, clients int) goal {
	return newGoal(&spec.Experiment{
		Load: spec.Load{
			Duration:    load,
			Concurrency: []int{clients},
			Timeout:     30*time.Second + 2*(load+warmup),
		},
		Design: spec.Design{Warmup: warmupRequests, WarmupTime: warmup},
	}, plan.Level{Kind: plan.Concurrency, Value: clients})
}

func size(requests, warmup int) plan.Size {
	return plan.Size{Requests: requests, Warmup: warmup}
}

func TestSizeByRate(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	test := func(name string, g goal, on server, want plan.Size) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			rate, err := g.rate(t.Context(), on.load)
			if got := g.size(rate); err != nil || got != want {
				t.Errorf("%s: %+v at %v per second, %v; want %+v; loads of %v",
					name, got, rate, err, want, on.loads)
			}
		})
	}
	test("a fast server", timed(10*s, 0, 100, 1), server{each: s / 20_000}, size(200_000, 100))
	test("one ten times slower", timed(10*s, 0, 100, 1), server{each: s / 2000},
		size(20_000, 100))
	test("two significant digits", timed(10*s, 0, 0, 1), server{each: 437 * ms / 1000},
		size(23_000, 0))
	test("under a hundred", timed(10*s, 0, 0, 1), server{each: 123 * ms}, size(81, 0))
	test("enough for percentiles", timed(10*s, s, 0, 1), server{each: 380 * ms}, size(51, 3))
	test("too few for percentiles", timed(10*s, s, 0, 1), server{each: 410 * ms}, size(24, 2))
	tight := timed(10*s, s, 0, 1)
	tight.timeout = 25 * s
	test("no time for percentiles", tight, server{each: 380 * ms}, size(26, 3))
	test("three in the time", timed(10*s, 0, 0, 1), server{each: 3 * s}, size(3, 0))
	test("three in the time of its warm-up", timed(10*s, 0, 100, 1), server{each: 3 * s},
		size(3, 100))
	test("none in the time", timed(10*s, 0, 0, 1), server{each: 11 * s}, size(1, 0))
	test("none for many clients", timed(10*s, s, 0, 50), server{each: 11 * s}, size(50, 50))
	test("fewer than clients", timed(s, s/10, 0, 60), server{each: 100 * ms}, size(60, 60))
	test("the maximum of ab", timed(time.Hour, 0, 0, 1), server{each: s / 10_000},
		size(10_000_000, 0))
	test("a short trial", timed(100*ms, 0, 0, 1), server{each: ms}, size(100, 0))
	test("once it is warm", timed(10*s, 2*s, 0, 1), server{each: ms, cold: 250},
		size(10_000, 2000))
	test("only the warm-up", newGoal(&spec.Experiment{
		Load:   spec.Load{Requests: 7, Concurrency: []int{1}},
		Design: spec.Design{WarmupTime: s},
	}, plan.Level{Kind: plan.Concurrency, Value: 1}), server{each: ms}, size(7, 1000))
	test("a later load fails", timed(10*s, 0, 0, 1), server{each: ms, fails: 3},
		size(10_000, 0))
}

// A load that fails is an error only if nothing is known from one before it.
func TestFirstLoadFails(t *testing.T) {
	on := server{each: time.Millisecond, fails: 1}
	_, err := timed(time.Second, 0, 10, 1).rate(t.Context(), on.load)
	if !errors.Is(err, errFails) || len(on.loads) != 1 {
		t.Errorf("%v after loads of %v, want an error after one", err, on.loads)
	}
}

// A load of a second tells enough, and no load is longer than a trial.
func TestSizingIsShort(t *testing.T) {
	test := func(g goal, on server, atMost time.Duration) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			if _, err := g.rate(t.Context(), on.load); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > atMost {
				t.Errorf("%+v: %v for loads of %v, want at most %v", g, took, on.loads, atMost)
			}
		})
	}
	const s = time.Second
	test(timed(time.Hour, 0, 0, 1), server{each: s / 10_000}, 3*s)
	test(timed(10*s, s, 0, 1), server{each: s / 10_000}, 5*s)
	test(timed(10*s, 0, 1_000_000, 1), server{each: s}, 10*s)
	test(timed(10*s, 10*s, 0, 10), server{each: 100 * s}, 10*s)
}

func TestSizeEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		on := server{each: 100 * time.Second}
		began := time.Now()
		_, _ = timed(time.Minute, 6*time.Second, 0, 1).rate(ctx, on.load)
		if took := time.Since(began); took != 4*time.Second || len(on.loads) != 1 {
			t.Errorf("it took %v and loads of %v, want the 4 s of its context", took, on.loads)
		}
	})
}
