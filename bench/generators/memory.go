//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"labbook.example/labbook/bench/rig"
)

// The load with which memory is measured. There are so many requests that it shows if a generator
// keeps something of each.
const (
	memoryRequests      = 10_000_000
	memoryRequestsQuick = 1_000_000
	memoryConcurrency   = 100
	memoryTimeout       = 5 * time.Minute
)

// maxMemory is the target of labbook, in MB of a million bytes.
const maxMemory = 20

// measureMemory compares the peak memory of labbook and ab under one long load each.
func (b bench) measureMemory(ctx context.Context, out, progress io.Writer) error {
	requests := memoryRequests
	if b.Quick {
		requests = memoryRequestsQuick
	}
	rows := [][]string{{"generator", "peak memory in MB", "requests per second"}}
	var ours rig.Result
	for _, g := range []generator{named("labbook"), named("ab")} {
		fmt.Fprintf(progress, "%s: %d requests\n", g.name, requests)
		load := rig.Load{KeepAlive: true, Concurrency: memoryConcurrency}
		r := b.once(ctx, g, load, requests, memoryTimeout)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if r.Problem != nil {
			return fmt.Errorf("%s: %w", g.name, r.Problem)
		}
		if g.name == "labbook" {
			ours = r
		}
		rows = append(rows, []string{
			g.name,
			fmt.Sprintf("%.1f", megabytes(r.PeakMemory)),
			fmt.Sprintf("%.0f", r.RequestsPerSecond),
		})
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
		maxMemory,
		memoryVerdict(ours.PeakMemory),
	)
	return err
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

func memoryVerdict(peak int64) string {
	if megabytes(peak) <= maxMemory {
		return "reached"
	}
	return "not reached"
}
