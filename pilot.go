package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// pilot measures the first rounds of an experiment into a temporary folder, and says how long all
// of them will take and which differences they will be able to show. Nothing of it is kept.
func (l *lab) pilot(ctx context.Context, path string, stdout io.Writer) error {
	dir, err := os.MkdirTemp("", "labbook-pilot-")
	if err != nil {
		return fmt.Errorf("making a folder for the pilot: %w", err)
	}
	defer os.RemoveAll(dir)
	experiment := *l.experiment
	experiment.Design.Rounds = stats.PilotRounds
	short := *l
	short.experiment = &experiment
	header := newHeader(ctx, &experiment, path, dir, l.generators)
	out, err := record.Create(dir, header, true)
	if err != nil {
		return fmt.Errorf("starting the pilot's record: %w", err)
	}
	trials := plan.New(&experiment)
	silent := newProgress(io.Discard, true, &experiment, len(trials), l.generators)
	began := time.Now()
	if err := measure(ctx, short.bench(), trials, out, silent); err != nil {
		_ = out.Close() // its folder goes anyway
		return fmt.Errorf("the pilot: %w", err)
	}
	each := time.Since(began) / stats.PilotRounds
	if err := out.Finish(); err != nil {
		return err
	}
	rec, err := record.Read(dir)
	if err != nil {
		return fmt.Errorf("reading the pilot's record: %w", err)
	}
	printForecast(stdout, rec, l.experiment.Design.Rounds, each)
	return nil
}

// printForecast says what a pilot found. Two rounds give a rough spread, and it says so.
func printForecast(stdout io.Writer, rec *record.Record, rounds int, each time.Duration) {
	whole := (each * time.Duration(rounds)).Round(time.Second)
	fmt.Fprintf(stdout, "pilot of %s: the whole experiment of %s will take about %v\n",
		count(stats.PilotRounds, "round"), count(rounds, "round"), max(whole, time.Second))
	for _, f := range stats.ForecastFrom(rec, rounds) {
		server, baseline := printable(f.Server), printable(rec.Experiment.Design.Baseline)
		if f.Levels == 0 {
			fmt.Fprintf(
				stdout,
				"%s against %s: no level has %s that are clean, so nothing can be said\n",
				server,
				baseline,
				count(stats.PilotRounds, "round"),
			)
			continue
		}
		const forecast = "%s against %s: can show differences from about %.0f %% on (rough: %s, pooled over %s)\n"
		fmt.Fprintf(stdout, forecast,
			server, baseline, math.Ceil(100*f.HalfWidth), count(stats.PilotRounds, "round"),
			count(f.Levels, "level"))
	}
}
