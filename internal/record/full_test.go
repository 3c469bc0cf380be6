//go:build linux

package record

import (
	"errors"
	"os"
	"syscall"
	"testing"
)

// A device that is always full stands for a disk that is: the trial is refused with the system's
// reason, and what was written before is what a later run goes on from.
func TestFullDiskIsSaid(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir, header(), false)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append(result(1, 1, 1)); err != nil {
		t.Fatal(err)
	}
	disk := w.file
	if w.file, err = os.OpenFile("/dev/full", os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	}
	if err := w.Append(result(2, 1, 2)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Append on a full disk: %v, want ENOSPC", err)
	}
	w.file.Close()
	w.file = disk
	if err := w.Append(result(2, 1, 2)); err != nil {
		t.Fatalf("Append after room was made: %v", err)
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	rec, err := Read(dir)
	if err != nil || len(rec.Results) != 2 || rec.Damaged > 0 || w.Written() != 2 {
		t.Errorf("%v, %d damaged, want two trials", err, rec.Damaged)
	}
}
