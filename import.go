package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"labbook/internal/failure"
	"labbook/internal/imported"
	"labbook/internal/machine"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/terminal"
	"labbook/report"
)

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
	files, err := readFiles(paths)
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

// maxImported is the largest file that is read. A -g file of a million requests has 45 MB.
const maxImported = 256 << 20

// readFiles reads all files, and names all that cannot be read.
func readFiles(paths []string) ([]imported.File, error) {
	var files []imported.File
	var problems []error
	for _, path := range paths {
		data, err := readFile(path)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", path, err))
			continue
		}
		files = append(files, imported.File{Name: nameOf(path), Data: data})
	}
	return files, errors.Join(problems...)
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file")
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("found a folder; allowed: files, such as " +
			filepath.ToSlash(filepath.Join(path, "*.txt")))
	case !info.Mode().IsRegular():
		return nil, errors.New("found no regular file")
	case info.Size() > maxImported:
		const format = "found %d bytes; allowed: at most %d"
		return nil, fmt.Errorf(format, info.Size(), maxImported)
	}
	return os.ReadFile(path)
}

// nameOf returns the name of a file in the record: its path, or of one from the root of this
// machine only its last folder and its name. A record is made to be published.
func nameOf(path string) string {
	if filepath.IsAbs(path) {
		path = filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
	}
	return filepath.ToSlash(path)
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
