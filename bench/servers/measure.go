//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"time"

	"labbook/bench/rig"
)

// trial is one load on one fresh server in one round.
type trial struct {
	round  int
	server string
	load   load
}

func (t trial) String() string { return fmt.Sprintf("round %d, %s, %v", t.round, t.server, t.load) }

// result is what a trial measured. With a problem it holds no number that may be used.
type result struct {
	requestsPerSecond float64       // the generator's own number
	cpuPerRequest     time.Duration // user and system time of the server
	serverCores       float64       // CPU time of the server ÷ wall time of the load
	generatorCores    float64       // CPU time of the generator ÷ the same
	idleCores         float64       // what nobody on the machine used of all cores meanwhile
	problem           error
}

// othersCores is what neither server nor generator used. What the kernel does on nobody's account,
// such as a part of the network's own work, is in it.
func (r result) othersCores() float64 {
	return max(0, float64(runtime.NumCPU())-r.serverCores-r.generatorCores-r.idleCores)
}

// results are all trials of the whole rounds.
type results map[trial]result

// loads are both generators at each level.
func loads(levels []int) []load {
	var all []load
	for _, g := range []generator{wrk, ab} {
		for _, level := range levels {
			all = append(all, load{g, level})
		}
	}
	return all
}

// shuffled gives the trials of a round in an order of its own, so that nothing that drifts on the
// machine, and nobody's place in the table, favours one server. The servers take turns at one load
// before the next load comes: those that are compared were measured within seconds of each other.
func shuffled(round int, of []server, with []load, random *rand.Rand) []trial {
	var trials []trial
	for _, l := range random.Perm(len(with)) {
		for _, s := range random.Perm(len(of)) {
			trials = append(trials, trial{round, of[s].Name, with[l]})
		}
	}
	return trials
}

// measure visits every server with every load once a round. If ctx ends before, it keeps the whole
// rounds: a part of a round has cells without their peers.
func measure(
	ctx context.Context,
	of []server,
	o options,
	progress io.Writer,
) (whole results, rounds int) {
	whole = results{}
	byName := map[string]server{}
	for _, s := range of {
		byName[s.Name] = s
	}
	random := rand.New(rand.NewPCG(o.seed, 0))
	for round := 1; round <= o.rounds; round++ {
		trials := shuffled(round, of, loads(o.levels), random)
		this := results{}
		for i, t := range trials {
			r := runTrial(ctx, byName[t.server], t.load, o)
			if ctx.Err() != nil {
				return whole, rounds
			}
			this[t] = r
			fmt.Fprintf(progress, "%d/%d of %v: %v\n", i+1, len(trials), t, r)
		}
		for t, r := range this {
			whole[t] = r
		}
		rounds = round
	}
	return whole, rounds
}

// String is one line for people who watch.
func (r result) String() string {
	if r.problem != nil {
		return fmt.Sprintf("INVALID: %v", r.problem)
	}
	return fmt.Sprintf(
		"%.0f requests/s, %.1f µs of CPU each; cores: server %.2f, generator %.2f, idle %.2f",
		r.requestsPerSecond,
		float64(r.cpuPerRequest.Nanoseconds())/1000,
		r.serverCores,
		r.generatorCores,
		r.idleCores,
	)
}

// runTrial starts a server, warms it up, loads it and stops it.
func runTrial(ctx context.Context, s server, l load, o options) result {
	p, err := rig.Start(ctx, o.scratch, s.Server)
	if err != nil {
		return result{problem: err}
	}
	defer p.Stop()
	r, err := loaded(ctx, p, l, o)
	if err != nil && p.Ended() {
		err = fmt.Errorf("%w; the server ended by itself and said: %q", err, p.Said())
	}
	if err != nil {
		return result{problem: err}
	}
	return r
}

func loaded(ctx context.Context, p *rig.Process, l load, o options) (result, error) {
	if err := l.warmUp(ctx, p.URL()); err != nil {
		return result{}, err
	}
	before, err := read(p)
	if err != nil {
		return result{}, err
	}
	answers, generatorCPU, err := l.run(ctx, p.URL(), o)
	if err != nil {
		return result{}, err
	}
	after, err := read(p)
	if err != nil {
		return result{}, err
	}
	used, wall := after.server-before.server, after.at.Sub(before.at).Seconds()
	if used <= 0 {
		return result{}, errors.New(
			"the server used no CPU time that could be measured: load it for longer",
		)
	}
	return result{
		requestsPerSecond: answers.RequestsPerSecond,
		cpuPerRequest:     used / time.Duration(answers.Requests),
		serverCores:       used.Seconds() / wall,
		generatorCores:    generatorCPU.Seconds() / wall,
		idleCores:         (after.idle - before.idle).Seconds() / wall,
	}, nil
}

// reading is what the system's clocks show at one moment.
type reading struct {
	at     time.Time
	server time.Duration // CPU time of the server so far
	idle   time.Duration // idle time of all cores so far
}

func read(p *rig.Process) (reading, error) {
	server, err := p.CPU()
	if err != nil {
		return reading{}, err
	}
	unused, err := rig.Idle()
	return reading{time.Now(), server, unused}, err
}

// audition starts every model once and leaves out those that this labbook does not know. What else
// can go wrong shows in the trials.
func audition(ctx context.Context, of []server, o options, say io.Writer) []server {
	var known []server
	for _, s := range of {
		if s.model {
			p, err := rig.Start(ctx, o.scratch, s.Server)
			if err == nil {
				p.Stop()
			}
			if errors.Is(err, rig.ErrUnknownModel) {
				fmt.Fprintf(say, "skipped: labbook serve does not know the model %q\n", s.Name)
				continue
			}
		}
		known = append(known, s)
	}
	return known
}
