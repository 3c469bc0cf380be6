package gate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"labbook.example/labbook/internal/export"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
	"labbook.example/labbook/report"
)

// Told is what a gate tells of, and where.
type Told struct {
	Record   *record.Record
	Analysis *stats.Analysis
	Summary  []byte // in Markdown; nil for that of the report
	Folders
	Quiet  bool // of messages, only errors are printed
	Stdout io.Writer
	Stderr io.Writer
}

// Hint tells that the command which draws a report also writes what a CI system did not get.
func (g Gate) Hint(command string) string {
	for _, asked := range []struct{ flag, file string }{
		{" --junit ", g.JUnit},
		{" --markdown ", g.Markdown},
	} {
		if asked.file != "" {
			command += asked.flag + asked.file
		}
	}
	return "the report is complete: when the problem is fixed, " + command + " writes it"
}

// The variables of a job of GitHub Actions.
const (
	onGitHub    = "GITHUB_ACTIONS"
	workspace   = "GITHUB_WORKSPACE"
	stepSummary = "GITHUB_STEP_SUMMARY"
)

// Tell writes the files that are asked for, and in a job of GitHub Actions the annotations.
func (g Gate) Tell(ctx context.Context, t Told) error {
	w := locale.For(t.Record.Experiment.Language)
	if g.JUnit != "" {
		text, err := export.JUnit(w, t.Record, t.Analysis, g.Strict)
		if err == nil {
			err = t.write(g.JUnit, os.O_TRUNC, text)
		}
		if err != nil {
			return fmt.Errorf("writing the file of --junit: %w", err)
		}
	}
	if g.Markdown != "" {
		if err := g.summarise(t); err != nil {
			return fmt.Errorf("writing the summary: %w", err)
		}
	}
	if os.Getenv(onGitHub) == "true" {
		g.annotate(ctx, w, t)
	}
	return nil
}

// summarise writes the summary. The summary of a job's step is a file to which each program adds
// its part; any other file is written anew.
func (g Gate) summarise(t Told) error {
	text, err := t.Summary, error(nil)
	if text == nil {
		text, err = report.Summary(t.Record, t.Analysis)
	}
	if err != nil {
		return err
	}
	if g.OnStdout() {
		_, err := t.Stdout.Write(text)
		return err
	}
	if samePath(g.Markdown, os.Getenv(stepSummary)) {
		return t.write(g.Markdown, os.O_APPEND, text)
	}
	return t.write(g.Markdown, os.O_TRUNC, text)
}

// write writes a file. The flag says what happens to what is there. The folder of a page that is
// not written, because both records are the same, is made for it.
func (f Folders) write(path string, flag int, text []byte) error {
	if folder := filepath.Dir(path); samePath(folder, f.Page) {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|flag, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// annotate prints the annotations, on standard output unless the summary is there. GitHub reads
// both streams.
func (g Gate) annotate(ctx context.Context, w *locale.Printer, t Told) {
	out := t.Stdout
	if g.OnStdout() {
		out = t.Stderr
	}
	spec := specOf(t.Record, t.Spec, t.Output)
	file := inRepository(ctx, spec, os.Getenv(workspace))
	failures, warnings := g.annotations(w, t.Record, t.Analysis)
	if t.Quiet {
		warnings = nil
	}
	for _, some := range [][]annotation{failures, warnings} {
		for _, n := range shown(w, some) {
			fmt.Fprintln(out, n.command(file, t.Record.Spec.Name))
		}
	}
}
