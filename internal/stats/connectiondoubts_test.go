package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
)

// keeps makes a trial ask for keep-alive and leave so many of its 100 connections open.
func keeps(n int) func(*record.Result) {
	return func(r *record.Result) {
		r.Load.Measurement.KeepAlive, r.Load.Measurement.KeepAliveCount = true, n
	}
}

func TestNotKept(t *testing.T) {
	doubted(t, "keep-alive was not asked for", func(*record.Result) {}, Valid, nil)
	doubted(t, "all are kept", keeps(100), Valid, nil)
	doubted(t, "nine of ten are kept", keeps(90), Valid, nil)
	doubted(t, "less than nine of ten are kept", keeps(89), Suspect, []Code{NotKept})
	doubted(t, "none is kept", keeps(0), Suspect, []Code{NotKept})
}

func TestNotKeptEvidence(t *testing.T) {
	r := change(change(rec(10), 10, keeps(100)), 4, keeps(1))
	cell := Analyse(r).CellsOf("B")[0]
	got := Analyse(r).Warnings[0].Cells
	want := []Doubt{{
		Code:     NotKept,
		Cell:     cell.Cell,
		Count:    4,
		Of:       10,
		Evidence: Kept{Kept: 604, Answers: 1000},
	}}
	if !slices.Equal(got, want) {
		t.Errorf("doubts %+v, want %+v", got, want)
	}

	kept, answers, ok := Analyse(r).KeptOpen("B")
	if kept != 604 || answers != 1000 || !ok {
		t.Errorf("KeptOpen(B) = %d of %d, %v, want 604 of 1000", kept, answers, ok)
	}
	if _, _, ok := Analyse(r).KeptOpen("A"); ok {
		t.Error("KeptOpen(A) is known, although keep-alive was not asked of it")
	}
}

// holds makes the connection stay open after the answer before the load, and the answers of the
// load take as long.
func holds(ms, loadMS float64) func(*record.Result) {
	return func(r *record.Result) {
		r.Answer.HeldOpenMS = new(ms)
		r.Load.Measurement.RequestsPerSecond = 900 / loadMS
		r.PercentilesMS = slices.Repeat([]float64{loadMS}, 101)
	}
}

func TestHeldOpen(t *testing.T) {
	doubted(t, "not waited for", func(*record.Result) {}, Valid, nil)
	doubted(t, "closed at once", holds(0.2, 2), Valid, nil)
	doubted(t, "just below the limit", holds(99, 99), Valid, nil)
	doubted(t, "at the limit", holds(100, 100), Suspect, []Code{HeldOpen})
	doubted(t, "longer than was waited for", holds(200, 5000), Suspect, []Code{HeldOpen})
	doubted(t, "only before the load, when the server had just started", holds(150, 2), Valid, nil)
}

// A server that never closes a connection has no clean trial, and its reason is known all the same.
func TestHeldOpenOfTrialsThatTimedOut(t *testing.T) {
	r := change(rec(10), 10, timesOut)
	r = change(r, 6, func(r *record.Result) { r.Answer.HeldOpenMS = new(200.0) })
	r = change(r, 1, func(r *record.Result) { r.Answer = nil })
	a := Analyse(r)
	cell := a.CellsOf("B")[0]
	want := Doubt{
		Code:     HeldOpen,
		Cell:     cell.Cell,
		Count:    5,
		Of:       10,
		Evidence: HeldOpenMS(200),
	}
	for _, w := range a.Warnings {
		if w.Code == HeldOpen && slices.Equal(w.Cells, []Doubt{want}) && cell.State == Invalid {
			return
		}
	}
	t.Errorf("%s, warnings %+v, want invalid and %+v", cell.State, a.Warnings, want)
}

// parts makes the last byte of an answer come some time after its first one, in the load and
// before it.
func parts(inLoad, before float64) func(*record.Result) {
	return func(r *record.Result) {
		r.Answer.BodyMS = new(before)
		m := r.Load.Measurement
		m.Waiting.Median, m.Processing.Median = 3, 3+inLoad
	}
}

func TestDelayedAck(t *testing.T) {
	test := func(name string, do func(*record.Result), want ...Code) {
		t.Helper()
		doubted(t, name, do, Valid, want)
	}
	busy := func(generator, server float64) func(*record.Result) {
		return func(r *record.Result) {
			parts(44, 0.1)(r)
			r.Load.Process = &record.Account{WallSeconds: 1, UserSeconds: generator}
			r.Usage = &record.Usage{
				CPUSeconds: new(server * r.Load.Measurement.TimeTakenSeconds),
			}
		}
	}
	test("in one part", parts(0, 0.1))
	test("as long as a delayed acknowledgement", parts(38, 0.1), DelayedAck)
	test("a little longer", parts(55, 0.1), DelayedAck)
	test("shorter", parts(37, 0.1))
	test("much longer", parts(56, 0.1))
	test("the server waits by itself, also where it is acknowledged at once", parts(44, 40))
	test("the connection is held open as long after a whole answer", func(r *record.Result) {
		parts(45, 0)(r)
		r.Answer.HeldOpenMS = new(45.0)
	})
	test("the connection ends at once", func(r *record.Result) {
		parts(45, 0)(r)
		r.Answer.HeldOpenMS = new(0.1)
	}, DelayedAck)
	test("an older record, which does not tell", func(r *record.Result) {
		parts(44, 0)(r)
		r.Answer.BodyMS = nil
	})
	test("both sides wait", busy(0.1, 0.2), DelayedAck)
	test("the server works", busy(0.1, 0.6))
	test("the generator works", busy(0.6, 0.1))
}

// A thousand answers of 44 ms each do not fit into the usual timeout, and then no trial is clean.
func TestDelayedAckOfTrialsThatTimedOut(t *testing.T) {
	a := Analyse(change(rec(10), 10, func(r *record.Result) {
		parts(44, 0.1)(r)
		r.Outcome, r.Reason = record.TimedOut, "too slow"
	}))
	cell := a.CellsOf("B")[0]
	want := Doubt{
		Code:     DelayedAck,
		Cell:     cell.Cell,
		Count:    10,
		Of:       10,
		Evidence: LateBody{LoadMS: 44, PromptMS: 0.1},
	}
	for _, w := range a.Warnings {
		if w.Code == DelayedAck && slices.Equal(w.Cells, []Doubt{want}) {
			return
		}
	}
	t.Errorf("warnings %+v, want %+v", a.Warnings, want)
}

// drops makes the system drop attempts to connect during the load.
func drops(n int64) func(*record.Result) {
	return func(r *record.Result) { r.Queue = &record.AcceptQueue{Dropped: n, Backlog: 5} }
}

func TestBacklog(t *testing.T) {
	doubted(t, "nothing was dropped", drops(0), Valid, nil)
	doubted(t, "one attempt was dropped in each trial", drops(1), Suspect, []Code{Backlog})
	doubted(t, "the clients were idle because they were not let in", func(r *record.Result) {
		occupied(0.1)(r)
		drops(44)(r)
	}, Suspect, []Code{Backlog})
	doubted(t, "a long connect without a drop", func(r *record.Result) {
		r.Load.Measurement.Connect.Max = 1000
		drops(0)(r)
	}, Valid, nil)

	r := change(change(change(rec(10), 10, drops(0)), 3, drops(44)), 1, timesOut)
	cell := Analyse(r).CellsOf("B")[0]
	want := Drops{Dropped: 132, Backlog: 5}
	if cell.dropping != 3 || cell.drops != want || cell.State != Suspect {
		t.Errorf("%d trials dropped %+v, %s; want 3, %+v, suspect",
			cell.dropping, cell.drops, cell.State, want)
	}
}
