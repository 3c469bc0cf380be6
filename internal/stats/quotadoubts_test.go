package stats

import (
	"testing"

	"labbook.example/labbook/internal/record"
)

func TestThrottled(t *testing.T) {
	test := func(name string, quotas *record.Quotas, state State, want ...Code) {
		t.Helper()
		doubted(t, name, func(r *record.Result) {
			r.Quotas = quotas
			r.Load.WallSeconds = 1
		}, state, want)
	}
	none := &record.Quota{}
	idle := &record.Quota{Cores: 0.5}
	stopped := &record.Quota{Cores: 0.5, ThrottledPeriods: 3, ThrottledSeconds: 0.011}
	hardly := &record.Quota{Cores: 0.5, ThrottledPeriods: 3, ThrottledSeconds: 0.009}
	test("unknown", nil, Valid)
	test("no quota", &record.Quotas{Generator: none, Server: none}, Valid)
	test("a quota that was not used up", &record.Quotas{Generator: idle, Server: idle}, Valid)
	test("hardly used up", &record.Quotas{Generator: hardly, Server: hardly}, Valid)
	test("both were stopped", &record.Quotas{Generator: stopped, Server: stopped}, Valid, Throttled)
	test("the server", &record.Quotas{Generator: none, Server: stopped}, Valid, Throttled)
	test("the generator", &record.Quotas{Generator: stopped}, Valid, Throttled)
}

// The side that was stopped for longer is the evidence, also of trials that failed.
func TestThrottledEvidence(t *testing.T) {
	test := func(quotas record.Quotas, want StoppedSeconds) {
		t.Helper()
		r := change(rec(10), 3, func(r *record.Result) {
			r.Quotas = &quotas
			r.Load.WallSeconds = 2
			fails(r)
		})
		for _, w := range Analyse(r).Warnings {
			if w.Code != Throttled {
				continue
			}
			if d := w.Cells[0]; d.Count != 3 || d.Of != 10 || d.Evidence != want {
				t.Errorf("%+v: %d of %d trials, %+v; want 3 of 10, %+v",
					quotas, d.Count, d.Of, d.Evidence, want)
			}
			return
		}
		t.Errorf("%+v: no note", quotas)
	}
	quota := func(cores float64, seconds float64) *record.Quota {
		return &record.Quota{Cores: cores, ThrottledPeriods: 2, ThrottledSeconds: seconds}
	}
	test(record.Quotas{Generator: quota(2, 0.5), Server: quota(0.5, 1)},
		StoppedSeconds{true, 3, 6, 0.5})
	test(record.Quotas{Generator: quota(2, 1), Server: quota(0.5, 0.5)},
		StoppedSeconds{false, 3, 6, 2})
	test(record.Quotas{Generator: quota(2, 1), Server: quota(2, 1)},
		StoppedSeconds{true, 3, 6, 2})
	test(record.Quotas{Generator: quota(2, 1)}, StoppedSeconds{false, 3, 6, 2})
}

func TestQuotaDiffers(t *testing.T) {
	test := func(name string, ours, theirs *record.Quotas, want State) {
		t.Helper()
		r := rec(10)
		for i := range r.Results {
			r.Results[i].Quotas = theirs
			if r.Results[i].Server == "B" {
				r.Results[i].Quotas = ours
			}
		}
		cell := Analyse(r).CellsOf("B")[0]
		if cell.State != want {
			t.Errorf("%s: %s %v, want %s", name, cell.State, cell.Suspicions, want)
		}
		if want == Suspect && cell.Suspicions[0] != QuotaDiffers {
			t.Errorf("%s: %v, want %s", name, cell.Suspicions, QuotaDiffers)
		}
	}
	server := func(cores float64) *record.Quotas {
		return &record.Quotas{Server: &record.Quota{Cores: cores}}
	}
	test("none has one", server(0), server(0), Valid)
	test("both have the same", server(2), server(2), Valid)
	test("one has one", server(2), server(0), Suspect)
	test("the baseline has one", server(0), server(2), Suspect)
	test("half as many cores", server(1), server(2), Suspect)
	test("ours is unknown", nil, server(2), Valid)
	test("the baseline's is unknown", server(2), &record.Quotas{Generator: &record.Quota{}}, Valid)
}
