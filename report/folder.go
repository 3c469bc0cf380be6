package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"labbook/internal/record"
	"labbook/internal/stats"
)

// Write draws a record into a folder. Each file is replaced as a whole, and nothing outside of the
// folder is touched, also not through a symbolic link in it.
func Write(dir string, rec *record.Record, a *stats.Analysis) error {
	files, err := Render(rec, a)
	if err != nil {
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
	for _, folder := range folders {
		if err := removeStale(root, folder, files); err != nil {
			return fmt.Errorf("removing old files from %s: %w", folder, err)
		}
	}
	return nil
}

// folders are those that a report has beside its files.
var folders = []string{"charts", "captures"}

// Writable reports what would keep a report from being written into the folder, so that it is known
// before an hour of measuring: something else in the place of one of its own folders. Nothing is
// followed out of the output folder.
func Writable(dir string) error {
	for _, folder := range folders {
		path := filepath.Join(dir, folder)
		info, err := os.Lstat(path)
		if err != nil || info.IsDir() {
			continue // what else is wrong with it is known when it is written
		}
		found := "a file"
		if info.Mode()&os.ModeSymlink != 0 {
			found = "a symbolic link"
		}
		return fmt.Errorf("%s is no folder: found %s", path, found)
	}
	return nil
}

// replace writes a file beside its place and then puts it there, so that no reader sees half of
// one.
func replace(root *os.Root, file File) error {
	if folder := path.Dir(file.Name); folder != "." {
		if err := root.Mkdir(folder, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	part := file.Name + ".part"
	if err := root.WriteFile(part, file.Data, 0o644); err != nil {
		return errors.Join(err, ignoreMissing(root.Remove(part)))
	}
	return root.Rename(part, file.Name)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// removeStale removes the SVG files that an earlier Labbook wrote into a folder and that are not
// among files. Ours carry a mark; what does not carry it belongs to somebody else.
func removeStale(root *os.Root, folder string, files []File) error {
	entries, err := fs.ReadDir(root.FS(), folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := folder + "/" + entry.Name()
		if !strings.HasSuffix(name, ".svg") || !entry.Type().IsRegular() ||
			slices.ContainsFunc(files, func(f File) bool { return f.Name == name }) {
			continue
		}
		old, err := ours(root, name)
		if err != nil {
			return err
		}
		if old {
			if err := root.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// ours reports whether an SVG file is one that a Labbook wrote: its root element says so. No more
// is read, for whoever put it there may have made it as long as he liked.
func ours(root *os.Root, name string) (bool, error) {
	file, err := root.Open(name)
	if err != nil {
		return false, err
	}
	defer file.Close()
	head, err := io.ReadAll(io.LimitReader(file, 4096))
	return bytes.Contains(head, []byte(" data-labbook=")), err
}
