//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"

	"labbook.example/labbook/bench/rig"
	"labbook.example/labbook/internal/record"
)

// harness runs an experiment and shows where the time of its trials goes.
func (o options) harness(ctx context.Context, stdout, stderr io.Writer) error {
	output := filepath.Join(o.Scratch, "output")
	cmd := exec.CommandContext(ctx, filepath.Join(o.Scratch, "labbook"), o.spec, "--quiet",
		"--output", output, "--rounds", strconv.Itoa(o.trials))
	cmd.Stderr = stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running %s: %w", o.spec, err)
	}
	rec, err := record.Read(output)
	if err != nil {
		return err
	}
	all := trialsOf(rec)
	if len(all) < 2 {
		return errors.New("too few trials ended: see labbook's own messages")
	}
	fmt.Fprintf(stdout, "\nwhere a trial's time goes: medians of %d trials of %s, in ms\n",
		len(all), filepath.Base(o.spec))
	return rig.Align(stdout, table(all))
}

// trial is where the time of a trial went, in milliseconds.
type trial struct {
	whole   float64 // to the start of the next trial
	startup float64 // of the server, to its first good answer
	warmup  float64 // the call of ab before the load, with the start and end of its process
	load    float64 // as ab measures it
	call    float64 // the call of ab for the load without the load
	quiet   float64 // the watched intervals after the load
}

// rest is what has no other name: looks at the server, its end, the record.
func (t trial) rest() float64 {
	return t.whole - t.startup - t.warmup - t.load - t.call - t.quiet
}

// trialsOf returns the trials that ended, except the last, whose end is not in the record.
func trialsOf(rec *record.Record) []trial {
	const ms = 1000
	var all []trial
	order := rec.InRunOrder()
	for i, r := range order {
		m := r.Measurement()
		if i+1 == len(order) || r.Outcome != record.Ended || m == nil || r.Load == nil {
			continue
		}
		t := trial{
			whole: ms * (order[i+1].StartSeconds - r.StartSeconds),
			load:  ms * m.TimeTakenSeconds,
			call:  ms * (r.Load.WallSeconds - m.TimeTakenSeconds),
		}
		if r.StartupSeconds != nil {
			t.startup = ms * *r.StartupSeconds
		}
		if r.Warmup != nil {
			t.warmup = ms * r.Warmup.WallSeconds
		}
		for _, interval := range r.Usage.Idle() {
			t.quiet += ms * interval.Seconds
		}
		all = append(all, t)
	}
	return all
}

// table returns a row per part of a trial, and at the end the sum of all trials over that of their
// loads.
func table(all []trial) [][]string {
	rows := [][]string{{"part", "median", "share of the whole"}}
	var whole, loads float64
	for _, t := range all {
		whole += t.whole
		loads += t.load
	}
	add := func(name string, of func(trial) float64) {
		values, sum := make([]float64, len(all)), 0.0
		for i, t := range all {
			values[i] = of(t)
			sum += of(t)
		}
		rows = append(rows, []string{
			name,
			fmt.Sprintf("%.1f", rig.Summarize(values).Median),
			fmt.Sprintf("%.0f %%", 100*sum/whole),
		})
	}
	add("the load, as ab measures it", func(t trial) float64 { return t.load })
	add("start and end of its ab", func(t trial) float64 { return t.call })
	add("the warm-up, with its ab", func(t trial) float64 { return t.warmup })
	add("start of the server", func(t trial) float64 { return t.startup })
	add("the quiet intervals", func(t trial) float64 { return t.quiet })
	add("the rest", trial.rest)
	add("a whole trial", func(t trial) float64 { return t.whole })
	return append(rows, []string{"whole ÷ load", fmt.Sprintf("%.2f", whole/loads), ""})
}
