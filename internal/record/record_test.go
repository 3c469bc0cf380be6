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
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook/internal/abtext"
	"labbook/internal/plan"
	"labbook/internal/spec"
)

const specText = `
[load]
requests = 20
concurrency = [1, 2]
[design]
rounds = 3
[[server]]
name = "A"
model = "async"
address = "127.0.0.1:45000"
`

func header() Header {
	return Header{
		Schema:  Schema,
		Labbook: "(devel)",
		Started: time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC),
		Rounds:  2,
		Trials:  4,
		Spec:    File{"experiment.toml", specText},
		References: []spec.Reference{{Name: "R", File: "r.csv",
			Points: []spec.ReferencePoint{{Server: "A", Concurrency: 1, RequestsPerSecond: 100}}}},
		Generator: Generator{Name: "ab", Version: "2.3"},
		Environment: Environment{
			OS:    "linux",
			Arch:  "amd64",
			Cores: 2,
			Go:    "go1.26",
		},
		Source: &Source{Commit: "abc", Dirty: true},
	}
}

func result(order, round, level int) Result {
	m := &abtext.Measurement{Complete: 20, Concurrency: level, RequestsPerSecond: 1000}
	return Result{
		Trial: plan.Trial{Order: order, Round: round,
			Cell: plan.Cell{Server: "A", Level: plan.Level{Kind: plan.Concurrency, Value: level}}},
		StartSeconds: float64(order),
		Outcome:      Ended,
		Answer:       &Answer{Status: 200, Bytes: 6, SHA256: "x"},
		Warmup:       &Call{Argv: []string{"ab"}, Measurement: m},
		Load: &Call{
			Argv:        []string{"ab", "-n", "20"},
			Text:        "<script>\n",
			Stderr:      "é",
			Measurement: m,
		},
		PercentilesMS: make([]float64, 101),
	}
}

// write makes a finished record of some results.
func write(t *testing.T, dir string, results ...Result) {
	t.Helper()
	w, err := Create(dir, header(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if err := w.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
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
	if rec.Experiment.Design.Rounds != 2 || len(rec.Experiment.References) != 1 ||
		rec.Damaged != 0 {
		t.Errorf("rounds %d, references %d, damaged %d, want 2 (as run), 1, 0",
			rec.Experiment.Design.Rounds, len(rec.Experiment.References), rec.Damaged)
	}
	if got := rec.Of(want[0].Cell); len(got) != 2 || got[0].Order != 1 || got[1].Order != 4 {
		t.Errorf("Of(c=1) = %v, want trials 1 and 4", got)
	}
}

func TestEveryTrialIsOnDiskAtOnce(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir, header(), false)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 3; i++ {
		if err := w.Append(result(i, i%2+1, 1)); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(w.Path())
		if err != nil || bytes.Count(data, []byte{'\n'}) != i+1 {
			t.Errorf(
				"after trial %d the file has %d lines, %v, want %d",
				i,
				bytes.Count(data, []byte{'\n'}),
				err,
				i+1,
			)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, lies := Unfinished(dir); !lies {
		t.Error("Unfinished after Close = false, want true")
	}
}

func TestUnfinishedIsNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, result(1, 1, 1))
	finished, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	w, err := Create(dir, header(), false)
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	if _, err := Create(dir, header(), false); !errors.Is(err, ErrUnfinished) {
		t.Errorf("Create beside an unfinished record: %v, want ErrUnfinished", err)
	}
	if w, err = Create(dir, header(), true); err != nil {
		t.Fatalf("Create with fresh: %v", err)
	}
	if err := w.Discard(); err != nil {
		t.Fatal(err)
	}
	if _, lies := Unfinished(dir); lies {
		t.Error("Unfinished after Discard = true, want false")
	}
	after, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil || !bytes.Equal(finished, after) {
		t.Errorf("the finished record changed, or %v", err)
	}
}

func TestDamagedLinesAreCounted(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, result(1, 1, 1), result(2, 1, 2), result(3, 2, 1))
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(data), "\n")
	decode := func(lines ...string) *Record {
		t.Helper()
		rec, err := Decode(strings.NewReader(strings.Join(lines, "")))
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	test := func(name string, rec *Record, results, damaged int) {
		t.Helper()
		if len(rec.Results) != results || rec.Damaged != damaged {
			t.Errorf(
				"%s: %d results, %d damaged, want %d and %d",
				name,
				len(rec.Results),
				rec.Damaged,
				results,
				damaged,
			)
		}
	}
	test("whole", decode(lines...), 3, 0)
	test("torn at the end", decode(lines[0], lines[1], lines[2], lines[3][:40]), 2, 1)
	padded := strings.TrimSpace(lines[2]) + strings.Repeat(" ", maxLine)
	test("too long in the middle", decode(lines[0], lines[1], padded+"\n", lines[3]), 2, 1)
	test("too long at the end", decode(lines[0], lines[1], padded), 1, 1)
	test("damaged in the middle", decode(lines[0], lines[1], "{\x00}\n", lines[3]), 2, 1)
	test("a trial twice", decode(lines[0], lines[1], lines[1]), 1, 1)
	test("an outcome that there is not",
		decode(lines[0], strings.Replace(lines[1], `"ended"`, `"end"`, 1)), 0, 1)
	test(
		"a rate that cannot be",
		decode(
			lines[0],
			regexp.MustCompile(`"requests_per_second":[0-9.]+`).ReplaceAllString(lines[1],
				`"requests_per_second":1e308`),
		),
		0,
		1,
	)
	test("a time that cannot be",
		decode(lines[0], regexp.MustCompile(`"percentiles_ms":\[[0-9.]+`).ReplaceAllString(lines[1],
			`"percentiles_ms":[-1`)), 0, 1)
	test(
		"a server that there is not",
		decode(lines[0], strings.Replace(lines[1], `"A"`, `"B"`, 1)),
		0,
		1,
	)
	test(
		"a round that there is not",
		decode(lines[0], strings.Replace(lines[1], `"round":1`, `"round":3`, 1)),
		0,
		1,
	)
	test(
		"percentiles cut short",
		decode(
			lines[0],
			strings.Replace(lines[1], `"percentiles_ms":[0,`, `"percentiles_ms":[`, 1),
		),
		0,
		1,
	)
	test("only a header", decode(lines[0]), 0, 0)
}

func TestHeadersThatAreRefused(t *testing.T) {
	test := func(name, text, want string) {
		t.Helper()
		if _, err := Decode(strings.NewReader(text)); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", name, err, want)
		}
	}
	test("empty", "", "the record is empty")
	test("no JSON", "hello\n", "line 1: not a record's header")
	test("another JSON", "{}\n", "schema 0; this labbook reads 1 to 1")
	test(
		"too long",
		`{"schema":1`+strings.Repeat(" ", maxLine)+"}\n",
		"line 1: found more than 16777216 bytes",
	)
	test("newer", `{"schema":2}`+"\n", "schema 2; this labbook reads 1 to 1")
	test(
		"bad spec",
		`{"schema":1,"rounds":1,"spec":{"name":"e.toml","text":"[load]\nx=1"}}`+"\n",
		"e.toml:2: unknown key",
	)
	if _, err := Read(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read of an empty folder: %v, want ErrNotExist", err)
	}
}

func TestClean(t *testing.T) {
	test := func(name string, change func(*Result), expect int, want bool) {
		t.Helper()
		r := result(1, 1, 1)
		m := *r.Load.Measurement
		r.Load.Measurement = &m
		change(&r)
		if got := r.Clean(20, expect); got != want {
			t.Errorf("%s: Clean = %v, want %v", name, got, want)
		}
	}
	test("sound", func(*Result) {}, 0, true)
	test("as expected", func(*Result) {}, 200, true)
	test("another 2xx than expected", func(*Result) {}, 204, false)
	test(
		"an expected 404",
		func(r *Result) { r.Answer.Status, r.Load.Measurement.Non2xx = 404, 20 },
		404,
		true,
	)
	test(
		"a 200 among expected 404s",
		func(r *Result) { r.Answer.Status, r.Load.Measurement.Non2xx = 404, 19 },
		404,
		false,
	)
	test("a 404", func(r *Result) { r.Load.Measurement.Non2xx = 1 }, 0, false)
	test("a failed request", func(r *Result) { r.Load.Measurement.Failed = 1 }, 0, false)
	test("a write error", func(r *Result) { r.Load.Measurement.WriteErrors = 1 }, 0, false)
	test("one missing", func(r *Result) { r.Load.Measurement.Complete = 19 }, 0, false)
	test("timed out", func(r *Result) { r.Outcome = TimedOut }, 0, false)
	test("no rate", func(r *Result) { r.Load.Measurement.RequestsPerSecond = 0 }, 0, false)
	test("no report", func(r *Result) { r.Load.Measurement = nil }, 0, false)
	test("no load", func(r *Result) { r.Load = nil }, 0, false)
}

// TestAFullDisk writes to a device that is always full: the error is told, and what was there
// before stays.
func TestAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	w := &Writer{file: full, dir: t.TempDir()}
	if err := w.Append(result(1, 1, 1)); err == nil ||
		!strings.Contains(err.Error(), "writing the record") {
		t.Errorf("Append on a full disk: %v, want an error", err)
	}
	if w.Written() != 0 {
		t.Errorf("Written = %d, want 0", w.Written())
	}
	w.Close()
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	dir := f.TempDir()
	w, err := Create(dir, header(), false)
	if err != nil {
		f.Fatal(err)
	}
	watched := result(2, 1, 2)
	watched.Usage = usage()
	if err := errors.Join(w.Append(result(1, 1, 1)), w.Append(watched), w.Finish()); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		f.Fatal(err)
	}
	b.Write(data)
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, r := range rec.Results {
			if r.Round < 1 || r.Round > rec.Rounds ||
				len(r.PercentilesMS) != 0 && len(r.PercentilesMS) != 101 {
				t.Errorf("a result that does not belong here: %+v", r.Trial)
			}
			if u := r.Usage; u != nil && u.CPUSeconds != nil && *u.CPUSeconds < 0 {
				t.Errorf("a server that gave CPU back: %v", *u.CPUSeconds)
			}
		}
	})
}

// What the other instrument measured is kept apart, so that nothing else can take it for a result.
func TestCalibratedTrialsAreApart(t *testing.T) {
	h := header()
	h.Spec.Text = strings.Replace(h.Spec.Text, "rounds = 3", "rounds = 3\ncalibrate = true", 1)
	h.Calibration = &Generator{Name: "labbook ab", Version: "v1"}
	decode := func(h Header) *Record {
		t.Helper()
		var lines bytes.Buffer
		out := json.NewEncoder(&lines)
		other, unknown := result(2, 1, 1), result(3, 1, 2)
		other.Instrument, unknown.Instrument = plan.Calibration, "third"
		for _, line := range []any{h, result(1, 1, 1), other, other, unknown} {
			if err := out.Encode(line); err != nil {
				t.Fatal(err)
			}
		}
		rec, err := Decode(&lines)
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	rec := decode(h)
	if len(rec.Results) != 1 || len(rec.Calibrated) != 1 || rec.Damaged != 2 ||
		rec.Calibrated[0].Order != 2 {
		t.Errorf(
			"%d results, %d calibrated, %d damaged, want 1, 1 and 2",
			len(rec.Results),
			len(rec.Calibrated),
			rec.Damaged,
		)
	}
	if of := rec.Of(rec.Results[0].Cell); len(of) != 1 {
		t.Errorf("Of gives %d results, want the one of the own ab", len(of))
	}
	if plain := decode(header()); len(plain.Calibrated) != 0 || plain.Damaged != 3 {
		t.Errorf(
			"without a calibration: %d calibrated, %d damaged, want 0 and 3",
			len(plain.Calibrated),
			plain.Damaged,
		)
	}
}
