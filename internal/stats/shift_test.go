package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// logsOfValues returns the logarithms of values of one run.
func logsOfValues(values ...float64) logs {
	var l logs
	for _, v := range values {
		l.values = append(l.values, math.Log(v))
	}
	return l
}

// logsOfRuns returns logarithms of which each run has two, around its own.
func logsOfRuns(runs ...float64) logs {
	var l logs
	for i, v := range runs {
		l.values = append(l.values, v-0.01, v+0.01)
		l.runs = append(l.runs, i+1, i+1)
	}
	return l
}

func nearly(a, b float64) bool { return math.Abs(a-b) <= 1e-8*math.Max(1, math.Abs(b)) }

// R 4.2 has these numbers from wilcox.test(log(new), log(old), conf.int = TRUE, exact = TRUE),
// converted back from logarithms. The first samples are its own example, from Hollander and Wolfe.
func TestShiftIsThatOfR(t *testing.T) {
	test := func(older, newer []float64, confidence, ratio, low, high, p float64) {
		t.Helper()
		s := newShift(logsOfValues(older...), logsOfValues(newer...), confidence)
		if !nearly(s.Ratio, ratio) || !nearly(s.Low, low) || !nearly(s.High, high) ||
			!nearly(s.P, p) || s.Confidence < confidence || s.ByRun {
			t.Errorf("%v of %v and %v: %v (%v to %v), p = %v; R has %v (%v to %v), p = %v",
				confidence, older, newer, s.Ratio, s.Low, s.High, s.P, ratio, low, high, p)
		}
		if s.Old != len(older) || s.New != len(newer) {
			t.Errorf("%d and %d values", s.Old, s.New)
		}
	}
	test([]float64{1.15, 0.88, 0.90, 0.74, 1.21},
		[]float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46},
		0.95, 1.311767137, 0.8595041322, 1.959459459, 0.2544122544)
	test([]float64{98.1, 103.3, 100.2, 96.4, 99.9, 105.0},
		[]float64{101.5, 99.2, 104.8, 97.3, 102.6, 100.9},
		0.95, 1.009672999, 0.9666666667, 1.046680498, 0.8181818182)
	test([]float64{90, 94, 99, 101}, []float64{105, 112, 118, 131},
		0.95, 1.191704257, 1.03960396, 1.455555556, 0.02857142857)
	test(tenOld, tenNew, 0.95, 1.058508363, 1.041074426, 1.078153377, 2.165017645e-05)
	test(tenOld, tenNew[:9], 0.99, 1.061661677, 1.03474245, 1.085467121, 4.33003529e-05)

	s := newShift(logsOfValues(tenOld...), logsOfValues(tenNew...), 0.95)
	if p := s.PAtLeast(1.1); !nearly(p, 0.0001028383381) {
		t.Errorf("p of 1.1 or more is %v; R has 0.0001028383381", p)
	}
	if p := s.PAtMost(1 / 1.1); !nearly(p, 5.412544112e-06) {
		t.Errorf("p of 1 ÷ 1.1 or less is %v; R has 5.412544112e-06", p)
	}
}

var (
	tenOld = []float64{
		5301.2, 5120.7, 5288.1, 5402.9, 5190.3, 5333.3, 5275.5, 5249.8, 5361.0, 5218.4,
	}
	tenNew = []float64{
		5610.3, 5544.0, 5702.8, 5488.6, 5633.9, 5399.7, 5720.1, 5581.2, 5655.5, 5520.9,
	}
)

// R has these numbers from t.test(new, old, var.equal = TRUE), and by hand where one record has a
// single run.
func TestShiftOfRunsIsStudents(t *testing.T) {
	test := func(older, newer logs, center, low, high, p float64, n, m int) {
		t.Helper()
		s := newShift(older, newer, 0.95)
		if !nearly(math.Log(s.Ratio), center) || !nearly(math.Log(s.Low), low) ||
			!nearly(math.Log(s.High), high) || !nearly(s.P, p) ||
			!s.ByRun || s.Old != n || s.New != m {
			t.Errorf("%+v, want %v (%v to %v), p = %v", s, center, low, high, p)
		}
	}
	runs := logsOfRuns(0.11, 0.05, 0.09, 0.12)
	test(logsOfRuns(0.02, 0.04, -0.01), runs,
		0.0925-0.05/3, 0.01932761497, 0.1323390517, 0.01824075, 3, 4)
	test(logs{values: []float64{0.01, 0.03}}, runs,
		0.0725, -0.03764743509, 0.1826474351, 0.1272040508, 1, 4)
	if s := newShift(logsOfRuns(0.1), logsOfRuns(0.2), 0.95); s.HasInterval() || s.P != 1 {
		t.Errorf("one run each proves something: %+v", s)
	}
}

// Shift says nothing of no values, has an interval from four values each on, and a verdict from
// six.
func TestShiftOfFewRounds(t *testing.T) {
	if s := newShift(logs{}, logsOfValues(1, 2), 0.95); s.Ratio != 0 || s.PAtMost(1) != 1 {
		t.Errorf("of nothing: %+v", s)
	}
	if s := newShift(logsOfValues(1, 2, 3), logsOfValues(4, 5, 6, 7), 0.95); s.HasInterval() {
		t.Errorf("three and four values have an interval: %+v", s)
	}
	judged := func(n int) Change {
		var older, newer []float64
		for i := range n {
			older = append(older, 100+float64(i))
			newer = append(newer, 200+float64(i))
		}
		c := Change{Shift: newShift(logsOfValues(older...), logsOfValues(newer...), 0.95)}
		JudgeChanges([]*Change{&c}, Throughput, 0.95, 0.1)
		return c
	}
	if c := judged(5); !c.HasInterval() || c.Verdict != NoVerdict {
		t.Errorf("five values each: %+v, want an interval and no verdict", c)
	}
	if c := judged(6); c.Verdict != Faster || !nearly(c.Adjusted, 2.0/924) {
		t.Errorf("six values each: %+v, want faster", c)
	}
}

// The interval of a shift, its p-value and the tests of the margin never contradict each other,
// whether or not rounds depend on each other.
func TestShiftAgreesWithItself(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	sample := func(n int, widening float64) logs {
		l := logs{widening: widening}
		for range n {
			l.values = append(l.values, 0.08*random.NormFloat64())
		}
		return l
	}
	differ, alike := 0, 0
	for i := range 600 {
		widening := float64(i%3) * 0.7 // 0, 0.7 and 1.4; below 1 is none
		a, b := sample(6+random.IntN(8), widening), sample(6+random.IntN(8), 0)
		s := newShift(a, b, 0.95)
		excludes := s.Low > 1 || s.High < 1
		if excludes != (s.P <= 1-0.95) {
			t.Errorf("widened by %v: %v to %v, p = %v", s.Widening, s.Low, s.High, s.P)
		}
		within := s.Low > 1/1.1 && s.High < 1.1
		if within != (max(s.PAtMost(1/1.1), s.PAtLeast(1.1)) <= 0.05/2) {
			t.Errorf("%v to %v, p of the margin %v and %v",
				s.Low, s.High, s.PAtMost(1/1.1), s.PAtLeast(1.1))
		}
		if excludes {
			differ++
		}
		if within {
			alike++
		}
	}
	if differ < 10 || alike < 50 {
		t.Errorf("of 600 shifts %d differ and %d are within the margin", differ, alike)
	}
}

// A record compared with itself has not changed, and two records the other way round have changed
// by the inverse.
func TestShiftOfTheSame(t *testing.T) {
	older, newer := logsOfValues(tenOld...), logsOfValues(tenNew...)
	if s := newShift(older, older, 0.95); s.Ratio != 1 || s.P != 1 {
		t.Errorf("of a sample and itself: %+v", s)
	}
	s, back := newShift(older, newer, 0.95), newShift(newer, older, 0.95)
	if !nearly(s.Ratio, 1/back.Ratio) || !nearly(s.Low, 1/back.High) || !nearly(s.P, back.P) {
		t.Errorf("%+v and back %+v", s, back)
	}
	newer.values = slices.Clone(newer.values)
	slices.Reverse(newer.values)
	if again := newShift(older, newer, 0.95); again.Ratio != s.Ratio || again.P != s.P {
		t.Errorf("in another order %+v, want %+v", again, s)
	}
}

// A shorter response time is faster, and what the generator limited proves one side at most.
func TestJudgeChanges(t *testing.T) {
	judge := func(metric *Metric, limited Limited) Verdict {
		c := Change{
			Shift:   newShift(logsOfValues(tenOld...), logsOfValues(tenNew...), 0.95),
			Limited: limited,
		}
		JudgeChanges([]*Change{&c}, metric, 0.95, 0.01)
		return c.Verdict
	}
	for _, x := range []struct {
		metric  *Metric
		limited Limited
		want    Verdict
	}{
		{Throughput, NoSide, Faster},
		{Throughput, FasterSide, Faster},
		{Throughput, SlowerSide, Inconclusive},
		{Throughput, BothSides, Inconclusive},
		{P50, NoSide, Slower},
	} {
		if got := judge(x.metric, x.limited); got != x.want {
			t.Errorf("%s, limited %q: %s, want %s", x.metric.Key, x.limited, got, x.want)
		}
	}
}

// Rounds that depend on each other so much that they are worth fewer than a verdict needs have
// none.
func TestDependentChanges(t *testing.T) {
	older, newer := logsOfValues(tenOld...), logsOfValues(tenNew...)
	older.widening, newer.widening = 1.2, 1.2
	c := Change{Shift: newShift(older, newer, 0.95)}
	JudgeChanges([]*Change{&c}, Throughput, 0.95, 0.01)
	if c.Verdict != Faster || c.Widening != 1.2 || c.Dependent {
		t.Errorf("%+v, want faster", c)
	}
	older.widening, newer.widening = 1.5, 1.5
	c = Change{Shift: newShift(older, newer, 0.95)}
	JudgeChanges([]*Change{&c}, Throughput, 0.95, 0.01)
	if c.Verdict != Inconclusive || !c.Dependent {
		t.Errorf("%+v, want inconclusive", c)
	}
}
