package stats

import (
	"math"
	"slices"
	"testing"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/record"
)

// progresses gives a load of 1000 requests at c = 1 the lengths of its ten parts, in milliseconds.
func progresses(r *record.Result, lengths ...float64) {
	p := &abtext.Progress{Every: 100}
	at := 0.005 // what ab takes to start
	for _, ms := range lengths {
		at += ms / 1000
		p.Seconds = append(p.Seconds, at)
	}
	p.Finished = at
	r.Load.Progress = p
	r.Load.Measurement.Complete = 1000
	r.Load.Measurement.RequestsPerSecond = 1000 / (at - 0.005)
	r.Load.Measurement.TimeTakenSeconds = at - 0.005
}

// even returns ten parts of 6 ms, of which one takes longer.
func even(part int, ms float64) []float64 {
	lengths := slices.Repeat([]float64{6}, 10)
	if part > 0 {
		lengths[part-1] = ms
	}
	return lengths
}

func TestStallDoubts(t *testing.T) {
	test := func(name string, do func(round int, r *record.Result), count int, want Evidence) {
		t.Helper()
		r := rec(10)
		r.Experiment.Load.Requests = 1000
		for i := range r.Results {
			do(r.Results[i].Round, &r.Results[i])
		}
		cell := Analyse(r).CellsOf("B")[0]
		var got []Doubt
		for _, d := range cell.doubts {
			if s, ok := d.Evidence.(Stall); ok {
				s.Seconds = math.Round(1e6*s.Seconds) / 1e6
				d.Evidence = s
			}
			if d.Code == Stalling || d.Code == WarmingUp || d.Code == SlowingDown {
				got = append(got, d)
			}
		}
		switch {
		case want == nil && len(got) == 0:
		case want == nil, len(got) != 1:
			t.Errorf("%s: %+v, want %+v", name, got, want)
		case got[0].Code != Stalling || got[0].Count != count || got[0].Evidence != want:
			t.Errorf("%s: %+v, want %d trials, %+v", name, got[0], count, want)
		}
	}
	at := func(part int, ms float64) func(int, *record.Result) {
		return func(_ int, r *record.Result) { progresses(r, even(part, ms)...) }
	}
	test("nothing happens", at(0, 0), 0, nil)
	test("50 ms in the sixth part", at(6, 56), 10, Stall{0.05, 6, 10})
	test("in the first quarter", at(2, 56), 10, Stall{0.05, 2, 10})
	test("less than 10 ms", at(6, 15), 0, nil)

	// Other parts are as long: a load that is uneven does not stand still.
	test("two long parts", func(_ int, r *record.Result) {
		lengths := even(6, 56)
		lengths[3] = 50
		progresses(r, lengths...)
	}, 0, nil)
	test("in half of the trials", func(round int, r *record.Result) {
		if progresses(r, even(0, 0)...); round%2 == 0 {
			progresses(r, even(6, 56)...)
		}
	}, 0, nil)

	// Another part each time may be another program's doing.
	anywhere := func(other float64) func(int, *record.Result) {
		return func(round int, r *record.Result) {
			besides(other)(r)
			progresses(r, even(2+round%8, 56)...)
		}
	}
	test("anywhere, on a quiet machine", anywhere(0.05), 10, Stall{0.05, 0, 10})
	test("anywhere, on a busy machine", anywhere(0.5), 0, nil)
	test("anywhere, and the machine is not known", func(round int, r *record.Result) {
		progresses(r, even(2+round%8, 56)...)
	}, 0, nil)
}

// A load that takes long from its beginning warms up, it does not stall.
func TestFirstPartIsNoStall(t *testing.T) {
	r := rec(1).Results[0]
	progresses(&r, even(1, 56)...)
	if s, ok := stallOf(r); !ok || s.seconds != 0 {
		t.Errorf("%+v, %v; want no stall", s, ok)
	}
}
