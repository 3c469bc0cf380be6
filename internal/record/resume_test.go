package record

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook/internal/plan"
)

// cutShort leaves the unfinished record of two trials in a folder, and gives its bytes.
func cutShort(t *testing.T, dir string) []byte {
	t.Helper()
	w, err := Create(dir, header(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []Result{result(1, 1, 1), result(2, 1, 2)} {
		if err := w.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(w.Path())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Wherever a crash cuts the record, the trials whose lines are whole are kept word for word, and
// the rest can be added to them.
func TestEveryCutCanBeResumed(t *testing.T) {
	whole := cutShort(t, t.TempDir())
	planned := []plan.Trial{result(1, 1, 1).Trial, result(2, 1, 2).Trial, result(3, 2, 2).Trial}
	headerEnd := bytes.IndexByte(whole, '\n') + 1
	dir := t.TempDir()
	path := filepath.Join(dir, PartName)
	for size := 0; size <= len(whole); size++ {
		if err := os.WriteFile(path, whole[:size], 0o644); err != nil {
			t.Fatal(err)
		}
		rec, err := ReadUnfinished(dir)
		if err != nil {
			t.Fatalf("cut at %d: %v", size, err)
		}
		lines := bytes.Count(whole[:size], []byte{'\n'})
		if lines < 2 {
			if rec != nil {
				t.Fatalf(
					"cut at %d, the header ends at %d: a record of %d trials, want none",
					size,
					headerEnd,
					rec.Measured(),
				)
			}
			continue
		}
		w, err := Resume(dir, rec)
		if err != nil {
			t.Fatal(err)
		}
		left := rec.Left(planned)
		for _, trial := range left {
			if err := w.Append(result(trial.Order, trial.Round, trial.Level.Value)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Finish(); err != nil {
			t.Fatal(err)
		}
		after, err := Read(dir)
		if err != nil || after.Damaged > 0 || len(after.Results) != 3 || w.Written() != 3 {
			t.Fatalf(
				"cut at %d: %v, %d trials, %d damaged, want 3 and 0",
				size,
				err,
				len(after.Results),
				after.Damaged,
			)
		}
	}
}

func TestDamagedTrialIsLeft(t *testing.T) {
	dir := t.TempDir()
	whole := cutShort(t, dir)
	lines := bytes.SplitAfter(whole, []byte{'\n'})
	lines[1] = bytes.Replace(lines[1], []byte(`"order"`), []byte(`"or`+"\x00"+`er"`), 1)
	if err := os.WriteFile(filepath.Join(dir, PartName), bytes.Join(lines, nil), 0o644); err != nil {
		t.Fatal(err)
	}
	rec, err := ReadUnfinished(dir)
	if err != nil {
		t.Fatal(err)
	}
	planned := []plan.Trial{result(1, 1, 1).Trial, result(2, 1, 2).Trial, result(3, 2, 2).Trial}
	want := []plan.Trial{planned[0], planned[2]}
	if diff := cmp.Diff(want, rec.Left(planned)); diff != "" || rec.Damaged != 1 {
		t.Errorf("%d damaged, trials left (-want +got):\n%s", rec.Damaged, diff)
	}
}

// A line longer than any buffer is damage like any other.
func TestEndlessLineIsDamage(t *testing.T) {
	dir := t.TempDir()
	whole := cutShort(t, dir)
	endless := append(bytes.Repeat([]byte{'x'}, 17<<20), '\n')
	rec, err := Decode(bytes.NewReader(append(endless[:0:0], append(whole, endless...)...)))
	if err != nil || rec.Damaged != 1 || len(rec.Results) != 2 {
		t.Errorf("%v, want two trials and one damaged line", err)
	}
}

func TestRecordComesBackToItsPlace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "output")
	w, err := Create(dir, header(), false)
	if err != nil {
		t.Fatal(err)
	}
	add := func(r Result) {
		t.Helper()
		if err := w.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	add(result(1, 1, 1))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	add(result(2, 1, 2))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	rec, err := Read(dir)
	if err != nil || len(rec.Results) != 2 || rec.Damaged > 0 {
		t.Fatalf("after the folder went twice: %v, want both trials", err)
	}
}

func TestAnotherRecordInOurPlaceIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir, header(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := os.Remove(w.Path()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.Path(), []byte("theirs"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := w.Append(result(1, 1, 1)); !errors.Is(err, ErrUnfinished) {
		t.Errorf("Append with another record in its place: %v, want ErrUnfinished", err)
	}
	if data, _ := os.ReadFile(w.Path()); string(data) != "theirs" {
		t.Errorf("the other record is now %q", data)
	}
}

func TestSeamIsRead(t *testing.T) {
	dir := t.TempDir()
	again := result(2, 1, 2)
	again.Resumed = &Seam{After: 1, AwaySeconds: new(60.0)}
	bad := result(3, 2, 1)
	bad.Resumed = &Seam{After: 1, AwaySeconds: new(-1.0)}
	write(t, dir, result(1, 1, 1), again, bad)
	rec, err := Read(dir)
	if err != nil || rec.Damaged != 1 {
		t.Fatalf("%v, %d damaged, want the one with a negative time", err, rec.Damaged)
	}
	if diff := cmp.Diff([]Result{result(1, 1, 1), again}, rec.Results); diff != "" {
		t.Errorf("results differ (-written +read):\n%s", diff)
	}
}

func TestDifferences(t *testing.T) {
	test := func(name string, change func(*Header), want ...string) {
		t.Helper()
		now := header()
		source := *now.Source
		now.Source = &source
		change(&now)
		var got []string
		for _, d := range header().Differences(now) {
			got = append(got, d.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	test("the same", func(*Header) {})
	test("another hour", func(h *Header) {
		h.Started = h.Started.AddDate(0, 0, 1)
		h.Environment.LoadAverage, h.Environment.BusyBefore = "9 9 9", new(0.5)
		h.Source.Dirty = false
	})
	test("spec", func(h *Header) { h.Spec.Text = strings.Replace(specText, "= 20", "= 30", 1) },
		`spec, line 3: recorded "requests = 20", now "requests = 30"`)
	test("rounds", func(h *Header) { h.Rounds = 5 }, `rounds: recorded "2", now "5"`)
	test("machine and more", func(h *Header) {
		h.Labbook, h.Source = "v2", nil
		h.Generator.Version = "2.4"
		h.Environment.Kernel, h.Environment.Cores = "7.0", 8
	}, `labbook: recorded "(devel)", now "v2"`, `commit of the spec's repository: recorded "abc", now "none"`,
		`generator: recorded "ab 2.3", now "ab 2.4"`, `kernel: recorded "", now "7.0"`,
		`cores: recorded "2", now "8"`)
}
