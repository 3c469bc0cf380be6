//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"labbook.example/labbook/bench/rig"
)

// combinations returns every generator with every load that it can make.
func combinations(of []generator, levels []int) []rig.Combination {
	var all []rig.Combination
	for _, keepAlive := range []bool{false, true} {
		for _, level := range levels {
			load := rig.Load{KeepAlive: keepAlive, Concurrency: level}
			for _, g := range able(of, keepAlive) {
				all = append(all, rig.Combination{Name: g.name, Load: load})
			}
		}
	}
	return all
}

// bench is what the trials share. Each trial has a fresh server, and all servers have the same
// port. A connection that the server closed stays in TIME_WAIT for a minute, under the server's
// port and the client's. A client may take such a client port again, so there are never more of
// these connections than client ports, about 28,000. If each server had its own port, they would
// soon reach the limit of the system.
type bench struct {
	options
	server rig.Server
}

// loadTimeout bounds one call of a generator. One that takes longer is killed, and its trial is
// invalid.
const loadTimeout = 30 * time.Second

// once runs one generator on a fresh server. amount is a number of requests, or of seconds for a
// generator that runs for a time.
func (b bench) once(
	ctx context.Context,
	g generator,
	l rig.Load,
	amount int,
	limit time.Duration,
) rig.Result {
	server, err := rig.Start(ctx, b.Scratch, b.server)
	if err != nil {
		return rig.Result{Problem: err}
	}
	defer server.Stop()

	before, err := server.Read()
	if err != nil {
		return rig.Result{Problem: err}
	}
	argv := g.command(b.Scratch, l, amount, server.URL())
	text, used, err := runGenerator(ctx, b.Scratch, limit, argv)
	if err != nil {
		return rig.Result{Problem: server.Explain(err)}
	}
	after, err := server.Read()
	if err != nil {
		return rig.Result{Problem: err}
	}

	answers, err := g.parse(text, amount)
	if err != nil {
		return rig.Result{Problem: err}
	}
	r := resultOf(answers, used)
	r.Cores = after.Cores(before, used.cpu)
	return r
}

// A generator's clock may begin later than ours and end sooner: starting a program, opening
// connections and writing its text are not the load, and ab sorts all its requests at the end, four
// times. It cannot begin sooner or end later.
const (
	maxShare          = 1.02 // of our time; above 1 because rates are rounded
	maxOutside        = 3 * time.Second
	outsidePerRequest = time.Microsecond // added to maxOutside
)

// resultOf makes a result of what a generator reported and used. It refuses a rate that cannot be
// true.
func resultOf(answers rig.Answered, used usage) rig.Result {
	reported := time.Duration(
		float64(answers.Requests) / answers.RequestsPerSecond * float64(time.Second),
	)
	outside := maxOutside + time.Duration(answers.Requests)*outsidePerRequest
	if reported.Seconds() > maxShare*used.wall.Seconds() || used.wall-reported > outside {
		return rig.Result{
			Problem: fmt.Errorf("%d requests at the reported %.0f per second take %v, "+
				"but it took %v", answers.Requests, answers.RequestsPerSecond, reported, used.wall),
		}
	}

	microseconds := float64(used.cpu) / float64(time.Microsecond)
	return rig.Result{
		RequestsPerSecond: answers.RequestsPerSecond,
		CPUMicroseconds:   microseconds / float64(answers.Requests),
		PeakMemory:        used.peak,
	}
}

// maxRequests bounds a trial, however fast the first look was.
const maxRequests = 500_000

// amounts finds how many requests each combination needs for a trial of the wanted seconds, by a
// first, short look. A look that fails is not repeated: the trials will show what is wrong.
func (b bench) amounts(
	ctx context.Context,
	of []rig.Combination,
	progress io.Writer,
) map[rig.Combination]int {
	found := map[rig.Combination]int{}
	for _, c := range of {
		if ctx.Err() != nil {
			return found
		}
		g := named(c.Name)
		if g.seconds {
			found[c] = b.seconds
			continue
		}
		first := max(3000, 10*c.Load.Concurrency)
		look := b.once(ctx, g, c.Load, first, loadTimeout)
		found[c] = amount(look, first, c.Load.Concurrency, b.seconds)
		fmt.Fprintf(progress, "first look at %v: %d requests a trial\n", c, found[c])
	}
	return found
}

// amount returns how many requests take the wanted seconds at the rate of the first look. It is a
// multiple of the concurrency, because hey leaves out what does not divide evenly.
func amount(look rig.Result, first, concurrency, seconds int) int {
	n := first
	if look.Problem == nil {
		n = int(look.RequestsPerSecond * float64(seconds))
	}
	n = min(max(n, 2*concurrency), maxRequests)
	return n - n%concurrency
}

// measure measures every combination once per round.
func (b bench) measure(ctx context.Context, progress io.Writer) rig.Results {
	all := combinations(b.generators, b.Levels)
	amounts := b.amounts(ctx, all, progress)
	return b.Measure(ctx, all, func(c rig.Combination) rig.Result {
		return b.once(ctx, named(c.Name), c.Load, amounts[c], loadTimeout)
	}, progress)
}
