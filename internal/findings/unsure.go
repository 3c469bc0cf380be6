package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// unsureReason is why a comparison is inconclusive.
type unsureReason int

const (
	tooFewRounds unsureReason = iota // more of them would probably decide
	dependent                        // the rounds depend on each other
	noisy                            // the baseline differs from itself as much
	unprovable                       // the generator was the limit of the slower server
	unsureReasons
)

func whyUnsure(c stats.Comparison) unsureReason {
	switch {
	case c.Limited == stats.SlowerSide, c.Limited == stats.BothSides:
		return unprovable
	case c.WithinControl:
		return noisy
	case c.Dependent:
		return dependent
	}
	return tooFewRounds
}

// inconclusive states where nothing is settled, why, and what would settle it; "" if there is no
// such level.
func (s story) inconclusive(v verdicts) string {
	by := map[unsureReason][]stats.Comparison{}
	for _, c := range v.byVerdict[stats.Inconclusive] {
		by[whyUnsure(c)] = append(by[whyUnsure(c)], c)
	}
	var texts []string
	for reason := range unsureReasons {
		if of := by[reason]; len(of) > 0 {
			levels := levelsOf(of)
			texts = append(texts, s.doubting(s.unsure(v, reason, of, levels), levels,
				v.server, s.Baseline))
		}
	}
	return joined(texts...)
}

// unsure states what is inconclusive for one reason.
func (s story) unsure(
	v verdicts, reason unsureReason, of []stats.Comparison, levels []plan.Level,
) string {
	low, high := extent(of, func(c stats.Comparison) float64 { return c.Ratio })
	at, amount := upperFirst(s.at(levels)), s.Difference(s.counted(), low, high)
	switch reason {
	case unprovable:
		return s.Sprintf(limitWords(byNetwork(of),
			"%s the two cannot be told apart, because the load generator was the bottleneck.",
			"%s the two cannot be told apart, because the network was the bottleneck."), at)
	case noisy:
		return s.Sprintf("%s the result is inconclusive: the estimate is %s, and %s differs "+
			"from itself as much.", at, amount, named(s.Baseline))
	case dependent:
		return s.Sprintf("%s the result is inconclusive: the estimate is %s, but the rounds "+
			"depend on each other (correlated).", at, amount)
	}
	few := rounds(s.Printer, of)
	if enough := s.enough(v.server); enough != "" {
		return s.Sprintf("%s the result is inconclusive: the estimate is %s, but %s are too few; "+
			"%s.", at, amount, few, enough)
	}
	return s.Sprintf("%s the result is inconclusive: the estimate is %s, but %s are too few to be "+
		"sure.", at, amount, few)
}

// nothingSettled is the answer where every comparison is inconclusive, with the reason.
func (s story) nothingSettled(v verdicts) claim {
	unsure := v.byVerdict[stats.Inconclusive]
	levels := levelsOf(unsure)
	server, baseline := s.doubted(v.server, levels), s.doubted(s.Baseline, levels)
	isElse := func(c stats.Comparison) bool { return whyUnsure(c) != unprovable }
	if !slices.ContainsFunc(unsure, isElse) {
		network := byNetwork(unsure)
		return claim{
			main: s.Sprintf(limitWords(network,
				"The load generator was the bottleneck, so this run cannot tell %s and %s apart.",
				"The network was the bottleneck, so this run cannot tell %s and %s apart."),
				server, baseline),
			second: joined(s.atLeast(unsure), s.Sprintf(limitWords(network,
				"Use a faster generator (generator = \"embedded\"), keep-alive, or more work "+
					"per request.",
				"Use a faster network, smaller answers, or more work per request."))),
		}
	}

	c := claim{
		main: s.Sprintf("No difference between %s and %s could be established.",
			server, baseline),
	}
	if s.Against != nil {
		c.main = s.Sprintf("No difference between %s now and %s could be established.",
			server, s.other(levels))
	}
	unsure = slices.DeleteFunc(slices.Clone(unsure), func(c stats.Comparison) bool {
		return !isElse(c)
	})
	low, high := intervals(unsure)
	fits := s.Sprintf("Anything %s fits the data.", s.Difference(s.counted(), low, high))
	if low > 1 || high < 1 || high >= locale.MultipleFrom {
		fits = s.Sprintf("Anything between %s and %s fits the data.", s.Change(low), s.Change(high))
	}
	switch comparisons, needed, few := s.CannotTell(); {
	case few:
		c.second = s.Sprintf("So few rounds cannot establish any: %s at least %d rounds.",
			s.Count(comparisons, "1 comparison needs", "%s comparisons need"), needed)
		c.small = append(c.small, fits)
	case slices.ContainsFunc(unsure, func(c stats.Comparison) bool { return c.Dependent }):
		c.second = joined(fits, s.Sprintf("The rounds depend on each other (correlated), so "+
			"they say less than their number."))
	case slices.ContainsFunc(unsure, func(c stats.Comparison) bool { return c.WithinControl }):
		c.second = joined(fits, s.Sprintf("%s differs from itself as much.",
			named(s.Baseline)))
	default:
		c.second = fits
		if enough := s.enough(v.server); enough != "" {
			c.second = joined(fits, upperFirst(enough)+".")
		}
	}
	if rest := s.unjudged(v); rest != "" {
		c.small = append(c.small, rest)
	}
	return c
}

// atLeast states what both servers handle where the generator was the limit of both.
func (s story) atLeast(comparisons []stats.Comparison) string {
	least := 0.0
	for _, c := range comparisons {
		for _, server := range []string{c.Server, s.Baseline} {
			cell := s.Cell(plan.Cell{Server: server, Level: c.Level})
			if cell == nil || cell.Of(stats.Throughput).N == 0 {
				return ""
			}
			if median := cell.Of(stats.Throughput).Median; least == 0 || median < least {
				least = median
			}
		}
	}
	return s.Sprintf("Both handle at least %s requests per second.", s.RoughRate(least))
}
