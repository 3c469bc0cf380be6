package findings

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/stats"
)

// method returns how the ratios and their p were computed; "" if there are none.
func (q *quotation) method() string {
	if len(q.used) == 0 {
		return ""
	}
	n := rounds(q.Printer, q.used)
	isBySigns := func(c stats.Comparison) bool { return c.BySigns }
	var estimate, test string
	switch first := q.used[0]; {
	case first.Unpaired:
		estimate = q.Sprintf("Ratios are Hodges–Lehmann estimates over all pairs of trials (%s of "+
			"%s)", n, q.requests())
		test = q.Sprintf("the exact Mann–Whitney rank-sum test")
	case first.Runs != nil:
		estimate = q.Sprintf("Ratios are geometric means over runs (%s, paired, of %s)", n,
			q.requests())
		test = q.Sprintf("Student's t-test over the runs")
	case slices.ContainsFunc(q.used, isBySigns):
		estimate = q.Sprintf("Ratios are Hodges–Lehmann estimates over paired rounds (%s of %s), "+
			"or medians where a server has two modes", n, q.requests())
		test = q.Sprintf("the exact Wilcoxon signed-rank test, or of the sign test")
	default:
		estimate = q.Sprintf("Ratios are Hodges–Lehmann estimates over paired rounds (%s of %s)",
			n, q.requests())
		test = q.Sprintf("the exact Wilcoxon signed-rank test")
	}
	differs := func(c stats.Comparison) bool {
		return c.Tested() && c.Verdict != stats.NoVerdict && c.Verdict != stats.Equivalent
	}
	isEquivalent := func(c stats.Comparison) bool { return c.Verdict == stats.Equivalent }
	family := q.Count(q.family(), "1 comparison", "%s comparisons")
	switch {
	case slices.ContainsFunc(q.used, differs):
		return q.Sprintf("%s; p is that of %s, adjusted by Holm's method for %s.", estimate, test,
			family)
	case slices.ContainsFunc(q.used, isEquivalent):
		return q.Sprintf("%s; equivalence is that of two one-sided tests, by %s, adjusted by "+
			"Holm's method for %s.", estimate, test, family)
	}
	return estimate + "." // ratios of other metrics than the throughput have no verdict
}

// family returns how many comparisons Holm's method adjusts for.
func (q *quotation) family() int {
	tested := 0
	for _, c := range q.a.Comparisons {
		if c.Tested() {
			tested++
		}
	}
	return tested
}

// suspect states why values of the quotation are suspect; "" if none is.
func (q *quotation) suspect() string {
	var reasons []string
	add := func(reason string) {
		if !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	for _, place := range q.cells {
		cell := q.a.Cell(place)
		for _, code := range cell.Suspicions {
			add(string(code))
		}
		if cell.State == stats.Suspect && (cell.Clean() < cell.Rounds || cell.Dead() > 0) {
			add(q.Sprintf("trials failed"))
		}
	}
	if len(reasons) == 0 {
		return ""
	}
	return q.Sprintf("Some of these values are suspect (%s).", strings.Join(reasons, ", "))
}
