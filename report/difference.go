package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// Difference is a file of a folder that Write would change.
type Difference struct {
	Name string // relative to the folder, with slashes
	Kind DifferenceKind
}

// DifferenceKind is what Write would do to a file.
type DifferenceKind string

// The kinds, in the words of messages.
const (
	Differs DifferenceKind = "differs"
	Missing DifferenceKind = "missing"
	Stale   DifferenceKind = "left over from an earlier report"
)

func (d Difference) String() string { return d.Name + ": " + string(d.Kind) }

// Compare returns what Write would change in a folder, and how many files the report has. It writes
// nothing. The files come in the order in which they are rendered, and stale ones last.
func Compare(dir string, rec *record.Record, a *stats.Analysis) ([]Difference, int, error) {
	if err := Writable(dir); err != nil {
		return nil, 0, err
	}
	files, err := Render(rec, a)
	if err != nil {
		return nil, 0, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, 0, err
	}
	defer root.Close()

	var all []Difference
	for _, file := range files {
		kind, err := compareFile(root, file)
		if err != nil {
			return nil, 0, fmt.Errorf("reading %s: %w", filepath.Join(dir, file.Name), err)
		}
		if kind != "" {
			all = append(all, Difference{file.Name, kind})
		}
	}
	for _, folder := range folders {
		stale, err := staleFiles(root, folder, files)
		if err != nil {
			return nil, 0, fmt.Errorf("reading %s: %w", filepath.Join(dir, folder), err)
		}
		for _, name := range stale {
			all = append(all, Difference{name, Stale})
		}
	}
	return all, len(files), nil
}

// compareFile returns how a file differs from a rendered one; "" if no byte does. What is no
// regular file, as a symbolic link, would be replaced by one.
func compareFile(root *os.Root, file File) (DifferenceKind, error) {
	info, err := root.Lstat(file.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return Missing, nil
	}
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() != int64(len(file.Data)) {
		return Differs, nil
	}
	data, err := root.ReadFile(file.Name)
	if err != nil {
		return "", err
	}
	if !bytes.Equal(data, file.Data) {
		return Differs, nil
	}
	return "", nil
}
