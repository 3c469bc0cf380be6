package load

import (
	"math"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/abtext"
)

// timesOf returns a record of durations in milliseconds.
func timesOf(ms ...int64) *times {
	t := newTimes(time.Minute)
	for _, d := range ms {
		t.record(time.Duration(d) * time.Millisecond)
	}
	return &t
}

// near reports whether two numbers are equal to the precision of a histogram.
func near(a, b float64) bool { return math.Abs(a-b) <= math.Abs(b)/1000 }

func TestSummary(t *testing.T) {
	test := func(got *times, want abtext.Times) {
		t.Helper()
		s := got.summary()
		exact := s.Min == want.Min && s.Mean == want.Mean && s.Max == want.Max
		if !exact || !near(s.Median, want.Median) || !near(s.SD, want.SD) {
			t.Errorf("summary = %+v, want %+v", s, want)
		}
	}
	test(timesOf(), abtext.Times{})
	test(timesOf(7), abtext.Times{
		Min:    7,
		Mean:   7,
		Median: 7,
		Max:    7,
	})
	// ab has wrong medians here: 5, and 4 in the next.
	test(timesOf(5, 1), abtext.Times{
		Min:    1,
		Mean:   3,
		SD:     2.8284271247461903,
		Median: 3,
		Max:    5,
	})
	threeOneFive := abtext.Times{
		Min:    1,
		Mean:   3,
		SD:     2,
		Median: 3,
		Max:    5,
	}
	test(timesOf(3, 1, 5), threeOneFive)

	merged := timesOf(3)
	merged.add(*timesOf(1, 5))
	merged.add(*timesOf())
	test(merged, threeOneFive)
}

func TestPercentiles(t *testing.T) {
	test := func(recorded *times, p, want float64) {
		t.Helper()
		if got := milliseconds(recorded.percentile(p)); !near(got, want) {
			t.Errorf("percentile %v of %d = %v, want %v", p, recorded.count(), got, want)
		}
	}
	var descending []int64
	for i := range int64(1000) {
		descending = append(descending, 1000-i)
	}
	thousand := timesOf(descending...)
	test(thousand, 0, 1)
	test(thousand, 1, 11)
	test(thousand, 50, 501)
	test(thousand, 99, 991)
	test(thousand, 99.9, 1000)
	test(thousand, 100, 1000)

	// ab reads beyond its samples if there are few. Here the last one is the last.
	two := timesOf(1, 2)
	test(two, 24, 1)
	test(two, 74, 2)
	test(two, 99, 2)
}

// TestTimesKeepThreeDigits records times over nine decades. None may differ from what was recorded
// by more than a thousandth.
func TestTimesKeepThreeDigits(t *testing.T) {
	for d := time.Duration(1); d < time.Minute; d = d*5/4 + 1 {
		recorded := newTimes(time.Minute)
		for range 3 {
			recorded.record(d)
		}
		recorded.record(0)
		recorded.record(time.Minute)
		if got := recorded.atRank(3); !near(float64(got), float64(d)) {
			t.Errorf("recorded %v, found %v", d, got)
		}
	}
}

// TestTimeTooLongForHistogram is counted all the same, and its length is exact.
func TestTimeTooLongForHistogram(t *testing.T) {
	recorded := newTimes(time.Second)
	recorded.record(time.Hour)
	if recorded.atRank(1) != time.Hour || recorded.count() != 1 {
		t.Errorf("%d of %v, want 1 of an hour", recorded.count(), recorded.atRank(1))
	}
}

func TestGeneratorWarning(t *testing.T) {
	test := func(name string, change func(*result), want string) {
		t.Helper()
		counts := newTally(Options{Timeout: time.Second})
		r := &result{
			options: Options{Threads: 2, Timeout: time.Second},
			counts:  &counts,
			wall:    time.Second,
			cpu: cpuTime{
				user:   time.Second / 2,
				system: time.Second / 2,
				ok:     true,
			},
		}
		change(r)
		got := r.generatorWarning()
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	test("half of two cores", func(*result) {}, "")
	test("all of one core", func(r *result) { r.options.Threads = 1 }, "it used 100% of the CPU")
	test("CPU time not known", func(r *result) {
		r.options.Threads = 1
		r.cpu.ok = false
	}, "")
	test("too short to judge", func(r *result) {
		r.options.Threads = 1
		r.wall = time.Millisecond
	}, "")
	test("arrivals in time", func(r *result) { r.counts.late.record(time.Microsecond) }, "")
	test("late arrivals", func(r *result) { r.counts.late.record(2 * time.Millisecond) },
		"were sent 2ms or more after they were due")
}
