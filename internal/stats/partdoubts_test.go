package stats

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
)

func TestGeneratorsThatLoadTogether(t *testing.T) {
	doubtedApart(t, "generators apart for a tenth", func(r *record.Result) { r.Overlap = new(0.9) },
		Ragged, Overlap(0.9))
	soundApart(t, "generators apart for a twentieth", func(r *record.Result) {
		r.Overlap = new(0.951)
	})
	doubtedApart(t, "late by a fiftieth", func(r *record.Result) {
		r.Load.Measurement.TimeTakenSeconds, r.StartSpreadSeconds = 0.5, new(0.01)
	}, LateStart, StartSpread{MS: 10, LoadSeconds: 0.5})
	soundApart(t, "late by a two hundredth", func(r *record.Result) {
		r.StartSpreadSeconds = new(r.Load.Measurement.TimeTakenSeconds / 200)
	})
}

// A generator that is unlike the others is named, by the times that differ most; what the network
// takes longer to it is no difference.
func TestUnlikeGenerators(t *testing.T) {
	test := func(name string, do func(*record.Result), want Evidence) {
		t.Helper()
		a := Analyse(change(apart(), 10, do))
		if diff := cmp.Diff(want, evidenceOf(a, UnlikeGenerators)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if state := a.CellsOf("B")[0].State; (state == Suspect) != (want != nil) {
			t.Errorf("%s: %s", name, state)
		}
	}
	times := func(median, p99 float64) func(*record.Result) {
		return func(r *record.Result) {
			r.Generators[0].P50MS, r.Generators[0].P99MS = new(1.0), new(2.0)
			r.Generators[1].P50MS, r.Generators[1].P99MS = &median, &p99
			for i := range r.Generators {
				r.Generators[i].ConnectMinMS = new(0.01)
			}
		}
	}
	unlike := func(percentile int, ms, others float64) Evidence {
		return AtMachine{"clients 2", UnlikeTimes{percentile, ms, others}}
	}
	test("alike", times(1.05, 2.1), nil)
	test("a slower median", times(1.2, 2), unlike(50, 1.2, 1))
	test("a slower hundredth", times(1, 3), unlike(99, 3, 2))
	test("a faster one makes the other the slow one", times(0.5, 2),
		AtMachine{"clients 1", UnlikeTimes{50, 1, 0.5}})
	test("a longer way", func(r *record.Result) {
		times(1.2, 2.2)(r)
		r.Generators[1].ConnectMinMS = new(0.12)
	}, nil)
	test("a way that is too short for that", func(r *record.Result) {
		times(1.3, 2.2)(r)
		r.Generators[1].ConnectMinMS = new(0.12)
	}, unlike(50, 1.3, 1))
	test("once this one, once the other", func(r *record.Result) {
		times(1, 2+float64(r.Round%2*2-1))(r)
	}, nil)
	test("six times slower, four times faster", func(r *record.Result) {
		if r.Round > 4 {
			times(2, 3)(r)
			return
		}
		times(0.5, 1.5)(r)
	}, nil)
	test("too few trials", func(r *record.Result) {
		if r.Round > 4 {
			times(1.01, 2)(r)
			return
		}
		times(2, 4)(r)
	}, nil)
	test("of nothing that was answered", func(r *record.Result) {
		r.Generators[1].P50MS, r.Generators[1].P99MS = nil, nil
	}, nil)
	test("one that had no client", func(r *record.Result) {
		times(5, 9)(r)
		r.Generators[1].Clients = 0
	}, nil)
}
