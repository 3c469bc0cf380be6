package stats

import (
	"slices"
	"testing"

	"labbook/internal/record"
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
