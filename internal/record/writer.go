package record

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"labbook.example/labbook/internal/failure"
)

// FileName is the record's name inside the output folder. It is PartName until the run has ended.
const (
	FileName = "trials.jsonl"
	PartName = FileName + ".part"
)

// ErrUnfinished means that the folder holds the record of a run that did not end.
var ErrUnfinished = errors.New("an unfinished run is here")

// Writer appends to the record of a run. It writes beside the last finished record and replaces it
// only in Finish, so an interrupted run destroys nothing. It is not safe for concurrent use.
type Writer struct {
	file    *os.File
	dir     string
	name    string // of the file; "": PartName
	written int    // trials on disk, including those of the run that is resumed
	copied  int    // of these, trials that are in the finished record as well
	size    int64  // bytes of whole lines on disk
	torn    bool   // the file may hold part of a line beyond size
	began   bool   // this writer has appended a trial
}

// Unfinished returns the path of the unfinished record in dir, and whether it exists.
func Unfinished(dir string) (string, bool) {
	path := filepath.Join(dir, PartName)
	_, err := os.Lstat(path)
	return path, err == nil
}

// Create starts a record in dir, as startRecord does. The error of a folder that may not be written
// says what to do.
func Create(dir string, header Header) (*Writer, error) {
	w, err := startRecord(dir, header)
	if errors.Is(err, fs.ErrPermission) {
		const hint = "make the output folder writable, or write elsewhere with --output"
		return nil, failure.Machine(hint, "starting the record: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("starting the record: %w", err)
	}
	return w, nil
}

// startRecord starts a record in dir. It makes the folder if necessary, and replaces an unfinished
// record: use Resume to keep it.
func startRecord(dir string, header Header) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the output folder: %w", err)
	}
	path := filepath.Join(dir, PartName)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing the unfinished record: %w", err)
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

// createPart creates the file of an unfinished record. It never opens one that exists.
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

// Append adds one trial. When it returns nil, the trial is on disk, under the record's path. After
// an error, all earlier trials are still there and the run can be resumed.
func (w *Writer) Append(result Result) error {
	if err := w.line(result); err != nil {
		return err
	}
	if err := w.restore(); err != nil {
		return err
	}
	w.written++
	if !w.began { // the search before it has served
		w.began = true
		_ = os.Remove(filepath.Join(w.dir, SearchName)) // what stays is replaced by the next
	}
	return nil
}

// Written returns the number of trials on disk.
func (w *Writer) Written() int { return w.written }

// Added returns the number of trials on disk that no finished record has.
func (w *Writer) Added() int { return w.written - w.copied }

// line appends one line and syncs it. A line that cannot be written whole, as on a full disk, is
// removed again.
func (w *Writer) line(value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	if err := w.removeTorn(); err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}

	w.torn = true
	_, err = w.file.Write(append(data, '\n'))
	if err == nil {
		err = w.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("writing the record: %w", errors.Join(err, w.removeTorn()))
	}
	w.torn = false
	w.size += int64(len(data)) + 1
	return nil
}

// removeTorn truncates the file to its whole lines.
func (w *Writer) removeTorn() error {
	if !w.torn {
		return nil
	}
	if err := w.file.Truncate(w.size); err != nil {
		return err
	}
	w.torn = false
	return nil
}

// restore writes the record again if it is no longer at its path because the output folder was
// removed or moved. The open file can still be read, but would be lost when the process ends.
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

	_ = w.file.Close() // all it held is in the new file
	w.file = file
	return syncDir(w.dir)
}

// Path returns the path of the unfinished record.
func (w *Writer) Path() string { return filepath.Join(w.dir, cmp.Or(w.name, PartName)) }

// Discard closes the writer and removes the unfinished record.
func (w *Writer) Discard() error { return errors.Join(w.file.Close(), os.Remove(w.Path())) }

// Close closes the writer and leaves the record unfinished, with every trial on disk.
func (w *Writer) Close() error { return w.file.Close() }

// Finish closes the writer and moves the record to the place of the last finished one.
func (w *Writer) Finish() error {
	if err := errors.Join(w.removeTorn(), w.restore()); err != nil {
		return fmt.Errorf("finishing the record: %w", err)
	}
	if err := w.file.Close(); err != nil {
		return fmt.Errorf("closing the record: %w", err)
	}
	if err := os.Rename(w.Path(), filepath.Join(w.dir, FileName)); err != nil {
		return fmt.Errorf("putting the finished record in its place: %w", err)
	}
	return syncDir(w.dir)
}

// syncDir makes a rename in dir durable. Some systems cannot sync a folder (Windows). The record is
// whole either way, so the result of Sync is ignored.
func syncDir(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("opening the output folder: %w", err)
	}
	_ = folder.Sync()
	return folder.Close()
}
