// Labbook is a laboratory notebook for server experiments: it reads experiment.toml, loads each
// server model with ApacheBench again and again, and writes a report that can be trusted, opened
// offline and committed.
//
// The story of an experiment is in three files: main.go, from the command line to the report;
// servers.go, the life of a server under test; and ab.go, one call of ab. Between them, prepare.go
// makes everything ready for the first trial, and trial.go measures the trials. check.go and
// commands.go hold the other commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"labbook.example/labbook/internal/checkout"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/gate"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/rebuild"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/self"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
	"labbook.example/labbook/internal/terminal"
	"labbook.example/labbook/report"
)

func main() {
	os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr))
}

// execute runs one command line, prints its error and returns its exit code.
func execute(args []string, stdout, stderr io.Writer) int {
	ctx, stop := failure.UntilSignal(context.Background())
	defer stop()
	defer process.EndGuards()

	root := commandLine(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code, hint := failure.CodeAndHint(err)
	if code != failure.ExitOK && err.Error() != "" {
		terminal.PrintError(stderr, err, hint)
	}
	return code
}

// run is one experiment, from its spec to its report.
func run(ctx context.Context, o runOptions, g gate.Gate, stdout, stderr io.Writer) error {
	experiment, err := readSpec(o)
	if err != nil {
		return err
	}
	older, err := o.findOlder(ctx, experiment)
	if err != nil {
		return err
	}
	if o.dryRun {
		planOf(experiment, older, o).Print(stdout)
		return nil
	}

	if err := g.Check(gate.Folders{Spec: o.spec, Output: o.outputFolder()}); err != nil {
		return err
	}

	messages := stderr
	if o.quiet {
		messages = io.Discard
	}
	if err := rebuild.WithoutCgo(ctx, experiment, absolute(o.spec), messages); err != nil {
		return err
	}
	session, err := prepare(ctx, experiment, older, o, messages)
	if err != nil {
		return err
	}
	defer session.close()

	progress := terminal.NewProgress(stderr, o.quiet, session.summary())
	if experiment.Design.Runs > 1 {
		progress.Note(planOf(experiment, older, o).ExpectedDuration())
	}
	progress.Note(terminal.VerdictNote(experiment))
	if err := tryVersions(ctx, session); err != nil {
		return session.withLeftRunning(err)
	}
	if err := begin(ctx, session, progress); err != nil {
		return session.withLeftRunning(err)
	}
	if err := measure(ctx, session, progress); err != nil {
		return session.withLeftRunning(session.record.Keep(err, session.header.Trials))
	}
	if err := session.record.Finish(); err != nil {
		return session.withLeftRunning(err)
	}
	drawn := redraw{quiet: o.quiet, gate: g, spec: o.spec}
	err = writeReport(ctx, o.outputFolder(), drawn, stdout, stderr)
	return session.withLeftRunning(err) // no later trial tells that of the last server
}

// planOf returns what a run will do. The last run into the same folder tells how long it takes.
func planOf(e *spec.Experiment, older *checkout.Older, o runOptions) terminal.Plan {
	dir := o.outputFolder()
	last, err := record.Read(dir)
	if err != nil {
		last = nil // there is none, or none that helps
	}
	return terminal.Plan{
		Experiment: e,
		Trials:     plan.New(e),
		MoreRounds: o.moreRounds,
		Against:    older.Recorded(),
		Output:     dir,
		Last:       last,
	}
}

// writeReport draws the report of a finished record, prints its conclusion, and tells a CI system
// what its expectations came to.
func writeReport(ctx context.Context, dir string, r redraw, stdout, stderr io.Writer) error {
	folders := gate.Folders{Spec: r.spec, Output: dir}
	if err := r.gate.Check(folders); err != nil {
		return err
	}
	rec, err := readFinished(dir)
	if err != nil {
		return err
	}
	if err := r.ApplyTo(rec); err != nil {
		return failure.New(failure.ExitUsage, err, "no report was written")
	}

	analysis := stats.Analyse(rec)
	if r.check {
		if r.quiet {
			stdout = io.Discard
		}
		return checkReport(dir, r.Command(dir), rec, analysis, stdout)
	}
	if err := report.Write(dir, rec, analysis); err != nil {
		hint := "the record is complete: when the problem is fixed, labbook report " + dir +
			" writes the report from it"
		return failure.New(failure.ExitOther, fmt.Errorf("writing the report: %w", err), hint)
	}
	if !r.quiet && !r.gate.OnStdout() {
		terminal.Conclusion{
			Record:   rec,
			Analysis: analysis,
			Report:   filepath.Join(dir, "report.html"),
		}.Print(stdout)
	}
	told := gate.Told{
		Record:   rec,
		Analysis: analysis,
		Folders:  folders,
		Quiet:    r.quiet,
		Stdout:   stdout,
		Stderr:   stderr,
	}
	if err := r.gate.Tell(ctx, told); err != nil {
		return err
	}
	return r.gate.Error(analysis)
}

// readFinished reads the record of a run that has ended.
func readFinished(dir string) (*record.Record, error) {
	rec, err := record.Read(dir)
	if err == nil {
		return rec, nil
	}

	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the record: %w", err)
	}
	err = fmt.Errorf("%s: found no %s", dir, record.FileName)
	if _, statErr := os.Stat(dir); errors.Is(statErr, fs.ErrNotExist) {
		err = fmt.Errorf("%s: no such folder", dir)
	}
	hint := "name the output folder of a finished run: it contains " + record.FileName
	if _, ok := record.Unfinished(dir); ok {
		hint = "the run there was interrupted: run its experiment again to resume it"
	}
	return nil, failure.New(failure.ExitUsage, err, hint)
}

// redraw is how a report is drawn from its record.
type redraw struct {
	report.Redraw
	check bool // write nothing, and only compare
	quiet bool
	gate  gate.Gate
	spec  string // path of the spec; "": it is not known
}

const longHelp = `Labbook reads experiment.toml, starts each server under test in its own process,
loads it with ApacheBench (ab) in repeated rounds of random order, and writes output/report.html
and output/report.md.

Exit codes: 0 success; 1 failure; 2 usage or spec error; 3 environment error (missing program,
port in use); 4 finished, but some data are invalid; 5 an expectation failed; 6 with --strict: one
is undecided or not measured; 130, 143, 129 after SIGINT, SIGTERM, SIGHUP.`

const examples = `  labbook experiment.toml             measure, then write output/
  labbook experiment.toml --dry-run   show the plan
  labbook mine.toml --against main    measure a server beside its version of main
  labbook init mine.toml              a commented spec to start from`

// commandLine declares every command. Each of them is a role that the one binary plays.
func commandLine(stdout, stderr io.Writer) *cobra.Command {
	root := runCommand("labbook [flags] experiment.toml", stdout, stderr)
	root.Short = "a notebook for honest, repeatable load experiments on server models"
	root.Long = longHelp
	root.Example = examples
	root.Version = fmt.Sprintf("%s (%s %s/%s)",
		self.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	root.SetVersionTemplate("labbook {{.Version}}\n{{executable}}\n")
	cobra.AddTemplateFunc("executable", describeExecutable)
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return failure.Usage("%w", err)
	})

	named := runCommand("run experiment.toml", stdout, stderr)
	named.Short = "measure an experiment and write its report (what labbook does without a command)"
	root.AddCommand(
		named,
		checkCommand(stdout),
		initCommand(stdout),
		reportCommand(stdout, stderr),
		compareCommand(stdout, stderr),
		importCommand(stdout, func(ctx context.Context, dir string, quiet bool) error {
			return writeReport(ctx, dir, redraw{quiet: quiet}, stdout, stderr)
		}),
		schemaCommand(stdout),
		serveCommand(stderr),
		abCommand(stdout, stderr),
		guardCommand(),
	)
	return root
}

// describeExecutable identifies our own program as a record does. Reading all of it takes longer
// than most commands, so that only --version calls it.
func describeExecutable() string {
	program, err := machine.Program()
	if err != nil {
		return err.Error()
	}
	revision := program.Revision
	switch {
	case revision == "":
		revision = "unknown: the build did not stamp it"
	case program.Modified:
		revision += ", modified"
	}
	cgo := "no"
	if machine.LinksCgo() {
		cgo = "yes"
	}
	return fmt.Sprintf("revision: %s\nSHA-256:  %s\ncgo:      %s", revision, program.SHA256, cgo)
}

func runCommand(use string, stdout, stderr io.Writer) *cobra.Command {
	var o runOptions
	var g gate.Gate
	c := &cobra.Command{
		Use:  use,
		Args: oneArgument("an experiment file"),
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("rounds") && (o.rounds < 1 || o.rounds > spec.MaxRounds) {
				const format = "--rounds: found %d; allowed: 1 to %d"
				return failure.Usage(format, o.rounds, spec.MaxRounds)
			}
			if c.Flags().Changed("more-rounds") {
				err := record.CheckMoreRounds(o.moreRounds, c.Flags().Changed("rounds"))
				if err != nil {
					return err
				}
			}
			o.spec = args[0]
			o.isAgainst = c.Flags().Changed("against")
			return run(c.Context(), o, g, stdout, stderr)
		},
	}

	flags := c.Flags()
	flags.StringVar(&o.output, "output", "", "the output folder"+defaultOutput)
	flags.IntVar(&o.rounds, "rounds", 0, "rounds, instead of the spec's")
	const moreRounds = "go on with the finished run in the output folder: `N` further rounds"
	flags.IntVar(&o.moreRounds, "more-rounds", 0, moreRounds)
	flags.BoolVar(&o.dryRun, "dry-run", false, "show the plan and measure nothing")
	const fresh = "start over instead of resuming the unfinished run in the output folder"
	flags.BoolVar(&o.fresh, "fresh", false, fresh)
	flags.BoolVar(&o.quiet, "quiet", false, "print nothing but errors")
	o.addCommonFlags(flags)
	g.AddFlags(flags)
	return c
}

const defaultOutput = " (default: output beside the spec, or output/against)"

// addCommonFlags adds the flags that a run and a check have alike.
func (o *runOptions) addCommonFlags(flags *pflag.FlagSet) {
	const against = "measure a server beside its older version at this `commit`, branch or tag"
	flags.StringVar(&o.against, "against", "", against)
	const server = "the `name` of the server that --against measures, if several have a command"
	flags.StringVar(&o.server, "server", "", server)
	const dirty = "let --against measure changes that are not committed"
	flags.BoolVar(&o.allowDirty, "allow-dirty", false, dirty)
	const remote = "allow a url that is not on this machine's loopback"
	flags.BoolVar(&o.allowRemote, "allow-remote", false, remote)
}

func checkCommand(stdout io.Writer) *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "check experiment.toml",
		Short: "check that the spec is valid and the machine is ready",
		Args:  oneArgument("an experiment file"),
		RunE: func(c *cobra.Command, args []string) error {
			o.spec = args[0]
			o.isAgainst = c.Flags().Changed("against")
			return check(c.Context(), o, stdout)
		},
	}

	flags := c.Flags()
	const pilot = "measure two rounds without keeping them, to estimate duration and precision"
	flags.BoolVar(&o.pilot, "pilot", false, pilot)
	flags.StringVar(&o.output, "output", "", "the output folder of the run"+defaultOutput)
	o.addCommonFlags(flags)
	return c
}

func reportCommand(stdout, stderr io.Writer) *cobra.Command {
	var r redraw
	c := &cobra.Command{
		Use:   "report folder",
		Short: "regenerate the report from the record in an output folder",
		Args:  oneArgument("an output folder"),
		RunE: func(c *cobra.Command, args []string) error {
			if r.check && r.gate.Asked() {
				return failure.Usage("--check: found beside --strict, --junit or --markdown; " +
					"allowed: without them, because it writes and judges nothing")
			}
			return writeReport(c.Context(), args[0], r, stdout, stderr)
		},
	}

	flags := c.Flags()
	flags.BoolVar(&r.quiet, "quiet", false, "print nothing but errors")
	const notes = "a Markdown `file` of newer notes; the record stays as it is"
	flags.StringVar(&r.Notes, "notes", "", notes)
	languages := strings.Join(locale.Languages, " or ")
	const language = "the report's `language`, instead of the spec's: "
	flags.StringVar(&r.Language, "language", "", language+languages)
	const check = "write nothing; exit with 1 if a file of the report would change"
	flags.BoolVar(&r.check, "check", false, check)
	r.gate.AddFlags(c.Flags())
	return c
}
