package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	written int   // trials that are on disk, with those of the run that this one goes on from
	size    int64 // of the lines that are on disk
	torn    bool  // there may be something beyond them, which no line may follow
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
	file, err := createPart(path)
	if err != nil {
		return nil, err
	}
	w := &Writer{file: file, dir: dir}
	if err := w.line(header); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(path))
	}
	return w, syncDir(dir)
}

func createPart(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrUnfinished)
	}
	if err != nil {
		return nil, fmt.Errorf("making the record: %w", err)
	}
	return file, nil
}

// Append adds one trial. When it returns nil, the trial is on disk, where a reader of the folder
// finds it. After an error the trials from before it are still there, and the next run can go on
// from them.
func (w *Writer) Append(result Result) error {
	if err := w.line(result); err != nil {
		return err
	}
	if err := w.restore(); err != nil {
		return err
	}
	w.written++
	return nil
}

// Written counts the trials that are on disk.
func (w *Writer) Written() int { return w.written }

// line adds one line and syncs it. A line that does not get through, as on a full disk, is cut off
// again.
func (w *Writer) line(value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	if err := w.cut(); err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	w.torn = true
	_, err = w.file.Write(append(data, '\n'))
	if err == nil {
		err = w.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("writing the record: %w", errors.Join(err, w.cut()))
	}
	w.size, w.torn = w.size+int64(len(data))+1, false
	return nil
}

// cut ends the file where its last whole line does.
func (w *Writer) cut() error {
	if !w.torn {
		return nil
	}
	if err := w.file.Truncate(w.size); err != nil {
		return err
	}
	w.torn = false
	return nil
}

// restore puts the record back into its place if it is gone from there, because somebody removed or
// moved the output folder: what is open can still be read, and would be lost with the process.
func (w *Writer) restore() error {
	ours, err := w.file.Stat()
	if err != nil {
		return fmt.Errorf("looking at the record: %w", err)
	}
	if there, err := os.Lstat(w.Path()); err == nil && os.SameFile(ours, there) {
		return nil
	}
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		return fmt.Errorf("making the output folder again: %w", err)
	}
	file, err := createPart(w.Path())
	if err != nil {
		return fmt.Errorf("the record was taken from its place: %w", err)
	}
	_, err = io.Copy(file, io.NewSectionReader(w.file, 0, w.size))
	if err == nil {
		err = file.Sync()
	}
	if err != nil {
		return fmt.Errorf("writing the record again: %w", errors.Join(err, file.Close()))
	}
	_ = w.file.Close() // all that it held is in the new one
	w.file = file
	return syncDir(w.dir)
}

// Path is where the unfinished record lies.
func (w *Writer) Path() string { return filepath.Join(w.dir, PartName) }

// Discard ends the writing and removes the unfinished record.
func (w *Writer) Discard() error { return errors.Join(w.file.Close(), os.Remove(w.Path())) }

// Close ends the writing and leaves the record unfinished, with every trial that it holds.
func (w *Writer) Close() error { return w.file.Close() }

// Finish ends the writing and puts the record in the place of the last finished one.
func (w *Writer) Finish() error {
	if err := errors.Join(w.cut(), w.restore()); err != nil {
		return fmt.Errorf("finishing the record: %w", err)
	}
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
