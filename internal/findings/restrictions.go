package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// restrictions are the small print of an answer: where the generator was the limit, what the
// baseline's difference from itself is, and what else every claim must be read with.
func (s story) restrictions() []string {
	var all []string
	all = append(all, s.limitedSentences()...)
	all = append(all, s.sentLate(), s.checksBesideVerdicts(), s.againstItself(), s.afterLooking())
	for _, server := range s.Compared() {
		all = append(all, biasSentence(s.Printer, s.Analysis, server))
	}
	return append(all, s.besidePrograms())
}

// checksBesideVerdicts explains why a check of throughput proves a difference where there are too
// few rounds for a verdict; "" if none does.
func (s story) checksBesideVerdicts() string {
	isBefore := func(c stats.Check) bool {
		if c.Expectation.Metric != stats.Throughput.Key || !c.ProvesDifference() {
			return false
		}
		v := s.Comparison(c.Cell)
		return v != nil && v.Verdict == stats.Inconclusive && whyUnsure(*v) == tooFewRounds
	}
	if !slices.ContainsFunc(s.Checks, isBefore) {
		return ""
	}
	return s.Sprintf("An expectation can be decided by fewer rounds than a verdict: it asks " +
		"about one direction only, and has a correction of its own.")
}

// limitWords returns one of two messages about what limited comparisons: a load generator, or the
// network alone.
func limitWords(network bool, generator, alone locale.Message) locale.Message {
	if network {
		return alone
	}
	return generator
}

// byNetwork reports whether the network alone limited all of some comparisons.
func byNetwork(all []stats.Comparison) bool {
	other := func(c stats.Comparison) bool { return !c.ByNetwork }
	return !slices.ContainsFunc(all, other)
}

// distinctLevels returns each level of some comparisons once.
func distinctLevels(all []stats.Comparison) []plan.Level {
	var levels []plan.Level
	for _, c := range all {
		if !slices.Contains(levels, c.Level) {
			levels = append(levels, c.Level)
		}
	}
	return levels
}

// limitedSentences name the levels at which the generator or the network was the limit of
// comparisons, a sentence for each server, however many others it is compared with.
func (s story) limitedSentences() []string {
	if s.Objective != nil {
		return s.limitedCapacities()
	}
	limited := map[string][]stats.Comparison{} // by the server at the limit
	var unproved []stats.Comparison
	for _, level := range s.Levels {
		for _, server := range s.Compared() {
			c := s.Comparison(plan.Cell{Server: server, Level: level})
			switch {
			case c == nil:
			case whyUnsure(*c) == unprovable:
				unproved = append(unproved, *c)
			case c.Limited == stats.FasterSide && c.Ratio > 1:
				limited[server] = append(limited[server], *c)
			case c.Limited == stats.FasterSide:
				limited[s.Baseline] = append(limited[s.Baseline], *c)
			}
		}
	}

	var sentences []string
	for _, faster := range append([]string{s.Baseline}, s.Compared()...) {
		if of := limited[faster]; len(of) > 0 {
			sentences = append(sentences, s.Sprintf(limitWords(byNetwork(of),
				"*\u00a0The load generator was the bottleneck for %s %s: the true difference may "+
					"be larger.",
				"*\u00a0The network was the bottleneck for %s %s: the true difference may be "+
					"larger."), named(faster), s.at(distinctLevels(of))))
		}
	}
	if len(unproved) > 0 {
		sentences = append(sentences, s.Sprintf(limitWords(byNetwork(unproved),
			"†\u00a0The load generator was the bottleneck for the slower server %s: the ratio "+
				"proves nothing there.",
			"†\u00a0The network was the bottleneck for the slower server %s: the ratio proves "+
				"nothing there."), s.at(distinctLevels(unproved))))
	}
	return sentences
}

// limitedCapacities name the servers that missed the objective where a busy generator or a full
// network was the limit, a sentence for each. Of those that met it at each rate, or at none, the
// answer itself says so; of a generator that was late, sentLate does.
func (s story) limitedCapacities() []string {
	var sentences []string
	for _, server := range s.Started() {
		cell, c := s.capacityCell(server), s.capacity(server)
		switch {
		case cell.State == stats.Invalid || c.AtLeast || c.AtMost:
		case slices.Contains(cell.Notes, stats.GeneratorBound):
			sentences = append(sentences, s.Sprintf("The load generator was the bottleneck where "+
				"%s missed the objective, so its capacity may be higher.", named(server)))
		case cell.LimitedBy(stats.Throughput) == stats.NetworkBound:
			sentences = append(sentences, s.Sprintf("The network was the bottleneck where %s "+
				"missed the objective, so its capacity may be higher.", named(server)))
		}
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
			if other, ok := stats.Unwrapped(doubt.Evidence).(stats.OtherPrograms); ok {
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
