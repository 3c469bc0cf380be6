//go:build linux

package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/poisson"
	"labbook.example/labbook/internal/spec"
)

// queue is a server whose capacity is known: requests wait in one line for the first of its workers
// that is free.
type queue struct {
	name    string
	workers int
	poisson bool // arrivals are random, and not even
	serve   func(random *rand.Rand, mean float64) float64
	service float64 // seconds that a request takes, in the mean

	// percentile returns the p99 of the response times in the steady state, in seconds, at a rate
	// that the server can serve, with such a mean service time.
	percentile func(rate, service float64) float64
}

// within is the objective of all queues: their p99 in seconds.
const within = 0.020

func exponential(random *rand.Rand, mean float64) float64 { return mean * random.ExpFloat64() }
func fixed(_ *rand.Rand, mean float64) float64            { return mean }

// queues are the models. The first three have one worker that takes 1 ms, and the last one eight
// that wait for 5 ms.
func queues() []queue {
	const ms = 0.001
	return []queue{
		{"M/M/1", 1, true, exponential, ms, func(rate, service float64) float64 {
			return math.Log(100) / (1/service - rate) // a response time is exponential
		}},
		{"M/D/1", 1, true, fixed, ms, percentileMD1},
		{"D/M/1", 1, false, exponential, ms, percentileDM1},
		{"D/D/8", 8, false, fixed, 5 * ms, func(_, service float64) float64 { return service }},
	}
}

// percentileMD1 is that of Poisson arrivals and a fixed service time. P(W > t) approaches
// C·exp(−θt) so soon that nothing else is left after some service times (Asmussen, Applied
// Probability and Queues, 2003, XIII.5): λ·(exp(θ·D) − 1) = θ, and
// C = (1−ρ) ÷ (λ·D·exp(θ·D) − 1).
func percentileMD1(rate, service float64) float64 {
	theta := root(1e-9, 20/service, func(x float64) float64 {
		return rate*math.Expm1(x*service) - x
	})
	c := (1 - rate*service) / (rate*service*math.Exp(theta*service) - 1)
	return service + math.Log(100*c)/theta
}

// percentileDM1 is that of even arrivals and exponential service. A response time is exponential
// with the rate μ·(1−σ), where σ = exp(−μ·(1−σ)÷λ) (Kleinrock, Queueing Systems I, 1975, 6.4).
func percentileDM1(rate, service float64) float64 {
	free := root(1e-9, 1, func(x float64) float64 { // 1−σ
		return x + math.Expm1(-x/(service*rate))
	})
	return service * math.Log(100) / free
}

// root returns where a function that is below 0 after its trivial root at 0 becomes positive.
func root(low, high float64, of func(float64) float64) float64 {
	for range 200 {
		if middle := (low + high) / 2; of(middle) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// capacity returns the highest rate at which the p99 is within the objective.
func (q queue) capacity(service float64) float64 {
	low, high := 0.0, float64(q.workers)/service
	for range 100 {
		if rate := (low + high) / 2; q.percentile(rate, service) <= within {
			low = rate
		} else {
			high = rate
		}
	}
	return low
}

// slower returns the service time with which the capacity is a share of the queue's.
func (q queue) slower(share float64) float64 {
	low, high := q.service/4, q.service*4
	for range 100 {
		if s := (low + high) / 2; q.capacity(s) > share*q.capacity(q.service) {
			low = s
		} else {
			high = s
		}
	}
	return low
}

// load is what one load of a queue measured.
type load struct {
	percentiles []float64 // 101, in milliseconds; below the p99 they are the shortest
	seconds     float64   // from the first arrival to the last answer
}

// measure makes the load of a trial, after a warm-up of the same rate. Requests arrive as those of
// labbook ab do.
func (q queue) measure(
	e *spec.Experiment, t plan.Trial, random *rand.Rand, service float64,
) load {
	warmup, requests := e.Design.Warmup, e.Load.Requests
	free := make([]float64, q.workers) // when each worker is
	slowest := make([]float64, 0, requests/100+2)
	l := load{percentiles: make([]float64, 101)}
	fastest, began := math.Inf(1), 0.0
	for i, now := range q.arrivals(e, t) {
		first := 0
		for w := range free {
			if free[w] < free[first] {
				first = w
			}
		}
		free[first] = max(now, free[first]) + q.serve(random, service)
		if i == warmup {
			began = now
		}
		if i >= warmup {
			took := free[first] - now
			fastest = min(fastest, took)
			slowest = keepLargest(slowest, took)
			l.seconds = max(l.seconds, free[first]-began)
		}
	}

	at99 := slowest[len(slowest)-1-(requests-int(math.Round(float64(requests)*0.99)))]
	for i := range l.percentiles {
		l.percentiles[i] = 1000 * fastest
	}
	l.percentiles[99] = 1000 * at99
	l.percentiles[100] = 1000 * slowest[len(slowest)-1]
	return l
}

// arrivals returns when the requests of a warm-up and of the load of a trial arrive, in seconds.
func (q queue) arrivals(e *spec.Experiment, t plan.Trial) []float64 {
	warmup, requests := e.Design.Warmup, e.Load.Requests
	all := make([]float64, 0, warmup+requests)
	end := 0.0
	for _, part := range []struct {
		n      int
		warmup bool
	}{{warmup, true}, {requests, false}} {
		takes := float64(part.n) / float64(t.Level.Value)
		within := time.Duration(takes * 1e9)
		random := poisson.New(plan.ArrivalSeed(e, t, part.warmup), 0, int64(part.n), within)
		for i := range part.n {
			at := float64(i) / float64(t.Level.Value)
			if q.poisson {
				at = random.Next().Seconds()
			}
			all = append(all, end+at)
		}
		end += takes
	}
	return all
}

// keepLargest adds a value to the largest ones, ascending, as many as there is room for.
func keepLargest(largest []float64, v float64) []float64 {
	if len(largest) == cap(largest) {
		if v <= largest[0] {
			return largest
		}
		largest = largest[:copy(largest, largest[1:])]
	}
	at, _ := slices.BinarySearch(largest, v)
	return slices.Insert(largest, at, v)
}
