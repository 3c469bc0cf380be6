package stats

import (
	"math"
	"slices"
	"testing"
)

func TestSummarise(t *testing.T) {
	ten := []float64{10, 1, 9, 2, 8, 3, 7, 4, 6, 5}
	before := slices.Clone(ten)
	got := Summarise(Sample{Values: ten}, 0.95)
	if got.N != 10 || got.Median != 5.5 || got.Min != 1 || got.Max != 10 {
		t.Errorf("N, Median, Min, Max = %d, %v, %v, %v, want 10, 5.5, 1, 10",
			got.N, got.Median, got.Min, got.Max)
	}
	// The interval from the 2nd to the 9th of ten has 1 − 2·11/1024 (the binomial distribution).
	if got.Low != 2 || got.High != 9 || !near(got.Confidence, 1-22.0/1024) {
		t.Errorf("interval = %v to %v at %v, want 2 to 9 at %v",
			got.Low, got.High, got.Confidence, 1-22.0/1024)
	}
	if !slices.Equal(ten, before) {
		t.Errorf("the sample was reordered to %v: its pairing by rounds is lost", ten)
	}
}

func TestMidpoint(t *testing.T) {
	const largest, smallest = math.MaxFloat64, math.SmallestNonzeroFloat64
	test := func(a, b, want float64) {
		t.Helper()
		if got := midpoint(a, b); got != want {
			t.Errorf("midpoint(%v, %v) = %v, want %v", a, b, got, want)
		}
	}
	test(1, 2, 1.5)
	test(-1, 3, 1)
	test(0, 0, 0)
	test(largest, largest, largest)
	test(-largest, largest, 0)
	test(smallest, smallest, smallest)
	test(-smallest, -smallest, -smallest)
}

// TestMedianRanks compares with R 4.2: the sum of dbinom(low:(high - 1), n, 0.5). That these are
// the ranks is in any table of the sign test's interval at 95%.
func TestMedianRanks(t *testing.T) {
	test := func(n, low, high int, reached float64) {
		t.Helper()
		gotLow, gotHigh, got := medianRanks(n, 0.95)
		if gotLow != low || gotHigh != high || math.Abs(got-reached) > 1e-7 {
			t.Errorf("of %d: %d to %d with %.7f, want %d to %d with %.7f",
				n, gotLow, gotHigh, got, low, high, reached)
		}
	}
	test(5, 0, 0, 0)
	test(6, 1, 6, 0.96875)
	test(7, 1, 7, 0.984375)
	test(8, 1, 7, 0.9609375)
	test(9, 2, 8, 0.9609375)
	test(10, 2, 9, 0.9785156)
	test(12, 3, 10, 0.9614258)
	test(15, 4, 12, 0.9648438)
	test(20, 6, 15, 0.9586105)
	test(25, 8, 18, 0.9567147)
	test(30, 10, 21, 0.9572261)
	test(40, 14, 27, 0.9615227)
}

func TestSummariseOfFewHasNoInterval(t *testing.T) {
	for n := 1; n <= 6; n++ {
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(i)
		}
		if got := Summarise(Sample{Values: values}, 0.95); got.HasInterval() != (n == 6) {
			t.Errorf("n = %d: HasInterval = %v, want %v", n, got.HasInterval(), n == 6)
		}
	}
	if got := Summarise(Sample{}, 0.95); got.N != 0 || got.HasInterval() {
		t.Errorf("an empty sample has %+v, want N = 0 and no interval", got)
	}
}

func TestMinRounds(t *testing.T) {
	for confidence, want := range map[float64]int{0.6: 3, 0.9: 5, 0.95: 6, 0.99: 8, 0.999: 11} {
		n := MinRounds(confidence)
		if n != want {
			t.Errorf("MinRounds(%v) = %d, want %d", confidence, n, want)
		}
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(i)
		}
		if !Summarise(Sample{Values: values}, confidence).HasInterval() ||
			Summarise(Sample{Values: values[1:]}, confidence).HasInterval() {
			t.Errorf("confidence %v: %d values is not the minimum for a median's interval",
				confidence, n)
		}
		if HodgesLehmann(values, confidence).Confidence == 0 ||
			HodgesLehmann(values[1:], confidence).Confidence > 0 {
			t.Errorf("confidence %v: %d values is not the minimum for a ratio's interval",
				confidence, n)
		}
	}
}

func FuzzSummaries(f *testing.F) {
	f.Add(uint8(10), 1.0, 0.5, 3.0)
	f.Add(uint8(6), 0.0, 0.0, math.MaxFloat64)
	f.Fuzz(func(t *testing.T, n uint8, a, b, c float64) {
		var s Sample
		for i := range int(n%40) + 1 {
			v := math.Abs([]float64{a, b, c}[i%3])
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return
			}
			s.Values, s.Rounds = append(s.Values, v), append(s.Rounds, i)
		}
		got := Summarise(s, 0.95)
		if !(got.Min <= got.Median && got.Median <= got.Max) {
			t.Errorf("Summarise(%v): median %v outside %v to %v",
				s.Values, got.Median, got.Min, got.Max)
		}
		at := HodgesLehmann(s.Values, 0.95)
		if at.Confidence > 0 && !(at.Low <= at.Center && at.Center <= at.High) {
			t.Errorf("HodgesLehmann(%v) = %+v: centre outside its interval", s.Values, at)
		}
	})
}
