package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
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
	refuse := func(format string, args ...any) error {
		const hint = "write elsewhere with --output; nothing was written"
		return failure.New(failure.ExitUsage, fmt.Errorf(format, args...), hint)
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return refuse("%w", err)
	}

	part, err := ReadUnfinished(dir)
	if err != nil || part != nil && part.Imported == nil {
		return refuse("%s holds an interrupted run", dir)
	}
	switch rec, err := Read(dir); {
	case err == nil && rec.Imported == nil:
		return refuse("%s holds a record that was measured; it is not overwritten", dir)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return refuse("%s holds a record that cannot be read: %w", dir, err)
	}
	isOther := func(e fs.DirEntry) bool { return !strings.HasSuffix(e.Name(), ".part") }
	if slices.ContainsFunc(entries, isOther) {
		return refuse("%s holds other files; allowed: a new folder, an empty one, or one that "+
			"was imported into", dir)
	}
	return nil
}
