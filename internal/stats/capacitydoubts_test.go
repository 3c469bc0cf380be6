package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// tookMS is the p99 of a made-up trial, in milliseconds; negative: the server crashed.
type tookMS func(server string, round, rate int) float64

// capacityRecord returns a record of two servers with the objective of a p99 within 50 ms.
func capacityRecord(rounds int, took tookMS, rates ...int) *record.Record {
	e := &spec.Experiment{
		Load: spec.Load{
			Requests:    20_000,
			Connections: 1000,
			Capacity:    &spec.Objective{Percentile: "p99", Within: 50 * time.Millisecond},
		},
		Design: spec.Design{
			Rounds:     rounds,
			Confidence: 0.95,
			Margin:     0.05,
			Baseline:   "A",
			Seed:       1,
		},
		Servers: []spec.Server{{Name: "A"}, {Name: "B"}},
	}
	header := record.Header{Rounds: rounds}
	for _, s := range e.Servers {
		header.Searches = append(header.Searches, record.Search{Server: s.Name, Rates: rates})
	}
	rec := record.New(header, e)
	for _, t := range plan.New(e) {
		rec.Add(ratedResult(t, took(t.Server, t.Round, t.Level.Value)))
	}
	return rec
}

func ratedResult(t plan.Trial, ms float64) record.Result {
	if ms < 0 {
		return record.Result{Trial: t, Outcome: record.Crashed, Reason: "exit status 1"}
	}
	const requests = 20_000
	seconds := requests / float64(t.Level.Value)
	return record.Result{
		Trial:         t,
		Outcome:       record.Ended,
		PercentilesMS: slices.Repeat([]float64{ms}, 101),
		Answer:        &record.Answer{Status: 200},
		Load: &record.Call{Measurement: &abtext.Measurement{
			Complete:          requests,
			RequestsPerSecond: requests / seconds,
			TimeTakenSeconds:  seconds,
		}},
	}
}

// ladder has steps of 3% around 1600.
var ladder = []int{1000, 1400, 1464, 1508, 1553, 1600, 1648, 1697, 1748, 2000}

// keepingUpTo returns a p99 of 5 ms up to the limit of each server, and 500 ms beyond it.
func keepingUpTo(limits map[string]float64) tookMS {
	return func(server string, _, rate int) float64 {
		if float64(rate) <= limits[server] {
			return 5
		}
		return 500
	}
}

// Servers without any noise have the same bracket in each round. The interval still contains the
// truth, equal servers are equivalent, and one at 0.9 is slower.
func TestCapacityWithoutNoise(t *testing.T) {
	t.Parallel()
	a := Judge(capacityRecord(10, keepingUpTo(map[string]float64{"A": 1630, "B": 1467}), ladder...))
	for i, truth := range []float64{1630, 1467} {
		s := a.Cells[i].Of(Throughput)
		if s.Low > truth || s.High < truth || s.High-s.Low > 0.04*truth {
			t.Errorf("%v: interval %v to %v, want it narrow around %v", a.Cells[i].Cell, s.Low,
				s.High, truth)
		}
	}
	if c := a.Comparisons[0]; c.Verdict != Slower || c.Low > 0.9 || c.High < 0.9 {
		t.Errorf("%+v, want slower, with 0.9 within the interval", c)
	}

	a = Judge(capacityRecord(10, keepingUpTo(map[string]float64{"A": 1630, "B": 1601}), ladder...))
	if c := a.Comparisons[0]; c.Verdict != Equivalent || c.Low > 0.982 || c.High < 0.982 {
		t.Errorf("%+v, want equivalent, with 0.982 within the interval", c)
	}
	near := map[string]float64{"A": 1700, "B": 1690}
	a = Judge(capacityRecord(10, keepingUpTo(near), 1000, 1400, 1650, 1695, 2000))
	if c := a.Comparisons[0]; c.Verdict == Slower || c.High < 1690.0/1700 {
		t.Errorf("%+v, want no difference of two servers that differ by 0.6%%", c)
	}
}

// The interval contains the truth in 95% of the runs or more where the noise of the rounds is as
// wide as a step of the rates, and equal servers differ in 5% or less. With 200 runs, three
// standard errors of these shares are 4.6%.
func TestCapacityWithNoise(t *testing.T) {
	t.Parallel()
	const runs, truth = 200, 1615.0
	for _, noise := range []float64{0.01, 0.03} {
		random := rand.New(rand.NewPCG(27, 11))
		covers, wrong := 0, 0
		for range runs {
			limits := map[[2]any]float64{}
			took := func(server string, round, rate int) float64 {
				at := [2]any{server, round}
				if limits[at] == 0 {
					limits[at] = truth * math.Exp(noise*random.NormFloat64())
				}
				over := float64(rate)/limits[at] - 1 // the queue grows for 6 s
				return 5 + max(0, over)*6000
			}
			a := Judge(capacityRecord(10, took, ladder...))
			met := truth * (1 + 45.0/6000) // where the p99 is 50 ms
			if s := a.Cells[0].Of(Throughput); s.Low <= met && met <= s.High {
				covers++
			}
			if v := a.Comparisons[0].Verdict; v == Faster || v == Slower {
				wrong++
			}
		}
		if covers < runs*904/1000 || wrong > runs*96/1000 {
			t.Errorf("noise %v: %d of %d intervals contain the truth, %d are wrong", noise, covers,
				runs, wrong)
		}
	}
}

// What is known of a capacity beyond the rates is one-sided, and so is what follows.
func TestCapacityBeyondRates(t *testing.T) {
	t.Parallel()
	a := Judge(capacityRecord(10, keepingUpTo(map[string]float64{"A": 1630, "B": 9999}), ladder...))
	s, c := a.Cells[1].Of(Throughput), a.Comparisons[0]
	if !s.OpenHigh || s.OpenLow || s.Median != 2000 || !a.Capacity("B").AtLeast {
		t.Errorf("%+v, want at least 2000", s)
	}
	if !slices.Contains(a.Cells[1].Notes, CapacityOpen) || a.Cells[1].State != Valid {
		t.Errorf("%v, notes %v", a.Cells[1].State, a.Cells[1].Notes)
	}
	if c.Verdict != Faster || c.Limited != FasterSide || !c.OpenHigh || math.IsInf(c.High, 0) {
		t.Errorf("%+v, want at least so much faster", c)
	}

	a = Judge(capacityRecord(10, keepingUpTo(map[string]float64{"A": 9999, "B": 9999}), ladder...))
	if c := a.Comparisons[0]; c.Verdict != Inconclusive || c.Limited != BothSides {
		t.Errorf("%+v, want nothing known of two that are open", c)
	}

	a = Judge(capacityRecord(10, keepingUpTo(map[string]float64{"A": 1630, "B": 10}), ladder...))
	cell, c := a.Cells[1], a.Comparisons[0]
	if !slices.Contains(cell.Suspicions, ObjectiveNotMet) || cell.State != Suspect ||
		!cell.Of(Throughput).OpenLow || !a.Capacity("B").AtMost {
		t.Errorf("%v %v %+v, want at most 1000", cell.State, cell.Suspicions, cell.Of(Throughput))
	}
	if c.Verdict != Slower || c.Limited != FasterSide {
		t.Errorf("%+v, want slower", c)
	}
}

// Rounds that are all above what the search found are told from it, also where they are open.
func TestSearchDiffersFromOpenRounds(t *testing.T) {
	t.Parallel()
	test := func(low, high int, want bool) {
		t.Helper()
		rec := capacityRecord(10, keepingUpTo(map[string]float64{"A": 1630, "B": 9999}), ladder...)
		rec.Searches = []record.Search{{
			Server: "B",
			End:    record.Bracketed,
			Probes: []record.Probe{{Rate: low, Met: true}, {Rate: high}},
		}}
		cell := Judge(rec).Cells[1]
		doubts := slices.Concat(cell.Notes, cell.Suspicions)
		if got := slices.Contains(doubts, SearchDiffers); got != want {
			t.Errorf("found between %d and %d: %v, want it told: %v", low, high, doubts, want)
		}
	}
	test(1000, 1050, true)
	test(1900, 1950, false)
	test(3000, 3050, false) // the capacity is at least 2000
}

// Overload is no doubt. A hole below the capacity and a crash above it are.
func TestCapacityDoubts(t *testing.T) {
	t.Parallel()
	took := keepingUpTo(map[string]float64{"A": 1630, "B": 1630})
	a := Judge(capacityRecord(10, func(server string, round, rate int) float64 {
		switch {
		case server == "B" && rate == 1400 && round%2 == 1:
			return 80
		case server == "B" && rate >= 1748 && round >= 9:
			return -1
		}
		return took(server, round, rate)
	}, ladder...))
	if cell := a.Cells[0]; cell.State != Valid || len(cell.Notes) > 0 {
		t.Errorf("%v, %v, want a plain capacity to be valid", cell.State, cell.Notes)
	}
	want := map[Code]AtRate{UnevenCapacity: {1400, 5, 10}, Died: {1748, 2, 10}}
	for _, w := range a.Warnings {
		if rate, ok := want[w.Code]; !ok || len(w.Cells) != 1 || w.Cells[0].Evidence != rate {
			t.Errorf("%+v, want %v", w, want)
		}
		delete(want, w.Code)
	}
	if len(want) > 0 {
		t.Errorf("nothing is said of %v", want)
	}
}

// A missing trial leaves its round a wider bracket, and none only where it might have had an end.
func TestCapacityOfIncompleteRounds(t *testing.T) {
	t.Parallel()
	rec := capacityRecord(8, keepingUpTo(map[string]float64{"A": 1630, "B": 1630}), ladder...)
	rec = record.New(rec.Header, rec.Experiment, slices.DeleteFunc(rec.Results,
		func(r record.Result) bool {
			return r.Server == "B" && (r.Round == 2 && r.Level.Value == 1648 ||
				r.Round == 3 && r.Level.Value > 1630)
		})...)
	found := Judge(rec).Capacity("B").Rounds
	if len(found) != 7 || found[1].Low != 1600 || found[1].High != 1697 || found[2].Round != 4 {
		t.Errorf("%+v, want round 2 between 1600 and 1697, and no round 3", found)
	}
}

// A round in which a server died at each rate, down to the lowest, has a capacity below that. It
// counts in the median and in the interval, which is open below, as any other.
func TestDeadRounds(t *testing.T) {
	t.Parallel()
	limits := keepingUpTo(map[string]float64{"A": 1630, "B": 1480})
	of := func(dead ...int) *Analysis {
		return Judge(capacityRecord(6, func(server string, round, rate int) float64 {
			if server == "B" && slices.Contains(dead, round) {
				return -1
			}
			return limits(server, round, rate)
		}, ladder...))
	}
	for _, test := range []struct {
		dead   []int
		state  State
		open   bool
		atMost bool
	}{
		{nil, Valid, false, false},
		{[]int{3}, Suspect, true, false},
		{[]int{1, 2, 5}, Suspect, true, true},
		{[]int{1, 2, 3, 4, 5}, Suspect, true, true},
		{[]int{1, 2, 3, 4, 5, 6}, Invalid, false, true}, // nothing was measured
	} {
		a := of(test.dead...)
		cell, c := a.CellsOf("B")[0], a.Capacity("B")
		s := cell.Of(Throughput)
		if cell.State != test.state || s.OpenLow != test.open || c.AtMost != test.atMost {
			t.Errorf("dead in %v: %s, open below %v, at most %v; want %+v", test.dead, cell.State,
				s.OpenLow, c.AtMost, test)
		}
		if cell.State == Invalid || len(test.dead) == 0 {
			continue
		}
		if cell.Clean() != 6 || cell.Dead() != len(test.dead) || s.N != 6 {
			t.Errorf("dead in %v: %d rounds count, %d of them dead", test.dead, cell.Clean(),
				cell.Dead())
		}
		var died Evidence
		for _, w := range a.Warnings {
			if w.Code == Died {
				died = w.Cells[0].Evidence
			}
		}
		if want := (AtRate{1000, len(test.dead), 6}); died != want {
			t.Errorf("dead in %v: %+v, want %+v", test.dead, died, want)
		}
	}
	if before, after := of().CellsOf("B")[0], of(3).CellsOf("B")[0]; before.Of(Throughput).High !=
		after.Of(Throughput).High {
		t.Errorf("a dead round moves the high end of the interval from %v to %v",
			before.Of(Throughput).High, after.Of(Throughput).High)
	}
	if c := of(3).Comparisons[0]; c.N != 6 || !c.OpenLow || c.Verdict == Faster {
		t.Errorf("%+v, want all rounds compared, and the ratio open below", c)
	}
}

// A round in which the generator failed at each rate tells nothing of the server: there it is no
// capacity below the lowest rate, but a trial that failed.
func TestRoundsInWhichTheGeneratorFailed(t *testing.T) {
	t.Parallel()
	took := keepingUpTo(map[string]float64{"A": 1630, "B": 1480})
	of := func(failed int, fail func(*record.Result)) (Cell, *Capacity) {
		r := change(capacityRecord(10, took, ladder...), failed, fail)
		a := Judge(r)
		return a.CellsOf("B")[0], a.Capacity("B")
	}
	abort := func(r *record.Result) { r.Outcome, r.Load.Measurement = record.Aborted, nil }
	silent := func(r *record.Result) { r.Load.Measurement = nil }
	for name, fail := range map[string]func(*record.Result){"failed": abort, "silent": silent} {
		cell, c := of(2, fail)
		if s := cell.Of(Throughput); s.N != 8 || s.OpenLow || cell.Dead() != 0 ||
			cell.State != Suspect || len(c.Rounds) != 8 {
			t.Errorf("%s: %+v, %d dead, %s, want only the 8 others", name, s, cell.Dead(),
				cell.State)
		}
		if cell, c := of(6, fail); c.AtMost || cell.State != Invalid {
			t.Errorf("%s in most rounds: %s, at most %v", name, cell.State, c.AtMost)
		}
	}

	late := func(r *record.Result) { r.Outcome = record.TimedOut }
	if cell, c := of(2, late); cell.Dead() != 2 || len(c.Rounds) != 10 {
		t.Errorf("%d of %d rounds are dead, want 2 of 10", cell.Dead(), len(c.Rounds))
	}
	mixed := func(r *record.Result) {
		if abort(r); r.Level.Value == ladder[0] {
			r.Outcome = record.Crashed
		}
	}
	if cell, _ := of(2, mixed); cell.Dead() != 2 {
		t.Errorf("%d rounds are dead, want the 2 whose lowest rate was too much", cell.Dead())
	}
}
