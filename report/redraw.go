package report

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Redraw overrides the record's notes and language. Its zero value overrides nothing.
type Redraw struct {
	Notes    string // a file of newer notes
	Language string // one of locale.Languages
}

// Command returns the command line that draws a report so.
func (r Redraw) Command(dir string) string {
	words := []string{"labbook report", dir}
	if r.Language != "" {
		words = append(words, "--language", r.Language)
	}
	if r.Notes != "" {
		words = append(words, "--notes", r.Notes)
	}
	return strings.Join(words, " ")
}

// ApplyTo replaces the notes and the language of a record.
func (r Redraw) ApplyTo(rec *record.Record) error {
	if r.Language != "" {
		if !slices.Contains(locale.Languages, r.Language) {
			allowed := strings.Join(locale.Languages, ", ")
			return fmt.Errorf("--language: found %q; allowed: %s", r.Language, allowed)
		}
		rec.Experiment.Language = r.Language
	}
	if r.Notes == "" {
		return nil
	}

	notes, err := spec.ReadNotes(r.Notes, filepath.Base(r.Notes))
	if err != nil {
		return err
	}
	rec.Experiment.Notes = notes
	rec.NewerNotes = true
	return CheckNotes(rec.Experiment)
}
