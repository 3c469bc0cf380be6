package findings

import (
	"cmp"
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// severalCapacities is the answer of an experiment with three servers or more.
func (s story) severalCapacities(compared []string) claim {
	var usable []string
	for _, server := range s.Started() {
		if s.capacityCell(server).State != stats.Invalid {
			usable = append(usable, server)
		}
	}
	c := claim{
		second: joined(s.beyond(usable...), s.eachCapacity(compared), s.roundsTooFew()),
	}
	ranking, separated := s.widestRanking()
	switch {
	case separated:
		c.main = s.mostTaken(ranking)
	case len(s.Rankings) > 0:
		c.main = s.Sprintf("No ranking: the confidence intervals of the capacities overlap.")
		c.second = joined(s.takesEach(usable), c.second)
	default:
		c.main = s.several(compared).main
		c.second = joined(s.takesEach(usable), c.second)
	}
	return c
}

// mostTaken states which servers take the most, and which share of that the others reach.
func (s story) mostTaken(r stats.Ranking) string {
	first := r.Groups[0]
	best := slices.MaxFunc(first, func(x, y string) int {
		median := func(server string) float64 {
			return s.capacityCell(server).Of(stats.Throughput).Median
		}
		return cmp.Compare(median(x), median(y))
	})
	most, least := s.extremes(first, capacityLevel[0])
	alike := s.alike(least, most)

	var names, others, none []string
	var shares []float64
	for _, server := range first {
		names = append(names, s.doubted(server, capacityLevel))
	}
	reaches, restReach := reaching(alike)
	for _, server := range slices.Concat(r.Groups[1:]...) {
		if s.capacity(server).AtMost {
			none = append(none, s.takesOnly(server))
			continue
		}
		share := s.capacityCell(server).Of(stats.Throughput).Median / most
		shares = append(shares, share)
		reached := s.WholePercent(share)
		if s.MayTakeMore(best) {
			reached = s.Sprintf("at most %s", reached)
		}
		others = append(others, s.Sprintf(reaches, s.doubted(server, capacityLevel), reached))
		reaches = "%s %s"
	}

	lead := locale.Message("%s take the most, about %s requests per second with %s")
	if len(first) == 1 {
		lead = "%s takes the most, %s requests per second with %s"
	}
	amount := s.amount(best)
	if !alike {
		lead = "%s take the most, %s requests per second with %s, in an uncertain order"
		amount = s.Sprintf("%s to %s", s.RoughRate(least), amount)
	}
	clauses := []string{s.Sprintf(lead, s.List(names), amount, s.objective())}
	if len(first) == 1 {
		clauses[0] += s.inBrackets(best)
	}
	switch {
	case len(others) > maxNamedServers:
		clauses = append(clauses, s.Sprintf(restReach,
			s.PercentSpan(slices.Min(shares), slices.Max(shares))))
	case len(others) > 0:
		clauses = append(clauses, s.List(others))
	}
	return semicolons(append(clauses, none...)) + "."
}

// eachCapacity states how the capacity of each server compares with the baseline's: "Compared with
// A, B takes 32% less; C and D take the same within 10%."
func (s story) eachCapacity(compared []string) string {
	var clauses, same, unsure []string
	for _, server := range compared {
		c := s.Comparison(plan.Cell{Server: server, Level: capacityLevel[0]})
		switch {
		case c == nil || s.capacity(server).AtMost || s.capacity(s.Baseline).AtMost:
		case c.Verdict == stats.Slower || c.Verdict == stats.Faster:
			clauses = append(clauses, s.Sprintf("%s takes %s", named(server),
				s.asBound(*c, s.Difference(locale.ByAmount, c.Ratio, c.Ratio))))
		case c.Verdict == stats.Equivalent:
			same = append(same, named(server))
		case c.Verdict == stats.Inconclusive:
			unsure = append(unsure, named(server))
		}
	}
	if len(same) == 1 {
		clauses = append(clauses, s.Sprintf("%s takes the same within %s", same[0],
			s.Percentage(s.Margin)))
	} else if len(same) > 1 {
		clauses = append(clauses, s.Sprintf("%s take the same within %s", s.List(same),
			s.Percentage(s.Margin)))
	}
	if len(unsure) == 1 {
		clauses = append(clauses, s.Sprintf("%s is inconclusive", unsure[0]))
	} else if len(unsure) > 1 {
		clauses = append(clauses, s.Sprintf("%s are inconclusive", s.List(unsure)))
	}
	if len(clauses) == 0 {
		return ""
	}
	return s.Sprintf("Compared with %s, %s.", named(s.Baseline), semicolons(clauses))
}
