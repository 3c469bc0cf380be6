package gate

import (
	"context"
	"os"
	"path/filepath"

	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/record"
)

// specOf returns the path of a record's spec: the one that was named, or a file of its name and
// text near the output folder. It is "" if there is none.
func specOf(rec *record.Record, named, output string) string {
	if named != "" {
		return named
	}
	for _, folder := range []string{
		filepath.Join(output, ".."),
		filepath.Join(output, "..", ".."), // of a folder within output
		".",
	} {
		path := filepath.Join(folder, rec.Spec.Name)
		if text, err := os.ReadFile(path); err == nil && string(text) == rec.Spec.Text {
			return path
		}
	}
	return ""
}

// inRepository returns the path of a file relative to its repository, with slashes, as GitHub names
// files. Without git it is relative to the job's workspace. It is "" if the file is in neither.
func inRepository(ctx context.Context, path, workspace string) string {
	if path == "" {
		return ""
	}
	full := real(path)
	var roots []string
	top, err := git.Line(ctx, filepath.Dir(full), "rev-parse", "--show-toplevel")
	if err == nil {
		roots = append(roots, top)
	}
	if workspace != "" {
		roots = append(roots, workspace)
	}
	for _, root := range roots {
		inside, err := filepath.Rel(real(filepath.FromSlash(root)), full)
		if err == nil && filepath.IsLocal(inside) {
			return filepath.ToSlash(inside)
		}
	}
	return ""
}
