package record

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/plan"
)

// interrupted leaves the unfinished record of two trials in a folder and returns its bytes.
func interrupted(t *testing.T, dir string) []byte {
	t.Helper()
	w := create(t, dir)
	appendAll(t, w, result(1, 1, 1), result(2, 1, 2))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(w.Path())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// planned returns the trials of the interrupted run and one more.
func planned() []plan.Trial {
	return []plan.Trial{result(1, 1, 1).Trial, result(2, 1, 2).Trial, result(3, 2, 2).Trial}
}

// lineEnds returns the offset behind each line.
func lineEnds(data []byte) []int {
	var ends []int
	for i, b := range data {
		if b == '\n' {
			ends = append(ends, i+1)
		}
	}
	return ends
}

// Wherever a crash cuts the record, the trials whose lines are whole are kept word for word.
func TestWholeLinesSurviveEveryCut(t *testing.T) {
	data := interrupted(t, t.TempDir())
	for size := range len(data) + 1 {
		rec, err := decodeUnfinished(data[:size])
		if err != nil {
			t.Fatalf("cut at %d: %v", size, err)
		}
		lines := bytes.Count(data[:size], []byte{'\n'})
		if lines < 2 {
			if rec != nil {
				t.Fatalf("cut at %d: a record of %d trials, want none", size, rec.Measured())
			}
			continue
		}
		want := []Result{result(1, 1, 1), result(2, 1, 2)}[:lines-1]
		if diff := cmp.Diff(want, rec.Results); diff != "" || rec.Damaged > 0 {
			t.Fatalf("cut at %d: %d damaged, trials (-want +got):\n%s", size, rec.Damaged, diff)
		}
	}
}

// Whatever is left of the record, the missing trials can be added on disk. The cuts are around each
// line end and in the middle of each line; with LABBOOK_SOAK=1, at every byte.
func TestCutRecordIsResumed(t *testing.T) {
	data := interrupted(t, t.TempDir())
	var cuts []int
	start := 0
	for _, end := range lineEnds(data) {
		cuts = append(cuts, start, start+1, (start+end)/2, end-1)
		start = end
	}
	cuts = append(cuts, len(data))
	if os.Getenv("LABBOOK_SOAK") == "1" {
		cuts = cuts[:0]
		for size := range len(data) + 1 {
			cuts = append(cuts, size)
		}
	}

	dir := t.TempDir()
	for _, size := range cuts {
		if err := os.WriteFile(filepath.Join(dir, PartName), data[:size], 0o644); err != nil {
			t.Fatal(err)
		}
		resumeWithAll(t, dir, size)
	}
}

// resumeWithAll resumes a record that was cut to a size, if it holds a trial, and finishes it.
func resumeWithAll(t *testing.T, dir string, size int) {
	t.Helper()
	rec, err := ReadUnfinished(dir)
	if err != nil {
		t.Fatalf("cut at %d: %v", size, err)
	}
	if rec == nil {
		return
	}

	w, err := Resume(dir, rec)
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range rec.Remaining(planned()) {
		appendAll(t, w, result(trial.Order, trial.Round, trial.Level.Value))
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	after, err := Read(dir)
	if err != nil || after.Damaged > 0 || len(after.Results) != 3 || w.Written() != 3 {
		t.Fatalf("cut at %d: %v, %d trials, %d damaged, want 3 and 0",
			size, err, len(after.Results), after.Damaged)
	}
}

func TestNothingToResume(t *testing.T) {
	if rec, err := ReadUnfinished(t.TempDir()); rec != nil || err != nil {
		t.Errorf("ReadUnfinished of an empty folder: %v, %v, want neither", rec, err)
	}
}

func TestDamagedTrialRemains(t *testing.T) {
	dir := t.TempDir()
	lines := bytes.SplitAfter(interrupted(t, dir), []byte{'\n'})
	lines[1] = bytes.Replace(lines[1], []byte(`"order"`), []byte(`"or`+"\x00"+`er"`), 1)
	damaged := bytes.Join(lines, nil)
	if err := os.WriteFile(filepath.Join(dir, PartName), damaged, 0o644); err != nil {
		t.Fatal(err)
	}

	rec, err := ReadUnfinished(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []plan.Trial{planned()[0], planned()[2]}
	if diff := cmp.Diff(want, rec.Remaining(planned())); diff != "" || rec.Damaged != 1 {
		t.Errorf("%d damaged, remaining trials (-want +got):\n%s", rec.Damaged, diff)
	}
}

func TestInterruptionIsRead(t *testing.T) {
	dir := t.TempDir()
	again := result(2, 1, 2)
	again.Resumed = &Interruption{After: 1, AwaySeconds: new(60.0)}
	bad := result(3, 2, 1)
	bad.Resumed = &Interruption{After: 1, AwaySeconds: new(-1.0)}
	write(t, dir, result(1, 1, 1), again, bad)

	rec, err := Read(dir)
	if err != nil || rec.Damaged != 1 {
		t.Fatalf("%v, %d damaged, want the one with a negative time", err, rec.Damaged)
	}
	if diff := cmp.Diff([]Result{result(1, 1, 1), again}, rec.Results); diff != "" {
		t.Errorf("results differ (-written +read):\n%s", diff)
	}
}
