package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// noisy returns a record in which both servers scatter by 8 %, and B is as fast as A times a ratio.
func noisy(random *rand.Rand, rounds int, ratio float64) *record.Record {
	r := rec(rounds)
	for i := range r.Results {
		rate := 1000 * math.Exp(0.08*random.NormFloat64())
		if r.Results[i].Server == "B" {
			rate *= ratio
		}
		r.Results[i].Load.Measurement.RequestsPerSecond = rate
		r.Results[i].PercentilesMS = slices.Repeat([]float64{900 / rate}, 101)
	}
	return r
}

// With as many rounds as are named, most new runs of the same servers decide the check: of a median
// and of a ratio, met and failed. Without data enough to tell the truth from the limit, none are.
func TestRoundsNeededDecide(t *testing.T) {
	for _, c := range []struct {
		expectation spec.Expectation
		ratio       float64
	}{
		{bound(Throughput.Key, spec.RatioAtLeast, 0.95), 0.89},
		{bound(Throughput.Key, spec.RatioAtLeast, 0.90), 0.96},
		{bound(Throughput.Key, spec.AtLeast, 950), 0.89},
		{bound(P50.Key, spec.AtMost, 1), 0.96},
	} {
		random := rand.New(rand.NewPCG(11, 5))
		c.expectation.Server = "B"
		named, decided := 0, 0
		for range 40 {
			before := Analyse(expecting(noisy(random, 8, c.ratio), c.expectation)).Checks[0]
			if before.Outcome != CheckUndecided && before.RoundsNeeded > 0 {
				t.Errorf("%s, and %d rounds would decide it", before.Outcome, before.RoundsNeeded)
			}
			if n := before.RoundsNeeded; n > 0 {
				if n < 15 || n > MaxRoundsNeeded || n%roundsStep != 0 {
					t.Errorf("%d rounds of 8", n)
				}
				named++
				again := Judge(expecting(noisy(random, n, c.ratio), c.expectation)).Checks[0]
				if again.Outcome != CheckUndecided {
					decided++
				}
			}
		}
		if named < 8 || decided < named*3/4 {
			t.Errorf("%+v: %d runs name a number, and %d of these decide", c, named, decided)
		}
	}
}

// What rounds do not decide has no number: a truth at the limit, and what the generator limited.
func TestNoRoundsNeeded(t *testing.T) {
	e := bound(Throughput.Key, spec.RatioAtLeast, 0.5) // B has half of A's throughput
	e.Server = "B"
	c := Analyse(expecting(noisy(rand.New(rand.NewPCG(1, 1)), 10, 0.5), e)).Checks[0]
	if c.Outcome != CheckUndecided || c.RoundsNeeded != 0 {
		t.Errorf("%s, %d rounds needed", c.Outcome, c.RoundsNeeded)
	}

	random := rand.New(rand.NewPCG(2, 1))
	e = bound(Throughput.Key, spec.RatioAtLeast, 0.95)
	for range 20 {
		a := Analyse(expecting(noisy(random, 10, 0.9), e))
		if a.Checks[0].RoundsNeeded == 0 {
			continue
		}
		a.Checks[0].RoundsNeeded = 0
		a.Checks[0].limited = limits{LimitedByGenerator, LimitedByGenerator}
		a.EstimateNeeded()
		if n := a.Checks[0].RoundsNeeded; n != 0 {
			t.Errorf("%d rounds would settle what the generator limited", n)
		}
		return
	}
	t.Error("no run is undecided")
}

// A number that is not named is not estimated either: Judge leaves it.
func TestJudgeNamesNoRounds(t *testing.T) {
	e := bound(Throughput.Key, spec.RatioAtLeast, 0.95)
	r := expecting(noisy(rand.New(rand.NewPCG(11, 5)), 8, 0.9), e)
	place := plan.Cell{Server: "B", Level: plan.Level{Kind: plan.Concurrency, Value: 1}}
	judged, analysed := Judge(r).Checks[0], Analyse(r).Checks[0]
	if judged.Cell != place || judged.Outcome != analysed.Outcome || judged.RoundsNeeded != 0 {
		t.Errorf("%s, %d; %s", judged.Outcome, judged.RoundsNeeded, analysed.Outcome)
	}
}

// The number of a check is what it was when each one was estimated from sorted p-values, value by
// value: of ratios and of medians, with limits on either side of the truth, and of a family so
// large that Holm's correction matters.
func TestRoundsNeededOfManyChecks(t *testing.T) {
	r := noisy(rand.New(rand.NewPCG(3, 9)), 10, 0.93)
	var all []spec.Expectation
	for i := range 60 {
		e := bound(Throughput.Key, spec.RatioAtLeast, 0.8+0.2*float64(i)/60)
		switch i % 3 {
		case 1:
			e = bound(P50.Key, spec.AtMost, 0.85+0.2*float64(i)/60)
		case 2:
			e = bound(Throughput.Key, spec.AtLeast, 1000*(0.85+0.2*float64(i)/60))
		}
		e.Server = "B"
		all = append(all, e)
	}
	var got []int
	for _, c := range Analyse(expecting(r, all...)).Checks {
		got = append(got, c.RoundsNeeded)
	}
	want := []int{
		0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 70, 0, 0, 70, 30,
		0, 0, 125, 0, 0, 125, 0, 0, 125, 0, 0, 125, 0, 0, 0,
		65, 0, 0, 130, 125, 0, 0, 125, 0, 0, 125, 0, 0, 125, 0,
		0, 30, 70, 0, 0, 70, 0, 0, 25, 0, 0, 25, 0, 0, 0,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d rounds, want %d", got, want)
	}
}

// holmFactor leaves the values that holm leaves, also of ties, and none if one is no number.
func TestHolmFactor(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 2))
	for range 2000 {
		values := make([]float64, random.IntN(9))
		for i := range values {
			values[i] = math.Ldexp(1, -random.IntN(10)) // often the same
			if random.IntN(3) == 0 {
				values[i] = random.Float64() * random.Float64() / 10
			}
			if random.IntN(40) == 0 {
				values[i] = math.NaN()
			}
		}
		factor := holmFactor(values, 0.05)
		for i, adjusted := range holm(values) {
			if left := factor*values[i] <= 0.05; left != (adjusted <= 0.05) {
				t.Fatalf("%v: %v is left: %v, and its adjusted p is %v",
					values, values[i], left, adjusted)
			}
		}
	}
}
