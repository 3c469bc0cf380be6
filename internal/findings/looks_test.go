package findings

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// added returns a record of two servers at six levels to which rounds were added twice.
func added(t *testing.T, design string, looks ...int) *record.Record {
	w := labtest.Worlds()["six"]
	w.Rounds, w.Design = 20, design
	w.Header = func(h *record.Header) { h.Looks = looks }
	const perRound = 12
	w.Trial = func(trial plan.Trial) record.Result {
		r := labtest.Good(trial)
		r.StartSeconds = float64(trial.Order)
		before := (trial.Order - 1) / perRound
		if (trial.Order-1)%perRound == 0 && slices.Contains(looks, before) {
			away := 200.0
			r.Resumed = &record.Interruption{
				After:       trial.Order - 1,
				AwaySeconds: &away,
				MoreRounds:  10,
			}
		}
		return r
	}
	return w.Record(t)
}

// moreRounds returns the note that rounds were added.
func moreRounds(t *testing.T, rec *record.Record, a *stats.Analysis) Doubt {
	t.Helper()
	doubts := Doubts(nil, rec, a)
	i := slices.IndexFunc(doubts, func(d Doubt) bool { return d.Code == stats.MoreRounds })
	if i < 0 {
		t.Fatal("no note that rounds were added")
	}
	return doubts[i]
}

// Where rounds were added after a look that could have decided something, the answer, the note, and
// the sentence to quote tell of it.
func TestAddedRoundsAreStated(t *testing.T) {
	rec := added(t, "", 5, 15)
	a := stats.Analyse(rec)
	if len(a.DecisiveLooks()) != 1 {
		t.Fatalf("looks %+v, want that the second one alone could decide", a.Looks)
	}
	d := moreRounds(t, rec, a)
	for _, want := range []string{"After 5 of 20 rounds, ", " into the run, for 3\u00a0min; ",
		"After 15 of 20 rounds, "} {
		if !strings.Contains(d.Where, want) {
			t.Errorf("where %q, want %q in it", d.Where, want)
		}
	}
	if !strings.Contains(d.Means, "18% with five") || strings.Contains(d.Means, "started again") {
		t.Errorf("means %q", d.Means)
	}
	const answer = "5 of the 20 rounds were added after the results could be seen"
	if got := Answer(nil, a); !strings.Contains(got, answer) {
		t.Errorf("the answer is %q, want %q in it", got, answer)
	}
	if got := Answer(locale.For("id"), a); !strings.Contains(got, "5 dari 20 putaran ditambahkan") {
		t.Errorf("the answer is %q", got)
	}
	if got := Quote(nil, rec, a); !strings.Contains(got, "5 of the 20 rounds were added after") {
		t.Errorf("the sentence to quote is %q", got)
	}
}

// Looks at too few rounds for any verdict change no claim.
func TestLooksThatCouldDecideNothing(t *testing.T) {
	rec := added(t, "restart = \"never\"\n", 5)
	a := stats.Analyse(rec)
	d := moreRounds(t, rec, a)
	if !strings.Contains(d.Means, "could decide nothing") ||
		!strings.Contains(d.Means, `restart = "never"`) {
		t.Errorf("means %q", d.Means)
	}
	if all := Answer(nil, a) + Quote(nil, rec, a); strings.Contains(all, "were added") {
		t.Errorf("%q tells of added rounds", all)
	}

	// Servers that live for a round were not cut short.
	rec = added(t, "restart = \"round\"\n", 5)
	if d := moreRounds(t, rec, stats.Analyse(rec)); strings.Contains(d.Means, "started again") {
		t.Errorf("means %q", d.Means)
	}
}

// An interruption is told apart from an addition in the same record. Where the line of the first
// added trial is damaged, it is not known when they were added.
func TestInterruptedAddition(t *testing.T) {
	rec := added(t, "", 10)
	for i := range rec.Results {
		if rec.Results[i].Round == 12 {
			rec.Results[i].Resumed = &record.Interruption{After: rec.Results[i].Order - 1}
			break
		}
	}
	a := stats.Analyse(rec)
	if got := interruptionsWhere(nil, rec, a); strings.Count(got, "After") != 1 {
		t.Errorf("interruptions: %q, want one", got)
	}
	if got := looksWhere(nil, a); strings.Count(got, "After") != 1 {
		t.Errorf("looks: %q, want one", got)
	}
	a.Interruptions = a.Interruptions[1:]
	if got := looksWhere(nil, a); got != "After 10 of 20 rounds" {
		t.Errorf("looks: %q, want no time", got)
	}
}
