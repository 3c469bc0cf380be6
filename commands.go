package main

import (
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
	"text/tabwriter"

	"github.com/spf13/cobra"

	"labbook/docs"
	"labbook/internal/failure"
	"labbook/internal/imported"
	"labbook/internal/load"
	"labbook/internal/machine"
	"labbook/internal/process"
	"labbook/internal/record"
	"labbook/internal/servermodel"
	"labbook/internal/spec"
	"labbook/internal/terminal"
	"labbook/report"
)

// The commands that measure nothing.

func initCommand(stdout io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "init [file]",
		Short: "write a commented experiment.toml to start from",
		Args:  optionalArgument("one file to write"),
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
	if err != nil {
		return err
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
		Use:       "schema [" + strings.Join(names, "|") + "]",
		ValidArgs: names,
		Short:     "print the JSON Schema of experiment.toml, or of another file",
		Args:      optionalArgument("one schema"),
		Long: "Prints the JSON Schema of experiment.toml, by which editors complete and check " +
			"it:\n\n" +
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
		Args:  oneArgument("a server model"),
		RunE: func(c *cobra.Command, args []string) error {
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

	c.Long = "Runs one server model until SIGINT or SIGTERM. The models:\n"
	for _, name := range servermodel.Names() {
		c.Long += fmt.Sprintf("  %-12s %s\n", name, servermodel.Summary(name))
	}

	flags := c.Flags()
	flags.StringVar(&config.Address, "address", "127.0.0.1:45000", "the address to bind, host:port")
	const workers = "loops of reactors, threads of thread-pool, processes of prefork"
	flags.IntVar(&config.Workers, "workers", 0, workers)
	const body = `bytes of the answer's body (default: the 6 of "hello\n")`
	flags.IntVar(&config.Work.Body, "body", 0, body)
	const cpu = "computing per request: the work that takes this long on an idle core"
	flags.DurationVar(&config.Work.CPU, "cpu", 0, cpu)
	const wait = "simulated I/O per request, after the computing"
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

func abCommand(stdout, stderr io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:                "ab [ab's flags] http://host:port/path",
		Short:              "the embedded ab: ab's flags, text, files and exit codes",
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

func oneArgument(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return failure.Usage("name %s: found %d arguments; allowed: 1", what, len(args))
		}
		return nil
	}
}

func optionalArgument(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return failure.Usage("name %s: found %d arguments; allowed: 0 or 1", what, len(args))
		}
		return nil
	}
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
	rules, err := readRules(o.servers)
	if err != nil {
		return failure.Usage("%w", err)
	}
	paths, err := expand(args, rules)
	if err != nil {
		return failure.New(failure.ExitUsage, err, nothing)
	}
	files, err := imported.ReadFiles(paths)
	if err != nil {
		return failure.New(failure.ExitUsage, err, nothing)
	}

	made, err := imported.Make(files, imported.Options{
		Labbook:  machine.Version(),
		Title:    o.titleFor(paths),
		Language: o.language,
		Servers:  rules,
	})
	var problems spec.Problems
	if errors.As(err, &problems) {
		return failure.New(failure.ExitUsage, err, nothing)
	}
	if err != nil {
		return err
	}

	if err := writeImported(o.output, made); err != nil {
		return err
	}
	if !o.quiet {
		printImported(stdout, made)
	}
	return nil
}

func readRules(texts []string) ([]imported.Rule, error) {
	var rules []imported.Rule
	for _, text := range texts {
		rule, err := imported.ParseRule(text)
		if err != nil {
			return nil, fmt.Errorf("--server: found %q; %w", text, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// expand returns the paths of all files: the arguments, of which a shell may have left patterns
// unexpanded, or without arguments what the rules match.
func expand(args []string, rules []imported.Rule) ([]string, error) {
	if len(args) == 0 {
		for _, rule := range rules {
			args = append(args, rule.Pattern)
		}
	}

	var paths []string
	for _, arg := range args {
		found := []string{arg}
		if _, err := os.Lstat(arg); err != nil && strings.ContainsAny(arg, "*?[") {
			matches, err := filepath.Glob(arg)
			if err != nil || len(matches) == 0 {
				return nil, fmt.Errorf("%s: no file matches", arg)
			}
			found = matches
		}
		for _, path := range found {
			if path = filepath.Clean(path); !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths, nil
}

func (o importOptions) titleFor(paths []string) string {
	if o.title != "" || len(paths) == 0 {
		return o.title
	}
	return filepath.Base(filepath.Dir(absolute(paths[0])))
}

// writeImported writes a record into a folder that holds nothing that was measured.
func writeImported(dir string, made *imported.Made) error {
	const hint = "write elsewhere with --output; nothing was written"
	if err := checkImportFolder(dir); err != nil {
		return failure.New(failure.ExitUsage, err, hint)
	}
	unlock, err := record.LockFolder(dir, "labbook import")
	if err != nil {
		return err
	}
	defer unlock()
	if err := checkImportFolder(dir); err != nil { // a run may have ended since
		return failure.New(failure.ExitUsage, err, hint)
	}

	writer, err := record.Create(dir, made.Header)
	if err != nil {
		return err
	}
	for _, result := range made.Results {
		if err := writer.Append(result); err != nil {
			return errors.Join(err, writer.Discard())
		}
	}
	return writer.Finish()
}

// checkImportFolder returns an error if a folder holds anything but an imported record with its
// report.
func checkImportFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := report.Writable(dir); err != nil {
		return err
	}

	part, err := record.ReadUnfinished(dir)
	if err != nil || part != nil && part.Imported == nil {
		return fmt.Errorf("%s holds an interrupted run", dir)
	}
	switch rec, err := record.Read(dir); {
	case err == nil && rec.Imported == nil:
		return fmt.Errorf("%s holds a record that was measured; it is not overwritten", dir)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s holds a record that cannot be read: %w", dir, err)
	}
	isOther := func(e fs.DirEntry) bool { return !strings.HasSuffix(e.Name(), ".part") }
	if slices.ContainsFunc(entries, isOther) {
		return fmt.Errorf("%s holds other files; allowed: a new folder, an empty one, or one that "+
			"was imported into", dir)
	}
	return nil
}

// maxPrinted is how many trials are printed. The report has all of them.
const maxPrinted = 40

// printImported prints which text became which trial, so that a wrong server is seen at once.
func printImported(stdout io.Writer, made *imported.Made) {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, r := range made.Results[:min(len(made.Results), maxPrinted)] {
		m := r.Imported.Measurement
		from := fmt.Sprintf("%s:%d", r.Imported.File, r.Imported.Line)
		if file := r.Imported.PercentilesFile; file != "" {
			from += " and " + file
		}
		fmt.Fprintf(table, "%s\t%v\ttrial %d\t%s\t%.2f/s\t%s\n", terminal.Printable(r.Server),
			r.Level, r.Round, terminal.Count(m.Complete, "request"), m.RequestsPerSecond,
			terminal.Printable(from))
	}
	_ = table.Flush() // as any other print
	if rest := len(made.Results) - maxPrinted; rest > 0 {
		fmt.Fprintf(stdout, "and %s more\n", terminal.Count(rest, "trial"))
	}
	for _, left := range made.Header.Imported.LeftOut {
		fmt.Fprintf(stdout, "left out: %s:%d: %s\n", terminal.Printable(left.File), left.Line,
			terminal.Printable(left.Reason))
	}
}
