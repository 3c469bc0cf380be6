//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"time"

	"labbook/bench/rig"
)

// trial is one generator with one load in one round.
type trial struct {
	round     int
	generator string
	load      load
}

func (t trial) String() string { return fmt.Sprintf("round %d, %s, %v", t.round, t.generator, t.load) }

// result is what a trial measured. With a problem it holds no number that may be used.
type result struct {
	requestsPerSecond float64 // the generator's own number
	cpuPerRequest     float64 // user and system time of the generator, in microseconds
	peak              int64   // the most memory of the generator, in bytes
	othersCores       float64 // what neither the generator nor the server used of all cores meanwhile
	problem           error
}

// String is one line for people who watch.
func (r result) String() string {
	if r.problem != nil {
		return fmt.Sprintf("INVALID: %v", r.problem)
	}
	return fmt.Sprintf(
		"%.0f requests/s, %.2f µs of CPU each, %.1f MiB, others %.2f cores",
		r.requestsPerSecond,
		r.cpuPerRequest,
		mebibytes(r.peak),
		r.othersCores,
	)
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }

// results are all trials of the whole rounds.
type results map[trial]result

// combination is a generator and a load that it can make.
type combination struct {
	generator generator
	load      load
}

func combinations(of []generator, levels []int) []combination {
	var all []combination
	for _, keepAlive := range []bool{false, true} {
		for _, level := range levels {
			for _, g := range of {
				if keepAlive || !g.keepAliveOnly {
					all = append(all, combination{g, load{keepAlive, level}})
				}
			}
		}
	}
	return all
}

// bench is what the trials share. Each trial has a fresh server, and all servers have one port: a
// connection that the server closed stays in TIME_WAIT for a minute, under the server's port and
// the client's. A client may take such a port again, so there are never more of them than the
// system has ports for clients, about 28,000. With a port for each server they would soon reach the
// most that the system keeps.
type bench struct {
	options
	server rig.Server
}

// loadTimeout bounds one call of a generator: one that takes longer is killed and its trial is
// invalid.
const loadTimeout = 30 * time.Second

// once runs one generator on a fresh server. amount is a number of requests, or of seconds for one
// that runs for a time.
func (b bench) once(ctx context.Context, c combination, amount int, most time.Duration) result {
	p, err := rig.Start(ctx, b.scratch, b.server)
	if err != nil {
		return result{problem: err}
	}
	defer p.Stop()
	before, err := readServer(p)
	if err != nil {
		return result{problem: err}
	}
	argv := c.generator.command(b.scratch, c.load, amount, p.URL())
	text, used, err := runGenerator(ctx, b.scratch, most, argv)
	if err != nil && p.Ended() {
		err = fmt.Errorf("%w; the server ended by itself and said: %q", err, p.Said())
	}
	if err != nil {
		return result{problem: err}
	}
	after, err := readServer(p)
	if err != nil {
		return result{problem: err}
	}
	answers, err := c.generator.parse(text, amount)
	if err != nil {
		return result{problem: err}
	}
	r := judge(answers, used)
	r.othersCores = others(before, after, used.cpu)
	return r
}

// reading is what the system's clocks show at one moment.
type reading struct {
	at     time.Time
	server time.Duration // CPU time of the server so far
	idle   time.Duration // idle time of all cores so far
}

func readServer(p *rig.Process) (reading, error) {
	server, err := p.CPU()
	if err != nil {
		return reading{}, err
	}
	idle, err := rig.Idle()
	return reading{time.Now(), server, idle}, err
}

// others is how many cores were busy between two readings with neither the server nor the
// generator.
func others(before, after reading, generator time.Duration) float64 {
	known := after.server - before.server + after.idle - before.idle + generator
	return max(0, float64(runtime.NumCPU())-known.Seconds()/after.at.Sub(before.at).Seconds())
}

// A generator's clock may begin later than ours and end sooner, for starting a program, opening
// connections and writing its text are not the load; ab sorts all its requests at the end, four
// times. It cannot begin sooner or end later.
const (
	mostShare          = 1.02 // of our time; above 1 because rates are rounded
	outsideLoad        = 3 * time.Second
	outsideLoadRequest = time.Microsecond // and so much more for each request
)

// judge makes a result of what a generator said and used. It refuses a rate that cannot be.
func judge(answers rig.Answered, used usage) result {
	told := time.Duration(
		float64(answers.Requests) / answers.RequestsPerSecond * float64(time.Second),
	)
	outside := outsideLoad + time.Duration(answers.Requests)*outsideLoadRequest
	if told.Seconds() > mostShare*used.wall.Seconds() || used.wall-told > outside {
		return result{
			problem: fmt.Errorf("%d requests at the told %.0f a second take %v, but it took %v",
				answers.Requests, answers.RequestsPerSecond, told, used.wall),
		}
	}
	return result{
		requestsPerSecond: answers.RequestsPerSecond,
		cpuPerRequest: float64(
			used.cpu,
		) / float64(
			time.Microsecond,
		) / float64(
			answers.Requests,
		),
		peak: used.peak,
	}
}

// mostRequests bounds a trial, however fast the first look was.
const mostRequests = 500_000

// amounts finds by a first, short look how many requests a trial of each combination needs to take
// the seconds that are wanted. A look that fails is not repeated: the trials will say what is
// wrong.
func (b bench) amounts(ctx context.Context, of []combination, progress io.Writer) map[string]int {
	found := map[string]int{}
	for _, c := range of {
		if ctx.Err() != nil {
			return found
		}
		key := c.key()
		if c.generator.seconds {
			found[key] = b.seconds
			continue
		}
		first := max(3000, 10*c.load.concurrency)
		r := b.once(ctx, c, first, loadTimeout)
		found[key] = amount(r, first, c.load.concurrency, b.seconds)
		fmt.Fprintf(progress, "first look at %s: %d requests a trial\n", key, found[key])
	}
	return found
}

func (c combination) key() string { return c.generator.name + ", " + c.load.String() }

// amount is how many requests take the wanted seconds at the rate of the first look: a multiple of
// the concurrency, because hey leaves out what does not divide evenly.
func amount(look result, first, concurrency, seconds int) int {
	n := first
	if look.problem == nil {
		n = int(look.requestsPerSecond * float64(seconds))
	}
	n = min(max(n, 2*concurrency), mostRequests)
	return n - n%concurrency
}

// shuffled gives the trials of a round in an order of its own. The generators take turns at one
// load before the next load comes: those that are compared were measured within seconds of each
// other.
func shuffled(all []combination, random *rand.Rand) []combination {
	byLoad := map[load][]combination{}
	var loads []load
	for _, c := range all {
		if byLoad[c.load] == nil {
			loads = append(loads, c.load)
		}
		byLoad[c.load] = append(byLoad[c.load], c)
	}
	var order []combination
	for _, l := range random.Perm(len(loads)) {
		of := byLoad[loads[l]]
		for _, g := range random.Perm(len(of)) {
			order = append(order, of[g])
		}
	}
	return order
}

// measure visits every combination once a round. If ctx ends before, it keeps the whole rounds: a
// part of a round has cells without their peers.
func (b bench) measure(ctx context.Context, progress io.Writer) (whole results, rounds int) {
	whole = results{}
	all := combinations(b.generators, b.levels)
	amounts := b.amounts(ctx, all, progress)
	random := rand.New(rand.NewPCG(b.seed, 0))
	for round := 1; round <= b.rounds; round++ {
		this := results{}
		for i, c := range shuffled(all, random) {
			r := b.once(ctx, c, amounts[c.key()], loadTimeout)
			if ctx.Err() != nil {
				return whole, rounds
			}
			t := trial{round, c.generator.name, c.load}
			this[t] = r
			fmt.Fprintf(progress, "%d/%d of %v: %v\n", i+1, len(all), t, r)
		}
		for t, r := range this {
			whole[t] = r
		}
		rounds = round
	}
	return whole, rounds
}
