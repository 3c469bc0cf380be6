package record

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
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
		Schema:     Schema,
		Labbook:    "(devel)",
		Started:    time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC),
		Rounds:     2,
		Trials:     4,
		Spec:       File{"experiment.toml", specText},
		References: []spec.Reference{reference()},
		Generator:  Generator{Name: "ab", Version: "2.3"},
		Environment: Environment{
			OS:    "linux",
			Arch:  "amd64",
			Cores: 2,
			Go:    "go1.26",
			Cgo:   new(true),
		},
		Source: &Source{Commit: "abc", Dirty: true},
	}
}

func reference() spec.Reference {
	point := spec.ReferencePoint{Server: "A", Concurrency: 1, RequestsPerSecond: 100}
	return spec.Reference{Name: "R", File: "r.csv", Points: []spec.ReferencePoint{point}}
}

func cell(level int) plan.Cell {
	return plan.Cell{Server: "A", Level: plan.Level{Kind: plan.Concurrency, Value: level}}
}

func result(order, round, level int) Result {
	m := &abtext.Measurement{Complete: 20, Concurrency: level, RequestsPerSecond: 1000}
	return Result{
		Trial:        plan.Trial{Order: order, Round: round, Cell: cell(level)},
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

// calibrating returns the header of an experiment that measures with both generators.
func calibrating() Header {
	h := header()
	h.Spec.Text = strings.Replace(h.Spec.Text, "rounds = 3", "rounds = 3\ncalibrate = true", 1)
	h.Calibration = &Generator{Name: EmbeddedAB, Version: "v1"}
	return h
}

// byOther returns a result as measured by the other generator.
func byOther(r Result) Result {
	r.Instrument = plan.Calibration
	return r
}

func orders(results []Result) []int {
	var orders []int
	for _, r := range results {
		orders = append(orders, r.Order)
	}
	return orders
}

// Calibrated trials stay apart, so that nothing else can take them for results.
func TestTrialsAreGrouped(t *testing.T) {
	experiment, err := spec.Parse("experiment.toml", calibrating().Spec.Text)
	if err != nil {
		t.Fatal(err)
	}
	rec := New(calibrating(), experiment,
		result(1, 1, 1),
		byOther(result(2, 1, 1)),
		result(6, 3, 1),
		result(4, 2, 2),
		byOther(result(5, 3, 1)),
		result(3, 2, 1), // measured again after its line was damaged
	)

	test := func(name string, got []Result, want ...int) {
		t.Helper()
		if diff := cmp.Diff(want, orders(got)); diff != "" {
			t.Errorf("%s: orders (-want +got):\n%s", name, diff)
		}
	}
	test("ForCell, by round", rec.ForCell(cell(1)), 1, 3, 6)
	test("ForCell, another cell", rec.ForCell(cell(2)), 4)
	test("ForCell, no trial", rec.ForCell(cell(9)))
	test("CalibratedForCell", rec.CalibratedForCell(cell(1)), 2, 5)
	test("CalibratedForCell, no trial", rec.CalibratedForCell(cell(2)))
	test("Results, as added", rec.Results, 1, 6, 4, 3)
	test("Calibrated, as added", rec.Calibrated, 2, 5)
	test("InRunOrder", rec.InRunOrder(), 1, 2, 3, 4, 5, 6)
	if rec.Measured() != 6 {
		t.Errorf("Measured = %d, want 6", rec.Measured())
	}
}

func TestRemaining(t *testing.T) {
	experiment, err := spec.Parse("experiment.toml", calibrating().Spec.Text)
	if err != nil {
		t.Fatal(err)
	}
	planned := plan.New(experiment)

	test := func(name string, measured, want []plan.Trial) {
		t.Helper()
		rec := New(calibrating(), experiment)
		for _, trial := range measured {
			rec.Add(Result{Trial: trial})
		}
		if diff := cmp.Diff(want, rec.Remaining(planned)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	test("nothing measured", nil, planned)
	test("the first five measured", planned[:5], planned[5:])
	test("one of them damaged",
		slices.Concat(planned[:2], planned[3:5]),
		slices.Concat(planned[2:3], planned[5:]))
	test("all measured", planned, []plan.Trial{})
}

func TestClean(t *testing.T) {
	test := func(name string, change func(*Result), expect int, want bool) {
		t.Helper()
		experiment := &spec.Experiment{
			Load:    spec.Load{Requests: 20},
			Servers: []spec.Server{{Name: "A", Expect: spec.Expect{Status: expect}}},
		}
		rec := New(Header{}, experiment)
		r := result(1, 1, 1)
		m := *r.Load.Measurement
		r.Load.Measurement = &m
		change(&r)
		if got := rec.Clean(r); got != want {
			t.Errorf("%s: Clean = %v, want %v", name, got, want)
		}
	}
	non2xx := func(answer, n int) func(*Result) {
		return func(r *Result) { r.Answer.Status, r.Load.Measurement.Non2xx = answer, n }
	}
	test("valid", func(*Result) {}, 0, true)
	test("as expected", func(*Result) {}, 200, true)
	test("another 2xx than expected", func(*Result) {}, 204, false)
	test("an expected 404", non2xx(404, 20), 404, true)
	test("a 200 among expected 404s", non2xx(404, 19), 404, false)
	test("a 404", func(r *Result) { r.Load.Measurement.Non2xx = 1 }, 0, false)
	test("a failed request", func(r *Result) { r.Load.Measurement.Failed = 1 }, 0, false)
	test("a write error", func(r *Result) { r.Load.Measurement.WriteErrors = 1 }, 0, false)
	test("one missing", func(r *Result) { r.Load.Measurement.Complete = 19 }, 0, false)
	test("timed out", func(r *Result) { r.Outcome = TimedOut }, 0, false)
	test("no rate", func(r *Result) { r.Load.Measurement.RequestsPerSecond = 0 }, 0, false)
	test("no report", func(r *Result) { r.Load.Measurement = nil }, 0, false)
	test("no load", func(r *Result) { r.Load = nil }, 0, false)
}
