package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/record"
)

// MakeElsewhere makes the folder into which the report of a run that has not ended is drawn. It
// returns an error if that is the run's own folder, or if it holds a record or a report of a run
// that ended: a report without verdicts replaces nothing but one of its kind.
func MakeElsewhere(dir, elsewhere string) error {
	if elsewhere == "" {
		return fmt.Errorf("--unfinished: found without --output; allowed: with a folder other "+
			"than %s", dir)
	}
	if err := filekind.CheckFolder(elsewhere); err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	run, err := os.Stat(dir)
	if err == nil {
		there, err := os.Stat(elsewhere)
		if err == nil && os.SameFile(run, there) {
			const format = "--output: found the folder of the run, %s; allowed: another folder"
			return fmt.Errorf(format, dir)
		}
	}
	for _, name := range []string{record.FileName, record.PartName} {
		if _, err := os.Lstat(filepath.Join(elsewhere, name)); err == nil {
			return fmt.Errorf("--output: found %s in %s; allowed: a folder without a record",
				name, elsewhere)
		}
	}
	if !holdsUnfinished(elsewhere) {
		return fmt.Errorf("--output: found the report of a run that ended in %s; allowed: a "+
			"folder without one", elsewhere)
	}
	if err := Writable(elsewhere); err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	if err := os.MkdirAll(elsewhere, 0o755); err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	return nil
}

// holdsUnfinished reports whether a folder holds no report, or that of a run that has not ended.
func holdsUnfinished(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "results.json"))
	if err == nil {
		var results struct {
			Unfinished *record.UnfinishedRun `json:"unfinished"`
		}
		return json.Unmarshal(text, &results) == nil && results.Unfinished != nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	for _, name := range []string{"report.html", "report.md"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return false
		}
	}
	return true
}
