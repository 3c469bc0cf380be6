package load

import (
	"math"
	"testing"
	"time"

	"labbook/internal/abtext"
)

// milli records durations of so many milliseconds.
func milli(totals ...int64) *times {
	t := newTimes(time.Minute)
	for _, d := range totals {
		t.record(time.Duration(d) * time.Millisecond)
	}
	return &t
}

// near reports whether two numbers are equal to the digits that a histogram keeps.
func near(a, b float64) bool { return math.Abs(a-b) <= math.Abs(b)/1000 }

func TestTimes(t *testing.T) {
	test := func(got *times, want abtext.Times) {
		t.Helper()
		s := got.summary()
		exact := s.Min == want.Min && s.Mean == want.Mean && s.Max == want.Max
		if !exact || !near(s.Median, want.Median) || !near(s.SD, want.SD) {
			t.Errorf("summary = %+v, want %+v", s, want)
		}
	}
	test(milli(), abtext.Times{})
	test(milli(7), abtext.Times{
		Min:    7,
		Mean:   7,
		Median: 7,
		Max:    7,
	})
	// The medians that ab gets wrong: it takes 5 here, and 4 in the next.
	test(milli(5, 1), abtext.Times{
		Min:    1,
		Mean:   3,
		SD:     2.8284271247461903,
		Median: 3,
		Max:    5,
	})
	test(milli(3, 1, 5), abtext.Times{
		Min:    1,
		Mean:   3,
		SD:     2,
		Median: 3,
		Max:    5,
	})
	both := milli(3)
	both.add(*milli(1, 5))
	both.add(*milli())
	test(both, abtext.Times{
		Min:    1,
		Mean:   3,
		SD:     2,
		Median: 3,
		Max:    5,
	})
}

func TestPercentiles(t *testing.T) {
	var totals []int64
	for i := range int64(1000) {
		totals = append(totals, 1000-i)
	}
	thousand := milli(totals...)
	for p, want := range map[float64]float64{0: 1, 1: 11, 50: 501, 99: 991, 99.9: 1000, 100: 1000} {
		if got := milliseconds(thousand.percentile(p)); !near(got, want) {
			t.Errorf("percentile %v of 1 … 1000 = %v, want %v", p, got, want)
		}
	}
	// With few samples ab reads beyond them; here the last one is the last.
	two := milli(1, 2)
	for p, want := range map[float64]float64{24: 1, 74: 2, 99: 2} {
		if got := milliseconds(two.percentile(p)); !near(got, want) {
			t.Errorf("percentile %v of 1, 2 = %v, want %v", p, got, want)
		}
	}
}

// TestTimesKeepThreeDigits records times over nine decades; none may be further from what was
// recorded than a thousandth.
func TestTimesKeepThreeDigits(t *testing.T) {
	for d := time.Duration(1); d < time.Minute; d = d*5/4 + 1 {
		all := newTimes(time.Minute)
		for range 3 {
			all.record(d)
		}
		all.record(0)
		all.record(time.Minute)
		if got := all.atRank(3); !near(float64(got), float64(d)) {
			t.Errorf("recorded %d ns, found %d", d, got)
		}
	}
	long := newTimes(time.Second)
	long.record(time.Hour)
	if long.atRank(1) != time.Hour || long.count() != 1 {
		t.Errorf(
			"a time too long for the histogram: %d, want it counted and its length exact",
			long.atRank(1),
		)
	}
}
