package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labbook.example/labbook/internal/failure"
)

// WriteImported writes a record that was made of saved files into a folder, which it creates if it
// is missing. A folder that holds anything but an imported record with its report is refused, and
// nothing is written.
func WriteImported(dir string, header Header, results []Result) error {
	if err := checkImportFolder(dir); err != nil {
		return err
	}
	unlock, err := LockFolder(dir, "labbook import")
	if err != nil {
		return err
	}
	defer unlock()
	if err := checkImportFolder(dir); err != nil { // a run may have ended since
		return err
	}

	writer, err := Create(dir, header)
	if err != nil {
		return err
	}
	for _, result := range results {
		if err := writer.Append(result); err != nil {
			return errors.Join(err, writer.Discard())
		}
	}
	return writer.Finish()
}

// checkImportFolder returns an error if a folder holds anything but an imported record with its
// report.
func checkImportFolder(dir string) error {
	_, err := remade{
		is:    func(h Header) bool { return h.Imported != nil },
		other: "was measured",
		made:  "imported",
	}.in(dir)
	return err
}

// remade is a kind of record that is made of other files, and may be made anew.
type remade struct {
	is    func(Header) bool
	other string // what a record of another kind is, as in "was measured"
	made  string // what was done into its folder: "imported", "joined"
}

// in returns the record of the kind that a folder holds, nil if there is none. It is an error if
// the folder holds anything else.
func (k remade) in(dir string) (*Record, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, notReplaced("%w", err)
	}

	part, err := ReadUnfinished(dir)
	_, searching := os.Lstat(filepath.Join(dir, SearchName))
	if err != nil || part != nil && !k.is(part.Header) || searching == nil {
		return nil, notReplaced("%s holds an interrupted run", dir)
	}
	switch rec, err := Read(dir); {
	case err == nil && !k.is(rec.Header):
		return nil, notReplaced("%s holds a record that %s; it is not overwritten", dir, k.other)
	case err == nil:
		return rec, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, notReplaced("%s holds a record that cannot be read: %w", dir, err)
	}
	isOther := func(e fs.DirEntry) bool { return !strings.HasSuffix(e.Name(), ".part") }
	if slices.ContainsFunc(entries, isOther) {
		return nil, notReplaced("%s holds other files; allowed: a new folder, an empty one, or "+
			"one that was %s into", dir, k.made)
	}
	return nil, nil
}

// notReplaced returns the error of a folder whose content must stay.
func notReplaced(format string, args ...any) error {
	const hint = "write elsewhere with --output; nothing was written"
	return failure.New(failure.ExitUsage, fmt.Errorf(format, args...), hint)
}
