package findings

import (
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// restrictions are the small print of an answer: where the generator was the limit, what the
// baseline's difference from itself is, and what else every claim must be read with.
func (s story) restrictions() []string {
	var all []string
	all = append(all, s.limitedSentences()...)
	all = append(all, s.againstItself(), s.afterLooking())
	for _, server := range s.Compared() {
		all = append(all, biasSentence(s.Printer, s.Analysis, server))
	}
	return append(all, s.besidePrograms())
}

// limitedSentences name the levels at which the generator was the limit of comparisons, a sentence
// for each server, however many others it is compared with.
func (s story) limitedSentences() []string {
	limited := map[string][]plan.Level{} // by the server at the limit
	var unproved []plan.Level
	add := func(levels []plan.Level, level plan.Level) []plan.Level {
		if slices.Contains(levels, level) {
			return levels
		}
		return append(levels, level)
	}
	for _, level := range s.Levels {
		for _, server := range s.Compared() {
			c := s.Comparison(plan.Cell{Server: server, Level: level})
			switch {
			case c == nil:
			case whyUnsure(*c) == unprovable:
				unproved = add(unproved, level)
			case c.Limited == stats.FasterSide && c.Ratio > 1:
				limited[server] = add(limited[server], level)
			case c.Limited == stats.FasterSide:
				limited[s.Baseline] = add(limited[s.Baseline], level)
			}
		}
	}

	var sentences []string
	for _, faster := range append([]string{s.Baseline}, s.Compared()...) {
		if levels := limited[faster]; len(levels) > 0 {
			sentences = append(sentences, s.Sprintf("*\u00a0The load generator was the bottleneck "+
				"for %s %s: the true difference may be larger.", named(faster), s.at(levels)))
		}
	}
	if len(unproved) > 0 {
		sentences = append(sentences, s.Sprintf("†\u00a0The load generator was the bottleneck "+
			"for the slower server %s: the ratio proves nothing there.", s.at(unproved)))
	}
	return sentences
}

// againstItself states how far the baseline, measured twice, is from itself; "" if it was not.
func (s story) againstItself() string {
	var informative, withInterval []stats.Comparison
	for _, c := range s.Controls {
		if c.Verdict == stats.AtArrivalRate {
			continue
		}
		informative = append(informative, c)
		if c.HasInterval() {
			withInterval = append(withInterval, c)
		}
	}
	if len(informative) == 0 {
		return ""
	}
	if len(withInterval) == 0 {
		return s.Sprintf("Measured against itself, %s differs by %s.",
			named(s.Baseline), s.changes(informative))
	}
	low, high := intervals(withInterval)
	return s.Sprintf("Measured against itself, %s differs by %s (%s confidence intervals %s): "+
		"differences within that are noise.",
		named(s.Baseline),
		s.changes(informative),
		s.Percentage(s.Confidence),
		s.Changes(low, high),
	)
}

// besidePrograms states which share of the cores other programs had, if that is a doubt about
// anything that was measured. A claim about a shared machine says so itself; it is said once.
func (s story) besidePrograms() string {
	most := 0.0
	for _, warning := range s.Warnings {
		for _, doubt := range warning.Cells {
			if other, ok := doubt.Evidence.(stats.OtherPrograms); ok {
				most = max(most, other.Share)
			}
		}
	}
	if most == 0 {
		return ""
	}
	return s.Sprintf("Other programs used up to %s of the cores' time during these trials.",
		s.WholePercent(most))
}
