//go:build linux

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"

	"labbook.example/labbook/bench/rig"
	"labbook.example/labbook/internal/bias"
)

// The bias of the models is measured in the setting of the shipped experiment, with a new
// connection for each of more requests, and with keep-alive.
const (
	shippedRequests   = 1000
	longRequests      = 5000
	keepAliveRequests = 10000
	biasWarmup        = 100 // requests, as in the shipped experiment, or one per client
)

const (
	biasRounds     = 11
	minBiasRounds  = 6 // fewer are shown, and not written: they have no interval
	confidence     = 0.95
	biasLimit      = 6 * time.Minute
	maxBiasOthers  = 0.35 // cores; a trial beside more is repeated
	maxRepetitions = 3    // of a trial, without the flag
)

// biasLevels are the levels of the shipped experiment, and two with many clients.
var biasLevels = []int{1, 3, 5, 8, 10, 100, 1000}

// biasServers are the models and their twins.
var biasServers = []string{"async", "thread", "c-epoll", "c-pthread"}

// biasMeter measures the bias, and counts the trials that were repeated.
type biasMeter struct {
	options
	repeated int
}

// measureBias measures the models beside their twins, shows the tables, and writes them if enough
// rounds of all levels were measured.
func measureBias(ctx context.Context, o options, out, progress io.Writer) error {
	m := &biasMeter{options: o}
	found := o.Measure(ctx, biasCombinations(o.Levels), func(c rig.Combination) rig.Result {
		return m.trial(ctx, named(c.Name), c.Load, progress)
	}, progress)
	if err := found.ShowProblems(out); err != nil {
		return err
	}
	if found.Rounds == 0 {
		return o.CheckWhole(ctx, found)
	}

	measured, err := m.summarize(ctx, found)
	if err != nil {
		return err
	}
	page, _ := measured.Page(bias.Begin + bias.End)
	fmt.Fprintln(out, page)
	if found.Rounds < minBiasRounds || !slices.Equal(o.Levels, biasLevels) {
		fmt.Fprintf(out, "not written: that takes %d rounds of all levels\n", minBiasRounds)
		return o.CheckWhole(ctx, found)
	}
	return writeBias(measured, out)
}

// biasCombinations returns every server with every load.
func biasCombinations(levels []int) []rig.Combination {
	var all []rig.Combination
	for _, way := range []rig.Load{
		{Requests: shippedRequests},
		{Requests: longRequests},
		{Requests: keepAliveRequests, KeepAlive: true},
	} {
		for _, level := range levels {
			load := way
			load.Concurrency = level
			for _, name := range biasServers {
				all = append(all, rig.Combination{Name: name, Load: load})
			}
		}
	}
	return all
}

// trial measures a server with a load.
func (m *biasMeter) trial(
	ctx context.Context, s server, l rig.Load, progress io.Writer,
) rig.Result {
	once := func() rig.Result { return biasTrial(ctx, s, l, m.Scratch) }
	again := func(disturbed rig.Result) {
		fmt.Fprintf(progress, "again: others used %.2f cores\n", disturbed.Cores.Others())
	}
	result, repeated := untilCalm(ctx, m.repetitions, once, again)
	if repeated {
		m.repeated++
	}
	return result
}

// untilCalm repeats a trial beside which other programs used much of the cores. It returns the last
// one if all are so.
func untilCalm(
	ctx context.Context, repetitions int, once func() rig.Result, again func(rig.Result),
) (result rig.Result, repeated bool) {
	for n := 0; ; n++ {
		result = once()
		if !disturbed(result) || result.Problem != nil || n == repetitions || ctx.Err() != nil {
			return result, n > 0
		}
		again(result)
	}
}

// disturbed reports whether other programs used much of the cores beside a trial.
func disturbed(r rig.Result) bool { return r.Cores.Others() > maxBiasOthers }

// biasTrial starts a server, warms it up, loads it and stops it. What the cores did is that of
// warm-up and load together, because the clock of idle cores ticks too coarsely for a short load.
func biasTrial(ctx context.Context, s server, l rig.Load, folder string) rig.Result {
	running, err := rig.Start(ctx, folder, s.Server)
	if err != nil {
		return rig.Result{Problem: err}
	}
	defer running.Stop()

	result, err := loadForBias(ctx, running, l)
	if err != nil {
		return rig.Result{Problem: running.Explain(err)}
	}
	return result
}

func loadForBias(ctx context.Context, running *rig.Running, l rig.Load) (rig.Result, error) {
	start, err := running.Read()
	if err != nil {
		return rig.Result{}, err
	}
	warmup := l
	warmup.Requests = max(biasWarmup, l.Concurrency)
	_, warmupCPU, err := generateAB(ctx, warmup, running.URL())
	if err != nil {
		return rig.Result{}, fmt.Errorf("warm-up: %w", err)
	}
	before, err := running.Read()
	if err != nil {
		return rig.Result{}, err
	}
	answers, loadCPU, err := generateAB(ctx, l, running.URL())
	if err != nil {
		return rig.Result{}, err
	}
	after, err := running.Read()
	if err != nil {
		return rig.Result{}, err
	}

	cpu, err := cpuPerRequest(before, after, answers)
	return rig.Result{
		RequestsPerSecond: answers.RequestsPerSecond,
		CPUMicroseconds:   cpu,
		Cores:             after.Cores(start, warmupCPU+loadCPU),
	}, err
}

// generateAB loads the server once with ab.
func generateAB(
	ctx context.Context, l rig.Load, url string,
) (answers rig.Answered, cpu time.Duration, err error) {
	requests := max(l.Requests, l.Concurrency)
	argv := abCommand(requests, l.Concurrency, url)
	if l.KeepAlive {
		argv = slices.Insert(argv, 1, "-k")
	}
	text, cpu, err := rig.Generate(ctx, loadTimeout, argv)
	if err != nil {
		return rig.Answered{}, cpu, err
	}
	answers, err = rig.ParseAB(text, requests)
	return answers, cpu, err
}

// parseBias reads the flags of the mode bias.
func parseBias(argv []string, stderr io.Writer) (options, error) {
	o := options{Options: rig.Options{Standard: biasLevels}}
	flags := flag.NewFlagSet("bench/servers/run bias", flag.ContinueOnError)
	flags.SetOutput(stderr)
	o.Define(flags, fmt.Sprint(biasRounds), ", not written", biasLimit)
	flags.IntVar(&o.repetitions, "repetitions", maxRepetitions,
		"how `often` a trial beside other programs is repeated, at most")
	if err := o.Parse(flags, argv, biasRounds); err != nil {
		return o, err
	}
	if o.repetitions < 0 || o.repetitions > 20 {
		return o, fmt.Errorf("-repetitions: found %d; allowed: 0 to 20", o.repetitions)
	}
	return o, nil
}
