package record

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

const twoRunsSpec = `[load]
concurrency = [1]
[design]
rounds = 2
runs = 2
[[server]]
name = "A"
model = "async"
address = "127.0.0.1:45000"
`

// decodeRuns returns a record of two runs of two rounds with one trial each, as change leaves them.
func decodeRuns(t *testing.T, change func(*Result)) *Record {
	t.Helper()
	e, err := spec.Parse("experiment.toml", twoRunsSpec)
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	out := json.NewEncoder(&lines)
	_ = out.Encode(Header{Schema: Schema, Rounds: 2, Spec: File{e.Name, e.Source}})
	for _, trial := range plan.New(e) {
		r := Result{Trial: trial, Outcome: NotStarted, StartSeconds: float64(trial.Order)}
		change(&r)
		_ = out.Encode(r)
	}
	rec, err := Decode(&lines)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestTrialsKnowTheirRun(t *testing.T) {
	rec := decodeRuns(t, func(*Result) {})
	for i, r := range rec.Results {
		if r.Run != i/2+1 || r.Round != i+1 {
			t.Errorf("trial %d: run %d, round %d; want %d and %d", i, r.Run, r.Round, i/2+1, i+1)
		}
	}
	if len(rec.Results) != 4 || rec.Damaged != 0 {
		t.Errorf("%d trials, %d damaged lines; want 4 and 0", len(rec.Results), rec.Damaged)
	}
}

// A trial without a run is of the first one. One whose run and round contradict each other is
// damaged: it must not be counted in either.
func TestRunThatIsNotOfItsRound(t *testing.T) {
	test := func(name string, round, run, damaged int) {
		t.Helper()
		rec := decodeRuns(t, func(r *Result) {
			if r.Round == round {
				r.Run = run
			}
		})
		if rec.Damaged != damaged {
			t.Errorf("%s: %d damaged lines, want %d", name, rec.Damaged, damaged)
		}
		for _, r := range rec.Results {
			if r.Run != (r.Round+1)/2 {
				t.Errorf("%s: round %d is of run %d", name, r.Round, r.Run)
			}
		}
	}
	test("the first run, without its number", 2, 0, 0)
	test("the second run, without its number", 3, 0, 1)
	test("the second run in a round of the first", 2, 2, 1)
	test("a third run", 4, 3, 1)
}

// What is left is known by the round, so a run can be resumed in the middle of the second run.
func TestRemainingTrialsOfSeveralRuns(t *testing.T) {
	rec := decodeRuns(t, func(r *Result) {
		if r.Round == 3 {
			r.Outcome = "lost"
		}
	})
	left := rec.Remaining(plan.New(rec.Experiment))
	if len(left) != 1 || left[0].Round != 3 || left[0].Run != 2 {
		t.Errorf("left: %v, want round 3 of run 2", left)
	}
	if got := rec.Measuring(); got != 4*time.Second {
		t.Errorf("measured for %v, want 4s", got)
	}
}

func TestTooManyRoundsInAll(t *testing.T) {
	header, _ := json.Marshal(Header{
		Schema: Schema,
		Rounds: 501,
		Spec:   File{"experiment.toml", twoRunsSpec},
	})
	_, err := Decode(bytes.NewReader(append(header, '\n')))
	const want = "501 rounds in each of 2 runs are 1002; allowed: at most 1000 in all"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Decode = %v, want %q in it", err, want)
	}
}
