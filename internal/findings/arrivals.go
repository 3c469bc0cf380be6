package findings

import (
	"cmp"
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// arrivals is the answer of an open loop: up to which rate each server keeps up, then how long
// requests take up to the rate that all of them sustain, then what a server that falls behind
// completes. Throughputs at rates that are sustained equal the rate, so they are not compared.
func (s story) arrivals() claim {
	var servers []string
	for _, server := range s.Started() {
		if !s.AllInvalid(server) {
			servers = append(servers, server)
		}
	}
	var c claim
	var second []string
	if !s.anyKeepsUp(servers) {
		c.main = s.keepUpWithNone(servers)
	} else {
		c.main = s.sustained(servers)
	}
	for _, server := range s.Compared() {
		v := verdictsOf(s.Analysis, server)
		if text := s.notCompared(v); text != "" {
			second = append(second, text)
			continue
		}
		if kept := v.byVerdict[stats.AtArrivalRate]; len(kept) > 0 {
			text, small := s.latencies(server, kept)
			second = append(second, text)
			c.small = append(c.small, small)
		}
		second = append(second, s.behind(v))
	}
	if !s.anyKeepsUp(servers) {
		second = append(second, s.Sprintf("Test lower rates to find the limit."))
	}
	c.second = joined(second...)
	return c
}

// anyKeepsUp reports whether one of some servers keeps up with a rate.
func (s story) anyKeepsUp(servers []string) bool {
	return slices.ContainsFunc(servers, func(server string) bool {
		rate, _ := s.KeptUpTo(server)
		return rate > 0
	})
}

// sustainedBy is the highest rate up to which some servers keep up; 0: none.
type sustainedBy struct {
	rate    int
	atLeast bool // what they did not keep up with may be the generator's fault, or the network's
	servers []string
}

// amountOf returns the rate: "4,000", "at least 1,000".
func (s story) amountOf(g sustainedBy) string {
	if g.atLeast {
		return s.Sprintf("at least %s", s.Integer(g.rate))
	}
	return s.Integer(g.rate)
}

// sustained states the highest rate that each server sustains.
func (s story) sustained(servers []string) string {
	var groups []sustainedBy
	all := true
	for _, server := range servers {
		rate, every := s.KeptUpTo(server)
		all = all && every
		atLeast := s.MayKeepUpWithMore(server)
		i := slices.IndexFunc(groups, func(g sustainedBy) bool {
			return g.rate == rate && g.atLeast == atLeast
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, sustainedBy{rate: rate, atLeast: atLeast})
		}
		groups[i].servers = append(groups[i].servers, server)
	}
	slices.SortStableFunc(groups, func(x, y sustainedBy) int { return cmp.Compare(y.rate, x.rate) })

	best := groups[0]
	switch {
	case len(groups) > 1:
		return s.sustainedInGroups(groups)
	case all && len(s.Levels) == 1, best.atLeast:
		return s.keepUp(best, "%s keeps up with %s requests per second.",
			"Both servers keep up with %s requests per second.",
			"All servers keep up with %s requests per second.")
	case all:
		return s.keepUp(best, "%s keeps up with every rate tested, up to %s requests per second.",
			"Both servers keep up with every rate tested, up to %s requests per second.",
			"All servers keep up with every rate tested, up to %s requests per second.")
	}
	above := s.Integer(s.rateAbove(best.rate))
	text := s.keepUp(best, "%s keeps up with %s requests per second, but not with %s.",
		"Both servers keep up with %s requests per second; neither keeps up with %s.",
		"All servers keep up with %s requests per second; none keeps up with %s.", above)
	return text
}

// keepUp returns one of three messages: for one server, for two, for more.
func (s story) keepUp(g sustainedBy, one, both, all locale.Message, more ...any) string {
	args := append([]any{s.amountOf(g)}, more...)
	switch len(g.servers) {
	case 1:
		return s.Sprintf(one, append([]any{s.doubted(g.servers[0], s.Levels)}, args...)...)
	case 2:
		return s.doubting(s.Sprintf(both, args...), s.Levels, g.servers...)
	}
	return s.doubting(s.Sprintf(all, args...), s.Levels, g.servers...)
}

// rateAbove returns the lowest rate of the experiment above another one.
func (s story) rateAbove(rate int) int {
	above := 0
	for _, level := range s.Levels {
		if level.Value > rate && (above == 0 || level.Value < above) {
			above = level.Value
		}
	}
	return above
}

// keepUpWithNone states that no server keeps up with the lowest rate, and what one completes.
func (s story) keepUpWithNone(servers []string) string {
	if len(servers) > 1 {
		return s.doubting(s.Sprintf("No server keeps up with any of the rates tested, from %s "+
			"requests per second on.", s.Integer(s.rateAbove(0))), s.Levels, servers...)
	}
	server := servers[0]
	lowest := slices.MinFunc(s.Levels, func(x, y plan.Level) int {
		return cmp.Compare(x.Value, y.Value)
	})
	cell := s.Cell(plan.Cell{Server: server, Level: lowest})
	text := s.Sprintf("%s keeps up with none of the rates tested.", s.doubted(server, s.Levels))
	if cell.State == stats.Invalid || cell.Of(stats.Throughput).N == 0 {
		return text
	}
	return s.Sprintf("%s keeps up with none of the rates tested; at %s per second it completes "+
		"%s.", s.doubted(server, s.Levels),
		s.Integer(lowest.Value), s.RoughRate(cell.Of(stats.Throughput).Median))
}

// sustainedInGroups states rates that differ: "B keeps up with 24,000 requests per second, A only
// with 16,000."
func (s story) sustainedInGroups(groups []sustainedBy) string {
	var clauses []string
	for i, g := range groups {
		var names []string
		for _, server := range g.servers {
			names = append(names, s.doubted(server, s.Levels))
		}
		list := s.List(names)
		switch {
		case i == 0 && len(names) == 1:
			clauses = append(clauses, s.Sprintf("%s keeps up with %s requests per second",
				list, s.amountOf(g)))
		case i == 0:
			clauses = append(clauses, s.Sprintf("%s keep up with %s requests per second",
				list, s.amountOf(g)))
		case g.rate == 0:
			clauses = append(clauses, s.Sprintf("%s with none of the rates tested", list))
		case g.atLeast:
			clauses = append(clauses, s.Sprintf("%s with %s", list, s.amountOf(g)))
		default:
			clauses = append(clauses, s.Sprintf("%s only with %s", list, s.Integer(g.rate)))
		}
	}
	return strings.Join(clauses, ", ") + "."
}

// latencies compares how long requests take at the rates that a server and the baseline both
// sustain in every trial, and returns the confidence intervals apart. Both are empty if there is no
// such rate. It names a difference only where an interval excludes that there is none, or where
// there are no intervals.
func (s story) latencies(server string, kept []stats.Comparison) (text, small string) {
	kept = slices.DeleteFunc(slices.Clone(kept), func(c stats.Comparison) bool {
		return !bothKeptUp(s.Analysis, server, c.Level)
	})
	if len(kept) == 0 {
		return "", ""
	}
	p50, ok50 := ratiosOf(s.Analysis, kept, stats.P50)
	p99, ok99 := ratiosOf(s.Analysis, kept, stats.P99)
	if !ok50 || !ok99 {
		return s.Sprintf("%s, latencies are not known.", s.atSustained(levelsOf(kept))), ""
	}
	text = s.slowest(server, p99)
	low50, high50 := extent(p50, func(c stats.Comparison) float64 { return c.Ratio })
	small = s.Sprintf("Median latency (p50) of %s compared with %s: %s", named(server),
		named(s.Baseline), s.Changes(low50, high50))
	if !allHaveIntervals(p50) || !allHaveIntervals(p99) {
		return text, small + "."
	}
	lowest50, highest50 := intervals(p50)
	lowest99, highest99 := intervals(p99)
	return text, small + s.Sprintf("; %s confidence intervals: p50 %s, p99 %s.",
		s.Percentage(s.Confidence), s.Changes(lowest50, highest50),
		s.Changes(lowest99, highest99))
}

// slowest states how long the slowest requests of a server take, compared with the baseline.
func (s story) slowest(server string, p99 []stats.Comparison) string {
	clear := slices.DeleteFunc(slices.Clone(p99), func(c stats.Comparison) bool {
		return c.HasInterval() && c.Low <= 1 && c.High >= 1
	})
	if len(clear) == 0 {
		levels := levelsOf(p99)
		return s.Sprintf("%s, no difference in the slowest 1%% of requests (p99) of %s and %s "+
			"could be established.", s.atSustained(levels), s.doubted(server, levels),
			s.doubted(s.Baseline, levels))
	}
	levels := levelsOf(clear)
	at := upperFirst(s.at(levels))
	if len(clear) == len(p99) {
		at = s.atSustained(levels)
	}
	amount := s.latencyDifference(clear, s.doubted(s.Baseline, levels))
	if amount == "" {
		return s.Sprintf("%s, the slowest 1%% of requests (p99) of %s and %s cannot be compared, "+
			"because a part of their latencies may not be the servers'.", at,
			s.doubted(server, levels), s.doubted(s.Baseline, levels))
	}
	return s.Sprintf("%s, %s takes %s for the slowest 1%% of requests (p99).", at,
		s.doubted(server, levels), amount)
}

// atSustained names the rates that a server and the baseline both sustain.
func (s story) atSustained(levels []plan.Level) string {
	switch {
	case len(levels) == len(s.Levels):
		return s.Sprintf("At these rates")
	case len(s.Compared()) > 1:
		return upperFirst(s.at(levels))
	}
	return s.Sprintf("At the rates that both sustain")
}

// behind states how a server compares with the baseline at rates that one of them does not sustain;
// "" if there are none.
func (s story) behind(v verdicts) string {
	var settled []stats.Comparison
	settled = append(settled, v.byVerdict[stats.Slower]...)
	settled = append(settled, v.byVerdict[stats.Faster]...)
	var texts []string
	if len(settled) > 0 {
		low, high := extent(settled, func(c stats.Comparison) float64 { return c.Ratio })
		lowest, highest := intervals(settled)
		levels := levelsOf(settled)
		texts = append(texts, s.Sprintf(
			rateWords(s.Analysis, "%s completes %s %s (%s CI %s).",
				"%s gives %s %s (%s CI %s)."),
			s.doubted(v.server, levels),
			s.Difference(s.requests(), low, high, s.doubted(s.Baseline, levels)),
			s.at(levels), s.Percentage(s.Confidence), s.Changes(lowest, highest)))
	}
	if same := v.byVerdict[stats.Equivalent]; len(same) > 0 {
		texts = append(texts, s.aboutTheSame(v.server, same))
	}
	return joined(append(texts, s.inconclusive(v), s.unjudged(v))...)
}

// ratiosOf returns the ratios of a metric in the cells of some comparisons. ok is false if one of
// them is not known.
func ratiosOf(
	a *stats.Analysis, comparisons []stats.Comparison, metric *stats.Metric,
) (of []stats.Comparison, ok bool) {
	for _, c := range comparisons {
		ratio := a.Ratio(plan.Cell{Server: c.Server, Level: c.Level}, metric)
		if ratio.N == 0 {
			return nil, false
		}
		ratio.Server, ratio.Level = c.Server, c.Level
		of = append(of, ratio)
	}
	return of, true
}

func allHaveIntervals(comparisons []stats.Comparison) bool {
	return !slices.ContainsFunc(comparisons, func(c stats.Comparison) bool {
		return !c.HasInterval()
	})
}
