package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// capacityLevel is the only level of an experiment that looked for capacities.
var capacityLevel = []plan.Level{{Kind: plan.Capacity}}

// capacities is the answer of an experiment that looked for capacities.
func (s story) capacities() claim {
	c := s.capacitiesAlone()
	c.second = joined(c.second, s.dying())
	return c
}

// dying states which servers died of too many requests, and of how many; "" if none did.
func (s story) dying() string {
	var texts []string
	for _, warning := range s.Warnings {
		if warning.Code != stats.Died {
			continue
		}
		for _, doubt := range warning.Cells {
			at, ok := doubt.Evidence.(stats.AtRate)
			if cell := s.Cell(doubt.Cell); !ok || cell == nil || cell.State == stats.Invalid {
				continue
			}
			texts = append(texts, s.Sprintf("%s crashed or stopped answering in %s of %s rounds, "+
				"at %s requests per second or more.", named(doubt.Cell.Server),
				s.Integer(at.Rounds), s.Integer(at.Of), s.Integer(at.Rate)))
		}
	}
	return joined(texts...)
}

// capacitiesAlone is the answer without what happened at rates above the capacities.
func (s story) capacitiesAlone() claim {
	var usable []string
	for _, server := range s.Started() {
		if s.capacityCell(server).State != stats.Invalid {
			usable = append(usable, server)
		}
	}
	compared := s.withComparisons(s.Compared())
	switch {
	case s.Against != nil && len(compared) == 1:
		return s.version(compared[0])
	case len(compared) == 1:
		return s.capacityPair(compared[0])
	case len(compared) > 1:
		return s.severalCapacities(compared)
	case len(s.Compared()) == 0:
		return s.capacityAlone()
	}

	// No server can be compared with the baseline, but what is known is told.
	c := claim{main: s.takesEach(usable)}
	c.second = s.Sprintf("No comparison: %s has no valid data.", named(s.Baseline))
	if !s.AllInvalid(s.Baseline) {
		invalid := slices.DeleteFunc(s.Compared(), func(server string) bool {
			return !s.AllInvalid(server)
		})
		c.second = s.noValidData(invalid)
	}
	return c
}

// noValidData states that servers could not be compared, because their data are invalid.
func (s story) noValidData(servers []string) string {
	if len(servers) == 1 {
		return s.Sprintf("No comparison: %s has no valid data.", named(servers[0]))
	}
	return s.Sprintf("No comparison: %s have no valid data.", s.List(namedAll(servers)))
}

// invalidServers states whose capacity is not known, because its data are invalid.
func (s story) invalidServers(invalid []stats.Cell) string {
	var names []string
	for _, cell := range invalid {
		names = append(names, named(cell.Server))
	}
	return s.Sprintf("The data of %s are invalid and were left out.", s.List(names))
}

// capacityCell returns the cell of a server's capacity.
func (s story) capacityCell(server string) stats.Cell {
	return *s.Cell(plan.Cell{Server: server, Level: capacityLevel[0]})
}

// capacity returns what is known of the capacity of a server.
func (s story) capacity(server string) stats.Capacity {
	if c := s.Capacity(server); c != nil {
		return *c
	}
	return stats.Capacity{Server: server}
}

// objective names what the capacities keep to: "p99 within 50 ms", or where requests may fail
// "p99 within 50 ms and failures within 5%".
func (s story) objective() string { return Objective(s.Printer, s.Analysis) }

// amount returns how much a server takes: "18,400", "at least 60,000".
func (s story) amount(server string) string {
	rate := s.RoughRate(s.capacityCell(server).Of(stats.Throughput).Median)
	if s.MayTakeMore(server) {
		return s.Sprintf("at least %s", rate)
	}
	return rate
}

// takes states how much a server takes: "A takes 18,400 requests per second with p99 within 50 ms
// (95% CI 17,900–18,900)".
func (s story) takes(server string) string {
	name := s.doubted(server, capacityLevel)
	if s.capacity(server).AtMost {
		return s.Sprintf("%s does not keep %s at any rate tried, down to %s", name, s.objective(),
			s.lowestRate(server)) + whereLimited(s.Printer, s.capacityCell(server))
	}
	text := s.Sprintf("%s takes %s requests per second with %s", name, s.amount(server),
		s.objective())
	return text + s.inBrackets(server)
}

// inBrackets returns the confidence interval of a capacity; "" if there is none.
func (s story) inBrackets(server string) string {
	of := s.capacityCell(server).Of(stats.Throughput)
	ci := Interval(s.Printer, of, s.RoughRate)
	if ci == "" || s.capacity(server).AtLeast && of.OpenHigh {
		return ""
	}
	return " (" + s.Sprintf("%s CI %s", s.Percentage(s.Confidence), ci) + ")"
}

// takesOnly is takes after another server's, whose objective is the same.
func (s story) takesOnly(server string) string {
	name := s.doubted(server, capacityLevel)
	if s.capacity(server).AtMost {
		return s.Sprintf("%s does not keep to that at any rate tried, down to %s", name,
			s.lowestRate(server)) + whereLimited(s.Printer, s.capacityCell(server))
	}
	return s.Sprintf("%s takes %s", name, s.amount(server)) + s.inBrackets(server)
}

// whereLimited restricts that a server did not keep to an objective at the lowest rate, if that may
// not be the server's fault; "" if it is.
func whereLimited(w *locale.Printer, capacity stats.Cell) string {
	switch capacity.LimitedBy(stats.Throughput) {
	case stats.GeneratorBound:
		return w.Sprintf(", where the load generator was the bottleneck")
	case stats.NetworkBound:
		return w.Sprintf(", where the network was the bottleneck")
	}
	return ""
}

// takesEach states how much each of some servers takes. Those with a number come first.
func (s story) takesEach(servers []string) string {
	sorted := slices.Clone(servers)
	slices.SortStableFunc(sorted, func(x, y string) int {
		rank := map[bool]int{true: 1}
		return rank[s.capacity(x).AtMost] - rank[s.capacity(y).AtMost]
	})
	var clauses []string
	for i, server := range sorted {
		if i == 0 {
			clauses = append(clauses, s.takes(server))
		} else {
			clauses = append(clauses, s.takesOnly(server))
		}
	}
	return semicolons(clauses) + "."
}

// lowestRate returns the lowest rate of a server, "1 request per second".
func (s story) lowestRate(server string) string {
	rates := s.capacity(server).Rates
	if len(rates) == 0 {
		return ""
	}
	return s.Count(rates[0].Rate, "1 request per second", "%s requests per second")
}

// beyond states of the servers that met the objective at every rate up to which rate that is; ""
// if none did.
func (s story) beyond(servers ...string) string {
	type limit struct {
		rate      int
		generator bool
	}
	var limits []limit
	by := map[limit][]string{}
	for _, server := range servers {
		c := s.capacity(server)
		if !c.AtLeast || len(c.Rates) == 0 {
			continue
		}
		l := limit{
			rate:      c.Rates[len(c.Rates)-1].Rate,
			generator: c.Search != nil && c.Search.End == record.Unbounded,
		}
		if by[l] == nil {
			limits = append(limits, l)
		}
		by[l] = append(by[l], named(server))
	}

	var texts []string
	for _, l := range limits {
		names, rate := s.List(by[l]), s.Integer(l.rate)
		if l.generator {
			texts = append(texts, s.Sprintf("%s kept to that even at %s requests per second, the "+
				"most that the load generator could make.", names, rate))
		} else {
			texts = append(texts, s.Sprintf("%s kept to that even at %s requests per second, the "+
				"highest rate tried.", names, rate))
		}
	}
	return joined(texts...)
}

// capacityAlone is the answer of an experiment with one server.
func (s story) capacityAlone() claim {
	server := s.Baseline
	cell := s.capacityCell(server)
	c := claim{main: s.takes(server) + ".", second: s.beyond(server)}
	if s.capacity(server).AtMost {
		return c
	}
	c.second = joined(c.second, s.percentiles(cell,
		s.Sprintf("At the highest rate that kept to it")))
	n := rounds(s.Printer, []stats.Comparison{{N: cell.Clean()}})
	if runs := len(cell.Of(stats.Throughput).Runs); runs > 0 {
		n = s.Sprintf("%s in %s", n, s.Count(runs, "1 run", "%s runs"))
	}
	c.small = []string{s.Sprintf("Median of the capacities of %s.", n)}
	if !cell.Of(stats.Throughput).HasInterval() && !s.SeveralRuns() {
		c.small = []string{s.Sprintf("Median of the capacities of %s. A confidence interval needs "+
			"at least %d rounds.", n, stats.MinRounds(s.Confidence))}
	}
	return c
}

// capacityPair is the answer where one server is compared with the baseline.
func (s story) capacityPair(server string) claim {
	c := *s.Comparison(plan.Cell{Server: server, Level: capacityLevel[0]})
	base, other := s.capacity(s.Baseline), s.capacity(server)
	both := s.beyond(s.Baseline, server)
	limited := s.MayTakeMore(server) || s.MayTakeMore(s.Baseline)
	switch {
	case base.AtMost && other.AtMost && !limited &&
		s.lowestRate(server) == s.lowestRate(s.Baseline):
		return claim{
			main: s.Sprintf("Neither %s nor %s keeps %s at any rate tried, down to %s.",
				s.doubted(server, capacityLevel), s.doubted(s.Baseline, capacityLevel),
				s.objective(), s.lowestRate(server)),
		}
	case base.AtMost || other.AtMost:
		return claim{main: s.takesEach([]string{s.Baseline, server}), second: both}
	case c.Verdict == stats.Inconclusive && whyUnsure(c) == unprovable,
		base.AtLeast && other.AtLeast:
		return claim{
			main: s.takesEach([]string{s.Baseline, server}),
			second: joined(both, s.Sprintf("So this run cannot tell which of "+
				"the two takes more.")),
		}
	}

	switch c.Verdict {
	case stats.Slower, stats.Faster, stats.Equivalent:
		return claim{
			main:   s.settledCapacities(c),
			second: joined(both, s.difference(c)),
		}
	case stats.Inconclusive:
		v := verdictsOf(s.Analysis, server)
		found := s.nothingSettled(v)
		found.second = joined(s.takesEach([]string{s.Baseline, server}), both, found.second)
		return found
	}
	found := s.tooFew(verdictsOf(s.Analysis, server))
	found.second = joined(s.Sprintf("In these, %s", s.takesEach([]string{s.Baseline, server})),
		both)
	return found
}

// settledCapacities states how much the baseline takes, and how another server compares; or of a
// server at two versions, how much the newer one takes, and how the older one compares.
func (s story) settledCapacities(c stats.Comparison) string {
	ratio := c.Ratio
	name := s.doubted(c.Server, capacityLevel)
	switch {
	case s.Against != nil && c.Verdict == stats.Equivalent:
		return s.Sprintf("%s, the same within %s as %s.", s.takes(c.Server),
			s.Percentage(s.Margin), s.other(capacityLevel))
	case s.Against != nil:
		amount := s.Difference(locale.Capacity, ratio, ratio, s.other(capacityLevel))
		return s.Sprintf("%s, %s.", s.takes(c.Server), s.asBound(c, amount))
	case c.Verdict == stats.Equivalent:
		return s.Sprintf("%s; %s takes the same within %s.", s.takes(s.Baseline), name,
			s.Percentage(s.Margin))
	}
	return s.Sprintf("%s; %s takes %s.", s.takes(s.Baseline), name,
		s.asBound(c, s.Difference(locale.ByAmount, ratio, ratio)))
}

// difference states how sure the difference of a capacity to the baseline's is.
func (s story) difference(c stats.Comparison) string {
	n := rounds(s.Printer, []stats.Comparison{c})
	ci := ChangeInterval(s.Printer, c)
	if ci == "" {
		return s.Sprintf("The difference is of %s.", n)
	}
	return s.Sprintf("%s confidence interval of the difference: %s; %s.",
		s.Percentage(s.Confidence), ci, n)
}

// asBound marks a difference, as a text, as the limit that it is if the capacity of the server that
// takes more is at least what was measured.
func (s story) asBound(c stats.Comparison, difference string) string {
	switch {
	case c.Limited != stats.FasterSide:
		return difference
	case locale.IsShare(c.Ratio):
		return s.Sprintf("at most %s", difference)
	}
	return s.Sprintf("at least %s", difference)
}
