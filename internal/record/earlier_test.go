package record

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/spec"
)

// finished leaves the finished record of two rounds in a folder, and returns its bytes.
func finished(t *testing.T, dir string) []byte {
	t.Helper()
	write(t, dir, result(1, 1, 1), result(2, 1, 2), result(3, 2, 2), result(4, 2, 1))
	return contents(t, filepath.Join(dir, FileName))
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// withRounds is the header of a run that adds rounds to those of finished, up to a number.
func withRounds(rounds int) Header {
	h := header()
	h.Rounds, h.Trials = rounds, 2*rounds
	return h
}

// afterHeader returns the lines of a record behind its first one.
func afterHeader(data []byte) string {
	_, trials, _ := bytes.Cut(data, []byte{'\n'})
	return string(trials)
}

// goOn opens the record of a run that adds some rounds to those of a finished one, up to a number.
func goOn(t *testing.T, dir string, more, rounds int) (*Earlier, *Writer) {
	t.Helper()
	earlier, err := FindFinished(dir, withRounds(rounds), more, false)
	if err != nil {
		t.Fatal(err)
	}
	w, err := earlier.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return earlier, w
}

// The trials of the finished run stay as they are, byte for byte, and those of the rounds that are
// added follow. Until these are complete, the finished record is in its place.
func TestRoundsAreAdded(t *testing.T) {
	dir := t.TempDir()
	before := finished(t, dir)
	earlier, w := goOn(t, dir, 1, 3)
	if w.Added() != 0 || w.Written() != 4 {
		t.Errorf("%d trials, %d of them added; want 4 and 0", w.Written(), w.Added())
	}
	if earlier.MoreRounds() != 1 || earlier.Interruption.After != 4 {
		t.Errorf("%+v, want one round after 4 trials", earlier.Interruption)
	}
	fifth := result(5, 3, 1)
	fifth.Resumed = &earlier.Interruption
	appendAll(t, w, fifth, result(6, 3, 2))
	if !bytes.Equal(contents(t, filepath.Join(dir, FileName)), before) || w.Added() != 2 {
		t.Errorf("%d trials are added; the finished record must stay for as long", w.Added())
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}

	after := contents(t, filepath.Join(dir, FileName))
	if !strings.HasPrefix(afterHeader(after), afterHeader(before)) {
		t.Error("the trials of the finished run have changed")
	}
	rec, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if rec.Rounds != 3 || rec.Trials != 6 || rec.Measured() != 6 ||
		rec.Experiment.Design.Rounds != 3 || !slices.Equal(rec.Looks, []int{2}) ||
		rec.Results[4].Resumed.MoreRounds != 1 {
		t.Errorf("%d rounds, %d of %d trials, looks %v, resumed %+v", rec.Rounds, rec.Measured(),
			rec.Trials, rec.Looks, rec.Results[4].Resumed)
	}

	// They are added again.
	earlier, w = goOn(t, dir, 1, 4)
	if looks := earlier.extended.Looks; !slices.Equal(looks, []int{2, 3}) {
		t.Errorf("looks %v, want 2 and 3", looks)
	}
	if err := w.Discard(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(contents(t, filepath.Join(dir, FileName)), after) {
		t.Error("what was thrown away has changed the finished record")
	}
}

// An addition that was interrupted is gone on with as it began: its first trial has recorded the
// look, and the finished run's trials are not its own.
func TestInterruptedAdditionIsResumed(t *testing.T) {
	dir := t.TempDir()
	finished(t, dir)
	_, w := goOn(t, dir, 2, 4)
	appendAll(t, w, result(5, 3, 1))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	earlier, w := goOn(t, dir, 2, 4)
	if earlier.MoreRounds() != 0 || earlier.Interruption.After != 5 || w.Added() != 1 {
		t.Errorf("%+v, %d added; want an interruption after 5 trials, and 1",
			earlier.Interruption, w.Added())
	}
	_ = w.Close()

	// It can be begun again from the finished run.
	earlier, err := FindFinished(dir, withRounds(3), 1, true)
	if err != nil || earlier.MoreRounds() != 1 || earlier.Measured() != 4 {
		t.Errorf("%+v, %v; want the finished run", earlier, err)
	}
}

// Before its first trial there is nothing to resume: the look is recorded with that.
func TestAdditionWithoutATrialBeginsAgain(t *testing.T) {
	dir := t.TempDir()
	finished(t, dir)
	_, w := goOn(t, dir, 2, 4)
	_ = w.Close()
	if earlier, _ := goOn(t, dir, 2, 4); earlier.MoreRounds() != 2 {
		t.Errorf("%+v, want that two rounds are added", earlier.Interruption)
	}
}

func TestRefusedAdditions(t *testing.T) {
	refused := func(name string, err error, want string, hints ...string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
			return
		}
		code, hint := failure.CodeAndHint(err)
		for _, part := range hints {
			if !strings.Contains(hint, part) {
				t.Errorf("%s: hint %q, want %q in it", name, hint, part)
			}
		}
		if code != failure.ExitUsage {
			t.Errorf("%s: code %d, want %d", name, code, failure.ExitUsage)
		}
	}

	dir := t.TempDir()
	whole := finished(t, dir)
	_, err := FindFinished(dir, func() Header {
		h := withRounds(3)
		h.Environment.Cores = 4
		return h
	}(), 1, false)
	refused("another machine", err, `cores: recorded "2", now "4"`, "leave --more-rounds out")

	_, w := goOn(t, dir, 2, 4)
	appendAll(t, w, result(5, 3, 1))
	_ = w.Close()
	part := filepath.Join(dir, PartName)
	_, err = FindFinished(dir, withRounds(3), 1, false)
	refused("another number", err, `rounds: recorded "4", now "3"`, "--more-rounds 2 was adding",
		"remove "+part)
	_, err = FindInterrupted(dir, header())
	refused("none", err, `rounds before --more-rounds: recorded "2", now "none"`,
		"--more-rounds 2 was adding")

	other := bytes.Replace(whole, []byte(`"start_seconds":1,`), []byte(`"start_seconds":1.5,`), 1)
	if err := os.WriteFile(filepath.Join(dir, FileName), other, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = FindFinished(dir, withRounds(4), 2, false)
	refused("another finished run", err, "it was not begun from the trials.jsonl", "--fresh")

	dir = t.TempDir()
	finished(t, dir)
	interrupted(t, dir)
	_, err = FindFinished(dir, withRounds(3), 1, false)
	refused("an ordinary run", err, "rounds can be added to a finished one only", "resume it first")
}

func TestAddRounds(t *testing.T) {
	dir := t.TempDir()
	finished(t, dir)
	e := parsed(t)
	if err := AddRounds(e, dir, 5); err != nil || e.Design.Rounds != 7 {
		t.Errorf("%d rounds, %v; want the 2 of the record and 5 more", e.Design.Rounds, err)
	}
	if err := AddRounds(parsed(t), dir, spec.MaxRounds); err == nil {
		t.Error("more rounds than there can be are not refused")
	}
	if err := AddRounds(parsed(t), t.TempDir(), 1); err == nil {
		t.Error("an empty folder is not refused")
	}
	several := parsed(t)
	several.Design.Runs = 2
	err := AddRounds(several, dir, 1)
	if err == nil || !strings.Contains(err.Error(), "runs = 2") {
		t.Errorf("several runs: %v", err)
	}
}

// A header that cannot be true is refused, and one without looks is as it always was.
func TestLooksOfAHeader(t *testing.T) {
	for _, c := range []struct {
		looks []int
		want  bool
	}{
		{nil, true}, {[]int{1}, true}, {[]int{2}, false}, {[]int{0}, false}, {[]int{1, 1}, false},
	} {
		h := header()
		h.Looks = c.looks
		if got := h.validLooks(); got != c.want {
			t.Errorf("looks %v of %d rounds are valid: %v, want %v", c.looks, h.Rounds, got,
				c.want)
		}
	}
	dir := t.TempDir()
	if data := finished(t, dir); bytes.Contains(data, []byte("looks")) ||
		bytes.Contains(data, []byte("more_rounds")) {
		t.Error("a record without added rounds has words about them")
	}
}

// A run ended when its last trial did, as often as it was interrupted before.
func TestSecondsSinceEnd(t *testing.T) {
	rec := New(header(), parsed(t), result(1, 1, 1))
	away := 100.0
	second := result(2, 1, 2)
	second.StartSeconds = 50
	second.Resumed = &Interruption{After: 1, AwaySeconds: &away}
	second.Load.WallSeconds, second.Warmup.WallSeconds = 8, 2
	rec.Add(second)
	now := header().Started.Add(time.Hour)
	if got := rec.secondsSinceEnd(now); got == nil || *got != 3600-50-10-100 {
		t.Errorf("%v seconds, want 3440", got)
	}
	if got := rec.secondsSinceEnd(header().Started); got != nil {
		t.Errorf("%v seconds before it ended, want none", *got)
	}
	rec.Results[1].Resumed.AwaySeconds = nil
	if got := rec.secondsSinceEnd(now); got != nil {
		t.Errorf("%v seconds, but it is not known for how long it was away", *got)
	}
}

// parsed returns the experiment of the header.
func parsed(t *testing.T) *spec.Experiment {
	t.Helper()
	e, err := spec.Parse("experiment.toml", specText)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A finished record without an end of its last line, and with lines that cannot be read, is copied
// with all of it.
func TestDamagedRecordIsExtended(t *testing.T) {
	dir := t.TempDir()
	whole := finished(t, dir)
	lines := strings.SplitAfter(string(whole), "\n")
	damaged := lines[0] + lines[1] + "damaged\n" + strings.TrimSuffix(lines[3], "\n")
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte(damaged), 0o644); err != nil {
		t.Fatal(err)
	}
	_, w := goOn(t, dir, 1, 3)
	appendAll(t, w, result(5, 3, 1))
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	rec, err := Read(dir)
	if err != nil || rec.Damaged != 1 || rec.Measured() != 3 {
		t.Errorf("%d trials, %d lines damaged, %v; want 3 and 1", rec.Measured(), rec.Damaged, err)
	}
	got := afterHeader(contents(t, filepath.Join(dir, FileName)))
	if want := afterHeader([]byte(damaged)) + "\n"; !strings.HasPrefix(got, want) {
		t.Errorf("the lines are %q, want that they begin with %q", got, want)
	}
}
