package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// rec returns a record without doubts of the servers A and B at c = 1. A has throughputs of 1000 to
// 1090 in no order, and B half of that. Clients are busy for nine tenths of the time.
func rec(rounds int) *record.Record {
	e := &spec.Experiment{
		Load:    spec.Load{Requests: 100, Concurrency: []int{1}},
		Design:  spec.Design{Rounds: rounds, Confidence: 0.95, Baseline: "A"},
		Servers: []spec.Server{{Name: "A"}, {Name: "B"}},
	}
	r := record.New(record.Header{Rounds: rounds}, e)
	for _, trial := range plan.New(e) {
		rate := 1000 + 10*float64(trial.Round*7%10)
		if trial.Server == "B" {
			rate /= 2
		}
		m := &abtext.Measurement{
			Complete:          100,
			RequestsPerSecond: rate,
			TimeTakenSeconds:  300 / rate, // no trial is short
		}
		r.Add(record.Result{
			Trial:         trial,
			Outcome:       record.Ended,
			Answer:        &record.Answer{Status: 200},
			Load:          &record.Call{Measurement: m},
			PercentilesMS: slices.Repeat([]float64{900 / rate}, 101),
		})
	}
	return r
}

// change modifies the trials of B in the first n rounds.
func change(r *record.Record, n int, do func(*record.Result)) *record.Record {
	for i := range r.Results {
		if r.Results[i].Server == "B" && r.Results[i].Round <= n {
			do(&r.Results[i])
		}
	}
	return r
}

func fails(r *record.Result) { r.Load.Measurement.Failed = 3 }

func answers404(r *record.Result) { r.Load.Measurement.Non2xx, r.Answer.Status = 100, 404 }

func timesOut(r *record.Result) { r.Outcome, r.Reason, r.Load = record.TimedOut, "too slow", nil }

func TestState(t *testing.T) {
	test := func(name string, r *record.Record, want State, clean int) {
		t.Helper()
		cell := Analyse(r).CellsOf("B")[0]
		if cell.State != want || cell.Clean() != clean {
			t.Errorf("%s: %s with %d clean trials, want %s with %d",
				name, cell.State, cell.Clean(), want, clean)
		}
	}
	test("sound", rec(10), Valid, 10)
	test("two of ten failed", change(rec(10), 2, fails), Suspect, 8)
	test("three of ten failed", change(rec(10), 3, fails), Invalid, 7)
	test("one of ten timed out", change(rec(10), 1, timesOut), Suspect, 9)
	test("one of six failed", change(rec(6), 1, fails), Invalid, 5)
	test("one of seven failed", change(rec(7), 1, fails), Suspect, 6)
	test("one of three failed", change(rec(3), 1, fails), Invalid, 2)
	test("one of ten answered 404", change(rec(10), 1, answers404), Invalid, 9)
	test("one round", rec(1), Valid, 1)
	whole := rec(10)
	missing := record.New(whole.Header, whole.Experiment, slices.DeleteFunc(whole.Results,
		func(r record.Result) bool { return r.Server == "B" && r.Round > 9 })...)
	test("one of ten missing", missing, Suspect, 9)
}

func TestTableShowsATrialThatHappened(t *testing.T) {
	test := func(name string, r *record.Record, want float64) {
		t.Helper()
		table := Analyse(r).CellsOf("B")[0].Representative
		if table == nil || table.Measurement().RequestsPerSecond != want {
			t.Errorf("%s: the table shows %+v, want the trial of %v requests/s", name, table, want)
		}
	}
	test("odd", rec(5), 525)
	test("even: the lower of two", rec(10), 520)
	test("only clean ones count", change(rec(10), 2, fails), 515)
	test("none is clean", change(rec(3), 3, answers404), 520)
	if table := Analyse(change(rec(2), 2, timesOut)).CellsOf("B")[0].Representative; table != nil {
		t.Errorf("without a report the table shows %+v, want nothing", table)
	}
}

func TestInvalidCellsAreNotCompared(t *testing.T) {
	if a := Analyse(rec(10)); len(a.Comparisons) != 1 || !near(a.Comparisons[0].Ratio, 0.5) ||
		a.Comparisons[0].Below != 10 || a.Comparisons[0].Server != "B" {
		t.Errorf("comparisons of a sound record: %+v, want B at half of A in 10 rounds",
			a.Comparisons)
	}
	if a := Analyse(change(rec(10), 1, answers404)); len(a.Comparisons) != 0 ||
		len(a.Invalid()) != 1 {
		t.Errorf("comparisons with an invalid cell: %+v, invalid: %v, want none and one",
			a.Comparisons, a.Invalid())
	}
	if a := Analyse(change(rec(10), 2, fails)); a.Comparisons[0].N != 8 {
		t.Errorf("two of ten failed: %d pairs, want 8", a.Comparisons[0].N)
	}
}

func TestWarnings(t *testing.T) {
	b := plan.Cell{Server: "B", Level: plan.Level{Kind: plan.Concurrency, Value: 1}}
	test := func(name string, r *record.Record, want ...Warning) {
		t.Helper()
		got := Analyse(r).Warnings
		same := slices.EqualFunc(got, want, func(x, y Warning) bool {
			return x.Code == y.Code && slices.Equal(x.Cells, y.Cells)
		})
		if !same {
			t.Errorf("%s: warnings %+v, want %+v", name, got, want)
		}
	}
	test("sound", rec(10))
	test("few", rec(5), Warning{Code: Few})
	test("404", change(rec(10), 2, answers404),
		Warning{Code: NotExpected, Cells: []Doubt{{
			Code:     NotExpected,
			Cell:     b,
			Count:    200,
			Of:       1000,
			Evidence: AnsweredStatus(404),
		}}})
	failed := func(count, first int) Warning {
		return Warning{Code: Failed, Cells: []Doubt{{
			Code:     Failed,
			Cell:     b,
			Count:    count,
			Of:       10,
			First:    first,
			Evidence: FailedRequests{Failed: 3},
		}}}
	}
	timedOut := Warning{Code: TimedOut, Cells: []Doubt{{
		Code:     TimedOut,
		Cell:     b,
		Count:    1,
		Of:       10,
		First:    1,
		Evidence: Said("too slow"),
	}}}
	test("failed", change(rec(10), 2, fails), failed(2, 1))
	test("timed out", change(rec(10), 1, timesOut), timedOut)
	test("two kinds, the worse first", change(change(rec(10), 2, fails), 1, timesOut),
		timedOut, failed(1, 4))
}
