package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// pair is the answer of an experiment with two servers.
func (s story) pair(server string) claim {
	v := verdictsOf(s.Analysis, server)
	if text := s.notCompared(v); text != "" {
		return claim{main: text}
	}

	slower, faster := v.byVerdict[stats.Slower], v.byVerdict[stats.Faster]
	equivalent := v.byVerdict[stats.Equivalent]
	switch {
	case len(slower) > 0 && len(faster) > 0:
		return s.withBothIntervals(claim{
			main:   s.changesSides(server, slower, faster),
			second: s.rest(v, true),
		}, slower, faster)
	case len(slower)+len(faster) > 0:
		settled := append(slower, faster...)
		return s.withIntervals(claim{
			main:   s.handles(server, settled),
			second: s.rest(v, true),
		}, settled)
	case len(equivalent) > 0:
		return s.withIntervals(claim{
			main:   s.aboutTheSame(server, equivalent),
			second: s.rest(v, false),
		}, equivalent)
	case len(v.byVerdict[stats.Inconclusive]) > 0:
		return s.nothingSettled(v)
	}
	return s.tooFew(v)
}

// withIntervals adds the confidence intervals of the comparisons that a claim is about: as its
// second sentence if there is no other.
func (s story) withIntervals(c claim, of []stats.Comparison) claim {
	low, high := intervals(of)
	return c.withSecond(s.Sprintf("%s confidence intervals: %s; %s.",
		s.Percentage(s.Confidence), s.Changes(low, high), rounds(s.Printer, of)))
}

// withBothIntervals adds the confidence intervals of the levels at which a server is slower, and of
// those at which it is faster.
func (s story) withBothIntervals(c claim, slower, faster []stats.Comparison) claim {
	first, then := slower, faster
	if s.isBefore(faster[0].Level, slower[0].Level) {
		first, then = faster, slower
	}
	span := func(of []stats.Comparison) string { return s.Changes(intervals(of)) }
	text := s.Sprintf("%s confidence intervals: %s and %s; %s.", s.Percentage(s.Confidence),
		span(first), span(then), rounds(s.Printer, append(slices.Clone(slower), faster...)))
	return c.withSecond(text)
}

// withSecond adds a text as the second sentence of a claim if it has none, or to its small print.
func (c claim) withSecond(text string) claim {
	if c.second == "" {
		c.second = text
	} else {
		c.small = append(c.small, text)
	}
	return c
}

// notCompared states why two servers could not be compared at any level; "" if they could.
func (s story) notCompared(v verdicts) string {
	server, baseline := named(v.server), named(s.Baseline)
	switch {
	case v.levels == 0:
		return s.Sprintf("No comparison of %s with %s: they have no level in common.",
			server, baseline)
	case len(v.missing) < v.levels:
		return ""
	case s.AllInvalid(v.server):
		return s.Sprintf("No comparison of %s with %s: %s has no valid data.",
			server, baseline, server)
	case s.AllInvalid(s.Baseline):
		return s.Sprintf("No comparison of %s with %s: %s has no valid data.",
			server, baseline, baseline)
	}
	return s.Sprintf("No comparison of %s with %s: at every level one of the two is invalid.",
		server, baseline)
}

// changesSides is the answer where a server is slower at some levels and faster at others. The side
// of the first level comes first.
func (s story) changesSides(server string, slower, faster []stats.Comparison) string {
	low, high := s.changes(slower), s.changes(faster)
	both := levelsOf(append(slices.Clone(slower), faster...))
	slowerFirst := locale.Message("%s is slower than %s %s (%s) and faster %s (%s).")
	fasterFirst := locale.Message("%s is faster than %s %s (%s) and slower %s (%s).")
	if s.Against != nil {
		slowerFirst = "%s is slower than %s, %s (%s), and faster %s (%s)."
		fasterFirst = "%s is faster than %s, %s (%s), and slower %s (%s)."
	}
	if s.isBefore(slower[0].Level, faster[0].Level) {
		return s.Sprintf(slowerFirst, s.doubted(server, both), s.other(both),
			s.at(levelsOf(slower)), low, s.at(levelsOf(faster)), high)
	}
	return s.Sprintf(fasterFirst, s.doubted(server, both), s.other(both),
		s.at(levelsOf(faster)), high, s.at(levelsOf(slower)), low)
}

// isBefore reports whether a level precedes another one in the experiment.
func (s story) isBefore(x, y plan.Level) bool {
	return slices.Index(s.Levels, x) < slices.Index(s.Levels, y)
}

// changes returns the span of some ratios, the smallest difference first: "−14% to −24%", "+45%".
func (s story) changes(comparisons []stats.Comparison) string {
	low, high := extent(comparisons, func(c stats.Comparison) float64 { return c.Ratio })
	if high <= 1 {
		low, high = high, low
	}
	return s.Changes(low, high)
}

// aboutTheSame is the answer where two servers are within the margin of each other.
func (s story) aboutTheSame(server string, equivalent []stats.Comparison) string {
	levels := levelsOf(equivalent)
	if s.Against != nil {
		return s.Sprintf(rateWords(s.Analysis,
			"%s handles as many requests per second as %s, within %s, %s.",
			"%s gives as many good answers per second as %s, within %s, %s."),
			s.doubted(server, levels), s.other(levels), s.Percentage(s.Margin), s.at(levels))
	}
	return s.Sprintf(
		rateWords(s.Analysis,
			"%s and %s handle the same number of requests per second, within %s, %s.",
			"%s and %s give the same number of good answers per second, within %s, %s."),
		s.doubted(server, levels),
		s.doubted(s.Baseline, levels),
		s.Percentage(s.Margin),
		s.at(levels),
	)
}

// rest states what holds at the levels that the first sentence does not name.
func (s story) rest(v verdicts, settled bool) string {
	same := ""
	if equivalent := v.byVerdict[stats.Equivalent]; settled && len(equivalent) > 0 {
		levels := levelsOf(equivalent)
		same = s.doubting(s.Sprintf("The two are within %s of each other %s.",
			s.Percentage(s.Margin), s.at(levels)), levels, v.server, s.Baseline)
	}
	return joined(same, s.inconclusive(v), s.unjudged(v))
}

// enough states how many rounds or runs would probably settle the comparisons of a server; "" if
// that is not known.
func (s story) enough(server string) string {
	switch needed := s.NeededBy(server); {
	case needed.Runs > 0:
		return s.Sprintf("about %d runs would probably be enough to tell", needed.Runs)
	case needed.Rounds > 0:
		return s.Sprintf("about %d rounds would probably be enough to tell", needed.Rounds)
	}
	return ""
}

// unjudged states what was measured where there are too few rounds for any conclusion; "" if there
// is no such level.
func (s story) unjudged(v verdicts) string {
	few := v.byVerdict[stats.NoVerdict]
	if len(few) == 0 {
		return ""
	}
	low, high := extent(few, func(c stats.Comparison) float64 { return c.Ratio })
	levels := levelsOf(few)
	return s.Sprintf(
		rateWords(s.Analysis,
			"In %s, too few for a conclusion, %s handled %s %s.",
			"In %s, too few for a conclusion, %s gave %s %s."),
		rounds(s.Printer, few),
		s.doubted(v.server, levels),
		s.Difference(s.requests(), low, high, s.other(levels)),
		s.at(levels),
	)
}

// minRuns is the minimum number of runs for a confidence interval.
const minRuns = 2

// tooFew is the answer where there are too few rounds for any conclusion.
func (s story) tooFew(v verdicts) claim {
	few := v.byVerdict[stats.NoVerdict]
	var c claim
	switch {
	case s.Imported:
		c.main = s.Sprintf("No conclusion: %s are too few.", rounds(s.Printer, few))
	case s.SeveralRuns():
		_, n := extent(few, func(c stats.Comparison) int { return len(c.Runs) })
		c.main = s.Sprintf("No conclusion yet: %s, at least %d are needed.",
			s.Count(n, "1 run can be compared", "%s runs can be compared"), minRuns)
	default:
		_, n := extent(few, func(c stats.Comparison) int { return c.N })
		c.main = s.Sprintf("No conclusion yet: %s, at least %d are needed.",
			s.Count(n, "1 round was run", "%s rounds were run"), stats.MinRounds(s.Confidence))
	}
	low, high := extent(few, func(c stats.Comparison) float64 { return c.Ratio })
	levels := levelsOf(few)
	c.second = s.Sprintf(
		rateWords(s.Analysis, "In these, %s handled %s %s.", "In these, %s gave %s %s."),
		s.doubted(v.server, levels),
		s.Difference(s.requests(), low, high, s.other(levels)),
		s.at(levels),
	)
	return c
}
