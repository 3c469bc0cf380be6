package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
)

func TestInOrder(t *testing.T) {
	r := change(rec(10), 1, timesOut)
	r = change(r, 2, func(r *record.Result) {
		if r.Round == 2 {
			answers404(r)
		}
	})
	slices.Reverse(r.Results)
	a := Analyse(record.New(r.Header, r.Experiment, r.Results...))
	if len(a.RunOrder) != 20 {
		t.Fatalf("%d trials, want 20", len(a.RunOrder))
	}
	for i, p := range a.RunOrder {
		if p.Order != i+1 {
			t.Errorf("place %d holds trial %d", i+1, p.Order)
		}
		want := Code("")
		switch {
		case p.Server == "B" && p.Round == 1:
			want = TimedOut
		case p.Server == "B" && p.Round == 2:
			want = NotExpected
		}
		if p.Trouble != want {
			t.Errorf("trial %d: %q, want %q", p.Order, p.Trouble, want)
		}
		cell := a.CellsOf(p.Server)[0]
		if m := p.Measurement(); m == nil && p.Share != 0 ||
			m != nil && !near(p.Share, m.RequestsPerSecond/cell.Of(Throughput).Median) {
			t.Errorf("trial %d: %v of the median %v", p.Order, p.Share, cell.Of(Throughput).Median)
		}
	}
}

func TestMedianPercentiles(t *testing.T) {
	trial := func(scale float64) record.Result {
		var r record.Result
		for i := range 101 {
			r.PercentilesMS = append(r.PercentilesMS, scale*float64(i))
		}
		return r
	}
	got := medianPercentiles([]record.Result{trial(5), trial(1), {}, trial(2)})
	for i, v := range got {
		if v != 2*float64(i) {
			t.Fatalf("percentile %d: %v, want %v", i, v, 2*float64(i))
		}
	}
	if len(got) != 101 || medianPercentiles([]record.Result{{}}) != nil {
		t.Errorf("%d percentiles, of none %v", len(got), medianPercentiles([]record.Result{{}}))
	}
}
