package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/locale"
)

// ChangesNames are the files and folders that WriteChanges writes.
var ChangesNames = []string{"compare.html", "compare.md", changesData, "charts"}

const changesData = "compare.json"

// checkChangesFolder returns an error if a folder holds anything but an earlier comparison and
// files with the names beside, so that nothing of the user's is overwritten: above all not a record
// with its report.
func checkChangesFolder(dir string, beside []string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := Writable(dir); err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(entry fs.DirEntry) bool {
		return slices.Contains(beside, entry.Name())
	})
	found := false
	for _, entry := range entries {
		if !slices.Contains(ChangesNames, entry.Name()) {
			return fmt.Errorf("%s holds other files, such as %s; allowed: a new folder, an empty "+
				"one, or one with an earlier comparison", dir, entry.Name())
		}
		found = found || entry.Name() == changesData
	}
	if len(entries) > 0 && !found {
		return fmt.Errorf("%s holds no earlier comparison; allowed: a new folder, an empty one, "+
			"or one with an earlier comparison", dir)
	}
	return nil
}

// WriteChanges writes the page of a comparison into a folder, and makes it if necessary. Refused is
// one that holds anything but an earlier comparison and files with the names beside. Each file is
// replaced as a whole.
func WriteChanges(
	dir string,
	w *locale.Printer,
	c *compare.Comparison,
	beside ...string,
) error {
	files, err := RenderChanges(w, c)
	if err != nil {
		return err
	}
	if err := checkChangesFolder(dir, beside); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, file := range files {
		if err := replace(root, file); err != nil {
			return fmt.Errorf("writing %s: %w", file.Name, err)
		}
	}
	return nil
}
