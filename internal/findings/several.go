package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// several is the answer of an experiment with three servers or more: who leads, and how each one
// compares with the baseline.
func (s story) several(compared []string) claim {
	c := claim{second: joined(s.eachCompared(compared), s.roundsTooFew())}
	ranking, separated := s.widestRanking()
	rounds := 0
	for _, comparison := range s.Comparisons {
		rounds = max(rounds, comparison.N)
	}
	switch {
	case separated:
		c.main = s.leaders(ranking)
	case len(s.Rankings) > 0:
		c.main = s.Sprintf("No ranking: %s the servers' confidence intervals overlap.",
			s.at(rankedLevels(s.Rankings)))
	case s.Imported:
		c.main = s.Sprintf("No ranking: there are too few trials for confidence intervals.")
	case s.SeveralRuns():
		c.main = s.Sprintf("No ranking yet: there are too few runs for confidence intervals.")
	case len(s.Comparisons) == 0:
		c.main = s.Sprintf("No comparison with %s: at no level are its data and those of another "+
			"server valid.", named(s.Baseline))
		c.second = ""
	case rounds >= stats.MinRounds(s.Confidence):
		c.main = s.Sprintf("No ranking: at no level are the data of three servers valid.")
	default:
		c.main = s.Sprintf("No conclusion yet: %s, at least %d are needed.",
			s.Count(rounds, "1 round was run", "%s rounds were run"),
			stats.MinRounds(s.Confidence))
	}
	return c
}

func rankedLevels(rankings []stats.Ranking) []plan.Level {
	levels := make([]plan.Level, len(rankings))
	for i, r := range rankings {
		levels[i] = r.Level
	}
	return levels
}

// widestRanking returns the ranking of the highest level at which servers can be told apart.
func (s story) widestRanking() (ranking stats.Ranking, ok bool) {
	for _, r := range s.Rankings {
		if len(r.Groups) > 1 && (!ok || r.Level.Value > ranking.Level.Value) {
			ranking, ok = r, true
		}
	}
	return ranking, ok
}

// maxNamedServers is how many servers a sentence names with a number of their own.
const maxNamedServers = 3

// leaders states which servers lead at a level, and which share of their throughput the others
// reach.
func (s story) leaders(r stats.Ranking) string {
	levels := []plan.Level{r.Level}
	median := func(server string) float64 {
		cell := s.Cell(plan.Cell{Server: server, Level: r.Level})
		return cell.Of(stats.Throughput).Median
	}
	first := r.Groups[0]
	best, least := s.extremes(first, r.Level)
	amount, alike := s.RoughRate(best), s.alike(least, best)
	if !alike {
		amount = s.Span(least, best, s.RoughRate)
	}

	var names, others []string
	for _, server := range first {
		names = append(names, s.doubted(server, levels))
	}
	var shares []float64
	reaches, restReach := reaching(alike)
	for _, server := range slices.Concat(r.Groups[1:]...) {
		share := median(server) / best
		shares = append(shares, share)
		reached := s.WholePercent(share)
		cell := s.Cell(plan.Cell{Server: server, Level: r.Level})
		if cell.LimitedBy(stats.Throughput) != "" {
			reached = s.Sprintf("at least %s", reached)
		}
		others = append(others, s.Sprintf(reaches, s.doubted(server, levels), reached))
		reaches = "%s %s"
	}
	reach := s.List(others)
	if len(others) > maxNamedServers {
		reach = s.Sprintf(restReach,
			s.PercentSpan(slices.Min(shares), slices.Max(shares)))
	}
	lead := rateWords(s.Analysis, "%s lead with about %s requests per second %s; %s.",
		"%s lead with about %s good answers per second %s; %s.")
	if len(first) == 1 {
		lead = rateWords(s.Analysis, "%s leads with about %s requests per second %s; %s.",
			"%s leads with about %s good answers per second %s; %s.")
	}
	if !alike {
		lead = rateWords(s.Analysis,
			"%s lead with %s requests per second %s, in an uncertain order; %s.",
			"%s lead with %s good answers per second %s, in an uncertain order; %s.")
	}
	return s.Sprintf(lead, s.List(names), amount, atLevels(s.Printer, levels, nil), reach)
}

// extremes returns the largest and the smallest median throughput of some servers at a level.
func (s story) extremes(servers []string, level plan.Level) (largest, smallest float64) {
	for i, server := range servers {
		median := s.Cell(plan.Cell{Server: server, Level: level}).Of(stats.Throughput).Median
		largest = max(largest, median)
		if smallest = min(smallest, median); i == 0 {
			smallest = median
		}
	}
	return largest, smallest
}

// alike reports whether the medians of servers that lead together are one number to a reader. The
// intervals of a group overlap, some of them only through others, so they may be far apart.
func (s story) alike(smallest, largest float64) bool {
	return smallest >= (1-s.Margin)*largest
}

// reaching returns how the throughput of a server behind those that lead is stated, and that of
// several together.
func reaching(alike bool) (one, several locale.Message) {
	if alike {
		return "%s reaches %s of that", "the others reach %s of that"
	}
	return "%s reaches %s of the highest", "the others reach %s of the highest"
}

// roundsTooFew states that no difference could have been established, however large; "" if one
// could.
func (s story) roundsTooFew() string {
	comparisons, needed, few := s.CannotTell()
	if !few {
		return ""
	}
	return s.Sprintf("So few rounds cannot establish any difference: %s at least %d rounds.",
		s.Count(comparisons, "1 comparison needs", "%s comparisons need"), needed)
}

// eachCompared states how each server compares with the baseline over all levels, those alike
// together: "Compared with A, B and C are slower at every level; D is within 10% at every level."
func (s story) eachCompared(compared []string) string {
	var kinds []string // in the order of their first server
	servers := map[string][]string{}
	for _, server := range compared {
		kind := s.overall(server)
		if kind == "" {
			continue
		}
		if servers[kind] == nil {
			kinds = append(kinds, kind)
		}
		servers[kind] = append(servers[kind], server)
	}

	var clauses []string
	for _, kind := range kinds {
		of := servers[kind]
		var clause locale.Message = "%s are %s"
		if len(of) == 1 {
			clause = "%s is %s"
		}
		clauses = append(clauses, s.Sprintf(clause, s.List(namedAll(of)), kind))
	}
	if len(clauses) == 0 {
		return ""
	}
	return s.doubting(s.Sprintf("Compared with %s, %s.", named(s.Baseline), semicolons(clauses)),
		s.Levels, append([]string{s.Baseline}, compared...)...)
}

// overall returns what the verdicts on a server have in common; "" if nothing is inferred.
func (s story) overall(server string) string {
	v := verdictsOf(s.Analysis, server)
	judged := 0
	for verdict, of := range v.byVerdict {
		if verdict != stats.NoVerdict && verdict != stats.Withheld {
			judged += len(of)
		}
	}
	all := func(verdict stats.Verdict) bool { return len(v.byVerdict[verdict]) == v.levels }
	some := func(verdict stats.Verdict) bool { return len(v.byVerdict[verdict]) > 0 }
	margin := s.Percentage(s.Margin)
	at := func(verdict stats.Verdict) string { return s.at(levelsOf(v.byVerdict[verdict])) }
	amount := func(verdict stats.Verdict) string { return s.changes(v.byVerdict[verdict]) }
	switch {
	case len(v.missing) == v.levels:
		return s.Sprintf("not compared, because data are invalid")
	case judged == 0:
		return ""
	case all(stats.Equivalent):
		return s.Sprintf("within %s at every level", margin)
	case all(stats.Inconclusive):
		return s.Sprintf("inconclusive at every level")
	case some(stats.Slower) && some(stats.Faster):
		return s.Sprintf("slower %s (%s), faster %s (%s)", at(stats.Slower), amount(stats.Slower),
			at(stats.Faster), amount(stats.Faster))
	case some(stats.Slower):
		return s.Sprintf("slower %s (%s)", at(stats.Slower), amount(stats.Slower))
	case some(stats.Faster):
		return s.Sprintf("faster %s (%s)", at(stats.Faster), amount(stats.Faster))
	case some(stats.Equivalent):
		return s.Sprintf("within %s %s, else inconclusive", margin, at(stats.Equivalent))
	}
	return s.Sprintf("inconclusive %s", at(stats.Inconclusive))
}
