// Package contrast is labbook compare: from the names of two records to what is printed and written
// of them, and to the exit code. In come the arguments and flags of the command. Refused are
// records that cannot be read or compared, and a folder for the page that holds anything else; then
// nothing is written.
package contrast

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/gate"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/side"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
	"labbook.example/labbook/internal/terminal"
	"labbook.example/labbook/report"
)

// Options are the flags of the command.
type Options struct {
	Yardstick string // "": as the newer spec says, or the first model that both have alike
	Output    string // a folder for the page; "": none is written
	Language  string // "": that of the newer spec
	Quiet     bool
	Gate      gate.Gate

	Stdout, Stderr io.Writer
}

// AddFlags adds the flags that set the options.
func (o *Options) AddFlags(flags gate.Flags) {
	const yardstick = "the `server` that is the same program in both records"
	flags.StringVar(&o.Yardstick, "yardstick", "", yardstick)
	const output = "write compare.html, .md, .json and the chart into a `folder`: a new one"
	flags.StringVar(&o.Output, "output", "", output)
	languages := strings.Join(locale.Languages, " or ")
	const language = "the `language`, instead of the newer spec's: "
	flags.StringVar(&o.Language, "language", "", language+languages)
	flags.BoolVar(&o.Quiet, "quiet", false, "print nothing but errors")
	o.Gate.AddFlags(flags)
}

// Run compares the records that up to two arguments mean.
func (o Options) Run(ctx context.Context, args []string) error {
	if o.Language != "" && !slices.Contains(locale.Languages, o.Language) {
		allowed := strings.Join(locale.Languages, ", ")
		return failure.Usage("--language: found %q; allowed: %s", o.Language, allowed)
	}
	older, newer, err := side.ReadBoth(ctx, args)
	if err != nil {
		return err
	}
	folders := o.folders(older, newer)
	if err := o.Gate.Check(folders); err != nil {
		return err
	}
	o.Language = cmp.Or(o.Language, newer.Record.Experiment.Language)
	if older.SHA256 == newer.SHA256 {
		return o.same(ctx, older, newer, folders)
	}
	c, err := compare.Records(older, newer, o.Yardstick)
	if err != nil {
		return failure.Usage("--yardstick: %w", err)
	}
	return o.tell(ctx, c, folders)
}

// tell writes and prints what two records say of each other, and returns the error of its
// expectations.
func (o Options) tell(ctx context.Context, c *compare.Comparison, folders gate.Folders) error {
	w := locale.For(o.Language)
	shown := terminal.Changes{Comparison: c, Language: o.Language}
	if o.Output != "" {
		if err := report.WriteChanges(o.Output, w, c, o.Gate.In(o.Output)...); err != nil {
			const hint = "write elsewhere with --output; nothing was written"
			return failure.New(failure.ExitUsage, err, hint)
		}
		shown.Report = filepath.Join(o.Output, "compare.html")
	}
	if !o.Quiet && !o.Gate.OnStdout() {
		shown.Print(o.Stdout)
	}

	judged := c.Judged()
	err := o.Gate.Tell(ctx, gate.Told{
		Record:   c.New.Record,
		Analysis: judged,
		Summary:  report.ChangesMarkdown(w, c),
		Folders:  folders,
		Quiet:    o.Quiet,
		Stdout:   o.Stdout,
		Stderr:   o.Stderr,
	})
	if err != nil {
		return notTold(err)
	}
	return o.Gate.OfChecks(judged)
}

// same writes that both sides are the same record, to each output that was asked for. Nothing is
// judged then.
func (o Options) same(
	ctx context.Context, older, newer compare.Side, folders gate.Folders,
) error {
	var text bytes.Buffer
	earlier := side.Earlier(ctx, older.Name, older.SHA256)
	terminal.PrintSameRecord(&text, locale.For(o.Language), older, newer, earlier)
	if !o.Quiet && !o.Gate.OnStdout() {
		terminal.PrintSameRecord(o.Stdout, locale.For(o.Language), older, newer, earlier)
	}

	judged := stats.Judge(newer.Record)
	judged.Checks = nil
	judged.Unjudged = slices.DeleteFunc(
		slices.Clone(newer.Record.Experiment.Expectations),
		func(e spec.Expectation) bool { return e.Than != spec.ThanBefore },
	)
	err := o.Gate.Tell(ctx, gate.Told{
		Record:   newer.Record,
		Analysis: judged,
		Summary:  text.Bytes(),
		Folders:  folders,
		Quiet:    o.Quiet,
		Stdout:   o.Stdout,
		Stderr:   o.Stderr,
	})
	if err != nil {
		return notTold(err)
	}
	if !o.Gate.Strict || len(judged.Unjudged) == 0 {
		return nil
	}
	err = errors.New("--strict: both are the same record, so that no expectation is judged")
	return failure.New(failure.ExitUndecided, err, "name an earlier record")
}

// notTold returns the error of a file that a CI system does not get.
func notTold(err error) error {
	const hint = "the records are as they were: " +
		"when the problem is fixed, the same command writes it"
	return failure.New(failure.ExitOther, err, hint)
}

// folders returns what the files of the gate must not overwrite.
func (o Options) folders(older, newer compare.Side) gate.Folders {
	f := gate.Folders{
		Spec: newer.Spec,
		Read: []string{older.Name, newer.Name, older.Spec},
		Page: o.Output,
	}
	if info, err := os.Stat(newer.Name); err == nil && info.IsDir() {
		f.Output = newer.Name
	}
	return f
}
