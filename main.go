// Labbook is a laboratory notebook for server experiments: it reads experiment.toml, loads each
// server model with ApacheBench again and again, and writes a report that can be trusted, opened
// offline and committed.
//
// This file is the command line and the pipeline; servers.go, ab.go and the files beside them hold
// the processes; everything else is in internal and report.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"labbook/internal/failure"
	"labbook/internal/locale"
	"labbook/internal/machine"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/servermodel"
	"labbook/internal/spec"
	"labbook/internal/stats"
	"labbook/internal/terminal"
	"labbook/report"
)

func main() {
	os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr))
}

// execute runs one command line, prints its error and returns its exit code.
func execute(args []string, stdout, stderr io.Writer) int {
	ctx, stop := failure.UntilSignal(context.Background())
	defer stop()
	root := commandLine(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code, hint := failure.CodeAndHint(err)
	if code != failure.ExitOK && err.Error() != "" {
		terminal.PrintError(stderr, err, hint)
	}
	return code
}

// options are the flags of a run.
type options struct {
	output      string // the output folder; empty: output beside the spec
	rounds      int    // 0: the spec's
	fresh       bool
	pilot       bool
	dryRun      bool
	quiet       bool
	allowRemote bool
}

// run is the experiment, from the spec to the report.
func run(ctx context.Context, path string, o options, stdout, stderr io.Writer) error {
	experiment, err := readSpec(path, o)
	if err != nil {
		return err
	}
	trials := plan.New(experiment)
	dir := outputFolder(path, o)
	if o.dryRun {
		last, _ := record.Read(dir) // without one the plan says so
		terminal.Plan{
			Experiment: experiment,
			Trials:     trials,
			Output:     dir,
			Last:       last,
		}.Print(stdout)
		return nil
	}
	lab, err := prepare(ctx, experiment, path, dir, stderr)
	if err != nil {
		return err
	}
	defer lab.close()
	if err := lab.findRunning(ctx); err != nil {
		return err
	}
	header := newHeader(ctx, experiment, path, dir, lab.generators)
	unlock, err := lockOutput(dir, absolute(path))
	if err != nil {
		return err
	}
	defer unlock()
	var cut *unfinished
	if !o.fresh {
		if cut, err = findUnfinished(dir, header, trials); err != nil {
			return err
		}
	}
	summary := terminal.Summary{
		Title:      experiment.Title,
		Size:       terminal.Size(experiment, len(trials)),
		Generators: lab.generators.String(),
		Trials:     len(trials),
		Rounds:     experiment.Design.Rounds,
		Remaining:  len(trials),
	}
	if cut != nil {
		summary.Resumed = cut.String()
		summary.Remaining = len(cut.left)
	}
	progress := terminal.NewProgress(stderr, o.quiet, summary)
	if cut == nil {
		header.Environment.BusyBefore = machine.BusyShare(ctx, quietBefore)
		header.Environment.TimeWait = machine.TimeWaits()
	}
	out, err := openRecord(dir, header, cut)
	if err != nil {
		return fmt.Errorf("starting the record: %w", err)
	}
	bench := lab.bench()
	if cut != nil {
		bench.goOn(cut)
		trials = cut.left
	}
	if err := measure(ctx, bench, trials, out, progress); err != nil {
		progress.Abandon()
		return keep(out, header.Trials, err)
	}
	progress.Finish()
	if err := out.Finish(); err != nil {
		return err
	}
	return conclude(dir, drawing{quiet: o.quiet}, stdout, stderr)
}

// measure runs every trial in plan order. Each one is on disk before the next starts, so a crash
// costs one trial. A trial that fails is a result too; only what keeps us from measuring at all, or
// from keeping what we measured, ends the run.
func measure(
	ctx context.Context,
	b *bench,
	trials []plan.Trial,
	out *record.Writer,
	p *terminal.Progress,
) error {
	defer b.servers.stop()
	for _, trial := range trials {
		p.Begin(trial)
		result, err := b.next(ctx, trial)
		if err != nil {
			return fmt.Errorf("%v: %w", trial, err)
		}
		if err := out.Append(result); err != nil {
			return fmt.Errorf("%v: keeping its result: %w", trial, err)
		}
		p.End(result)
	}
	return nil
}

// keep closes the record of a run that was cut short, and adds to the error what is kept of it.
// A record without a trial is of no use to anybody, so it goes.
func keep(out *record.Writer, planned int, cause error) error {
	code, hint := failure.CodeAndHint(cause)
	var signal failure.Interrupted
	if errors.As(cause, &signal) {
		cause = signal // which trial it was does not matter
	}
	if out.Written() == 0 {
		return failure.New(code, errors.Join(cause, out.Discard()), hint)
	}
	kept := fmt.Errorf(
		"%w: %d of %d trials are kept in %s",
		cause,
		out.Written(),
		planned,
		out.Path(),
	)
	again := "the same command goes on from there, with --fresh it starts over; no finished report was touched"
	if hint != "" {
		again = hint + "; " + again
	}
	return failure.New(code, errors.Join(kept, out.Close()), again)
}

// conclude draws the report of a finished record, and says the answer and what is wrong with it.
func conclude(dir string, d drawing, stdout, stderr io.Writer) error {
	rec, err := record.Read(dir)
	if errors.Is(err, fs.ErrNotExist) {
		hint := "name the output folder of a run that has ended: it holds " + record.FileName
		if _, lies := record.Unfinished(dir); lies {
			hint = "the run there was cut short: run its experiment again, and it goes on"
		}
		return failure.New(failure.ExitUsage, fmt.Errorf("reading the record: %w", err), hint)
	}
	if err != nil {
		return fmt.Errorf("reading the record: %w", err)
	}
	if err := d.renew(rec); err != nil {
		return failure.New(failure.ExitUsage, err, "nothing was drawn")
	}
	analysis := stats.Analyse(rec)
	if err := report.Write(dir, rec, analysis); err != nil {
		return failure.New(
			failure.ExitOther,
			fmt.Errorf("writing the report: %w", err),
			"the record is whole: once the reason is gone, labbook report "+dir+
				" draws the report from it",
		)
	}
	if !d.quiet {
		words := locale.For(rec.Experiment.Language)
		terminal.Conclusion{
			Answer:      report.Answer(words, analysis),
			Calibration: report.Calibration(words, rec, analysis),
			Warnings:    report.Warnings(words, rec, analysis),
			Damage:      report.Damage(words, rec),
			Report:      filepath.Join(dir, "report.html"),
		}.Print(stdout)
	}
	return invalidCells(analysis)
}

// drawing is how a report is to differ from what its record says of it. Its zero value changes
// nothing.
type drawing struct {
	notes    string // a file of newer notes
	language string // one of locale.Languages
	quiet    bool
}

// renew puts the drawing's notes and its language in place of the record's own.
func (d drawing) renew(rec *record.Record) (err error) {
	if d.language != "" {
		if !slices.Contains(locale.Languages, d.language) {
			return fmt.Errorf(
				"--language: found %q; allowed: %s",
				d.language,
				strings.Join(locale.Languages, ", "),
			)
		}
		rec.Experiment.Language = d.language
	}
	if d.notes == "" {
		return nil
	}
	if rec.Experiment.Notes, err = spec.ReadNotes(d.notes, filepath.Base(d.notes)); err != nil {
		return err
	}
	rec.NewerNotes = true
	return report.CheckNotes(rec.Experiment)
}

// invalidCells is the error of a run that was measured and reported but holds a cell that must not
// be used.
func invalidCells(a *stats.Analysis) error {
	invalid := a.Invalid()
	if len(invalid) == 0 {
		return nil
	}
	names := ""
	for i, cell := range invalid {
		if i > 0 {
			names += ", "
		}
		names += cell.Cell.String()
	}
	verb := "cells of %d are invalid: %s"
	if len(invalid) == 1 {
		verb = "cell of %d is invalid: %s"
	}
	return failure.New(
		failure.ExitInvalid,
		fmt.Errorf("%d "+verb, len(invalid), len(a.Cells), names),
		"the report says what was wrong with each",
	)
}

// lab is the machine made ready: this Labbook measures alone, the ports are held, and the ab is
// chosen.
type lab struct {
	experiment *spec.Experiment
	folder     string // of the spec
	generators generators
	ports      machine.Reservations
	unlock     func()
}

// prepare makes the machine ready, or says what is in the way, before anything is written.
func prepare(
	ctx context.Context,
	e *spec.Experiment,
	path, dir string,
	said io.Writer,
) (*lab, error) {
	chosen, err := findGenerators(ctx, e)
	if err != nil {
		return nil, err
	}
	if err := findCommands(e, folderOf(path)); err != nil {
		return nil, err
	}
	unlock, err := machine.MeasureAlone(absolute(path))
	if err != nil {
		return nil, err
	}
	if err := report.Writable(dir); err != nil {
		unlock()
		return nil, failure.New(failure.ExitUsage, err, "move it away, or write elsewhere with --output")
	}
	held, err := reservePorts(ctx, e.Started(), said)
	if err != nil {
		unlock()
		return nil, err
	}
	return &lab{e, folderOf(path), chosen, held, unlock}, nil
}

// findRunning asks the servers that run already: one that is not there would cost every trial its
// patience.
func (l *lab) findRunning(ctx context.Context) error {
	all := newServers(l.experiment, l.folder, l.ports)
	for _, s := range l.experiment.Started() {
		if s.URL == "" {
			continue
		}
		_, _, err := all.take(ctx, s.Name, 1)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return failure.Machine(
				"start the server, or correct its url; nothing was measured or written",
				"%w",
				err,
			)
		}
	}
	return nil
}

func (l *lab) bench() *bench {
	return &bench{
		experiment: l.experiment,
		servers:    newServers(l.experiment, l.folder, l.ports),
		generators: l.generators,
		failing:    failing{},
		began:      time.Now(),
	}
}

func (l *lab) close() {
	l.ports.Close()
	l.unlock()
}

// newHeader describes a run before its first trial. It reads the clock once: nothing else in the
// record holds a time of day.
func newHeader(
	ctx context.Context,
	e *spec.Experiment,
	path, dir string,
	g generators,
) record.Header {
	header := record.Header{
		Schema:      record.Schema,
		Labbook:     version(),
		Started:     time.Now().UTC().Truncate(time.Second),
		Rounds:      e.Design.Rounds,
		Trials:      len(plan.New(e)),
		Spec:        record.File{Name: e.Name, Text: e.Source},
		References:  e.References,
		Generator:   g.own.Generator,
		Environment: machine.Describe(e.Identify),
		Source:      machine.Source(ctx, folderOf(path), absolute(dir)),
	}
	if e.Notes.File != "" {
		header.Notes = &record.File{Name: e.Notes.File, Text: e.Notes.Text}
	}
	if g.other != nil {
		header.Calibration = &g.other.Generator
	}
	return header
}

// quietBefore is how long the machine is watched before the first trial.
const quietBefore = 500 * time.Millisecond

// reservePorts reserves the ports of the servers that we start.
func reservePorts(
	ctx context.Context,
	servers []spec.Server,
	progress io.Writer,
) (machine.Reservations, error) {
	var ports []machine.Port
	for _, s := range servers {
		if s.URL != "" {
			continue
		}
		address, err := servermodel.Resolve(s.Address)
		if err != nil {
			return nil, fmt.Errorf("server %q: %w", s.Name, err)
		}
		ports = append(ports, machine.Port{Server: s.Name, Text: s.Address, Address: address})
	}
	return machine.Reserve(ctx, ports, progress)
}
