package sizing

import (
	"context"
	"math"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Load makes a load of so many requests, and ends it early with ctx. An error means that the server
// or the generator failed.
type Load func(ctx context.Context, requests int) (Answered, error)

// Answered is what a load got.
type Answered struct {
	Requests int
	Took     time.Duration
}

// rate returns the answers per second; 0 if there were none.
func (a Answered) rate() float64 {
	if a.Took <= 0 {
		return 0
	}
	return float64(a.Requests) / a.Took.Seconds()
}

const (
	// A load of one second tells the rate of a server to a few percent. Where the trials are
	// short, half a second has to do, and where they are shorter still, one of them.
	longEnough  = time.Second
	shortEnough = 500 * time.Millisecond
	leastEnough = 100 * time.Millisecond

	// The loads grow quickly, so that the small ones take little time, but not by so much that a
	// first load of a few requests, which says little, decides about the next.
	minGrowth = 2
	maxGrowth = 10
	overshoot = 1.5 // beyond what should be enough

	// minPercentiles is how many requests the real ab needs to write percentiles that can be used.
	minPercentiles = 51

	// maxRequests is the limit of a trial, as that of requests in a spec.
	maxRequests = 10_000_000
)

// goal is what a cell's trials should have.
type goal struct {
	given        plan.Size     // 0 where a time is wanted
	load, warmup time.Duration // 0 where the number is given
	timeout      time.Duration // of a trial
	clients      int           // a load has at least as many requests
}

func newGoal(e *spec.Experiment, level plan.Level) goal {
	return goal{
		given:   plan.Size{Requests: e.Load.Requests, Warmup: e.Design.Warmup},
		load:    e.Load.Duration,
		warmup:  e.Design.WarmupTime,
		timeout: e.Load.Timeout,
		clients: plan.Connections(e, level),
	}
}

// size returns the size of the trials at a rate. A rate of 0 makes the smallest trials: one request
// of each client.
func (g goal) size(rate float64) plan.Size {
	size := g.given
	if g.warmup > 0 {
		size.Warmup = g.requests(rate, g.warmup)
	}
	if g.load > 0 {
		size.Requests = g.requests(rate, g.load)
		if g.canHavePercentiles(rate, size) {
			size.Requests = max(size.Requests, minPercentiles)
		}
	}
	return size
}

// canHavePercentiles reports whether a load may have as many requests as percentiles need: at most
// twice as many, with the time of a load left until the timeout.
func (g goal) canHavePercentiles(rate float64, size plan.Size) bool {
	if 2*size.Requests < minPercentiles {
		return false
	}
	trial := float64(size.Warmup+minPercentiles) / rate
	return trial+g.load.Seconds() < g.timeout.Seconds()
}

// requests returns how many requests take about so long at a rate, with two significant digits:
// the rate is not known better, and a round number is easier to remember and to compare.
func (g goal) requests(rate float64, d time.Duration) int {
	n := rate * d.Seconds()
	if n >= 100 {
		step := math.Pow10(int(math.Floor(math.Log10(n))) - 1)
		n = math.Round(n/step) * step
	}
	return max(g.clients, int(math.Round(min(n, maxRequests))))
}

// enough returns how long a load has to take to tell the rate.
func (g goal) enough() time.Duration {
	longest := max(g.load, g.warmup)
	return min(max(longest/10, shortEnough), longEnough, max(longest, leastEnough))
}

// limit returns how long a load may take. What a server does not answer within the time of a trial,
// no trial needs to know.
func (g goal) limit() time.Duration { return max(g.load, g.warmup, longEnough) }

// rate returns how many requests per second a server answers, once it is as warm as before a load;
// 0 if it answers none in the time of a trial. If a load fails, the one before it tells. The error
// is that of the first one.
func (g goal) rate(ctx context.Context, load Load) (perSecond float64, err error) {
	s := search{goal: g, load: load}
	if g.given.Warmup > 0 && !s.try(ctx, max(g.given.Warmup, g.clients)) {
		return s.answer()
	}
	if !s.grow(ctx) || g.warmup == 0 {
		return s.answer()
	}

	// So far the server was cold.
	if s.try(ctx, g.requests(s.last.rate(), g.warmup)) {
		s.try(ctx, g.requests(s.last.rate(), g.enough()))
	}
	return s.answer()
}

// search makes loads until the rate is known.
type search struct {
	goal
	load Load
	last Answered // of the last load that did not fail
	some bool     // there is one
	err  error    // of the last load
}

// try makes a load of so many requests. It reports whether all of them were answered, so that
// another load makes sense.
func (s *search) try(ctx context.Context, requests int) bool {
	limited, cancel := context.WithTimeout(ctx, s.limit())
	defer cancel()
	answered, err := s.load(limited, requests)
	s.err = err
	if err != nil {
		return false
	}
	s.last, s.some = answered, true
	return answered.Requests >= requests && ctx.Err() == nil
}

// grow makes larger and larger loads until one takes long enough, and reports whether one did.
func (s *search) grow(ctx context.Context) bool {
	for n := s.clients; s.try(ctx, n); {
		took := s.last.Took
		if took >= s.enough() || n == maxRequests {
			return true
		}
		growth := overshoot * float64(s.enough()) / float64(max(took, 1))
		n = min(maxRequests, int(float64(n)*min(max(growth, minGrowth), maxGrowth)))
	}
	return false
}

// answer returns the rate of the last load that did not fail, or the error if all did.
func (s *search) answer() (perSecond float64, err error) {
	if !s.some {
		return 0, s.err
	}
	return s.last.rate(), nil
}
