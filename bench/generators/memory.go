//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"labbook/bench/rig"
)

// The load with which memory is measured: so many requests that whoever keeps something of each
// shows it.
const (
	memoryRequests      = 10_000_000
	memoryRequestsQuick = 1_000_000
	memoryConcurrency   = 100
	memoryTimeout       = 5 * time.Minute
)

// mostMemory is labbook's target, in MB of a million bytes.
const mostMemory = 20

// measureMemory compares the peak memory of labbook and ab under one long load each.
func (b bench) measureMemory(ctx context.Context, out, progress io.Writer) error {
	requests := memoryRequests
	if b.quick {
		requests = memoryRequestsQuick
	}
	rows := [][]string{{"generator", "peak memory in MB", "requests per second"}}
	var ours result
	for _, g := range generators[:2] {
		fmt.Fprintf(progress, "%s: %d requests\n", g.name, requests)
		r := b.once(ctx, combination{g, load{true, memoryConcurrency}}, requests, memoryTimeout)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if r.problem != nil {
			return fmt.Errorf("%s: %w", g.name, r.problem)
		}
		if g.name == "labbook" {
			ours = r
		}
		rows = append(rows, []string{g.name, fmt.Sprintf("%.1f", megabytes(r.peak)),
			fmt.Sprintf("%.0f", r.requestsPerSecond)})
	}
	fmt.Fprintf(
		out,
		"\npeak memory after %d requests, keep-alive, c=%d\n",
		requests,
		memoryConcurrency,
	)
	if err := rig.Align(out, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(
		out,
		"\ntarget: labbook ≤ %d MB: %s\n",
		mostMemory,
		memoryVerdict(ours.peak),
	)
	return err
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

func memoryVerdict(peak int64) string {
	if megabytes(peak) <= mostMemory {
		return "reached"
	}
	return "not reached"
}
