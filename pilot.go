package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
	"labbook/internal/terminal"
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
	out, err := record.Create(dir, header)
	if err != nil {
		return fmt.Errorf("starting the pilot's record: %w", err)
	}
	trials := plan.New(&experiment)
	silent := terminal.NewProgress(io.Discard, true, terminal.Summary{})
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
	rounds := l.experiment.Design.Rounds
	terminal.Forecast{
		Baseline:    rec.Experiment.Design.Baseline,
		PilotRounds: stats.PilotRounds,
		Rounds:      rounds,
		Duration:    each * time.Duration(rounds),
		Comparisons: stats.ForecastFrom(rec, rounds),
	}.Print(stdout)
	return nil
}
