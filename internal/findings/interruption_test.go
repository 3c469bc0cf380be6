package findings

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

func TestInterruptionIsStated(t *testing.T) {
	test := func(design string, away *float64, want ...string) {
		t.Helper()
		w := labtest.Worlds()["six"]
		w.Design = design
		w.Header = func(h *record.Header) { h.Trials = 120 }
		w.Trial = func(trial plan.Trial) record.Result {
			r := labtest.Good(trial)
			r.StartSeconds = float64(trial.Order)
			if trial.Order == 38 {
				r.Resumed = &record.Interruption{After: 37, AwaySeconds: away}
			}
			return r
		}
		rec := w.Record(t)
		a := stats.Analyse(rec)
		doubts := Doubts(nil, rec, a)
		i := slices.IndexFunc(doubts, func(d Doubt) bool { return d.Code == stats.Resumed })
		if i < 0 {
			t.Fatalf("%q: no note that the run was resumed", design)
		}
		d := doubts[i]
		said := d.Kind + " " + d.Where + ". " + d.Means
		for _, part := range want {
			if !strings.Contains(said, part) {
				t.Errorf("%q: %q, want %q in it", design, said, part)
			}
		}
		if strings.Contains(said, "started again") != strings.Contains(design, "restart") {
			t.Errorf("%q: %q: servers that live on, and only they, are started again",
				design, said)
		}
		if a.Cells[0].State != stats.Valid {
			t.Errorf("%q: an interruption makes the first cell %s, want valid",
				design, a.Cells[0].State)
		}
	}
	test("", new(3900.0),
		"Note After 37 of 120 trials, 38\u00a0s into the run, for 65\u00a0min. Earlier trials "+
			"were kept")
	test("", nil, "Note After 37 of 120 trials, 38\u00a0s into the run. Earlier trials")
	test("restart = \"round\"\n", new(200000.0), "for 2 days", `restart = "round" the servers`)
}

// TestGivenUpCellIsInvalid holds that a cell that was given up is invalid, even if enough of its
// trials were clean before.
func TestGivenUpCellIsInvalid(t *testing.T) {
	w := labtest.Worlds()["one"]
	w.Rounds = 20
	w.Trial = func(trial plan.Trial) record.Result {
		r := labtest.Good(trial)
		switch {
		case trial.Round == 20:
			r = record.Result{
				Trial:   trial,
				Outcome: record.GivenUp,
				Reason:  "not tried after 3 failures in a row",
			}
		case trial.Round >= 17:
			r.Outcome = record.Crashed
			r.Reason = "exit status 9"
			r.ServerStderr = "panic: out of luck"
		}
		return r
	}
	rec := w.Record(t)
	a := stats.Analyse(rec)
	if cell := a.Cells[0]; cell.Clean() != 16 || cell.State != stats.Invalid {
		t.Errorf("%d clean trials, %s, want 16 and invalid", cell.Clean(), cell.State)
	}
	where := map[stats.Code]string{}
	for _, d := range Doubts(nil, rec, a) {
		where[d.Code] = d.Where
	}
	const givenUp = "Server_async_http at 4 clients (1 of 20 trials"
	if got := where[stats.GivenUp]; !strings.HasPrefix(got, givenUp) ||
		!strings.Contains(got, "not tried after 3") {
		t.Errorf("given up: %q, want %q and why", got, givenUp)
	}
	if where[stats.Crashed] == "" {
		t.Error("the crashes are not said")
	}
}

func TestDamageIsStated(t *testing.T) {
	test := func(n int, want string) {
		t.Helper()
		if got := Damage(nil, n); got != want {
			t.Errorf("Damage(%d) = %q, want %q", n, got, want)
		}
	}
	test(0, "")
	test(1, "1 line of the record could not be read and was skipped.")
	test(2, "2 lines of the record could not be read and were skipped.")
}
