package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// FileName is the record's name inside the output folder; while the run lasts, PartName is.
const (
	FileName = "trials.jsonl"
	PartName = FileName + ".part"
)

// ErrUnfinished says that the folder holds the record of a run that did not end.
var ErrUnfinished = errors.New("an unfinished run lies here")

// Writer appends to the record of a run. It writes beside the last finished record, and takes its
// place only in Finish, so a run that is cut short destroys nothing. It is not safe for use by two
// goroutines.
type Writer struct {
	file    *os.File
	dir     string
	written int
}

// Unfinished gives the path of the unfinished record in dir, and whether there is one.
func Unfinished(dir string) (string, bool) {
	path := filepath.Join(dir, PartName)
	_, err := os.Lstat(path)
	return path, err == nil
}

// Create starts a record in dir, which is made where it is missing. An unfinished record is
// ErrUnfinished, unless fresh says that it may be thrown away.
func Create(dir string, header Header, fresh bool) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the output folder: %w", err)
	}
	path := filepath.Join(dir, PartName)
	if fresh {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("removing the unfinished record: %w", err)
		}
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrUnfinished)
	}
	if err != nil {
		return nil, fmt.Errorf("making the record: %w", err)
	}
	w := &Writer{file: file, dir: dir}
	if err := w.line(header); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(path))
	}
	return w, nil
}

// Append adds one trial. When it returns nil, the trial is on disk. After an error the writer takes no more.
func (w *Writer) Append(result Result) error {
	if err := w.line(result); err != nil {
		return err
	}
	w.written++
	return nil
}

// Written counts the trials that are on disk.
func (w *Writer) Written() int { return w.written }

func (w *Writer) line(value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	if _, err := w.file.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	if err := w.file.Sync(); err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	return nil
}

// Path is where the unfinished record lies.
func (w *Writer) Path() string { return filepath.Join(w.dir, PartName) }

// Discard ends the writing and removes the unfinished record.
func (w *Writer) Discard() error { return errors.Join(w.file.Close(), os.Remove(w.Path())) }

// Close ends the writing and leaves the record unfinished, with every trial that it holds.
func (w *Writer) Close() error { return w.file.Close() }

// Finish ends the writing and puts the record in the place of the last finished one.
func (w *Writer) Finish() error {
	if err := w.file.Close(); err != nil {
		return fmt.Errorf("closing the record: %w", err)
	}
	err := os.Rename(w.Path(), filepath.Join(w.dir, FileName))
	if err != nil {
		return fmt.Errorf("putting the finished record in its place: %w", err)
	}
	return syncDir(w.dir)
}

// syncDir makes a rename in dir durable. Not every system can sync a folder (Windows cannot), and
// the record is whole either way, so what it says about that is not an error.
func syncDir(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("opening the output folder: %w", err)
	}
	_ = folder.Sync()
	return folder.Close()
}
