package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// sends makes the answer before the load, and those of the load, have some bytes each.
func sends(before, first, inLoad int64) func(*record.Result) {
	return func(r *record.Result) {
		r.Answer.Bytes = before
		m := r.Load.Measurement
		m.DocumentLength = first
		m.HTMLTransferred = inLoad * int64(m.Complete)
	}
}

// allSend makes a record in which the baseline answers 100 bytes, and B what do says.
func allSend(do func(*record.Result)) *record.Record {
	r := rec(10)
	for i := range r.Results {
		r.Results[i].Answer.SHA256 = "same"
		sends(100, 100, 100)(&r.Results[i])
	}
	return change(r, 10, do)
}

func TestUnlikeAnswers(t *testing.T) {
	test := func(name string, r *record.Record, want Evidence) {
		t.Helper()
		a := Analyse(r)
		cell := a.CellsOf("B")[0]
		var got Evidence
		for _, w := range a.Warnings {
			if w.Code == UnlikeAnswers && len(w.Cells) == 1 && w.Cells[0].Cell == cell.Cell {
				got = w.Cells[0].Evidence
			}
		}
		if got != want || slices.Contains(cell.Suspicions, UnlikeAnswers) != (want != nil) {
			t.Errorf("%s: %#v, %v, want %#v", name, got, cell.Suspicions, want)
		}
	}
	anyLength := func(inLoad int64) func(*record.Result) { return sends(100, -1, inLoad) }

	test("the same", allSend(sends(100, 100, 100)), nil)
	test("all answers of the load are shorter", allSend(sends(100, 2, 2)),
		FirstBody{Before: 100, Load: 2})
	test("bytes after the body", allSend(func(r *record.Result) {
		sends(100, 140, 140)(r)
		r.Answer.SurplusBytes = 40
	}), nil)
	test("bytes after the body, which is shorter in the load", allSend(func(r *record.Result) {
		sends(100, 140, 80)(r)
		r.Answer.SurplusBytes = 40
	}), AnswerBytes{Server: 80, Baseline: 100})
	test("a body in chunks, of which the real ab counts the frames", allSend(
		func(r *record.Result) {
			sends(100, 112, 112)(r)
			r.Answer.Chunked = true
		}), nil)
	test("5% fewer bytes in the load", allSend(anyLength(95)), nil)
	test("6% fewer bytes in the load", allSend(anyLength(94)),
		AnswerBytes{Server: 94, Baseline: 100})
	test("6% more bytes in the load", allSend(anyLength(106)),
		AnswerBytes{Server: 106, Baseline: 100})
	test("another body before the load too, which body-differs says", allSend(
		func(r *record.Result) {
			sends(50, 50, 50)(r)
			r.Answer.SHA256 = "other"
		}), nil)

	sheds := allSend(func(r *record.Result) {
		answered(95, 5, map[int]int64{200: 95, 503: 5})(r)
		sends(100, 2, 95)(r) // the first answer of the load is a refusal
	})
	sheds.Experiment.Load.AllowedFailures = 0.5
	test("a server that may shed load", sheds, nil)

	secure := func(r *record.Result) { r.Load.Measurement.TLSProtocol = "TLSv1.3" }
	test("by TLS, unlike the baseline", allSend(secure), OneSidedTLS{Server: true})

	head := allSend(sends(0, 100, 0))
	head.Experiment.Servers[1].Request.Method = "HEAD"
	test("HEAD, of which ab reads no body", head, nil)

	kept := allSend(keeps(100))
	kept.Experiment.Servers[1].Request.KeepAlive = true
	test("with keep-alive, unlike the baseline", kept, OneSidedKeepAlive{Server: true})
	asked := allSend(keeps(100))
	asked.Experiment.Servers[1] = spec.Server{
		Name:    "B",
		Same:    "A",
		Request: spec.Request{KeepAlive: true},
	}
	test("the same server with keep-alive, which is the question", asked, nil)
}

func TestCutShort(t *testing.T) {
	cuts := func(r *record.Result) { r.Answer.Bytes, r.Answer.MissingBytes = 6, 6 }
	r := change(rec(10), 10, cuts)
	r = change(r, 10, func(r *record.Result) { r.Load.Measurement.DocumentLength = 6 })
	a := Analyse(r)
	cell := a.CellsOf("B")[0]
	for _, w := range a.Warnings {
		if w.Code == CutShort {
			want := CutBody{Sent: 6, Announced: 12}
			if d := w.Cells[0]; d.Evidence != want || d.Count != 10 || cell.State != Suspect {
				t.Errorf("%s, %+v, want suspect, 10 trials with %+v", cell.State, d, want)
			}
			return
		}
	}
	t.Errorf("%v, want cut-short", cell.Suspicions)
}
