package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// simulatedRuns is the design of simulated experiments with several runs, and their noise. The
// ratio of a run differs from the true one by tau, and that of a round from its run's by 10%.
type simulatedRuns struct {
	runs, rounds int
	tau          float64
	noise        func(*rand.Rand) float64 // of the logarithm of a round's ratio; nil for normal
}

const simulatedNoise = 0.1

// heavyTails is noise in which one round in ten is slow on one side or the other.
func heavyTails(random *rand.Rand) float64 {
	noise := simulatedNoise * random.NormFloat64()
	if random.Float64() < 0.1 {
		noise += 0.7 - 1.4*float64(random.IntN(2))
	}
	return noise
}

// experiment simulates one experiment with a true ratio. With pooled, the analysis is not told of
// the runs.
func (s simulatedRuns) experiment(random *rand.Rand, ratio float64, pooled bool) (c Comparison) {
	var other, base Sample
	for run := 1; run <= s.runs; run++ {
		ofRun := s.tau * random.NormFloat64()
		for range s.rounds {
			noise := simulatedNoise * random.NormFloat64()
			if s.noise != nil {
				noise = s.noise(random)
			}
			round := len(base.Rounds) + 1
			other.Values = append(other.Values, 100*ratio*math.Exp(ofRun+noise))
			base.Values = append(base.Values, 100)
			other.Rounds = append(other.Rounds, round)
			base.Rounds = append(base.Rounds, round)
			if !pooled {
				other.Runs = append(other.Runs, run)
				base.Runs = append(base.Runs, run)
			}
		}
	}
	return compare(other, base, 0.95)
}

// covered returns in how many of the experiments the interval contains the true ratio.
func (s simulatedRuns) covered(seed uint64, experiments int, pooled bool) (share float64) {
	random := rand.New(rand.NewPCG(seed, uint64(100*s.runs+s.rounds)))
	contain := 0
	for range experiments {
		if c := s.experiment(random, 1.1, pooled); c.Low <= 1.1 && 1.1 <= c.High {
			contain++
		}
	}
	return float64(contain) / float64(experiments)
}

// TestCoverageOfRuns holds what an interval over runs promises: it contains the ratio that holds
// for the machine in 95% of experiments, whether the runs differ or not. The limit of 93% is
// three standard errors of the simulation below that.
func TestCoverageOfRuns(t *testing.T) {
	for _, tau := range []float64{0, 0.01, 0.03, 0.06} {
		for _, runs := range []int{2, 3, 5, 10} {
			for _, rounds := range []int{4, 10} {
				s := simulatedRuns{runs: runs, rounds: rounds, tau: tau}
				if got := s.covered(17, 1000, false); got < 0.93 {
					t.Errorf("%d runs of %d rounds, tau %v: %v of the intervals contain the truth",
						runs, rounds, tau, got)
				}
				s.noise = heavyTails
				if got := s.covered(18, 1000, false); got < 0.93 {
					t.Errorf("%d runs of %d rounds, tau %v, slow rounds: %v",
						runs, rounds, tau, got)
				}
			}
		}
	}
}

// Without the runs, the same rounds promise too much: this is why a run is the unit.
func TestPooledRoundsPromiseTooMuch(t *testing.T) {
	for tau, most := range map[float64]float64{0.03: 0.90, 0.06: 0.75} {
		s := simulatedRuns{runs: 5, rounds: 10, tau: tau}
		if got := s.covered(19, 1000, true); got > most {
			t.Errorf("tau %v: %v of pooled intervals contain the truth, want at most %v",
				tau, got, most)
		}
	}
}

// A test that decides whether to pool does not help: it misses differences between few runs that
// pooled rounds then hide. The usual one is the F test of an analysis of variance, at 10%.
func TestPoolingAfterATestPromisesTooMuch(t *testing.T) {
	s := simulatedRuns{runs: 2, rounds: 10, tau: 0.06}
	random, again := rand.New(rand.NewPCG(21, 1)), rand.New(rand.NewPCG(21, 1))
	contain := 0
	for range 1000 {
		c := s.experiment(random, 1.1, false)
		pooled := s.experiment(again, 1.1, true) // of the same rounds
		between, within := c.byRun.deviation(), c.byRun.within
		ratio := float64(s.rounds) * between * between / (within * within)
		variances := distuv.F{D1: float64(s.runs - 1), D2: float64(c.byRun.freedom)}
		if variances.Survival(ratio) >= 0.1 {
			c = pooled
		}
		if c.Low <= 1.1 && 1.1 <= c.High {
			contain++
		}
	}
	if contain > 850 {
		t.Errorf("%d of 1000 intervals contain the truth, want fewer than 850", contain)
	}
}

// With five levels the verdicts of an experiment are corrected as those of one run are. What a run
// shares over all levels makes no more of them wrong.
func TestFalseDifferencesOverRunsAreRare(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 27))
	const experiments, levels = 1000, 5
	wrong := 0
	for range experiments {
		s := simulatedRuns{runs: 5, rounds: 4, tau: 0.03}
		family := make([]Comparison, levels)
		for i := range family {
			family[i] = s.experiment(random, 1, false)
		}
		decide(family, 0.95, 0.001)
		if slices.ContainsFunc(family, func(c Comparison) bool {
			return c.Verdict == Faster || c.Verdict == Slower
		}) {
			wrong++
		}
	}
	if wrong > experiments*7/100 {
		t.Errorf("%d of %d experiments find a difference, want at most 7 %%", wrong, experiments)
	}
}

// Five runs of four rounds find a ratio of 1.25 in most experiments.
func TestDifferencesOverRunsAreFound(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 28))
	s := simulatedRuns{runs: 5, rounds: 4, tau: 0.03}
	found := 0
	for range 500 {
		family := []Comparison{s.experiment(random, 1.25, false)}
		decide(family, 0.95, 0.10)
		if family[0].Verdict == Faster {
			found++
		}
	}
	if found < 475 {
		t.Errorf("%d of 500 experiments find a ratio of 1.25, want 475 or more", found)
	}
}

// logsOf returns two samples whose ratios have these logarithms, run by run.
func logsOf(runs ...[]float64) (other, base Sample) {
	for i, run := range runs {
		for _, l := range run {
			round := len(base.Rounds) + 1
			other.Values = append(other.Values, math.Exp(l))
			base.Values = append(base.Values, 1)
			for _, s := range []*Sample{&other, &base} {
				s.Rounds = append(s.Rounds, round)
				s.Runs = append(s.Runs, i+1)
			}
		}
	}
	return other, base
}

// An example by hand. The runs have the estimates 0.10, 0.20 and 0.30: mean 0.2, deviation 0.1. The
// quantile of Student's t with two degrees of freedom is 4.302653 (97.5%).
func TestRunsByHand(t *testing.T) {
	other, base := logsOf(
		[]float64{0.05, 0.15},             // 0.10
		[]float64{0.20, 0.19, 0.21, 0.20}, // 0.20
		[]float64{0.30},                   // 0.30
	)
	c := compare(other, base, 0.95)
	half := 4.302652729911275 * 0.1 / math.Sqrt(3)
	for name, pair := range map[string][2]float64{
		"the ratio": {math.Log(c.Ratio), 0.2},
		"low":       {math.Log(c.Low), 0.2 - half},
		"high":      {math.Log(c.High), 0.2 + half},
		// t = 0.2 ÷ (0.1 ÷ √3) = 3.4641, and of t with two degrees of freedom
		// P(|T| > t) = 1 − t ÷ √(2 + t²) = 1 − 3.4641 ÷ √14
		"p": {c.P, 1 - math.Sqrt(12.0/14)},
	} {
		if !near(pair[0], pair[1]) {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	if c.N != 7 || len(c.Runs) != 3 || c.Runs[1].N != 4 || c.Runs[2].Run != 3 ||
		!near(c.Runs[0].Value, math.Exp(0.1)) || c.Confidence != 0.95 {
		t.Errorf("got %+v", c)
	}
}

// The variance of the rounds explains some of that of the runs. What is left is tau.
func TestBetweenRuns(t *testing.T) {
	test := func(name string, want float64, known bool, runs ...[]float64) {
		t.Helper()
		other, base := logsOf(runs...)
		tau, ok := compare(other, base, 0.95).Between()
		if ok != known || !near(tau, want) {
			t.Errorf("%s: tau %v, %v; want %v, %v", name, tau, ok, want, known)
		}
	}
	// Within: squares 0.02 + 0.02 over two degrees, 0.02; of a mean of two 0.01. Between: 0.045.
	test("two runs", math.Sqrt(0.045-0.01), true, []float64{0, 0.2}, []float64{0.3, 0.5})
	test("runs that agree", 0, true, []float64{0, 0.2}, []float64{0.01, 0.21})
	test("one round in each", 0, false, []float64{0}, []float64{0.3})
	test("one run", 0, false, []float64{0, 0.2})

	c := compare(Sample{Values: []float64{1}, Rounds: []int{1}},
		Sample{Values: []float64{2}, Rounds: []int{1}}, 0.95)
	if _, ok := c.Between(); ok || c.Runs != nil {
		t.Errorf("an experiment of one run has runs: %+v", c)
	}
}

// One run of several that is left proves nothing: its rounds are not taken for runs.
func TestOneRunLeftHasNoInterval(t *testing.T) {
	other, base := logsOf([]float64{0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2})
	family := []Comparison{compare(other, base, 0.95)}
	decide(family, 0.95, 0.10)
	if c := family[0]; c.HasInterval() || c.Verdict != NoVerdict || c.P != 1 || c.N != 8 {
		t.Errorf("got %+v, want no interval and no verdict", c)
	}
	if s := Summarise(other, 0.95); s.HasInterval() || s.N != 8 {
		t.Errorf("got %+v, want no interval", s)
	}
}

// The interval and the p-value never contradict each other, nor do those of equivalence.
func TestRunsAgreeWithTheirPValues(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		s := simulatedRuns{runs: 2 + random.IntN(6), rounds: 1 + random.IntN(4), tau: 0.05}
		c := s.experiment(random, math.Exp(0.1*random.NormFloat64()), false)
		if excludes := c.Low > 1 || c.High < 1; excludes != (c.P <= 0.05) {
			t.Fatalf("interval %v to %v, but p = %v", c.Low, c.High, c.P)
		}
		// Two one-sided tests at 2.5% are one interval of 95%.
		p := c.byRun.notEquivalentP(math.Log1p(0.1))
		if within := c.Low > 1/1.1 && c.High < 1.1; within != (p <= 0.05) {
			t.Fatalf("interval %v to %v, but p = %v of not being equivalent", c.Low, c.High, p)
		}
	}
}

// Runs without any spread prove a difference, or that there is none.
func TestRunsWithoutSpread(t *testing.T) {
	test := func(l, p float64, verdict Verdict) {
		t.Helper()
		other, base := logsOf([]float64{l, l}, []float64{l, l}, []float64{l, l})
		family := []Comparison{compare(other, base, 0.95)}
		family[0].notEquivalent = family[0].byRun.notEquivalentP(math.Log1p(0.1))
		decide(family, 0.95, 0.10)
		if c := family[0]; c.P != p || c.Verdict != verdict {
			t.Errorf("all %v: p = %v, %q; want %v, %q", l, c.P, c.Verdict, p, verdict)
		}
	}
	test(0, 1, Equivalent)
	test(0.5, 0, Faster)
	test(-0.5, 0, Slower)
}

// A summary has the mean of its runs' medians, whatever the number of trials in each.
func TestSummaryOverRuns(t *testing.T) {
	s := Summarise(Sample{
		Values: []float64{10, 30, 20, 40, 40, 60},
		Rounds: []int{1, 2, 3, 4, 5, 6},
		Runs:   []int{1, 1, 1, 2, 2, 3}, // medians 20, 40 and 60: deviation 20
	}, 0.95)
	half := 4.302652729911275 * 20 / math.Sqrt(3)
	if s.Median != 40 || s.N != 6 || s.Min != 10 || s.Max != 60 || s.Confidence != 0.95 ||
		s.Low != 0 || !near(s.High, 40+half) { // 40 − half is negative
		t.Errorf("got %+v, want 40 with 0 to %v", s, 40+half)
	}
	if len(s.Runs) != 3 || s.Runs[0] != (RunEstimate{1, 3, 20}) {
		t.Errorf("runs %+v", s.Runs)
	}
}

func TestDetectableInDeviations(t *testing.T) {
	// The quantiles of Student's t are 12.7062 (1), 4.6041 (4, 99.5%).
	for _, test := range []struct {
		runs, comparisons int
		want              float64
	}{
		{2, 1, 12.7062 / math.Sqrt2},
		{5, 5, 4.6041 / math.Sqrt(5)},
	} {
		got := DetectableInDeviations(test.runs, test.comparisons, 0.95)
		if math.Abs(got-test.want) > 1e-4 {
			t.Errorf("%d runs, %d comparisons: %v, want %v",
				test.runs, test.comparisons, got, test.want)
		}
	}
}
