package poisson

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// momentsOf returns all moments of a stream.
func momentsOf(seed, stream uint64, n int64, within time.Duration) []time.Duration {
	a := New(seed, stream, n, within)
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = a.Next()
	}
	return all
}

// gapsOf returns the times between arrivals, in units of the mean gap.
func gapsOf(all []time.Duration, within time.Duration) []float64 {
	mean := float64(within) / float64(len(all))
	var gaps []float64
	before := time.Duration(0)
	for _, at := range all {
		gaps = append(gaps, float64(at-before)/mean)
		before = at
	}
	return gaps
}

func meanOf(values []float64, of func(float64) float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += of(v)
	}
	return sum / float64(len(values))
}

// The seeds are fixed, so these tests have one outcome. Limits are five standard errors: what other
// seeds would exceed once in two million times.
const many = 200_000

func TestGapsAreExponential(t *testing.T) {
	for seed := range uint64(5) {
		gaps := gapsOf(momentsOf(seed, 0, many, time.Hour), time.Hour)
		for name, moment := range map[string]struct {
			of             func(float64) float64
			want, variance float64 // of an exponential distribution with the mean 1
		}{
			"mean":       {func(x float64) float64 { return x }, 1, 1},
			"square":     {func(x float64) float64 { return x * x }, 2, 20},
			"cube":       {func(x float64) float64 { return x * x * x }, 6, 684},
			"above mean": {above(1), math.Exp(-1), math.Exp(-1) * (1 - math.Exp(-1))},
			"above 5":    {above(5), math.Exp(-5), math.Exp(-5) * (1 - math.Exp(-5))},
			"below 0.01": {func(x float64) float64 { return 1 - above(0.01)(x) }, 0.00995, 0.00985},
		} {
			limit := 5 * math.Sqrt(moment.variance/many)
			if got := meanOf(gaps, moment.of); math.Abs(got-moment.want) > limit {
				t.Errorf("seed %d, %s: %.5f, want %.5f ± %.5f",
					seed, name, got, moment.want, limit)
			}
		}
	}
}

func above(limit float64) func(float64) float64 {
	return func(x float64) float64 {
		if x > limit {
			return 1
		}
		return 0
	}
}

// Each gap says nothing of the next ones.
func TestGapsAreIndependent(t *testing.T) {
	gaps := gapsOf(momentsOf(7, 0, many, time.Hour), time.Hour)
	for lag := 1; lag <= 5; lag++ {
		product := 0.0
		for i := lag; i < len(gaps); i++ {
			product += (gaps[i] - 1) * (gaps[i-lag] - 1)
		}
		r := product / float64(len(gaps))
		if limit := 5 / math.Sqrt(many); math.Abs(r) > limit {
			t.Errorf("lag %d: correlation %.5f, want 0 ± %.5f", lag, r, limit)
		}
	}
}

// The number of arrivals in a short time has the variance of its mean: even ones would have none.
func TestCountsVaryAsTheirMean(t *testing.T) {
	const windows = 4000
	counts := make([]float64, windows)
	for _, at := range momentsOf(3, 0, many, time.Hour) {
		counts[min(int(at/(time.Hour/windows)), windows-1)]++
	}
	const mean = float64(many) / windows
	ratio := meanOf(counts, func(n float64) float64 { return (n - mean) * (n - mean) }) / mean
	if limit := 5 * math.Sqrt(2.0/windows); math.Abs(ratio-1) > limit {
		t.Errorf("variance ÷ mean = %.3f, want 1 ± %.3f", ratio, limit)
	}
}

// The moments are uniform over the whole time: neither its beginning nor its end is emptier.
func TestMomentsAreUniform(t *testing.T) {
	all := momentsOf(11, 0, many, time.Second)
	if !slices.IsSorted(all) || all[0] < 0 || all[many-1] > time.Second {
		t.Fatal("the moments do not ascend from 0 to the length")
	}
	distance := 0.0 // Kolmogorov's
	for i, at := range all {
		distance = max(distance, math.Abs(at.Seconds()-float64(i)/many))
	}
	if limit := 1.95 / math.Sqrt(many); distance > limit { // p = 0.001
		t.Errorf("the distribution is %.5f from the uniform one, at most %.5f", distance, limit)
	}
}

// Several streams of one length are together as one: their gaps are exponential as well.
func TestStreamsAddUp(t *testing.T) {
	var all []time.Duration
	for stream := range uint64(4) {
		all = append(all, momentsOf(5, stream, many/4, time.Hour)...)
	}
	slices.Sort(all)
	gaps := gapsOf(all, time.Hour)
	square := meanOf(gaps, func(x float64) float64 { return x * x })
	if limit := 5 * math.Sqrt(20.0/many); math.Abs(square-2) > limit {
		t.Errorf("mean square of the gaps %.4f, want 2 ± %.4f", square, limit)
	}
}

// The moments are fixed: those of a run can be made again by a later version.
func TestMomentsOfASeed(t *testing.T) {
	got := momentsOf(1, 0, 5, time.Second)
	want := []time.Duration{53571747, 259492774, 288254819, 447086381, 874217479}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("seed 1 (-want +got):\n%s", diff)
	}
	same := map[time.Duration]bool{got[0]: true}
	for _, other := range [][2]uint64{{1, 1}, {2, 0}, {0, 1}, {1 << 40, 0}} {
		first := momentsOf(other[0], other[1], 5, time.Second)[0]
		if same[first] {
			t.Errorf("seed %d, stream %d: as another one", other[0], other[1])
		}
		same[first] = true
	}
}

// A rate that is twice as high has the same pattern in half the time.
func TestSameSeedAtAnotherRate(t *testing.T) {
	slow, fast := momentsOf(1, 0, 1000, 2*time.Second), momentsOf(1, 0, 1000, time.Second)
	for i := range slow {
		if d := slow[i] - 2*fast[i]; d < -2 || d > 2 { // rounded to nanoseconds
			t.Fatalf("arrival %d: %v and %v", i, slow[i], fast[i])
		}
	}
}

func TestAfterTheLastArrival(t *testing.T) {
	for _, n := range []int64{0, 1} {
		a := New(1, 0, n, time.Second)
		for range n {
			a.Next()
		}
		if at := a.Next(); at != time.Second {
			t.Errorf("after %d arrivals: %v, want the length", n, at)
		}
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	a := New(1, 0, 1_000_000, time.Hour)
	if n := testing.AllocsPerRun(1000, func() { a.Next() }); n != 0 {
		t.Errorf("%v allocations per arrival", n)
	}
}

func TestSeed(t *testing.T) {
	seen := map[uint64]bool{}
	for a := range uint64(10) {
		for b := range uint64(10) {
			s := Seed(a, b)
			if seen[s] || s < 1 || s > MaxSeed || s != Seed(a, b) {
				t.Errorf("Seed(%d, %d) = %d", a, b, s)
			}
			seen[s] = true
		}
	}
}

func BenchmarkNext(b *testing.B) {
	a := New(1, 0, math.MaxInt64, time.Hour)
	for b.Loop() {
		a.Next()
	}
}
