package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
)

// decode reads a record that consists of these lines.
func decode(t *testing.T, lines ...string) *Record {
	t.Helper()
	rec, err := Decode(strings.NewReader(strings.Join(lines, "")))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// line returns a value as a line of a record.
func line(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data) + "\n"
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "output")
	want := []Result{result(1, 1, 1), result(2, 1, 2), result(3, 2, 2), result(4, 2, 1)}
	write(t, dir, want...)

	rec, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, rec.Results); diff != "" {
		t.Errorf("results differ (-written +read):\n%s", diff)
	}
	if diff := cmp.Diff(header(), rec.Header); diff != "" {
		t.Errorf("header differs (-written +read):\n%s", diff)
	}
	if len(rec.Experiment.References) != 1 || rec.Damaged != 0 {
		t.Errorf("references %d, damaged %d, want 1 and 0",
			len(rec.Experiment.References), rec.Damaged)
	}
	if rec.Experiment.Design.Rounds != 2 || rec.SpecRounds != 3 {
		t.Errorf("rounds %d, in the spec %d, want 2 (as run) and 3",
			rec.Experiment.Design.Rounds, rec.SpecRounds)
	}
	if got := orders(rec.ForCell(want[0].Cell)); !cmp.Equal(got, []int{1, 4}) {
		t.Errorf("ForCell(c=1) has trials %v, want 1 and 4", got)
	}
}

func TestDamagedLinesAreCounted(t *testing.T) {
	head := line(t, header())
	one, two, three := line(t, result(1, 1, 1)), line(t, result(2, 1, 2)), line(t, result(3, 2, 1))
	padded := strings.TrimSpace(two) + strings.Repeat(" ", maxLine)

	test := func(name string, results, damaged int, lines ...string) {
		t.Helper()
		rec := decode(t, lines...)
		if len(rec.Results) != results || rec.Damaged != damaged {
			t.Errorf("%s: %d results, %d damaged, want %d and %d",
				name, len(rec.Results), rec.Damaged, results, damaged)
		}
	}
	test("whole", 3, 0, head, one, two, three)
	test("only a header", 0, 0, head)
	test("torn at the end", 2, 1, head, one, two, three[:40])
	test("too long in the middle", 2, 1, head, one, padded+"\n", three)
	test("too long at the end", 1, 1, head, one, padded)
	test("longer than any buffer", 1, 1, head, one, strings.Repeat("x", 17<<20)+"\n")
	test("damaged in the middle", 2, 1, head, one, "{\x00}\n", three)
	test("a trial twice", 1, 1, head, one, one)

	altered := func(pattern, replacement string) string {
		t.Helper()
		text := regexp.MustCompile(pattern).ReplaceAllString(one, replacement)
		if text == one {
			t.Fatalf("%s is not in %s", pattern, one)
		}
		return text
	}
	test("an unknown outcome", 0, 1, head, altered(`"ended"`, `"end"`))
	test("an impossible rate", 0, 1, head,
		altered(`"requests_per_second":[0-9.]+`, `"requests_per_second":1e308`))
	test("an impossible time", 0, 1, head,
		altered(`"percentiles_ms":\[[0-9.]+`, `"percentiles_ms":[-1`))
	test("an unknown server", 0, 1, head, altered(`"A"`, `"B"`))
	test("a round beyond the last", 0, 1, head, altered(`"round":1`, `"round":3`))
	test("a percentile missing", 0, 1, head,
		altered(`"percentiles_ms":\[0,`, `"percentiles_ms":[`))
}

func TestHeadersThatAreRefused(t *testing.T) {
	test := func(name, text, want string) {
		t.Helper()
		_, err := Decode(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", name, err, want)
		}
	}
	test("empty", "", "the record is empty")
	test("no JSON", "hello\n", "line 1: not a record's header")
	test("another JSON", "{}\n", "schema 0; this labbook reads 1 to 1")
	test("newer", `{"schema":2}`+"\n", "schema 2; this labbook reads 1 to 1")
	test("too long", `{"schema":1`+strings.Repeat(" ", maxLine)+"}\n",
		"line 1: found more than 16777216 bytes")
	test("bad spec",
		`{"schema":1,"rounds":1,"spec":{"name":"e.toml","text":"[load]\nx=1"}}`+"\n",
		"e.toml:2: unknown key")
	if _, err := Read(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read of an empty folder: %v, want ErrNotExist", err)
	}
}

func TestCalibratedTrialsAreApart(t *testing.T) {
	own, other, unknown := result(1, 1, 1), byOther(result(2, 1, 1)), result(3, 1, 2)
	unknown.Instrument = plan.Instrument("third")
	test := func(name string, h Header, calibrated, damaged int) {
		t.Helper()
		rec := decode(t, line(t, h), line(t, own), line(t, other), line(t, other), line(t, unknown))
		if len(rec.Results) != 1 || len(rec.Calibrated) != calibrated || rec.Damaged != damaged {
			t.Errorf("%s: %d results, %d calibrated, %d damaged, want 1, %d and %d", name,
				len(rec.Results), len(rec.Calibrated), rec.Damaged, calibrated, damaged)
		}
		if of := rec.ForCell(own.Cell); len(of) != 1 {
			t.Errorf("%s: ForCell returns %d trials, want the one by the own ab", name, len(of))
		}
	}
	test("with a calibration", calibrating(), 1, 2)
	test("without", header(), 0, 3)
}

func FuzzDecode(f *testing.F) {
	var seed bytes.Buffer
	out := json.NewEncoder(&seed)
	watched := result(2, 1, 2)
	watched.Usage = usage()
	for _, value := range []any{header(), result(1, 1, 1), watched} {
		if err := out.Encode(value); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(seed.Bytes())

	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}

		grouped := 0
		for _, cell := range rec.Cells {
			grouped += len(rec.ForCell(cell)) + len(rec.CalibratedForCell(cell))
		}
		if grouped != rec.Measured() {
			t.Errorf("%d trials are in a cell, want all %d", grouped, rec.Measured())
		}
		for _, r := range rec.Results {
			if r.Round < 1 || r.Round > rec.Rounds ||
				len(r.PercentilesMS) != 0 && len(r.PercentilesMS) != 101 {
				t.Errorf("a result that does not belong here: %+v", r.Trial)
			}
			if u := r.Usage; u != nil && u.CPUSeconds != nil && *u.CPUSeconds < 0 {
				t.Errorf("a server used negative CPU time: %v", *u.CPUSeconds)
			}
		}
	})
}

// The records in this repository were written by earlier versions. Each holds ab's text beside its
// measurement, and the text still says the same.
func TestCommittedRecordsAgreeWithABsText(t *testing.T) {
	dirs, err := filepath.Glob("../../examples/*/output")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, dir := range append(dirs, "../../output") {
		if _, err := os.Stat(filepath.Join(dir, FileName)); err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		rec, err := Read(dir)
		if err != nil || rec.Damaged > 0 {
			t.Errorf("%s: %v, %d damaged lines, want none", dir, err, rec.Damaged)
			continue
		}
		if compared := compareWithText(t, rec); compared == 0 {
			t.Errorf("%s: no trial has a text to compare", dir)
		}
	}
}

// compareWithText parses the text of each call again and returns how many there were.
func compareWithText(t *testing.T, rec *Record) (compared int) {
	t.Helper()
	for _, r := range rec.InRunOrder() {
		if r.Load == nil || r.Load.Text == "" {
			continue
		}
		compared++
		m, err := abtext.Parse(r.Load.Text)
		switch {
		case err != nil && r.Load.Measurement != nil:
			t.Errorf("%s, %v: %v, but a measurement is recorded", rec.Spec.Name, r.Trial, err)
		case err == nil:
			if diff := cmp.Diff(r.Load.Measurement, &m); diff != "" {
				t.Errorf("%s, %v (-recorded +parsed):\n%s", rec.Spec.Name, r.Trial, diff)
			}
		}
	}
	return compared
}
