package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/locale"
)

// CheckChangesFolder returns an error if a folder holds anything but an earlier comparison, so that
// nothing of the user's is overwritten: above all not a record with its report.
func CheckChangesFolder(dir string) error {
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
	ours := map[string]bool{
		"compare.html": true,
		"compare.md":   true,
		"compare.json": true,
		"charts":       true,
	}
	found := false
	for _, entry := range entries {
		if !ours[entry.Name()] {
			return fmt.Errorf("%s holds other files, such as %s; allowed: a new folder, an empty "+
				"one, or one with an earlier comparison", dir, entry.Name())
		}
		found = found || entry.Name() == "compare.json"
	}
	if len(entries) > 0 && !found {
		return fmt.Errorf("%s holds no earlier comparison; allowed: a new folder, an empty one, "+
			"or one with an earlier comparison", dir)
	}
	return nil
}

// WriteChanges writes the page of a comparison into a folder that CheckChangesFolder allows, and
// makes the folder if necessary. Each file is replaced as a whole.
func WriteChanges(dir string, w *locale.Printer, c *compare.Comparison) error {
	files, err := RenderChanges(w, c)
	if err != nil {
		return err
	}
	if err := CheckChangesFolder(dir); err != nil {
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
