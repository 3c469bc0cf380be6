package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"labbook/docs"
	"labbook/internal/failure"
	"labbook/internal/load"
	"labbook/internal/locale"
	"labbook/internal/process"
	"labbook/internal/servermodel"
	"labbook/internal/spec"
	"labbook/report"
)

const longHelp = `Labbook reads experiment.toml, starts each server under test in a process of its own,
loads it with ApacheBench (ab) again and again in shuffled rounds, and writes output/report.html
and output/report.md.

Exit codes: 0 done; 1 a failure; 2 wrong usage or a spec that is refused; 3 the machine lacks
something; 4 measured and reported, but a cell is invalid; 130, 143, 129 after SIGINT, SIGTERM, SIGHUP.`

const example = `  labbook experiment.toml             measure, then write output/
  labbook experiment.toml --dry-run   show the plan
  labbook init mine.toml              a commented spec to start from`

// commandLine declares every command: each role that the one binary plays.
func commandLine(stdout, stderr io.Writer) *cobra.Command {
	root := runCommand("labbook [flags] experiment.toml", stdout, stderr)
	root.Short = "a notebook for honest, repeatable load experiments on server models"
	root.Long, root.Example = longHelp, example
	root.Version = version() + " (" + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + ")"
	root.SetVersionTemplate("labbook {{.Version}}\n")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return failure.Usage("%w", err)
	})
	again := runCommand("run experiment.toml", stdout, stderr)
	again.Short = "measure an experiment and write its report (what labbook does without a command)"
	root.AddCommand(again, checkCommand(stdout), initCommand(stdout), reportCommand(stdout, stderr),
		schemaCommand(stdout), serveCommand(stderr), abCommand(stdout, stderr), guardCommand())
	return root
}

func runCommand(use string, stdout, stderr io.Writer) *cobra.Command {
	var o options
	c := &cobra.Command{Use: use, Args: oneArgument("an experiment file"),
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("rounds") && (o.rounds < 1 || o.rounds > spec.MaxRounds) {
				return failure.Usage(
					"--rounds: found %d; allowed: 1 to %d",
					o.rounds,
					spec.MaxRounds,
				)
			}
			return run(c.Context(), args[0], o, stdout, stderr)
		}}
	flags := c.Flags()
	flags.StringVar(&o.output, "output", "", "the output folder (default: output beside the spec)")
	flags.IntVar(&o.rounds, "rounds", 0, "rounds, instead of the spec's")
	flags.BoolVar(&o.dryRun, "dry-run", false, "show the plan and measure nothing")
	flags.BoolVar(
		&o.fresh,
		"fresh",
		false,
		"start over, not from the unfinished run in the output folder",
	)
	flags.BoolVar(&o.quiet, "quiet", false, "say nothing but errors")
	flags.BoolVar(
		&o.allowRemote,
		"allow-remote",
		false,
		"allow a url that is not on this machine's loopback",
	)
	return c
}

func oneArgument(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return failure.Usage("name %s: found %d arguments; allowed: 1", what, len(args))
		}
		return nil
	}
}

func atMostOneArgument(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return failure.Usage(
			"name one file to write: found %d arguments; allowed: 0 or 1",
			len(args),
		)
	}
	return nil
}

func checkCommand(stdout io.Writer) *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "check experiment.toml",
		Short: "say whether a spec and this machine are ready",
		Args:  oneArgument("an experiment file"),
		RunE: func(c *cobra.Command, args []string) error {
			return check(c.Context(), args[0], o, stdout)
		},
	}
	flags := c.Flags()
	flags.BoolVar(
		&o.pilot,
		"pilot",
		false,
		"measure two rounds, keep nothing, and say what to expect",
	)
	flags.StringVar(
		&o.output,
		"output",
		"",
		"the output folder of the run (default: output beside the spec)",
	)
	flags.BoolVar(
		&o.allowRemote,
		"allow-remote",
		false,
		"allow a url that is not on this machine's loopback",
	)
	return c
}

func initCommand(stdout io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "init [file]",
		Short: "write a commented experiment.toml to start from",
		Args:  atMostOneArgument,
		RunE: func(_ *cobra.Command, args []string) error {
			path := "experiment.toml"
			if len(args) == 1 {
				path = args[0]
			}
			file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if errors.Is(err, fs.ErrExist) {
				return failure.New(
					failure.ExitUsage,
					fmt.Errorf("%s exists: it is not written over", path),
					"name another file",
				)
			}
			if err != nil {
				return err
			}
			_, err = file.WriteString(spec.Template())
			if err := errors.Join(err, file.Close()); err != nil {
				return fmt.Errorf("writing the spec: %w", err)
			}
			fmt.Fprintf(stdout, "%s is written: edit it, then run labbook %s\n", path, path)
			return nil
		},
	}
}

func reportCommand(stdout, stderr io.Writer) *cobra.Command {
	var d drawing
	c := &cobra.Command{
		Use:   "report folder",
		Short: "draw the report again from the record in an output folder",
		Args:  oneArgument("an output folder"),
		RunE: func(_ *cobra.Command, args []string) error {
			return conclude(args[0], d, stdout, stderr)
		},
	}
	c.Flags().BoolVar(&d.quiet, "quiet", false, "say nothing but errors")
	c.Flags().
		StringVar(&d.notes, "notes", "", "a Markdown `file` of newer notes; the record stays as it is")
	c.Flags().
		StringVar(&d.language, "language", "", "the report's `language`, instead of the spec's: "+
			strings.Join(locale.Languages, " or "))
	return c
}

func serveCommand(stderr io.Writer) *cobra.Command {
	config := servermodel.Config{Stderr: stderr}
	worker := false
	c := &cobra.Command{
		Use:   "serve model",
		Short: "run one server model until SIGINT or SIGTERM",
		Args:  oneArgument("a server model"),
		RunE: func(c *cobra.Command, args []string) error {
			if worker {
				return servermodel.ServeWorker(c.Context(), config)
			}
			config.WorkerArgs = append(os.Args[1:], "--"+workerFlag)
			config.Ready = func(address net.Addr) {
				fmt.Fprintf(stderr, "labbook serve %s: listening on %v\n", args[0], address)
			}
			return serveFailure(servermodel.Serve(c.Context(), args[0], config))
		},
	}
	c.Long = "The models:\n"
	for _, name := range servermodel.Names() {
		c.Long += fmt.Sprintf("  %-12s %s\n", name, servermodel.Summary(name))
	}
	flags := c.Flags()
	flags.StringVar(&config.Address, "address", "127.0.0.1:45000", "the address to bind, host:port")
	flags.IntVar(
		&config.Workers,
		"workers",
		0,
		"loops of reactors, threads of thread-pool, processes of prefork",
	)
	flags.IntVar(
		&config.Work.Body,
		"body",
		0,
		`bytes of the answer's body (default: the 6 of "hello\n")`,
	)
	flags.DurationVar(
		&config.Work.CPU,
		"cpu",
		0,
		"computing a request, as long as that on a core of its own",
	)
	flags.DurationVar(&config.Work.Wait, "wait", 0, "simulated I/O a request, after the computing")
	flags.BoolVar(
		&config.Work.Blocking,
		"blocking",
		false,
		"let an event loop wait in place for the simulated I/O",
	)
	flags.BoolVar(&worker, workerFlag, false, "be a worker of prefork")
	_ = flags.MarkHidden(workerFlag) // it exists
	return c
}

// serveFailure tells by its exit code whose fault it is that a model does not serve.
func serveFailure(err error) error {
	var config servermodel.ConfigError
	switch {
	case errors.As(err, &config):
		return failure.Usage("%w", err)
	case errors.Is(err, syscall.EADDRINUSE):
		return failure.Machine(
			"stop what holds the port, or name another with --address",
			"%w",
			err,
		)
	}
	return err
}

// workerFlag makes serve a worker of prefork: it is for prefork itself.
const workerFlag = "worker"

func abCommand(stdout, stderr io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:                "ab [ab's flags] http://host:port/path",
		Short:              "the embedded ab: ab's flags, text, files and exit codes",
		DisableFlagParsing: true, // they are ab's, and ab's are not written as ours are
		RunE: func(c *cobra.Command, args []string) error {
			return failure.ExitWith(load.Main(c.Context(), args, stdout, stderr))
		},
	}
}

func guardCommand() *cobra.Command {
	return &cobra.Command{
		Use:                process.GuardCommand + " program argv",
		Hidden:             true,
		Short:              "run one child that ends when labbook does",
		DisableFlagParsing: true, // all of them are the child's
		RunE: func(c *cobra.Command, args []string) error {
			return process.Guard(c.Context(), args)
		},
	}
}

func schemaCommand(stdout io.Writer) *cobra.Command {
	names := docs.Names()
	return &cobra.Command{
		Use:       "schema [" + strings.Join(names, "|") + "]",
		ValidArgs: names,
		Short:     "print the JSON Schema of experiment.toml, or of another file",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return failure.Usage("name one schema: found %d arguments; allowed: 0 or 1", len(args))
			}
			return nil
		},
		Long: "Prints the JSON Schema of experiment.toml, by which editors complete and check it:\n\n" +
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
			_, err = fmt.Fprintf(stdout, "%s", text)
			return err
		},
	}
}

// version is the program's version as the Go toolchain stamped it; "(devel)" for one that was never
// released.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// readSpec reads an experiment and applies the flags of the command line to it.
func readSpec(path string, o options) (*spec.Experiment, error) {
	experiment, err := spec.Read(path)
	var problems spec.Problems
	if errors.As(err, &problems) {
		return nil, failure.New(failure.ExitUsage, err, "nothing was measured or written")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failure.New(
			failure.ExitUsage,
			err,
			"labbook init writes a commented experiment.toml to start from",
		)
	}
	if err != nil {
		return nil, failure.New(failure.ExitUsage, err, "name an experiment file that can be read")
	}
	if err := report.CheckNotes(experiment); err != nil {
		return nil, failure.New(failure.ExitUsage, err, "nothing was measured or written")
	}
	if remote := experiment.Remote(); len(remote) > 0 && !o.allowRemote {
		return nil, failure.New(failure.ExitUsage, remote, "nothing was measured or written")
	}
	if o.rounds > 0 {
		experiment.Design.Rounds = o.rounds
	}
	return experiment, nil
}

// outputFolder is where a run writes: what --output says, or output beside the spec.
func outputFolder(path string, o options) string {
	if o.output != "" {
		return o.output
	}
	return filepath.Join(filepath.Dir(path), "output")
}

// folderOf gives the folder that a spec lies in.
func folderOf(path string) string { return filepath.Dir(absolute(path)) }

// absolute gives a path for people on this machine; it never reaches the record.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
