package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// expecting returns the record with expectations.
func expecting(r *record.Record, all ...spec.Expectation) *record.Record {
	r.Experiment.Expectations = all
	return r
}

func bound(metric string, b spec.Bound, limit float64) spec.Expectation {
	e := spec.Expectation{Metric: metric, Bound: b, Limit: limit}
	if b.OfRatio() {
		e.Than = spec.ThanBaseline
	}
	return e
}

// example returns the record of the worked example in docs/method.md: of each round, the throughput
// of A and of B.
func example() *record.Record {
	rates := [10][2]float64{
		{19147, 16670},
		{18762, 14793},
		{20987, 17554},
		{17031, 15741},
		{19266, 16732},
		{15191, 16423},
		{18730, 12483},
		{15434, 15172},
		{17086, 17922},
		{21092, 17076},
	}
	r := rec(10)
	for i := range r.Results {
		t := &r.Results[i]
		rate := rates[t.Round-1][slices.Index([]string{"A", "B"}, t.Server)]
		t.Load.Measurement.RequestsPerSecond = rate
		t.Load.Measurement.TimeTakenSeconds = 300 / rate
		t.PercentilesMS = slices.Repeat([]float64{900 / rate}, 101)
	}
	return r
}

// TestChecksAsInR decides bounds on the trials of the worked example. R 4.2 computes the same
// p-values from the throughputs a and b, and from the log ratios d:
//
//	binom.test(sum(a >= 21000), 10, alternative = "less")          # 0.01074219; 20000: 0.0546875
//	binom.test(sum(a <= 15000), 10, alternative = "less")          # 0.0009765625
//	wilcox.test(d, mu = log(0.98), alternative = "less")           # 0.02441406; 0.95: 0.09667969
//	wilcox.test(d, mu = log(0.75), alternative = "greater")        # 0.006835938; 0.8: 0.03222656
//	wilcox.test(log(b), log(a), mu = log(0.95), alternative = "l") # 0.09515794; 1: 0.009271688
func TestChecksAsInR(t *testing.T) {
	rate := Throughput.Key
	for _, c := range []struct {
		expectation spec.Expectation
		imported    bool
		p           float64
		outcome     Outcome
	}{
		{bound(rate, spec.AtLeast, 21000), false, 0.01074219, CheckFailed},
		{bound(rate, spec.AtLeast, 20000), false, 0.0546875, CheckUndecided},
		{bound(rate, spec.AtLeast, 15434), false, 0.9990234375, CheckMet},
		{bound(rate, spec.AtLeast, 15435), false, 0.9892578125, CheckUndecided},
		{bound(rate, spec.AtMost, 15000), false, 0.0009765625, CheckFailed},
		{bound(rate, spec.AtMost, 20987), false, 0.9990234375, CheckMet},
		{bound(rate, spec.RatioAtLeast, 0.98), false, 0.02441406, CheckFailed},
		{bound(rate, spec.RatioAtLeast, 0.95), false, 0.09667969, CheckUndecided},
		{bound(rate, spec.RatioAtMost, 0.75), false, 0.006835938, CheckFailed},
		{bound(rate, spec.RatioAtMost, 0.8), false, 0.03222656, CheckUndecided},
		{bound(rate, spec.RatioAtLeast, 0.79), false, 0, CheckMet},
		{bound(rate, spec.RatioAtLeast, 0.95), true, 0.09515794, CheckUndecided},
		{bound(rate, spec.RatioAtLeast, 1), true, 0.009271688, CheckFailed},
	} {
		e := c.expectation
		e.Server = "A"
		if e.Bound.OfRatio() {
			e.Server = "B"
		}
		r := expecting(example(), e)
		if c.imported {
			importAll(r)
		}
		a := Analyse(r)
		if len(a.Checks) != 1 {
			t.Fatalf("%+v: %d checks", e, len(a.Checks))
		}
		got := a.Checks[0]
		if got.Outcome != c.outcome || c.p > 0 && math.Abs(got.P-c.p) > 1e-8 || got.N != 10 ||
			got.Adjusted != got.P || got.Reason != NoReason {
			t.Errorf("%s %s %v: %s %s, p %v, adjusted %v; want %s, p %v", e.Metric, e.Bound,
				e.Limit, got.Outcome, got.Reason, got.P, got.Adjusted, c.outcome, c.p)
		}
	}
}

// importAll makes the trials of a record those of imported files.
func importAll(r *record.Record) {
	r.Imported = &record.Import{}
	for i := range r.Results {
		m := r.Results[i].Load.Measurement
		r.Results[i].Load = nil
		r.Results[i].Imported = &record.ImportedText{Measurement: m}
	}
}

// TestChecksOfRunsAsInR: with the ratios r of five runs, R 4.2 has
//
//	t.test(r, mu = log(0.95), alternative = "less")  # 0.01078238; 0.94: 0.03212588
//	t.test(r)                                        # exp of the interval 0.8941736 to 0.9421286
func TestChecksOfRunsAsInR(t *testing.T) {
	ratios := []float64{0.91, 0.94, 0.89, 0.93, 0.92}
	for limit, want := range map[float64]struct {
		p       float64
		outcome Outcome
	}{
		0.95: {0.01078238, CheckFailed},
		0.94: {0.03212588, CheckUndecided}, // the interval contains it
		0.89: {0.98, CheckMet},
	} {
		r := recOfRuns(ratios)
		a := Analyse(expecting(r, bound(Throughput.Key, spec.RatioAtLeast, limit)))
		c := a.Checks[0]
		if c.Outcome != want.outcome || math.Abs(c.P-want.p) > 1e-8 && want.p < 0.5 ||
			math.Abs(c.Low-0.8941736) > 1e-7 || math.Abs(c.High-0.9421286) > 1e-7 {
			t.Errorf("at least %v: %+v, want p %v, %s", limit, c, want.p, want.outcome)
		}
		if c.Outcome == CheckUndecided && (c.RunsNeeded < 8 || c.RoundsNeeded != 0) {
			t.Errorf("%d runs and %d rounds would decide it", c.RunsNeeded, c.RoundsNeeded)
		}
	}
}

// recOfRuns returns a record of runs of two rounds each, in which B has a ratio to A.
func recOfRuns(ratios []float64) *record.Record {
	base := rec(2)
	e := base.Experiment
	e.Design.Runs = len(ratios)
	r := record.New(record.Header{Rounds: 2}, e)
	for _, trial := range plan.New(e) {
		rate := 1000.0
		if trial.Server == "B" {
			rate *= ratios[trial.Run-1]
		}
		r.Add(record.Result{
			Trial:   trial,
			Outcome: record.Ended,
			Answer:  &record.Answer{Status: 200},
			Load: &record.Call{Measurement: &abtext.Measurement{
				Complete:          100,
				RequestsPerSecond: rate,
				TimeTakenSeconds:  300 / rate,
			}},
		})
	}
	return r
}

// The cells of an expectation are those that it names, never the control, and in a run with
// --against the newer version alone.
func TestExpectedCells(t *testing.T) {
	rate := func(server string, levels ...int) spec.Expectation {
		e := bound(Throughput.Key, spec.AtLeast, 1)
		e.Server, e.Levels = server, levels
		return e
	}
	ratio, before := bound(Throughput.Key, spec.RatioAtLeast, 1), bound(P50.Key, spec.AtMost, 1)
	before.Bound = spec.RatioAtMost
	before.Than = spec.ThanBefore
	ratioOf := func(server string) spec.Expectation {
		e := ratio
		e.Server = server
		return e
	}
	a := &Analysis{
		Servers:  []string{"A", "B", "C", "A (control)"},
		Baseline: "A",
		Control:  "A (control)",
	}
	for _, server := range a.Servers {
		for _, level := range []int{1, 10} {
			a.Cells = append(a.Cells, Cell{Cell: plan.Cell{
				Server: server,
				Level:  plan.Level{Kind: plan.Concurrency, Value: level},
			}})
		}
	}
	against := &record.Against{Server: "B"}
	for _, c := range []struct {
		expectation spec.Expectation
		against     *record.Against
		want        string
	}{
		{rate(""), nil, "A1 A10 B1 B10 C1 C10 "},
		{rate("B"), nil, "B1 B10 "},
		{rate("", 10), nil, "A10 B10 C10 "},
		{rate("A", 1), nil, "A1 "},
		{rate("A (control)"), nil, ""},
		{ratio, nil, "B1 B10 C1 C10 "},
		{ratioOf("C"), nil, "C1 C10 "},
		{ratioOf("A"), nil, ""},
		{before, nil, ""},
		{rate(""), against, "B1 B10 "},
		{rate("B", 1), against, "B1 "},
		{rate("C"), against, ""},
		{ratio, against, ""},
		{before, against, "B1 B10 "},
	} {
		got := ""
		for _, cell := range a.expected(c.expectation, c.against) {
			got += fmt.Sprint(cell.Server, cell.Level.Value, " ")
		}
		if got != c.want {
			t.Errorf("%+v, against %v: %q, want %q", c.expectation, c.against, got, c.want)
		}
	}
}

// An outcome never contradicts its interval, nor its p-value, whatever the rounds are like; and a
// bound that is met has no p-value as if it had failed.
func TestChecksNeverContradict(t *testing.T) {
	random := rand.New(rand.NewPCG(19, 3))
	seen := map[Outcome]int{}
	for range 300 {
		r := rec(6 + random.IntN(15))
		memory, carried := random.Float64(), 0.0
		for i := range r.Results {
			carried = memory*carried + 0.1*random.NormFloat64()
			rate := 1000 * math.Exp(carried)
			r.Results[i].Load.Measurement.RequestsPerSecond = rate
			r.Results[i].PercentilesMS = slices.Repeat([]float64{900 / rate}, 101)
		}
		near := func() float64 { return math.Exp(0.1 * random.NormFloat64()) }
		a := Judge(expecting(r,
			bound(Throughput.Key, spec.AtLeast, 1000*near()),
			bound(Throughput.Key, spec.AtMost, 1000*near()),
			bound(P50.Key, spec.AtMost, 0.9*near()),
			bound(Throughput.Key, spec.RatioAtLeast, near()),
			bound(P50.Key, spec.RatioAtMost, near()),
		))
		for _, c := range a.Checks {
			seen[c.Outcome]++
			limit, lower := c.Expectation.Limit, c.Expectation.Bound.Lower()
			allowed := lower && c.Low >= limit || !lower && c.High <= limit
			beyond := lower && c.High < limit || !lower && c.Low > limit
			if c.Low > c.Found || c.Found > c.High ||
				c.Outcome == CheckMet && !allowed || c.Outcome == CheckFailed && !beyond ||
				beyond && c.P > 1-a.Confidence+1e-12 || allowed && c.P < 0.5 ||
				c.Adjusted < c.P || c.Outcome == CheckFailed && c.Adjusted > 1-a.Confidence {
				t.Errorf("%+v", c)
			}
		}
	}
	if seen[CheckMet] < 100 || seen[CheckFailed] < 30 || seen[CheckUndecided] < 100 {
		t.Errorf("outcomes %v", seen)
	}
}
