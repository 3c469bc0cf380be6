//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"labbook.example/labbook/bench/rig"
)

// measure measures every server with every load once per round.
func measure(ctx context.Context, o options, progress io.Writer) rig.Results {
	return o.Measure(ctx, combinations(o.servers, o.Levels), func(c rig.Combination) rig.Result {
		return runTrial(ctx, named(c.Name), c.Load, o)
	}, progress)
}

// combinations returns every server with every load.
func combinations(of []server, levels []int) []rig.Combination {
	var all []rig.Combination
	for _, keepAlive := range []bool{true, false} {
		for _, level := range levels {
			for _, s := range of {
				load := rig.Load{KeepAlive: keepAlive, Concurrency: level}
				all = append(all, rig.Combination{Name: s.Name, Load: load})
			}
		}
	}
	return all
}

// runTrial starts a server, warms it up, loads it and stops it.
func runTrial(ctx context.Context, s server, l rig.Load, o options) rig.Result {
	running, err := rig.Start(ctx, o.Scratch, s.Server)
	if err != nil {
		return rig.Result{Problem: err}
	}
	defer running.Stop()

	result, err := loadServer(ctx, running, l, o)
	if err != nil {
		return rig.Result{Problem: running.Explain(err)}
	}
	return result
}

func loadServer(
	ctx context.Context,
	running *rig.Running,
	l rig.Load,
	o options,
) (rig.Result, error) {
	if err := warmUp(ctx, l, running.URL()); err != nil {
		return rig.Result{}, err
	}
	before, err := running.Read()
	if err != nil {
		return rig.Result{}, err
	}
	answers, generatorCPU, err := generate(ctx, l, running.URL(), o)
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
		Cores:             after.Cores(before, generatorCPU),
	}, err
}

// cpuPerRequest returns the microseconds of the server between two readings, per request.
func cpuPerRequest(before, after rig.Reading, answers rig.Answered) (float64, error) {
	used := after.ServerCPU(before)
	if used <= 0 {
		return 0, errors.New("the server used no CPU time that could be measured")
	}
	return float64(used) / float64(time.Microsecond) / float64(answers.Requests), nil
}

// withoutUnknown starts every model once, and returns the servers without the models that this
// labbook does not know. Other problems will show in the trials.
func withoutUnknown(ctx context.Context, o options, out io.Writer) []server {
	var known []server
	for _, s := range o.servers {
		if s.model {
			running, err := rig.Start(ctx, o.Scratch, s.Server)
			if err == nil {
				running.Stop()
			}
			if errors.Is(err, rig.ErrUnknownModel) {
				fmt.Fprintf(out, "skipped: labbook serve does not know the model %q\n", s.Name)
				continue
			}
		}
		known = append(known, s)
	}
	return known
}
