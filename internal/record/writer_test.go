package record

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// create starts a record and fails the test if that is impossible.
func create(t *testing.T, dir string) *Writer {
	t.Helper()
	w, err := Create(dir, header())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func appendAll(t *testing.T, w *Writer, results ...Result) {
	t.Helper()
	for _, r := range results {
		if err := w.Append(r); err != nil {
			t.Fatal(err)
		}
	}
}

// write makes a finished record of some results.
func write(t *testing.T, dir string, results ...Result) {
	t.Helper()
	w := create(t, dir)
	appendAll(t, w, results...)
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
}

func TestEveryTrialIsOnDiskAtOnce(t *testing.T) {
	dir := t.TempDir()
	w := create(t, dir)
	for i := 1; i <= 3; i++ {
		appendAll(t, w, result(i, i%2+1, 1))
		data, err := os.ReadFile(w.Path())
		if lines := bytes.Count(data, []byte{'\n'}); err != nil || lines != i+1 {
			t.Errorf("after trial %d the file has %d lines, %v, want %d", i, lines, err, i+1)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, exists := Unfinished(dir); !exists {
		t.Error("Unfinished after Close = false, want true")
	}
}

func TestOnlyFinishReplacesTheFinishedRecord(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, result(1, 1, 1))
	finished, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	unchanged := func(when string) {
		t.Helper()
		now, err := os.ReadFile(filepath.Join(dir, FileName))
		if err != nil || !bytes.Equal(finished, now) {
			t.Errorf("%s: the finished record changed, or %v", when, err)
		}
	}

	w := create(t, dir)
	appendAll(t, w, result(1, 1, 1), result(2, 1, 2))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	unchanged("after an interrupted run")

	w = create(t, dir)
	data, err := os.ReadFile(w.Path())
	if lines := bytes.Count(data, []byte{'\n'}); err != nil || lines != 1 {
		t.Errorf("Create left %d lines of the unfinished record, %v, want its header", lines, err)
	}
	if err := w.Discard(); err != nil {
		t.Fatal(err)
	}
	if _, exists := Unfinished(dir); exists {
		t.Error("Unfinished after Discard = true, want false")
	}
	unchanged("after a discarded run")
}

func TestRecordIsRestoredWhenItsFolderIsRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "output")
	w := create(t, dir)
	appendAll(t, w, result(1, 1, 1))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	appendAll(t, w, result(2, 1, 2))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	rec, err := Read(dir)
	if err != nil || len(rec.Results) != 2 || rec.Damaged > 0 {
		t.Fatalf("after the folder was removed twice: %v, want both trials", err)
	}
}

func TestAnotherRecordAtOurPathIsNotTouched(t *testing.T) {
	w := create(t, t.TempDir())
	defer w.Close()
	if err := os.Remove(w.Path()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.Path(), []byte("theirs"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := w.Append(result(1, 1, 1)); !errors.Is(err, ErrUnfinished) {
		t.Errorf("Append with another record at its path: %v, want ErrUnfinished", err)
	}
	if data, _ := os.ReadFile(w.Path()); string(data) != "theirs" {
		t.Errorf("the other record is now %q", data)
	}
}

// /dev/full stands for a full disk: the trial is refused with the system's reason, and the run can
// go on once there is room again.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	dir := t.TempDir()
	w := create(t, dir)
	appendAll(t, w, result(1, 1, 1))

	disk := w.file
	w.file = full
	err = w.Append(result(2, 1, 2))
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "writing the record") {
		t.Errorf("Append on a full disk: %v, want ENOSPC and what could not be done", err)
	}
	if w.Written() != 1 {
		t.Errorf("Written = %d, want 1", w.Written())
	}
	full.Close()

	w.file = disk
	appendAll(t, w, result(2, 1, 2))
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	rec, err := Read(dir)
	if err != nil || len(rec.Results) != 2 || rec.Damaged > 0 || w.Written() != 2 {
		t.Errorf("%v, %d damaged, want two trials", err, rec.Damaged)
	}
}
