package spec

import "slices"

// boundable is a number that an expectation may bound.
type boundable struct {
	name   string // in results.json
	unit   string // of a limit, as problems name it; "": the number has none
	higher bool   // a higher one is better
	form   form
}

// form tells how a number comes about, and so which limits it may have.
type form int

const (
	measured form = iota // of each trial: it has a median, an interval and ratios
	share                // measured, from 0 to 1: it has no ratio
	count                // of what went wrong in all trials of a cell: exact, at best 0
)

// boundables are all numbers that an expectation may bound, in the order in which problems list
// them. Like Models, they are listed here rather than taken from the packages that have them, and
// tests of those compare the lists.
//
// The mean response time is known within bounds only, which results.json calls mean_ms and
// mean_at_most_ms. An expectation of mean_ms is about both: the truth is between them.
var boundables = []boundable{
	{"requests_per_second", "requests per second", true, measured},
	{"p50_ms", "milliseconds", false, measured},
	{"p90_ms", "milliseconds", false, measured},
	{"p95_ms", "milliseconds", false, measured},
	{"p99_ms", "milliseconds", false, measured},
	{"p99_9_ms", "milliseconds", false, measured},
	{"mean_ms", "milliseconds", false, measured},
	{"cpu_per_request_us", "microseconds", false, measured},
	{"own_memory_bytes", "bytes", false, measured},
	{"peak_memory_bytes", "bytes", false, measured},
	{"threads", "threads", false, measured},
	{"good_share", "", true, share},
	{"failed", "requests", false, count},
	{"non_2xx", "answers", false, count},
	{"unexpected_status", "answers", false, count},
	{"unsent", "requests", false, count},
}

// MinP999 is how many answers a trial needs for a p99.9: ten of them take longer. With a thousand
// answers it would be the longest of all.
const MinP999 = 10_000

// boundableNamed returns the number of that name. ok is false if no expectation may bound it.
func boundableNamed(name string) (found boundable, ok bool) {
	i := slices.IndexFunc(boundables, func(b boundable) bool { return b.name == name })
	if i < 0 {
		return boundable{}, false
	}
	return boundables[i], true
}

// namesOf returns the names of the numbers that have one of the forms.
func namesOf(forms ...form) []string {
	var names []string
	for _, b := range boundables {
		if slices.Contains(forms, b.form) {
			names = append(names, b.name)
		}
	}
	return names
}

// ExpectationMetrics returns the keys of all metrics that an expectation may bound.
func ExpectationMetrics() []string { return namesOf(measured, share) }

// ExpectationCounts returns the names of all counts that an expectation may bound. They are summed
// over all trials of a cell, clean or not.
func ExpectationCounts() []string { return namesOf(count) }

// OfCount reports whether the expectation bounds a count, which is exact.
func (x Expectation) OfCount() bool { return slices.Contains(ExpectationCounts(), x.Metric) }

// Higher reports whether a higher number is better than a lower one.
func (x Expectation) Higher() bool {
	b, _ := boundableNamed(x.Metric)
	return b.higher
}
