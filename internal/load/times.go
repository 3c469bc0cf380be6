package load

import (
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// significantDigits is the precision of recorded times: an error of at most a thousandth.
const significantDigits = 3

// times records one duration per request, in nanoseconds. Its memory does not grow with their
// number. Minimum, maximum and mean are exact; what lies between is known to three digits.
type times struct {
	histogram *hdrhistogram.Histogram
	longest   time.Duration // that the histogram can hold
	min, max  time.Duration
	sum       time.Duration
}

// newTimes returns an empty record for durations up to longest.
func newTimes(longest time.Duration) times {
	return times{
		histogram: hdrhistogram.New(1, int64(longest), significantDigits),
		longest:   longest,
	}
}

func (t *times) count() int64 { return t.histogram.TotalCount() }

// record adds a duration. One that is too long for the histogram, because its deadline was noticed
// late, is counted there as the longest.
func (t *times) record(d time.Duration) {
	if t.count() == 0 || d < t.min {
		t.min = d
	}
	t.max = max(t.max, d)
	t.sum += d

	_ = t.histogram.RecordValue(int64(min(d, t.longest))) // fails only outside 0 to longest
}

// add adds all durations of other.
func (t *times) add(other times) {
	if other.count() == 0 {
		return
	}
	if t.count() == 0 || other.min < t.min {
		t.min = other.min
	}
	t.max = max(t.max, other.max)
	t.sum += other.sum

	t.histogram.Merge(other.histogram)
}

// mean returns the exact mean in nanoseconds, or 0 if there are no durations.
func (t *times) mean() float64 {
	if t.count() == 0 {
		return 0
	}
	return float64(t.sum) / float64(t.count())
}

// deviation returns the standard deviation of the sample (n − 1) in nanoseconds, to three digits.
func (t *times) deviation() float64 {
	n := float64(t.count())
	if n < 2 {
		return 0
	}
	return t.histogram.StdDev() * math.Sqrt(n/(n-1))
}

// atRank returns the duration at a rank in ascending order, from 1 to the number of durations. The
// first and the last are exact.
func (t *times) atRank(rank int64) time.Duration {
	n := t.count()
	if rank >= n {
		return t.max
	}
	if rank <= 1 {
		return t.min
	}

	// ValueAtPercentile rounds to the nearest rank.
	value := t.histogram.ValueAtPercentile(100 * float64(rank) / float64(n))
	return min(max(time.Duration(value), t.min), t.max)
}

// median returns the middle duration, or the mean of the two in the middle, in milliseconds.
func (t *times) median() float64 {
	n := t.count()
	return (milliseconds(t.atRank((n+1)/2)) + milliseconds(t.atRank(n/2+1))) / 2
}

// percentile returns the element of rank 1 + n·p/100, rounded to the nearest, and the last one for
// p = 100. ab has this rule for its -e file and another for its text; here both use this one.
func (t *times) percentile(p float64) time.Duration {
	return t.atRank(1 + int64(0.5+float64(t.count())*p/100))
}

func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }
