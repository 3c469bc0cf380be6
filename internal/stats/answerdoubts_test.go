package stats

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// answered makes the embedded ab have looked at the 100 answers of a trial.
func answered(good, unexpected int64, statuses map[int]int64) func(*record.Result) {
	return func(r *record.Result) {
		load := *r.Load
		load.Detail = &record.Detail{
			Complete:   100,
			Good:       good,
			Unexpected: &unexpected,
			Statuses:   statuses,
		}
		r.Load = &load
	}
}

// doubtsOf returns the doubts with a code about the cells of B.
func doubtsOf(r *record.Record, code Code) []Doubt {
	for _, w := range Analyse(r).Warnings {
		if w.Code == code {
			return w.Cells
		}
	}
	return nil
}

func TestUnexpectedAnswersByStatus(t *testing.T) {
	r := change(rec(10), 2, answered(90, 10, map[int]int64{200: 90, 429: 3, 503: 7}))
	got := doubtsOf(r, NotExpected)
	if len(got) != 1 {
		t.Fatalf("doubts %+v, want one", got)
	}
	want := BadAnswers{Statuses: []StatusCount{{503, 14}, {429, 6}}}
	if diff := cmp.Diff(want, got[0].Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
	if got[0].Count != 20 || got[0].Of != 1000 || !got[0].AnsweredBefore {
		t.Errorf("%+v, want 20 of 1000 answers, and the ones before as expected", got[0])
	}
	if cell := Analyse(r).CellsOf("B")[0]; cell.State != Invalid {
		t.Errorf("the cell is %s", cell.State)
	}
}

func TestUnexpectedBodies(t *testing.T) {
	r := change(rec(10), 1, func(r *record.Result) {
		answered(97, 3, map[int]int64{200: 100})(r)
		r.Load.Detail.Faults = []record.Fault{
			{Phase: "answer", Error: "body", Count: 3},
			{Phase: "receive", Error: "ECONNRESET", Count: 9},
		}
	})
	got := doubtsOf(r, NotExpected)
	if len(got) != 1 || !cmp.Equal(got[0].Evidence, Evidence(BadAnswers{Bodies: 3})) {
		t.Errorf("doubts %+v, want one about 3 bodies", got)
	}
}

// Where the statuses are not known, the one before the load is evidence only if it is unexpected:
// a 200 explains no 500.
func TestAnswerBeforeTheLoad(t *testing.T) {
	test := func(before *record.Answer, want Evidence, asExpected bool) {
		t.Helper()
		got := doubtsOf(change(rec(10), 1, func(r *record.Result) {
			r.Answer = before
			r.Load.Measurement.Non2xx = 5
		}), NotExpected)
		if len(got) != 1 || got[0].Evidence != want || got[0].AnsweredBefore != asExpected {
			t.Errorf("%+v before the load: %+v, want the evidence %v, and as expected: %v",
				before, got, want, asExpected)
		}
	}
	test(&record.Answer{Status: 200}, nil, true)
	test(&record.Answer{Status: 404}, AnsweredStatus(404), false)
	test(nil, nil, false) // it is not known
}

func TestAllowedFailures(t *testing.T) {
	shed := answered(95, 5, map[int]int64{200: 95, 503: 5})
	over := answered(90, 10, map[int]int64{200: 90, 503: 10})
	test := func(name string, r *record.Record, state State, clean int, codes ...Code) *Cell {
		t.Helper()
		r.Experiment.Load.AllowedFailures = 0.05
		a := Analyse(r)
		cell := a.CellsOf("B")[0]
		if cell.State != state || cell.Clean() != clean || !a.Goodput {
			t.Errorf("%s: %s with %d clean trials, want %s with %d",
				name, cell.State, cell.Clean(), state, clean)
		}
		for _, code := range []Code{Shed, TooManyFailures, NotExpected} {
			found := len(doubtsOf(r, code)) > 0
			wanted := false
			for _, c := range codes {
				wanted = wanted || c == code
			}
			if found != wanted {
				t.Errorf("%s: the doubt %s: %v, want %v", name, code, found, wanted)
			}
		}
		return &cell
	}
	plain := test("nothing is shed", rec(10), Valid, 10)
	cell := test("a twentieth is shed", change(rec(10), 10, shed), Valid, 10, Shed)
	got := cell.Of(Throughput).Median / plain.Of(Throughput).Median
	if got < 0.9499 || got > 0.9501 {
		t.Errorf("with a twentieth shed, the throughput is %v of all answers, want 0.95", got)
	}
	if got := cell.Of(GoodShare).Median; got != 0.95 {
		t.Errorf("the share of good answers is %v", got)
	}
	test("two trials shed too much", change(rec(10), 2, over), Suspect, 8, Shed, TooManyFailures)
	test("all shed too much", change(rec(10), 10, over), Invalid, 0, Shed, TooManyFailures)

	r := change(rec(10), 2, over)
	r.Experiment.Load.AllowedFailures = 0.05
	first := doubtsOf(r, TooManyFailures)[0]
	tooMany := BadRequests{Bad: 10, Requests: 100, Allowed: 5}
	tooMany.Answers.Statuses = []StatusCount{{503, 10}}
	if diff := cmp.Diff(Evidence(tooMany), first.Evidence); diff != "" || first.Count != 2 {
		t.Errorf("%d trials, want 2 (-want +got):\n%s", first.Count, diff)
	}
	shedDoubt := doubtsOf(r, Shed)[0]
	want := BadAnswers{Statuses: []StatusCount{{503, 20}}}
	if diff := cmp.Diff(Evidence(want), shedDoubt.Evidence); diff != "" {
		t.Error(diff)
	}
}

// Of requests that failed where some may, the kinds are known as they are elsewhere.
func TestAllowedFaultsByKind(t *testing.T) {
	test := func(allowed float64, code Code, of func(Evidence) BadAnswers, want Faults) {
		t.Helper()
		r := change(rec(10), 1, func(r *record.Result) {
			answered(90, 4, map[int]int64{200: 90, 503: 4})(r)
			r.Load.Detail.Faults = []record.Fault{
				{Phase: "receive", Error: "truncated", Count: 5},
				{Phase: "close", Error: "ECONNRESET", Count: 1},
			}
			m := *r.Load.Measurement
			m.Failed = 6
			r.Load.Measurement = &m
		})
		r.Experiment.Load.AllowedFailures = allowed
		got := doubtsOf(r, code)
		if len(got) != 1 {
			t.Fatalf("doubts %+v, want one", got)
		}
		answers := BadAnswers{Statuses: []StatusCount{{503, 4}}, Faults: want}
		if diff := cmp.Diff(answers, of(got[0].Evidence)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", code, diff)
		}
	}
	ofTrial := func(e Evidence) BadAnswers { return e.(BadRequests).Answers }
	ofCell := func(e Evidence) BadAnswers { return e.(BadAnswers) }
	faults := Faults{FaultCutOff: 5, FaultResetAfter: 1}
	test(0.05, TooManyFailures, ofTrial, faults)
	test(0.10, Shed, ofCell, faults)
}

// A refusal costs a server little, so the response times are those of good answers.
func TestPercentilesOfGoodAnswers(t *testing.T) {
	r := change(rec(10), 10, func(r *record.Result) {
		answered(95, 5, nil)(r)
		r.Load.Detail.GoodPercentilesMS = make([]float64, 101)
		for i := range 101 {
			r.Load.Detail.GoodPercentilesMS[i] = 100 + float64(i)
		}
	})
	r.Experiment.Load.AllowedFailures = 0.05
	cell := Analyse(r).CellsOf("B")[0]
	if got := cell.Of(P50).Median; got != 150 {
		t.Errorf("p50 is %v, want that of good answers, 150", got)
	}
	if got := cell.MedianPercentiles[99]; got != 199 {
		t.Errorf("the 99th percentile is %v, want 199", got)
	}
}

// The bodies of refusals are longer or shorter than those of good answers, which says nothing about
// these.
func TestBytesOfRefusals(t *testing.T) {
	for _, shed := range []bool{false, true} {
		r := change(rec(10), 10, func(r *record.Result) {
			if shed {
				answered(95, 5, map[int]int64{200: 95, 503: 5})(r)
			}
			m := *r.Load.Measurement
			m.HTMLTransferred = 5000
			r.Load.Measurement = &m
		})
		for i := range r.Results {
			if r.Results[i].Server == "A" {
				r.Results[i].Load.Measurement.HTMLTransferred = 600
			}
		}
		r.Experiment.Load.AllowedFailures = 0.05
		if got := len(doubtsOf(r, UnlikeAnswers)) > 0; got == shed {
			t.Errorf("with shed requests %v: the doubt %s %v", shed, UnlikeAnswers, got)
		}
	}
}

// The real ab cannot see the exact status nor the body, and the embedded one looks at them.
func TestUnchecked(t *testing.T) {
	test := func(generator string, expect spec.Expect, want Evidence) {
		t.Helper()
		r := rec(10)
		r.Generator.Name = generator
		for i := range r.Experiment.Servers {
			r.Experiment.Servers[i].Expect = expect
		}
		got := doubtsOf(r, Unchecked)
		switch {
		case want == nil && len(got) > 0, want != nil && len(got) == 0:
			t.Errorf("%s, %v: doubts %+v, want %v", generator, expect, got, want)
		case want != nil && got[0].Evidence != want:
			t.Errorf("%s, %v: evidence %v, want %v", generator, expect, got[0].Evidence, want)
		}
	}
	test(record.InstalledAB, spec.Expect{}, nil)
	test(record.InstalledAB, spec.Expect{Status: 200}, NotLookedAt{})
	test(record.InstalledAB, spec.Expect{Text: "a"}, NotLookedAt{Body: true})
	test(record.EmbeddedAB, spec.Expect{Status: 200, Text: "a"}, nil)
}

func TestBadAnswersTogether(t *testing.T) {
	a := BadAnswers{Statuses: []StatusCount{{503, 5}, {429, 4}}, Bodies: 1}
	b := BadAnswers{Statuses: []StatusCount{{429, 3}, {500, 1}}, Faults: Faults{FaultCutOff: 2}}
	want := BadAnswers{
		Statuses: []StatusCount{{429, 7}, {503, 5}, {500, 1}},
		Bodies:   1,
		Faults:   Faults{FaultCutOff: 2},
	}
	if diff := cmp.Diff(want, a.Plus(b)); diff != "" {
		t.Error(diff)
	}
}
