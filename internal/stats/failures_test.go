package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
)

// TestFailure holds how a trial is classified as failed, and on what evidence.
func TestFailure(t *testing.T) {
	test := func(name string, do func(*record.Result), code Code, evidence Evidence) {
		t.Helper()
		r := rec(1)
		r.Generator.Name = record.InstalledAB
		trial := &r.Results[0]
		do(trial)
		gotCode, gotEvidence := failure(r, *trial)
		if gotCode != code || gotEvidence != evidence {
			t.Errorf("%s: %q with %#v, want %q with %#v",
				name, gotCode, gotEvidence, code, evidence)
		}
		if r.Clean(*trial) != (code == "") {
			t.Errorf("%s: clean is %v, want %v", name, r.Clean(*trial), code == "")
		}
	}
	test("clean", func(*record.Result) {}, "", nil)
	test("timed out", timesOut, TimedOut, Said("too slow"))
	test("crashed without a reason", func(r *record.Result) { r.Outcome = record.Crashed },
		Crashed, Stopped{Progress: record.Progress{Answered: 100, Known: true}})
	test("crashed without any knowledge", func(r *record.Result) {
		r.Outcome, r.Load.Measurement = record.Crashed, nil
	}, Crashed, nil)
	test("not started", func(r *record.Result) {
		r.Outcome, r.Reason = record.NotStarted, "no answer"
	}, NotStarted, Said("no answer"))
	test("the clock was set", func(r *record.Result) {
		r.Load.Measurement.TimeTakenSeconds = 0.025
		r.ClockStepSeconds = new(-0.04)
	}, Clock, WrongClock{StepSeconds: -0.04, TookSeconds: 0.025})
	test("no report, and the clock was set", func(r *record.Result) {
		r.Outcome, r.Load.Measurement = record.Aborted, nil
		r.ClockStepSeconds = new(-3600.0)
	}, Clock, WrongClock{StepSeconds: -3600})
	test("a crash, and the clock was set", func(r *record.Result) {
		r.Outcome, r.Reason, r.Load.Measurement = record.Crashed, "exit status 2", nil
		r.ClockStepSeconds = new(1.0)
	}, Crashed, Said("exit status 2"))
	test("no report", func(r *record.Result) { r.Load.Measurement = nil }, Aborted, NoReport{})
	test("no rate", func(r *record.Result) { r.Load.Measurement.RequestsPerSecond = 0 },
		Aborted, NoRate{})
	test("failed requests", fails, Failed, FailedRequests{Failed: 3})
	test("write errors", func(r *record.Result) { r.Load.Measurement.WriteErrors = 2 },
		Failed, Faults{FaultNotSent: 2})
	test("too few answers", func(r *record.Result) { r.Load.Measurement.Complete = 99 },
		Failed, IncompleteRequests{Complete: 99, Requests: 100})
	test("unsent arrivals", func(r *record.Result) {
		r.Load.Measurement.Complete, r.Load.Measurement.Unsent = 90, 10
	}, Unsent, UnsentArrivals(10))
}

// TestFirstFailedTrial holds that a doubt is about the failed trial that comes first in the run. In
// the record it may come last: a trial whose line was damaged is measured again after the others.
func TestFirstFailedTrial(t *testing.T) {
	r := change(rec(10), 3, fails)
	first := r.ForCell(Analyse(r).CellsOf("B")[0].Cell)[0]
	at := slices.IndexFunc(r.Results, func(t record.Result) bool { return t.Order == first.Order })
	again := r.Results[at]
	again.Load.Measurement.Failed = 7
	others := slices.Delete(slices.Clone(r.Results), at, at+1)

	reordered := record.New(r.Header, r.Experiment, append(others, again)...)
	got := Analyse(reordered).Warnings[0].Cells[0]
	if got.First != first.Order || got.Count != 3 || got.Evidence != (FailedRequests{Failed: 7}) {
		t.Errorf("the doubt is %+v, want one about trial %d with 7 failed requests",
			got, first.Order)
	}
}

// TestEvidence holds what each doubt of a cell rests on. Other tests hold when a cell has which
// code.
func TestEvidence(t *testing.T) {
	test := func(r *record.Record, code Code, want Evidence) {
		t.Helper()
		r.Environment.Cores = 2
		for _, w := range Analyse(r).Warnings {
			if w.Code != code {
				continue
			}
			if got := w.Cells[0].Evidence; got != want {
				t.Errorf("%s rests on %#v, want %#v", code, got, want)
			}
			return
		}
		t.Errorf("no doubt is %s", code)
	}
	all := func(do func(*record.Result)) *record.Record { return change(rec(10), 10, do) }
	test(all(func(r *record.Result) { r.Answer = &record.Answer{Status: 200, Bytes: 7} }),
		BodyDiffers, BodySizes{Server: 7, Baseline: 0})
	test(all(func(r *record.Result) { r.Host = &record.Ticks{Busy: 96, All: 100} }),
		HostBound, BusyCores(0.96))
	test(all(func(r *record.Result) { r.Host = &record.Ticks{Steal: 5, Busy: 5, All: 100} }),
		Steal, StolenCores(0.05))
	test(all(func(r *record.Result) { r.Load.Measurement.TimeTakenSeconds = 0.015 }),
		Short, ShortLoad{Seconds: 0.015, Requests: 1400}) // 100 × 200 ÷ 15 is 1333
	test(all(func(r *record.Result) { r.Load.Measurement.Connect.Max = 1000 }),
		SynRetransmit, nil)
	test(all(func(r *record.Result) {
		r.Load.Process = &record.Account{WallSeconds: 1, UserSeconds: 0.95}
	}), GeneratorBound, GeneratorCPU(0.95))
}

// TestSeverities holds that no code is listed twice, and that the worst come first.
func TestSeverities(t *testing.T) {
	seen := map[Code]bool{}
	last := SeverityError
	for _, code := range Codes() {
		if seen[code] {
			t.Errorf("%s is listed twice", code)
		}
		seen[code] = true
		if code.Severity() > last {
			t.Errorf("%s stands behind a doubt that is less severe", code)
		}
		last = code.Severity()
	}
}
