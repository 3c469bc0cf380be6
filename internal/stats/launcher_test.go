package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
)

// What a launcher used is not presented as the server's, and no other doubt rests on it.
func TestLauncher(t *testing.T) {
	test := func(name string, answers int, seconds float64, want bool) {
		t.Helper()
		r := rec(10)
		r.Experiment.Load.Requests = answers
		for i := range r.Results {
			trial := &r.Results[i]
			trial.Load.Measurement.Complete = answers
			if uses(0, 90, 90)(trial); trial.Server == "A" {
				uses(0, 0, 0)(trial)
			} else {
				trial.Usage.CPUSeconds = &seconds
			}
		}
		a := Analyse(r)
		cell := a.CellsOf("B")[0]
		if got := slices.Contains(cell.Suspicions, NotTheServer); got != want {
			t.Errorf("%s: %v, want the doubt: %v", name, cell.Suspicions, want)
		}
		known := cell.Of(CPUPerRequest).N > 0 && cell.Of(PeakMemory).N > 0 &&
			a.Ratio(cell.Cell, CPUPerRequest).N > 0 && slices.Contains(cell.Suspicions, Leak)
		if known == want {
			t.Errorf("%s: what was watched counts: %v", name, known)
		}
		if cell.Clean() != 10 || a.CellsOf("A")[0].State != Valid {
			t.Errorf("%s: %d clean trials, the baseline is %s",
				name, cell.Clean(), a.CellsOf("A")[0].State)
		}
	}
	test("a server", 100, 0.003, false)
	test("half a microsecond per request", 100, 0.00005, true)
	test("nothing at all", 100, 0, true)
	test("two microseconds per request", 100, 0.0002, false)
	test("too few answers to tell", 99, 0.00001, false)
}

// The numbers of all trials count together.
func TestLauncherEvidence(t *testing.T) {
	r := change(rec(10), 10, func(r *record.Result) {
		r.Usage = &record.Usage{CPUSeconds: new(0.00001)}
	})
	cell := Analyse(r).CellsOf("B")[0]
	if cell.launcher == nil || cell.launcher.Answers != 1000 ||
		cell.launcher.Seconds < 0.00009 || cell.launcher.Seconds > 0.00011 {
		t.Errorf("%+v, want 0.1 ms for 1000 answers", cell.launcher)
	}
}
