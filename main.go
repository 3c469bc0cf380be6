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
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"labbook.example/labbook/internal/complete"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/gate"
	"labbook.example/labbook/internal/live"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/manual"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/rebuild"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/self"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
	"labbook.example/labbook/internal/terminal"
	"labbook.example/labbook/internal/usage"
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

	out := terminal.NewOutput(stdout)
	root := commandLine(out, stderr)
	root.SetArgs(args)
	err := out.ErrorWith(root.ExecuteContext(ctx))
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
	measuring, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	o.lost = lost
	live, err := o.live.Open(experiment, machine.BusyShare)
	if err != nil {
		return err
	}
	defer live.Close()
	session, err := prepare(measuring, experiment, older, o, messages)
	if err != nil {
		return err
	}
	defer session.close()
	session.live, session.header.Live = live, live.Serves()

	progress := terminal.NewProgress(stderr, o.quiet, session.summary())
	if experiment.Design.Runs > 1 {
		progress.Note(planOf(experiment, older, o).ExpectedDuration())
	}
	progress.Note(terminal.VerdictNote(experiment))
	progress.Note(live.Note())
	if err := makeRecord(measuring, session, progress); err != nil {
		return session.withLeftRunning(err)
	}
	if measuring.Err() != nil && ctx.Err() == nil {
		progress.Note(terminal.LostNote(experiment, context.Cause(measuring)))
	}
	if o.only.Asked() {
		return session.withLeftRunning(tellPart(o, stdout))
	}
	drawn := redraw{
		quiet: o.quiet,
		gate:  g,
		spec:  o.spec,
		live:  live,
	}
	err = writeReport(ctx, o.outputFolder(), drawn, stdout, stderr)
	return session.withLeftRunning(err) // no later trial tells that of the last server
}

// makeRecord measures all trials of a session, and finishes its record. A machine that is lost
// after that has nothing to do with the results.
func makeRecord(ctx context.Context, s *session, progress *terminal.Progress) error {
	if err := tryVersions(ctx, s); err != nil {
		return err
	}
	if err := begin(ctx, s, progress); err != nil {
		return s.search.Keep(err)
	}
	s.live.Begin(s.dir, s.trials)
	if err := measure(ctx, s, progress); err != nil {
		return s.search.Keep(s.record.Keep(err, s.header.Trials))
	}
	return s.record.Finish()
}

// writeReport draws the report of a finished record, prints its conclusion, and tells a CI system
// what its expectations came to.
func writeReport(ctx context.Context, dir string, r redraw, stdout, stderr io.Writer) error {
	folders := gate.Folders{Spec: r.spec, Output: dir}
	if err := r.gate.Check(folders); err != nil {
		return err
	}
	rec, err := r.read(dir)
	if err != nil {
		return err
	}
	if r.unfinished {
		dir = r.output
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
	hint := "the record is complete: when the problem is fixed, labbook report " + dir +
		" writes the report from it"
	if err := report.Write(dir, rec, analysis); err != nil {
		return failure.New(failure.ExitOther, fmt.Errorf("writing the report: %w", err), hint)
	}
	if err := r.live.End(rec, analysis, filepath.Join(dir, "report.html")); err != nil {
		return err
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
		return failure.New(failure.ExitOther, err, r.gate.Hint(r.Command(dir)))
	}
	return r.gate.Error(analysis)
}

// redraw is how a report is drawn from its record.
type redraw struct {
	report.Redraw
	check bool // write nothing, and only compare
	quiet bool
	gate  gate.Gate
	spec  string // path of the spec; "": it is not known

	live       *live.Server // that shows the report, too; nil: none does
	unfinished bool         // draw the complete rounds of a run that has not ended
	output     string       // the folder of that report; otherwise ""
}

// read reads the record that a report is drawn from, and makes the report's own folder, if any.
func (r redraw) read(dir string) (*record.Record, error) {
	if !r.unfinished {
		return record.ReadFinished(dir)
	}
	rec, err := record.ReadCompleteRounds(dir)
	if err != nil {
		return nil, err
	}
	if err := report.MakeElsewhere(dir, r.output); err != nil {
		return nil, failure.New(failure.ExitUsage, err, "name a new folder with --output")
	}
	return rec, nil
}

const longHelp = `Labbook reads experiment.toml, starts each server under test in its own process,
loads it with ApacheBench (ab) in repeated rounds of random order, and writes output/report.html
and output/report.md.`

const examples = `  labbook init mine.toml             write a commented spec to start from
  labbook check mine.toml            are the spec and this machine ready?
  labbook mine.toml --dry-run        show the plan
  labbook mine.toml                  measure, then write output/
  labbook mine.toml --against main   measure a server beside its version of main`

// commandLine declares every command. Each of them is a role that the one binary plays.
func commandLine(stdout, stderr io.Writer) *cobra.Command {
	root := runCommand("labbook [flags] experiment.toml", stdout, stderr)
	root.Short = "a notebook for honest, repeatable load experiments on server models"
	root.Long = longHelp
	root.Example = examples
	root.Version = fmt.Sprintf("%s (%s %s/%s)",
		self.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	root.SetVersionTemplate("labbook {{.Version}}\n{{executable}}\n")
	cobra.AddTemplateFunc("executable", machine.DescribeProgram)
	root.SetOut(stdout)
	root.SetErr(stderr)
	usage.Set(root)

	named := runCommand("run experiment.toml", stdout, stderr)
	named.Short = "measure an experiment and write its report; run may be left out"
	named.Long = longHelp
	named.Example = examples
	root.AddCommand(
		named,
		checkCommand(stdout),
		doctorCommand(stdout),
		initCommand(stdout),
		reportCommand(stdout, stderr),
		compareCommand(stdout, stderr),
		importCommand(stdout, func(ctx context.Context, dir string, quiet bool) error {
			return writeReport(ctx, dir, redraw{quiet: quiet}, stdout, stderr)
		}),
		joinCommand(func(ctx context.Context, dir string, quiet bool, g gate.Gate) error {
			return writeReport(ctx, dir, redraw{quiet: quiet, gate: g}, stdout, stderr)
		}),
		schemaCommand(stdout),
		serveCommand(stderr),
		abCommand(stdout, stderr),
		guardCommand(),
		nodeCommand(),
		complete.Command(),
		manual.Command(),
	)
	complete.Set(root)
	return root
}

func runCommand(use string, stdout, stderr io.Writer) *cobra.Command {
	var o runOptions
	var g gate.Gate
	c := &cobra.Command{
		Use:  use,
		Args: usage.Spec,
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
			if err := o.only.Parse(c.Flags()); err != nil {
				return err
			}
			if err := o.live.CheckRounds(o.only.Asked()); err != nil {
				return err
			}
			o.spec = args[0]
			o.isAgainst = c.Flags().Changed("against")
			return run(c.Context(), o, g, stdout, stderr)
		},
	}

	flags := c.Flags()
	flags.StringVar(&o.output, "output", "", usage.Output)
	flags.IntVar(&o.rounds, "rounds", 0, "measure `N` rounds, instead of as many as the spec says")
	const moreRounds = "go on with the finished run in the output folder: `N` further rounds"
	flags.IntVar(&o.moreRounds, "more-rounds", 0, moreRounds)
	flags.BoolVar(&o.dryRun, "dry-run", false, "show the plan and measure nothing")
	const fresh = "start over instead of resuming the unfinished run in the output folder"
	flags.BoolVar(&o.fresh, "fresh", false, fresh)
	flags.BoolVar(&o.quiet, "quiet", false, "print nothing but errors")
	o.only.AddFlags(flags)
	o.live.AddFlag(flags)
	o.addCommonFlags(flags)
	g.AddFlags(flags)
	return c
}

// addCommonFlags adds the flags that a run and a check have alike.
func (o *runOptions) addCommonFlags(flags *pflag.FlagSet) {
	const against = "measure a server beside its older version at this `commit`, branch or tag"
	flags.StringVar(&o.against, "against", "", against)
	const server = "the `name` of the server that --against measures, if several have a command"
	flags.StringVar(&o.server, "server", "", server)
	const dirty = "let --against measure changes that are not committed"
	flags.BoolVar(&o.allowDirty, "allow-dirty", false, dirty)
	flags.StringVar(&o.machines, "machines", "", usage.Machines)
	const remote = "allow a url that is not on this machine's loopback"
	flags.BoolVar(&o.allowRemote, "allow-remote", false, remote)
}

func checkCommand(stdout io.Writer) *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "check experiment.toml",
		Short: "check that the spec is valid and the machine is ready",
		Long: "Checks that the spec is valid and this machine is ready for it. Each server is " +
			"started once, asked once, and stopped. No result is written.",
		Example: `  labbook check mine.toml
  labbook check mine.toml --pilot   how long will it take, and how precise will it be?`,
		Args: usage.Spec,
		RunE: func(c *cobra.Command, args []string) error {
			o.spec = args[0]
			o.isAgainst = c.Flags().Changed("against")
			return check(c.Context(), o, stdout)
		},
	}

	flags := c.Flags()
	const pilot = "measure two rounds without keeping them, to estimate duration and precision"
	flags.BoolVar(&o.pilot, "pilot", false, pilot)
	flags.StringVar(&o.output, "output", "", usage.Output)
	o.addCommonFlags(flags)
	return c
}

func reportCommand(stdout, stderr io.Writer) *cobra.Command {
	var r redraw
	c := &cobra.Command{
		Use:   "report folder",
		Short: "draw the report again from the record in an output folder",
		Long: "Draws the report again from the record in an output folder, and measures nothing: " +
			"with newer notes, in another language, or as a newer Labbook draws it.",
		Example: `  labbook report output
  labbook report output --notes notes.md
  labbook report output --check   is the report what its record draws?`,
		Args: usage.Folder,
		RunE: func(c *cobra.Command, args []string) error {
			if r.check && (r.gate.Asked() || r.unfinished) {
				return failure.Usage("--check: found beside --strict, --junit, --markdown or " +
					"--unfinished; allowed: without them, because it only compares")
			}
			if r.output != "" && !r.unfinished {
				return failure.Usage("--output: found without --unfinished; allowed: beside it")
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
	const unfinished = "draw the complete rounds of a run that was cut short or is running, " +
		"without verdicts, into the --output folder"
	flags.BoolVar(&r.unfinished, "unfinished", false, unfinished)
	flags.StringVar(&r.output, "output", "", "with --unfinished: the `folder` of the report")
	const check = "write nothing; exit with 1 if a file of the report would change"
	flags.BoolVar(&r.check, "check", false, check)
	r.gate.AddFlags(c.Flags())
	return c
}
