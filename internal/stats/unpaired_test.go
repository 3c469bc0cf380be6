package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// The distribution is that of all ways to choose the places of one sample among both.
func TestRankSumDistribution(t *testing.T) {
	for n := 1; n <= 6; n++ {
		for m := 1; m <= 6; m++ {
			want := make([]float64, n*m+1)
			ways := 0.0
			for chosen := range uint(1 << (n + m)) {
				if bits.OnesCount(chosen) != n {
					continue
				}
				u, below := 0, 0
				for place := range n + m {
					if chosen>>place&1 == 0 {
						below++
					} else {
						u += below
					}
				}
				want[u]++
				ways++
			}
			for u, p := range rankSumDistribution(n, m) {
				if math.Abs(p-want[u]/ways) > 1e-12 {
					t.Fatalf("P(U = %d) of %d and %d values is %v, want %v",
						u, n, m, p, want[u]/ways)
				}
			}
		}
	}
}

// Tables of the test have these critical values for two-sided 5% (Hollander, Wolfe and Chicken,
// table A.6): 5 of 36 for six and six values, 8 of 48 for six and eight, 23 of 100 for ten and ten.
func TestRankSumCut(t *testing.T) {
	test := func(n, m, critical int) {
		t.Helper()
		k, reached := rankSumCut(n, m, 0.95)
		if k != critical+1 || reached < 0.95 {
			t.Errorf("%d and %d values: cut %d with %v, want %d", n, m, k, reached, critical+1)
		}
	}
	test(6, 6, 5)
	test(6, 8, 8)
	test(8, 6, 8)
	test(10, 10, 23)
	if k, _ := rankSumCut(3, 3, 0.95); k != 0 {
		t.Errorf("three and three values have the cut %d, want none", k)
	}
}

func TestRankSumP(t *testing.T) {
	below, above := []float64{1, 2, 3, 4, 5, 6}, []float64{7, 8, 9, 10, 11, 12}
	want := 2.0 / 924
	if p := RankSumP(below, above); math.Abs(p-want) > 1e-12 {
		t.Errorf("samples apart: %v, want %v", p, want)
	}
	if p := RankSumP(below, below); p != 1 {
		t.Errorf("a sample with itself: %v, want 1", p)
	}
	// Beyond the exact distribution, the approximation goes on where that ends.
	exact, normal := rankSumTail(50, 50, 1000), rankSumTail(51, 50, 1020)
	if math.Abs(exact-normal) > 0.01 {
		t.Errorf("the tail jumps from %v to %v", exact, normal)
	}
}

// An estimate without pairs depends on the values alone, and its parts do not contradict each
// other.
// That two servers are equivalent depends on their values alone, and agrees with the interval.
func TestEquivalentUnpaired(t *testing.T) {
	margin := math.Log1p(0.1)
	random := rand.New(rand.NewPCG(3, 4))
	sample := func(n int) (values []float64) {
		for range n {
			values = append(values, math.Exp(0.08*random.NormFloat64()))
		}
		return values
	}
	within := 0
	for range 500 {
		a, b := sample(6+random.IntN(8)), sample(6+random.IntN(8))
		c := compareUnpaired(Sample{Values: a}, Sample{Values: b}, 0.95)
		p := notEquivalentRankSum(a, b, margin)
		inside := math.Log(c.Low) > -margin && math.Log(c.High) < margin
		if inside != (p <= 1-0.95) {
			t.Errorf("%v to %v, p = %v", c.Low, c.High, p)
		}
		if inside {
			within++
		}
		slices.Sort(a)
		slices.Sort(b)
		if q := notEquivalentRankSum(a, b, margin); q != p {
			t.Errorf("in another order p = %v, want %v", q, p)
		}
	}
	if within < 50 || within > 450 {
		t.Errorf("%d of 500 are within the margin", within)
	}

	// The smallest p of six values each is 2 ÷ (12 choose 6), in any order.
	cell := func(values ...float64) Cell {
		s := Sample{Values: values, Rounds: []int{1, 2, 3, 4, 5, 6}, Unpaired: true}
		return Cell{Summaries: map[*Metric]Summary{Throughput: Summarise(s, 0.95)}}
	}
	base := cell(100, 101, 102, 103, 104, 105)
	for _, other := range []Cell{
		cell(100, 101, 102, 103, 104, 105), cell(105, 104, 103, 102, 101, 100),
		cell(103, 105, 100, 102, 101, 104),
	} {
		c := inference{confidence: 0.95}.compareThroughputs(other, base, 0.1)
		if want := 2.0 / 924; !near(c.notEquivalent, want) {
			t.Errorf("p = %v, want %v", c.notEquivalent, want)
		}
	}
}

func TestCompareUnpaired(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	sample := func(n int, center float64) Sample {
		s := Sample{Unpaired: true}
		for i := range n {
			s.Values = append(s.Values, center*math.Exp(0.2*random.NormFloat64()))
			s.Rounds = append(s.Rounds, i+1)
		}
		return s
	}
	for range 200 {
		a, b := sample(6+random.IntN(6), 110), sample(6+random.IntN(6), 100)
		c := compare(a, b, 0.95)
		if !c.Unpaired || c.N != min(len(a.Values), len(b.Values)) || c.Above+c.Below != 0 {
			t.Fatalf("%+v", c)
		}
		if !(c.Low <= c.Ratio && c.Ratio <= c.High && c.Confidence >= 0.95) {
			t.Errorf("the interval %v to %v is not around %v", c.Low, c.High, c.Ratio)
		}
		if (c.Low > 1 || c.High < 1) != (c.P <= 1-c.Confidence+1e-9) {
			t.Errorf("interval %v to %v with %v, but p = %v", c.Low, c.High, c.Confidence, c.P)
		}
		shuffled := Sample{Values: slices.Clone(a.Values), Rounds: a.Rounds, Unpaired: true}
		slices.Reverse(shuffled.Values)
		if again := compare(shuffled, b, 0.95); !reflect.DeepEqual(again, c) {
			t.Errorf("in another order: %+v, want %+v", again, c)
		}
	}
	if c := compare(sample(5, 100), sample(50, 1), 0.95); c.HasInterval() || c.N != 5 {
		t.Errorf("five values have an interval: %+v", c)
	}
	if c := compare(Sample{}, sample(6, 1), 0.95); c.N != 0 || c.Ratio != 0 {
		t.Errorf("nothing was compared: %+v", c)
	}
}
