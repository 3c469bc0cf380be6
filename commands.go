package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"labbook.example/labbook/docs"
	"labbook.example/labbook/internal/contrast"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/farm"
	"labbook.example/labbook/internal/gate"
	"labbook.example/labbook/internal/imported"
	"labbook.example/labbook/internal/load"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/node"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/self"
	"labbook.example/labbook/internal/servermodel"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
	"labbook.example/labbook/internal/terminal"
	"labbook.example/labbook/internal/usage"
	"labbook.example/labbook/report"
)

// The commands that measure nothing.

func initCommand(stdout io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "init [file]",
		Short: "write a commented experiment.toml to start from",
		Long: "Writes a spec in which every key is explained: experiment.toml, or the file that " +
			"is named. A file that exists is never overwritten.",
		Args: usage.AtMostOne("one file to write"),
		RunE: func(_ *cobra.Command, args []string) error {
			path := "experiment.toml"
			if len(args) == 1 {
				path = args[0]
			}
			if err := writeTemplate(path); err != nil {
				return err
			}
			fmt.Fprintf(stdout, "wrote %s: edit it, then run labbook %s\n", path, path)
			return nil
		},
	}
}

// writeTemplate writes a spec in which every key is explained, never over another file.
func writeTemplate(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		err := fmt.Errorf("%s already exists and was not overwritten", path)
		return failure.New(failure.ExitUsage, err, "name another file")
	}
	if errors.Is(err, fs.ErrNotExist) {
		err := fmt.Errorf("%s: there is no folder %s", path, filepath.Dir(path))
		return failure.New(failure.ExitUsage, err, "make the folder first, or name another file")
	}
	if err != nil {
		return failure.New(failure.ExitUsage, err, "name a file where files can be made")
	}

	_, err = file.WriteString(spec.Template())
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing the spec: %w", err)
	}
	return nil
}

func schemaCommand(stdout io.Writer) *cobra.Command {
	names := docs.Names()
	return &cobra.Command{
		Use:   "schema [name]",
		Short: "print the JSON Schema of experiment.toml, or of another file",
		Args:  usage.NoneOr(usage.OneOf("schema", names)),
		Long: "Prints the JSON Schema of experiment.toml, or of another name: " +
			strings.Join(names, ", ") + ". By it, editors complete and check a spec:\n\n" +
			"  labbook schema > experiment.schema.json\n\n" +
			"and then, as the first line of experiment.toml, for Taplo (Even Better TOML):\n\n" +
			"  #:schema ./experiment.schema.json",
		RunE: func(_ *cobra.Command, args []string) error {
			name := "experiment"
			if len(args) == 1 {
				name = args[0]
			}
			text, err := docs.Schema(name)
			if err != nil {
				return failure.Usage("%w", err)
			}
			_, err = stdout.Write(text)
			return err
		},
	}
}

// workerFlag makes serve a worker of prefork. It is for prefork itself.
const workerFlag = "worker"

func serveCommand(stderr io.Writer) *cobra.Command {
	config := servermodel.Config{Stderr: stderr}
	worker := false
	c := &cobra.Command{
		Use:   "serve model",
		Short: "run one server model until SIGINT or SIGTERM",
		Args:  usage.OneOf("model", servermodel.Names()),
		RunE: func(c *cobra.Command, args []string) error {
			if err := usage.NotNegative(c, "workers", "body", "cpu", "wait"); err != nil {
				return err
			}
			if worker {
				return servermodel.ServeWorker(c.Context(), config)
			}
			config.WorkerArgs = append(os.Args[1:], "--"+workerFlag)
			config.Ready = func(address net.Addr) {
				fmt.Fprintf(stderr, "labbook serve %s: listening on %v\n", args[0], address)
			}
			return serveError(servermodel.Serve(c.Context(), args[0], config))
		},
	}

	c.Long = "Runs one server model until SIGINT or SIGTERM. The models:\n\n"
	for _, name := range servermodel.Names() {
		c.Long += fmt.Sprintf("  %-12s %s\n", name, servermodel.Summary(name))
	}

	flags := c.Flags()
	const address = "where to listen: `host:port`"
	flags.StringVar(&config.Address, "address", "127.0.0.1:45000", address)
	const workers = "`N` loops of reactors, threads of thread-pool or processes of prefork"
	flags.IntVar(&config.Workers, "workers", 0, workers)
	const body = "`bytes` of the answer's body (default: the 6 of hello and a line's end)"
	flags.IntVar(&config.Work.Body, "body", 0, body)
	const cpu = "computing per request: the work that takes this `time` on an idle core"
	flags.DurationVar(&config.Work.CPU, "cpu", 0, cpu)
	const wait = "the `time` of simulated I/O per request, after the computing"
	flags.DurationVar(&config.Work.Wait, "wait", 0, wait)
	const blocking = "make an event loop wait in place for the simulated I/O"
	flags.BoolVar(&config.Work.Blocking, "blocking", false, blocking)
	flags.BoolVar(&worker, workerFlag, false, "be a worker of prefork")
	_ = flags.MarkHidden(workerFlag) // it exists
	return c
}

// serveError maps the error of a model to an exit code: usage, machine or bug.
func serveError(err error) error {
	var config servermodel.ConfigError
	switch {
	case errors.As(err, &config):
		return failure.Usage("%w", err)
	case errors.Is(err, syscall.EADDRINUSE):
		const hint = "stop the program that uses the port, or choose another with --address"
		return failure.Machine(hint, "%w", err)
	}
	return err
}

// checkReport returns an error that names the files that a command, which draws the report again,
// would change. The state of the data does not matter to it.
func checkReport(
	dir, again string,
	rec *record.Record,
	a *stats.Analysis,
	stdout io.Writer,
) error {
	differences, files, err := report.Compare(dir, rec, a)
	if err != nil {
		return fmt.Errorf("comparing the report: %w", err)
	}
	if len(differences) == 0 {
		fmt.Fprintf(stdout, "%s: all %d files are as its record draws them\n", dir, files)
		return nil
	}

	text := dir + ": the report is not what its record draws; would change:"
	for _, d := range differences {
		text += "\n  " + d.String()
	}
	return failure.New(failure.ExitOther, errors.New(text), again+" draws it again")
}

func abCommand(stdout, stderr io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "ab [ab's flags] http://host:port/path",
		Short: "the embedded ab: ab's flags, text, files and exit codes",
		Long: "The embedded ab, which makes the load where ab is not installed. It has ab's " +
			"flags, text, files and exit codes, and some flags of its own: labbook ab -h lists " +
			"them.",
		Example:            "  labbook ab -n 1000 -c 10 http://127.0.0.1:45000/",
		DisableFlagParsing: true, // ab's flags are not written as ours are
		RunE: func(c *cobra.Command, args []string) error {
			return failure.ExitWith(load.Main(c.Context(), args, stdout, stderr))
		},
	}
}

func guardCommand() *cobra.Command {
	return &cobra.Command{
		Use:                process.GuardCommand,
		Hidden:             true,
		Short:              "run children that end when labbook does",
		DisableFlagParsing: true, // all of them are the child's
		RunE: func(c *cobra.Command, args []string) error {
			return process.Guard(c.Context(), args)
		},
	}
}

// tellPart prints what a run of one round has measured, and what makes a report of it.
func tellPart(o runOptions, stdout io.Writer) error {
	rec, err := record.Read(o.outputFolder())
	if err != nil {
		return fmt.Errorf("reading the record: %w", err)
	}
	if !o.quiet {
		terminal.PrintPart(stdout, rec, o.outputFolder())
	}
	return nil
}

func nodeCommand() *cobra.Command {
	return &cobra.Command{
		Use:    node.Command,
		Hidden: true,
		Short:  "serve a run on another machine",
		RunE:   func(c *cobra.Command, args []string) error { return node.Run(c.Context(), args) },
	}
}

// joinCommand makes a record of parts; draw writes its report.
func joinCommand(
	draw func(ctx context.Context, dir string, quiet bool, g gate.Gate) error,
) *cobra.Command {
	var output string
	var partial, quiet bool
	var g gate.Gate
	c := &cobra.Command{
		Use:   "join part…",
		Short: "make one record and its report of rounds that were measured alone",
		Long: "Makes one record and its report of parts: the folders that --only-round wrote, on " +
			"one machine or on\nmany. They must be of one spec, measured by the same program. " +
			"--partial joins what there is if rounds\nare missing, and the report names them.",
		Example: `  labbook join output/round-*
  labbook join part-* --output all --strict`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return failure.Usage("name the folders of parts: found none; allowed: 1 or more")
			}
			if err := g.Check(gate.Folders{Output: output}); err != nil {
				return err
			}
			if err := joinParts(args, output, partial); err != nil {
				return err
			}
			return draw(c.Context(), output, quiet, g)
		},
	}

	flags := c.Flags()
	flags.StringVar(&output, "output", "joined", "the output `folder`: a new one, or a joined one")
	flags.BoolVar(&partial, "partial", false, "join what there is if rounds or trials are missing")
	flags.BoolVar(&quiet, "quiet", false, "print nothing but errors")
	g.AddFlags(flags)
	return c
}

// joinParts writes the joined record. Nothing is written before all parts have been read and the
// output folder is known to hold nothing else.
func joinParts(parts []string, output string, partial bool) error {
	header, results, err := farm.Join(parts, partial)
	if err != nil {
		return err
	}
	if err := report.Writable(output); err != nil {
		return failure.New(failure.ExitUsage, err, "nothing was written")
	}
	return record.WriteJoined(output, header, results)
}

func compareCommand(stdout, stderr io.Writer) *cobra.Command {
	o := contrast.Options{Stdout: stdout, Stderr: stderr}
	c := &cobra.Command{
		Use:   "compare [old] [new]",
		Short: "compare two records: what changed relative to a server that did not",
		Long: "Compares an older record with a newer one. Each is an output folder, a " +
			record.FileName + ", or\nREV:FOLDER, which is read out of Git without a checkout. " +
			"Without arguments, the last commit's\noutput is compared with the present one. One " +
			"argument is one folder: REV:FOLDER is compared with\nwhat is there now, a folder " +
			"with what the last commit has there.",
		Example: `  labbook compare               what changed since the last commit?
  labbook compare main:output   what changed since main?
  labbook compare old/output output --output comparison`,
		Args: usage.AtMostTwo("an older and a newer record"),
		RunE: func(c *cobra.Command, args []string) error { return o.Run(c.Context(), args) },
	}
	o.AddFlags(c.Flags())
	return c
}

// importCommand makes a record; draw writes its report.
func importCommand(
	stdout io.Writer,
	draw func(ctx context.Context, dir string, quiet bool) error,
) *cobra.Command {
	var o importOptions
	c := &cobra.Command{
		Use:   "import file…",
		Short: "turn saved reports of ab into a record and a report",
		Long: "Turns saved reports of ab (1.3 to 2.4) into a record and a report: plain text, " +
			"alone or inside\nother text, with the files of -e and -g beside it. The report " +
			"states that it was imported and\nwhat is unknown.",
		Example: `  labbook import logs/*.txt
  labbook import --server 'async=logs/async-*.txt' --server 'thread=logs/thread-*.txt'`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && len(o.servers) == 0 {
				return failure.Usage("name files with texts of ab: found none; allowed: 1 or more")
			}
			if !slices.Contains(locale.Languages, o.language) {
				allowed := strings.Join(locale.Languages, ", ")
				return failure.Usage("--language: found %q; allowed: %s", o.language, allowed)
			}
			if err := importFiles(args, o, stdout); err != nil {
				return err
			}
			return draw(c.Context(), o.output, o.quiet)
		},
	}

	flags := c.Flags()
	flags.StringVar(&o.output, "output", "imported", "the output `folder`: a new one")
	const servers = "the files that match are texts of one server: `NAME=PATTERN`; may be repeated"
	flags.StringArrayVar(&o.servers, "server", nil, servers)
	flags.StringVar(&o.title, "title", "", "the report's `title` (default: the files' folder)")
	languages := strings.Join(locale.Languages, " or ")
	flags.StringVar(&o.language, "language", locale.English, "the report's `language`: "+languages)
	flags.BoolVar(&o.quiet, "quiet", false, "print nothing but errors")
	return c
}

// importOptions are the flags of labbook import.
type importOptions struct {
	output   string
	title    string   // "": the name of the files' folder
	language string   // of the report
	servers  []string // NAME=PATTERN
	quiet    bool
}

// importFiles makes a record out of saved texts of ab, and prints what it found. Nothing is written
// before everything has been read and the output folder is known to hold nothing else.
func importFiles(args []string, o importOptions, stdout io.Writer) error {
	const nothing = "nothing was written"
	made, err := imported.FromFiles(args, o.servers, imported.Options{
		Labbook:  self.Version(),
		Title:    o.title,
		Language: o.language,
	})
	if err != nil {
		return err
	}
	if err := report.Writable(o.output); err != nil {
		return failure.New(failure.ExitUsage, err, nothing)
	}
	if err := record.WriteImported(o.output, made.Header, made.Results); err != nil {
		return err
	}
	if !o.quiet {
		terminal.PrintImported(stdout, made.Header, made.Results)
	}
	return nil
}
