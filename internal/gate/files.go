package gate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/report"
)

// Folders are what the files of a gate must not overwrite.
type Folders struct {
	Spec   string   // the experiment's file; "" if it is not known
	Output string   // the output folder, which may not exist yet
	Read   []string // other files that are read, such as the records that are compared
	Page   string   // the folder of a comparison's page, which may not exist yet; "": there is none
}

// Check returns an error if a file of the gate cannot be written, so that this is known before an
// hour of measuring.
func (g Gate) Check(f Folders) error {
	if g.JUnit == Stdout {
		return failure.Usage("--junit: found %q; allowed: a file", g.JUnit)
	}
	if g.JUnit != "" && samePath(g.JUnit, g.Markdown) {
		return failure.Usage("--markdown: found %s, the file of --junit; allowed: another one",
			g.Markdown)
	}
	for _, file := range []struct{ flag, path string }{
		{"--junit", g.JUnit},
		{"--markdown", g.Markdown},
	} {
		if file.path == "" || file.path == Stdout {
			continue
		}
		if err := f.writable(file.path); err != nil {
			err = fmt.Errorf("%s %s: %w", file.flag, file.path, err)
			return failure.New(failure.ExitUsage, err,
				"name a file in a folder that exists and can be written to")
		}
	}
	return nil
}

// writable returns an error if a file cannot be written. What is there stays as it is.
func (f Folders) writable(path string) error {
	if f.Spec != "" && samePath(path, f.Spec) {
		return errors.New("this is the experiment itself")
	}
	for _, read := range f.Read {
		if samePath(path, read) {
			return errors.New("this is a file that is read")
		}
	}
	if folder := f.resultIn(path); folder != "" {
		return fmt.Errorf("this is a file of the results in %s", folder)
	}

	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return errors.New("this is a folder")
	case err == nil && !info.Mode().IsRegular():
		return nil // a device, or a pipe, whose other end opening it would wait for
	case err == nil:
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return cause(err)
		}
		return file.Close()
	case !errors.Is(err, fs.ErrNotExist):
		return cause(err)
	}

	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		if samePath(folder, f.Output) || samePath(folder, f.Page) {
			return nil // labbook makes it
		}
		return fmt.Errorf("there is no folder %s", folder)
	}
	probe, err := os.CreateTemp(folder, ".labbook-*")
	if err != nil {
		return cause(err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// results are the files and folders that labbook writes into an output folder.
var results = []string{
	record.FileName,
	record.PartName,
	record.SearchName,
	"bench.txt",
	"captures",
	"charts",
	"report.html",
	"report.md",
	"results.json",
	"summary.csv",
}

// resultIn returns the folder of results that a path is a file of, which labbook itself writes: the
// output folder, any other one with a record, or that of a comparison's page. It is "" if there is
// none.
func (f Folders) resultIn(path string) string {
	switch {
	case isIn(f.Output, path, results):
		return f.Output
	case isIn(f.Page, path, report.ChangesNames):
		return f.Page
	}
	folder := filepath.Dir(path)
	for _, folder := range []string{folder, filepath.Dir(folder)} { // charts are one level below
		if hasRecord(folder) && isIn(folder, path, results) {
			return folder
		}
	}
	return ""
}

// isIn reports whether a path is in a folder, in one of the files or folders with these names.
func isIn(folder, path string, names []string) bool {
	if folder == "" {
		return false
	}
	inside, err := filepath.Rel(real(folder), real(path))
	if err != nil {
		return false
	}
	first, _, _ := strings.Cut(filepath.ToSlash(inside), "/")
	return slices.Contains(names, first)
}

// hasRecord reports whether a folder holds a record, of a run that has ended or of another one.
func hasRecord(folder string) bool {
	for _, name := range []string{record.FileName, record.PartName} {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			return true
		}
	}
	return false
}

// In returns the names of the gate's files that are in a folder.
func (g Gate) In(folder string) []string {
	var names []string
	for _, path := range []string{g.JUnit, g.Markdown} {
		if path != "" && path != Stdout && samePath(filepath.Dir(path), folder) {
			names = append(names, filepath.Base(path))
		}
	}
	return names
}

// samePath reports whether two paths are of the same file, which need not exist.
func samePath(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	return real(a) == real(b)
}

// real returns the absolute form of a path without symbolic links, as far as it exists.
func real(path string) string {
	full, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if resolved, err := filepath.EvalSymlinks(full); err == nil {
		return resolved
	}
	folder := filepath.Dir(full)
	if folder == full {
		return full
	}
	return filepath.Join(real(folder), filepath.Base(full))
}

// cause returns an error about a file without the file's path, which is named before it.
func cause(err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return failed.Err
	}
	return err
}
