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

	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// Write renders the report of a record into a folder. Each file is replaced as a whole. Nothing
// outside the folder is touched, even if a symbolic link in the folder points there.
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

// folders are the folders of a report.
var folders = []string{"charts", "captures"}

// files are the record and the files of a report that are in no folder of their own.
var files = []string{
	record.FileName,
	"bench.txt",
	"report.html",
	"report.md",
	"results.json",
	"summary.csv",
}

// Writable returns an error if one of the report's own folders exists but is not a folder, or one
// of its files is, so that this is known before an hour of measuring. A symbolic link in place of a
// folder is refused as well, because it could lead out of the output folder.
func Writable(dir string) error {
	for _, folder := range folders {
		path := filepath.Join(dir, folder)
		info, err := os.Lstat(path)
		if err != nil || info.IsDir() {
			continue // other problems surface when the report is written
		}
		return fmt.Errorf("%s is no folder: found %s", path, filekind.Of(info.Mode()))
	}
	for _, file := range files {
		path := filepath.Join(dir, file)
		if info, err := os.Lstat(path); err == nil && info.IsDir() {
			return fmt.Errorf("%s is no file: found a folder", path)
		}
	}
	return nil
}

// replace writes a file under another name and renames it, so that no reader sees half of it.
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

// removeStale removes the stale files of a folder.
func removeStale(root *os.Root, folder string, files []File) error {
	stale, err := staleFiles(root, folder, files)
	if err != nil {
		return err
	}
	for _, name := range stale {
		if err := root.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// staleFiles returns the SVG and PDF files that an earlier run wrote into a folder and that are not
// among files. Our files carry a mark; a file without it belongs to the user.
func staleFiles(root *os.Root, folder string, files []File) (stale []string, err error) {
	entries, err := fs.ReadDir(root.FS(), folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}

	for _, entry := range entries {
		name := folder + "/" + entry.Name()
		isCurrent := slices.ContainsFunc(files, func(f File) bool { return f.Name == name })
		_, ours := marks[path.Ext(name)]
		if isCurrent || !ours || !entry.Type().IsRegular() {
			continue
		}
		marked, err := hasMark(root, name)
		if err != nil {
			return nil, err
		}
		if marked {
			stale = append(stale, name)
		}
	}
	return stale, nil
}

// mark is what a file of ours contains near one of its ends, by the ending of its name.
type mark struct {
	text  string
	atEnd bool // it is near the end, else near the beginning
}

var marks = map[string]mark{
	".svg": {text: " data-labbook="},                   // of the root element
	".pdf": {text: "/Producer (Labbook)", atEnd: true}, // of the document
}

// hasMark reports whether an SVG or PDF file has the mark of our files. Only one end of it is read:
// the file may be arbitrarily large.
func hasMark(root *os.Root, name string) (bool, error) {
	file, err := root.Open(name)
	if err != nil {
		return false, err
	}
	defer file.Close()

	const enough = 4096
	mark := marks[path.Ext(name)]
	if mark.atEnd {
		info, err := file.Stat()
		if err != nil {
			return false, err
		}
		if _, err := file.Seek(max(0, info.Size()-enough), io.SeekStart); err != nil {
			return false, err
		}
	}
	found, err := io.ReadAll(io.LimitReader(file, enough))
	return bytes.Contains(found, []byte(mark.text)), err
}
