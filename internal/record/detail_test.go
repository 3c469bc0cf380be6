package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// detail returns a detail with every field set.
func detail() *Detail {
	return &Detail{
		Complete:     20,
		Good:         16,
		Unexpected:   new(int64(1)),
		Statuses:     map[int]int64{200: 18, 503: 1},
		Faults:       []Fault{{"receive", "ECONNRESET", 2}, {"answer", "length", 1}},
		Connections:  21,
		KeptAlive:    3,
		Surplus:      4,
		SentAgain:    1,
		Unfinished:   2,
		UnfinishedIn: map[string]int64{"wait": 2},
		P999MS:       new(12.5),
		Late: &Late{
			MeanMS: 0.2,
			P50MS:  0.1,
			P90MS:  0.3,
			P95MS:  0.4,
			P99MS:  2,
			P999MS: 3,
		},

		GoodPercentilesMS: make([]float64, 101),
	}
}

func TestDetailIsRead(t *testing.T) {
	dir := t.TempDir()
	whole, empty := result(1, 1, 1), result(2, 1, 2)
	whole.Load.Detail, whole.Warmup = detail(), &Call{Argv: []string{"ab"}, Detail: detail()}
	empty.Load.Detail = &Detail{}
	write(t, dir, whole, empty)
	rec, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Result{whole, empty}, rec.Results); diff != "" || rec.Damaged != 0 {
		t.Errorf("%d damaged, results differ (-written +read):\n%s", rec.Damaged, diff)
	}
}

func TestImpossibleDetailIsInvalid(t *testing.T) {
	test := func(name string, change func(*Detail), want bool) {
		t.Helper()
		r := result(1, 1, 1)
		r.Load.Detail = detail()
		change(r.Load.Detail)
		if got := r.valid(); got != want {
			t.Errorf("%s: valid: %v, want %v", name, got, want)
		}
	}
	test("possible", func(*Detail) {}, true)
	test("no fault", func(d *Detail) { d.Faults = nil }, true)
	test("a status of three digits", func(d *Detail) { d.Statuses[999] = 1 }, true)
	test("more good than complete", func(d *Detail) { d.Good = 21 }, false)
	test("nothing unexpected", func(d *Detail) { *d.Unexpected = 0 }, true)
	test("unexpected below 0", func(d *Detail) { *d.Unexpected = -1 }, false)
	test("more unexpected than not good", func(d *Detail) { *d.Unexpected = 5 }, false)
	test("a percentile missing", func(d *Detail) { d.GoodPercentilesMS = d.GoodPercentilesMS[1:] },
		false)
	test("a percentile below 0", func(d *Detail) { d.GoodPercentilesMS[3] = -1 }, false)
	test("good below 0", func(d *Detail) { d.Good = -1 }, false)
	test("complete beyond all", func(d *Detail) { d.Complete = maxCount + 1 }, false)
	test("kept alive below 0", func(d *Detail) { d.KeptAlive = -1 }, false)
	test("surplus beyond all", func(d *Detail) { d.Surplus = maxCount + 1 }, false)
	test("unfinished below 0", func(d *Detail) { d.Unfinished = -1 }, false)
	test("a status of four digits", func(d *Detail) { d.Statuses[1000] = 1 }, false)
	test("a status of 0", func(d *Detail) { d.Statuses[0] = 1 }, false)
	test("a status that no answer has", func(d *Detail) { d.Statuses[404] = 0 }, false)
	test("a fault that never happened", func(d *Detail) { d.Faults[0].Count = 0 }, false)
	test("a fault without a phase", func(d *Detail) { d.Faults[0].Phase = "" }, false)
	test("a fault without a name", func(d *Detail) { d.Faults[0].Error = "" }, false)
	test("a phase in which none was", func(d *Detail) { d.UnfinishedIn["send"] = 0 }, false)
	test("a phase without a name", func(d *Detail) { d.UnfinishedIn[""] = 1 }, false)
	test("a time below 0", func(d *Detail) { d.P999MS = new(-1.0) }, false)
	test("a time beyond all", func(d *Detail) { d.P999MS = new(maxMS * 2) }, false)
	test("all sent in time", func(d *Detail) { d.Late = &Late{} }, true)
	test("sent before it was due", func(d *Detail) { d.Late.P50MS = -1 }, false)
	test("less late at a higher percentile", func(d *Detail) { d.Late.P99MS = 0.3 }, false)
	test("late beyond all", func(d *Detail) { d.Late.P999MS = maxMS * 2 }, false)
	test("a mean beyond all", func(d *Detail) { d.Late.MeanMS = maxMS * 2 }, false)
}
