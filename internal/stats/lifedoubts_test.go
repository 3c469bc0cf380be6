package stats

import (
	"testing"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// ran makes a trial run a hook that ends with a failure, "" for none.
func ran(key, failure string) func(*record.Result) {
	return func(r *record.Result) {
		r.Hooks = append(r.Hooks, record.Hook{Key: key, Failure: failure, Output: "no table"})
	}
}

func TestAfterTrial(t *testing.T) {
	doubted(t, "it did its work", ran(spec.HookAfterTrial, ""), Valid, nil)
	doubted(t, "another hook failed", ran(spec.HookStop, "exit status 1"), Valid, nil)
	doubted(t, "it failed", ran(spec.HookAfterTrial, "exit status 1"),
		Suspect, []Code{AfterTrial})

	r := change(rec(10), 3, ran(spec.HookAfterTrial, "exit status 1"))
	got := Analyse(r).Warnings[0]
	want := Said("its after_trial failed: exit status 1: no table")
	if d := got.Cells[0]; got.Code != AfterTrial || d.Count != 3 || d.Of != 10 ||
		d.Evidence != want {
		t.Errorf("the warning is %+v, want 3 of 10 trials, %q", got, want)
	}
}

func TestKilled(t *testing.T) {
	killed := func(r *record.Result) { r.Killed = true }
	got := Analyse(change(rec(10), 4, killed))
	if len(got.Warnings) != 1 || got.Warnings[0].Code != Killed ||
		got.Warnings[0].Cells[0].Count != 4 || got.CellsOf("B")[0].State != Valid {
		t.Errorf("warnings %+v, want the note that B was killed in 4 trials", got.Warnings)
	}
}
