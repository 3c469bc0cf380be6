package stats

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"labbook.example/labbook/internal/labtest"
)

// world is a true state of things: two servers at some levels, whose ratios vary from round to
// round, and from run to run.
type world struct {
	ratios []float64 // logarithms
	spread float64   // of the logarithms, from round to round
	tau    float64   // between runs
}

// newWorld draws a world in which any ratio up to 1.35 is as likely, also 1.
func newWorld(random *rand.Rand, levels int, spread float64) world {
	w := world{spread: spread}
	for range levels {
		w.ratios = append(w.ratios, 0.3*(2*random.Float64()-1))
	}
	return w
}

// experiment measures a world in so many rounds, in each of the runs.
func (w world) experiment(random *rand.Rand, runs, rounds int) *Analysis {
	var levels [][]float64
	for _, ratio := range w.ratios {
		var logs []float64
		for range runs {
			ofRun := w.tau * random.NormFloat64()
			for range rounds {
				logs = append(logs, ratio+ofRun+w.spread*random.NormFloat64())
			}
		}
		levels = append(levels, logs)
	}
	return analysisOf(runs, levels...)
}

// analysisOf returns the analysis of two servers whose ratios have these logarithms, level by
// level.
func analysisOf(runs int, levels ...[]float64) *Analysis {
	a := &Analysis{
		Servers:    []string{"base", "other"},
		Baseline:   "base",
		Rounds:     len(levels[0]) / max(1, runs),
		Runs:       runs,
		Confidence: 0.95,
		Margin:     0.10,
	}
	for _, logs := range levels {
		var other, base Sample
		for i, l := range logs {
			other.Values = append(other.Values, math.Exp(l))
			base.Values = append(base.Values, 1)
			for _, s := range []*Sample{&other, &base} {
				s.Rounds = append(s.Rounds, i+1)
				if runs > 1 {
					s.Runs = append(s.Runs, i*runs/len(logs)+1)
				}
			}
		}
		m := inference{confidence: a.Confidence}
		c := m.compare(other, base)
		if c.byRun != nil {
			c.notEquivalent = c.byRun.notEquivalentP(math.Log1p(a.Margin))
		} else {
			c.notEquivalent = m.notEquivalentP(c.logs, c.center, math.Log1p(a.Margin))
		}
		c.Server = "other"
		a.Comparisons = append(a.Comparisons, c)
	}
	decide(a.Comparisons, a.Confidence, a.Margin)
	return a
}

// settles reports whether a new experiment gives a verdict to all that was open in another one.
func settles(again, before *Analysis) bool {
	for i, c := range before.Comparisons {
		if c.Settleable() && again.Comparisons[i].Verdict == Inconclusive {
			return false
		}
	}
	return true
}

// countSettled states the number of rounds or runs for open experiments of many worlds, and repeats
// each of them with it.
func countSettled(seed uint64, draw func(*rand.Rand) world, runs, rounds int) (said, right int) {
	random := rand.New(rand.NewPCG(seed, 5))
	for said < 30 {
		w := draw(random)
		a := w.experiment(random, runs, rounds)
		a.EstimateNeeded()
		needed := a.NeededBy("")
		if needed.Rounds+needed.Runs == 0 {
			continue
		}
		said++
		if settles(w.experiment(random, max(runs, needed.Runs), max(rounds, needed.Rounds)), a) {
			right++
		}
	}
	return said, right
}

// TestNeededSettles holds what a number promises: an experiment with as many rounds, or runs, gives
// a verdict to everything that was open in four of five cases. The worlds are noisy, so that it is
// seldom the smallest number that may be proposed. bench/verdicts has the figures of more of them.
func TestNeededSettles(t *testing.T) {
	test := func(name string, runs, rounds int, draw func(*rand.Rand) world) {
		t.Helper()
		if said, right := countSettled(18, draw, runs, rounds); right < said*80/100 {
			t.Errorf("%s: %d of %d experiments have all verdicts, want 80 %%", name, right, said)
		}
	}
	test("one level", 1, 10, func(random *rand.Rand) world { return newWorld(random, 1, 0.25) })
	test("five levels", 1, 10, func(random *rand.Rand) world { return newWorld(random, 5, 0.2) })
	test("six rounds", 1, 6, func(random *rand.Rand) world { return newWorld(random, 3, 0.15) })
	test("runs", 4, 4, func(random *rand.Rand) world {
		w := newWorld(random, 2, 0.05)
		w.tau = 0.05
		return w
	})
}

// An experiment of two servers on two cores, in which two levels were inconclusive although their
// intervals exclude 1: Holm's correction was why. It once said that 11 rounds would settle both,
// which they do in a third of the cases, and 20 rounds in four of five.
var inconclusiveAtTwoLevels = [][]float64{
	{-0.2578, -0.2369, -0.2849, -0.3952, -0.2998, -0.4099, -0.2099, -0.2716, -0.2510, -0.2230},
	{-0.0131, -0.2244, -0.1284, -0.4082, -0.1351, 0.0336, -0.2113, -0.4007, -0.1899, -0.3387},
	{0.0502, -0.2150, -0.1888, -0.1501, -0.0895, 0.1424, -0.1720, -0.1689, 0.0225, -0.0618},
	{-0.1296, -0.2973, -0.1485, 0.1434, -0.2659, 0.0840, -0.0629, -0.0464, -0.1772, -0.1860},
	{-0.2912, -0.2027, 0.0758, -0.1772, -0.1162, -0.1237, 0.0717, -0.1520, -0.1706, -0.2742},
}

func TestNeededWithHolm(t *testing.T) {
	a := analysisOf(1, inconclusiveAtTwoLevels...)
	a.Comparisons[3].Limited = FasterSide // the ratio is a bound, and can still be shown
	a.EstimateNeeded()
	var open []int
	for i, c := range a.Comparisons {
		if c.Verdict == Inconclusive {
			open = append(open, i)
		}
	}
	if !slices.Equal(open, []int{2, 3}) {
		t.Fatalf("inconclusive at %v, want the third and the fourth level", open)
	}
	all := a.NeededBy("")
	for _, i := range open {
		if n := a.Comparisons[i].RoundsNeeded; n < 20 || n > all.Rounds {
			t.Errorf("level %d: %d rounds, want 20 up to the %d of both", i+1, n, all.Rounds)
		}
	}
	if all.Rounds < 25 || all.Rounds > 40 || a.NeededBy("other").Rounds != all.Rounds {
		t.Errorf("%+v for both levels, want 25 to 40 rounds", all)
	}
	if got := a.NeededBy("another"); got.Rounds != 0 {
		t.Errorf("%+v for a server without a comparison", got)
	}
}

// The number is a multiple of five and at least 1.5 times the rounds that were run. Where no number
// would do, or none is asked for, it is 0.
func TestNeededIsRounded(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	for range 20 {
		a := newWorld(random, 2, 0.15).experiment(random, 1, 9)
		a.EstimateNeeded()
		for _, c := range a.Comparisons {
			n := c.RoundsNeeded
			if n != 0 && (n < 15 || n%roundsStep != 0 || n > MaxRoundsNeeded) {
				t.Errorf("%d rounds are proposed after 9", n)
			}
			if n != 0 && !c.Settleable() {
				t.Errorf("%s, and %d rounds are proposed", c.Verdict, n)
			}
		}
	}

	// 5 % are as far from 1 as from the margin, and the spread is huge.
	hopeless := analysisOf(1, []float64{-0.75, 0.85, -0.35, 0.45, -0.65, 0.75, -0.05, 0.15})
	hopeless.EstimateNeeded()
	if c := hopeless.Comparisons[0]; c.Verdict != Inconclusive || c.RoundsNeeded != 0 {
		t.Errorf("%s, %d rounds are proposed, want none", c.Verdict, c.RoundsNeeded)
	}
}

// With six rounds none of twenty comparisons can be slower, however large the difference is: that
// needs ten.
func TestNeededByALargeFamily(t *testing.T) {
	half := []float64{-0.70, -0.69, -0.71, -0.68, -0.72, -0.70}
	a := analysisOf(1, slices.Repeat([][]float64{half}, 20)...)
	a.EstimateNeeded()
	if c := a.Comparisons[0]; c.Verdict != Inconclusive || c.RoundsNeeded != 10 {
		t.Errorf("%s, %d rounds needed, want 10", c.Verdict, c.RoundsNeeded)
	}
}

// What more rounds cannot settle has no number.
func TestSettleable(t *testing.T) {
	open := Comparison{Verdict: Inconclusive}
	if !open.Settleable() {
		t.Error("an inconclusive comparison cannot be settled")
	}
	limited, bound, unpaired := open, open, open
	limited.Limited, bound.Limited, unpaired.Unpaired = BothSides, SlowerSide, true
	dependent, control, slower := open, open, open
	dependent.Dependent, control.WithinControl, slower.Verdict = true, true, Slower
	for _, c := range []Comparison{limited, bound, unpaired, dependent, control, slower} {
		if c.Settleable() {
			t.Errorf("%+v can be settled", c)
		}
	}
}

// A resample is judged as a record is: by the same counts, with the same p-values.
func TestResamplesAreJudgedAsRecordsAre(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	for range 300 {
		n := 6 + random.IntN(6)
		c := Comparison{BySigns: random.IntN(2) == 0, Ratio: 1}
		for i := range n {
			c.rounds = append(c.rounds, i+1)
			c.logs = append(c.logs, math.Round(20*random.NormFloat64())/100) // with ties and 0
		}
		f := newFutureRounds([]Comparison{c}, math.Log1p(0.1))
		size := 10 + random.IntN(60)
		got := make([]outcome, 1)
		f.outcomes(random.IntN(kinds), random.IntN(resamples), size, got)

		var drawn []float64
		for i, v := range f.members[0].values {
			drawn = append(drawn, slices.Repeat([]float64{v}, f.drawnTo[i+1]-f.drawnTo[i])...)
		}
		m := inference{confidence: 0.95, bySigns: c.BySigns}
		center := m.locate(drawn).Center
		p, not := m.p(drawn, center), m.notEquivalentP(drawn, center, math.Log1p(0.1))
		if len(drawn) != size || !near(got[0].different, p) || !near(got[0].notEquivalent, not) {
			t.Fatalf("%d values, by signs %v: %+v, want p = %v and %v", len(drawn), c.BySigns,
				got[0], p, not)
		}
		if p <= 0.05 && got[0].above != (center > 0) {
			t.Fatalf("above %v, but the centre is %v", got[0].above, center)
		}
	}
}

// The same record has the same numbers, in whatever order its analyses are made.
func TestNeededIsDeterministic(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	w := newWorld(random, 3, 0.2)
	a := w.experiment(random, 1, 10)
	b := *a
	b.Comparisons = slices.Clone(a.Comparisons)
	a.EstimateNeeded()
	b.EstimateNeeded()
	if !slices.Equal(a.Needed, b.Needed) {
		t.Errorf("%+v and %+v", a.Needed, b.Needed)
	}
}

// A judged record has all that an analysed one has, except what is needed.
func TestJudgedRecordsOnlyLackWhatIsNeeded(t *testing.T) {
	for _, s := range labtest.Situations() {
		if s.Name != "nothing-settled" && s.Name != "several-runs" {
			continue
		}
		judged, analysed := Judge(s.Record(t)), Analyse(s.Record(t))
		if len(judged.Needed) != 0 || len(analysed.Needed) == 0 {
			t.Errorf("%s: judged %+v, analysed %+v; want numbers in the second alone", s.Name,
				judged.Needed, analysed.Needed)
		}
		judged.EstimateNeeded()
		if !reflect.DeepEqual(judged, analysed) {
			t.Errorf("%s: an estimate made later differs", s.Name)
		}
	}
}
