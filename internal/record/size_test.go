package record

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"labbook.example/labbook/internal/plan"
)

// timed returns a header whose spec says how long a trial takes, with sizes for its two cells.
func timed() Header {
	h := header()
	h.Spec.Text = strings.Replace(specText, "requests = 20", "duration = '10s'", 1)
	h.Sizes = []CellSize{
		{
			Cell:              cell(1),
			Size:              plan.Size{Requests: 3000, Warmup: 300},
			RequestsPerSecond: 301.2,
		},
		{
			Cell: cell(2),
			Size: plan.Size{Requests: 20, Warmup: 2},
		},
	}
	return h
}

func decoded(t *testing.T, h Header, results ...Result) (*Record, error) {
	t.Helper()
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	if err := lines.Encode(h); err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if err := lines.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	return Decode(&text)
}

func size(requests, warmup int) plan.Size {
	return plan.Size{Requests: requests, Warmup: warmup}
}

// Each cell has the size that the header gives it, and a trial of another size is not clean.
func TestSizes(t *testing.T) {
	rec, err := decoded(t, timed(), result(1, 1, 1), result(2, 1, 2))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := rec.Size(cell(1)), rec.Size(cell(2)); a.Requests != 3000 || b != size(20, 2) {
		t.Errorf("sizes %+v and %+v, want those of the header", a, b)
	}
	low, high := rec.SizeRange(rec.Experiment)
	if low != size(20, 2) || high != size(3000, 300) {
		t.Errorf("sizes from %+v to %+v", low, high)
	}
	if rec.Clean(rec.Results[0]) || !rec.Clean(rec.Results[1]) {
		t.Error("of two trials with 20 answers, only that of 20 requests is clean")
	}

	counted, err := decoded(t, header())
	if err != nil || counted.Size(cell(1)) != size(20, 100) {
		t.Errorf("without sizes: %+v, %v; want those of the spec", counted.Size(cell(1)), err)
	}
}

// Without the size of every cell, no trial can be judged.
func TestMissingSizesAreRefused(t *testing.T) {
	test := func(name string, change func(*Header)) {
		t.Helper()
		h := timed()
		change(&h)
		const want = "lacks the number of requests of A c="
		if _, err := decoded(t, h); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", name, err, want)
		}
	}
	test("none", func(h *Header) { h.Sizes = nil })
	test("one is missing", func(h *Header) { h.Sizes = h.Sizes[:1] })
	test("no requests", func(h *Header) { h.Sizes[1].Requests = 0 })
	test("less than no warm-up", func(h *Header) { h.Sizes[0].Warmup = -1 })
}

// A run that resumes another takes its sizes over: that they would be others now is no difference.
func TestSizesAreNoDifference(t *testing.T) {
	now := timed()
	now.Sizes = nil
	if differences := timed().Differences(now); len(differences) > 0 {
		t.Errorf("differences: %v", differences)
	}
}
