package findings

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// Quote returns the main result as it can be quoted: with the generator, the machine, the sizes,
// 95% confidence intervals, the test and its p. It is "" if nothing can be inferred, or not yet.
func Quote(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	if a.Unfinished != nil {
		return ""
	}
	q := quotation{Printer: w, rec: rec, a: a}
	var claim string
	switch compared := a.Compared(); {
	case a.Objective != nil:
		claim = q.capacities()
	case a.OpenLoop():
		claim = q.rates()
	case len(compared) == 0:
		claim = q.peak()
	case len(compared) == 1:
		claim = q.against(compared[0])
	default:
		claim = q.together()
	}
	if claim == "" {
		return ""
	}

	sentences := []string{q.Sprintf("%s, %s.", q.setting(), claim)}
	if method := q.method(); method != "" {
		sentences = append(sentences, method)
	}
	if added, ok := addedRounds(a); ok {
		sentences = append(sentences, q.Sprintf("%s of the %s rounds were added after looking at "+
			"the results, which p and confidence intervals do not account for.",
			q.Integer(added), q.Integer(a.Rounds)))
	}
	if suspect := q.suspect(); suspect != "" {
		sentences = append(sentences, suspect)
	}
	return strings.Join(sentences, " ")
}

// quotation collects what a quotation uses, so that its method is that of these numbers alone.
type quotation struct {
	*locale.Printer
	rec *record.Record
	a   *stats.Analysis

	used  []stats.Comparison
	cells []plan.Cell
}

// use notes the comparison of a cell with the baseline's at its level.
func (q *quotation) use(c stats.Comparison, place plan.Cell) {
	q.used = append(q.used, c)
	q.cells = append(q.cells, place, plan.Cell{Server: q.a.Baseline, Level: place.Level})
}

// setting returns with what was measured, and where: "With ab 2.3 on a machine with 2 cores".
func (q *quotation) setting() string {
	tool := q.rec.Generator.Name
	switch tool {
	case record.InstalledAB:
		tool = "ApacheBench (ab)"
	case record.EmbeddedAB:
		tool = q.Sprintf("Labbook's embedded ab")
	}
	if q.rec.Generator.Version != "" {
		tool += " " + q.rec.Generator.Version
	}
	if q.a.RandomArrivals {
		tool = q.Sprintf("%s (Poisson arrivals)", tool)
	}

	env := stats.ServersEnvironment(q.rec)
	if q.rec.Imported != nil || env.Cores == 0 {
		return q.Sprintf("With %s", tool)
	}
	machine := q.Count(env.Cores, "1 core", "%s cores")
	if env.CPU != "" {
		machine += ", " + env.CPU
	}
	joined := q.rec.Joined
	if joined != nil && !joined.Alike() {
		machine = q.Sprintf("not alike")
	}
	if stats.Apart(q.rec) {
		return q.Sprintf("With %s, servers and load on different machines (servers: %s)", tool,
			machine)
	}
	if len(q.rec.Experiment.Remote()) > 0 {
		return q.Sprintf("With %s, run on another machine (%s)", tool, machine)
	}
	if joined != nil && len(joined.Machines) > 1 {
		return q.Sprintf("With %s, each round on one of %s machines (%s)", tool,
			q.Integer(len(joined.Machines)), machine)
	}
	return q.Sprintf("With %s on one machine (%s)", tool, machine)
}

// maxQuotedLevels is how many levels are quoted one by one. Of more, their range is.
const maxQuotedLevels = 5

// against returns how the throughput of a server compares with the baseline's.
func (q *quotation) against(server string) string {
	by := map[stats.Verdict][]stats.Comparison{}
	for _, level := range q.a.Levels {
		place := plan.Cell{Server: server, Level: level}
		c := q.a.Comparison(place)
		if c == nil || !c.HasInterval() || isUnproved(*c) {
			continue
		}
		by[c.Verdict] = append(by[c.Verdict], *c)
		q.use(*c, place)
	}

	var clauses []string
	base := q.name(q.a.Baseline)
	clauses = append(clauses, q.settled(by[stats.Slower], by[stats.Faster])...)
	if c := by[stats.Equivalent]; len(c) > 0 {
		low, high := intervals(c)
		clauses = append(clauses, q.Sprintf("the throughputs of %s and %s were equivalent within "+
			"%s %s (%s CI of their ratio %s)", q.name(server), base, q.Percentage(q.a.Margin),
			q.at(c), q.Percentage(q.a.Confidence), q.Span(low, high, q.Ratio)))
	}
	if c := by[stats.Inconclusive]; len(c) > 0 {
		low, high := intervals(c)
		least, _ := extent(c, func(c stats.Comparison) float64 { return c.Adjusted })
		at := q.at(c)
		if len(c) > 1 && len(c) == len(q.a.Levels) {
			at = q.Sprintf("at any level")
		}
		clauses = append(clauses, q.Sprintf("no difference in throughput between %s and %s was "+
			"established %s (%s CI of their ratio %s; adjusted p ≥ %s)", q.name(server), base,
			at, q.Percentage(q.a.Confidence), q.Span(low, high, q.Ratio), q.PValue(least)))
	}
	return strings.Join(clauses, "; ")
}

// isUnproved reports whether the generator limited the slower side, so that a ratio says nothing.
func isUnproved(c stats.Comparison) bool {
	return c.Limited == stats.SlowerSide || c.Limited == stats.BothSides
}

// settled returns the ratios of a server where it is faster or slower: each with its interval, or
// their range in each direction if they are many.
func (q *quotation) settled(slower, faster []stats.Comparison) []string {
	all := slices.Concat(slower, faster)
	if len(all) == 0 {
		return nil
	}
	if len(all) > maxQuotedLevels {
		var clauses []string
		for _, c := range [][]stats.Comparison{slower, faster} {
			if len(c) > 0 {
				clauses = append(clauses, q.ratioSpan(c))
			}
		}
		return clauses
	}

	slices.SortStableFunc(all, func(x, y stats.Comparison) int {
		return slices.Index(q.a.Levels, x.Level) - slices.Index(q.a.Levels, y.Level)
	})
	items := make([]string, len(all))
	for i, c := range all {
		ratio, level := AsLimit(q.Printer, c, q.Ratio(c.Ratio)), levelName(q.Printer, c.Level)
		ci := q.Range(c.Low, c.High, q.Ratio)
		if i > 0 {
			items[i] = q.Sprintf("%s times at %s (%s)", ratio, level, ci)
			continue
		}
		items[i] = q.Sprintf(rateWords(q.a,
			"%s times as many requests per second as %s at %s (%s CI %s)",
			"%s times as many good answers per second as %s at %s (%s CI %s)"),
			ratio, q.name(q.a.Baseline), level, q.Percentage(q.a.Confidence), ci)
	}
	_, p := extent(all, func(c stats.Comparison) float64 { return c.Adjusted })
	return []string{q.Sprintf(rateWords(q.a,
		"%s handled %s; adjusted p ≤ %s",
		"%s gave %s; adjusted p ≤ %s"),
		q.name(all[0].Server), q.List(items), q.PValue(p))}
}

// ratioSpan returns the range of ratios in one direction.
func (q *quotation) ratioSpan(c []stats.Comparison) string {
	lowest, highest := extent(c, func(c stats.Comparison) float64 { return c.Ratio })
	low, high := intervals(c)
	_, p := extent(c, func(c stats.Comparison) float64 { return c.Adjusted })
	claim := q.Sprintf(rateWords(q.a,
		"%s handled %s times as many requests per second as %s %s "+
			"(%s CIs within %s; adjusted p ≤ %s)",
		"%s gave %s times as many good answers per second as %s %s "+
			"(%s CIs within %s; adjusted p ≤ %s)"),
		q.name(c[0].Server), q.Span(lowest, highest, q.Ratio), q.name(q.a.Baseline), q.at(c),
		q.Percentage(q.a.Confidence), q.Span(low, high, q.Ratio), q.PValue(p))

	limited := slices.DeleteFunc(slices.Clone(c), func(c stats.Comparison) bool {
		return c.Limited != stats.FasterSide
	})
	if len(limited) == 0 {
		return claim
	}
	return q.Sprintf(limitWords(byNetwork(limited),
		"%s, or a larger difference %s, where the load generator was the bottleneck",
		"%s, or a larger difference %s, where the network was the bottleneck"),
		claim, q.at(limited))
}

// at returns at which levels some comparisons are.
func (q *quotation) at(c []stats.Comparison) string {
	return atLevels(q.Printer, levelsOf(c), q.a.Levels)
}

// together returns the ratios of several servers to the baseline, at the highest level at which
// something can be inferred of each that has data there.
func (q *quotation) together() string {
	var items []string
	confidence := q.Percentage(q.a.Confidence)
	var level plan.Level
	for _, level = range byHeight(q.a.Levels) {
		for _, server := range q.a.Compared() {
			place := plan.Cell{Server: server, Level: level}
			c := q.a.Comparison(place)
			if c == nil || !c.HasInterval() || isUnproved(*c) {
				continue
			}
			q.use(*c, place)
			ci := q.Range(c.Low, c.High, q.Ratio)
			if len(items) == 0 {
				ci = q.Sprintf("%s CI %s", confidence, ci)
			}
			items = append(items, q.Sprintf("%s (%s; %s) for %s",
				AsLimit(q.Printer, *c, q.Ratio(c.Ratio)), ci, q.outcome(*c), server))
		}
		if len(items) > 0 {
			break
		}
	}
	if len(items) == 0 {
		return ""
	}
	return q.Sprintf(rateWords(q.a,
		"at %s the throughput relative to %s was %s",
		"at %s the rate of good answers relative to %s was %s"),
		levelName(q.Printer, level), q.a.Baseline, q.List(items))
}

// outcome returns what the test of a comparison found: "adjusted p = 0.0098".
func (q *quotation) outcome(c stats.Comparison) string {
	if c.Verdict == stats.Equivalent {
		return q.Sprintf("equivalent within %s", q.Percentage(q.a.Margin))
	}
	p := q.PValue(c.Adjusted)
	if !strings.HasPrefix(p, "<") {
		p = "= " + p
	}
	return q.Sprintf("adjusted p %s", p)
}

// byHeight returns levels with the highest first.
func byHeight(levels []plan.Level) []plan.Level {
	return slices.SortedFunc(slices.Values(levels), func(x, y plan.Level) int {
		return y.Value - x.Value
	})
}

// peak returns the highest throughput of the only server, and its latency there.
func (q *quotation) peak() string {
	best := bestCell(q.a, q.a.Baseline)
	if best == nil || !best.Of(stats.Throughput).HasInterval() {
		return ""
	}
	q.cells = append(q.cells, best.Cell)
	s := best.Of(stats.Throughput)
	claim := q.Sprintf(rateWords(q.a,
		"%s handled %s requests per second at %s (median of %s of %s; %s CI %s)",
		"%s gave %s good answers per second at %s (median of %s of %s; %s CI %s)"),
		best.Server, q.Rate(s.Median), levelName(q.Printer, best.Level),
		trialsInRuns(q.Printer, *best, best.Clean()), q.requests(),
		q.Percentage(q.a.Confidence), q.Range(s.Low, s.High, q.Rate))
	p50, p99 := best.Of(stats.P50), best.Of(stats.P99)
	if p50.N == 0 || p99.N == 0 {
		return claim
	}
	return q.Sprintf("%s; half of the requests took at most %s ms and 99%% at most %s ms", claim,
		q.Rough(p50.Median), q.Rough(p99.Median))
}

// rates returns up to which arrival rates the servers kept up, and how their latencies compare at
// the highest one that both did.
func (q *quotation) rates() string {
	var kept, latencies []string
	for _, server := range q.a.Started() {
		if q.a.AllInvalid(server) {
			continue
		}
		kept = append(kept, q.keptUp(server))
		if server != q.a.Baseline {
			latencies = append(latencies, q.latencyAtCommonRate(server)...)
		}
	}
	if !slices.ContainsFunc(q.a.Cells, func(c stats.Cell) bool {
		return c.State != stats.Invalid && c.Of(stats.Throughput).HasInterval()
	}) {
		return ""
	}
	return strings.Join(append(kept, latencies...), "; ")
}

// keptUp returns up to which arrival rate a server kept up.
func (q *quotation) keptUp(server string) string {
	rate, _ := q.a.KeptUpTo(server)
	switch {
	case q.a.MayKeepUpWithMore(server):
		return q.Sprintf("%s kept up with at least %s requests per second", q.name(server),
			q.Integer(rate))
	case rate > 0:
		return q.Sprintf("%s kept up with up to %s requests per second", q.name(server),
			q.Integer(rate))
	}
	lowest := slices.MinFunc(q.a.Levels, func(x, y plan.Level) int { return x.Value - y.Value })
	return q.Sprintf("%s did not keep up with %s requests per second, the lowest rate",
		q.name(server), q.Integer(lowest.Value))
}

// latencyAtCommonRate compares the p99 of a server with the baseline's at the highest rate that
// both kept up with; nothing if there is none, or no interval.
func (q *quotation) latencyAtCommonRate(server string) []string {
	for _, rate := range byHeight(q.a.Levels) {
		if !bothKeptUp(q.a, server, rate) {
			continue
		}
		place := plan.Cell{Server: server, Level: rate}
		c := q.a.Ratio(place, stats.P99)
		if !c.HasInterval() {
			return nil
		}
		ratio := q.latencyRatio(place, c.Ratio)
		if ratio == "" {
			return nil
		}
		q.use(c, place)
		return []string{q.Sprintf("at %s requests per second, the p99 latency of %s was %s times "+
			"that of %s (%s CI %s)", q.Integer(rate.Value), q.name(server), ratio,
			q.name(q.a.Baseline),
			q.Percentage(q.a.Confidence), q.Range(c.Low, c.High, q.Ratio))}
	}
	return nil
}

// requests returns how large a trial is: "1,000 requests"; where a capacity was looked for, also
// how many a round has: "1,000 requests at each of 9 rates".
func (q *quotation) requests() string {
	size := q.size()
	if q.a.Objective == nil {
		return size
	}
	var rates []int
	for _, c := range q.a.Capacities {
		rates = append(rates, len(c.Rates))
	}
	low, high := extent(rates, func(n int) int { return n })
	return q.Sprintf("%s at each of %s rates", size, q.Span(float64(low), float64(high),
		whole(q.Printer)))
}

func (q *quotation) size() string {
	low, high := q.rec.SizeRange(q.rec.Experiment)
	if low.Requests < high.Requests {
		return q.Sprintf("%s requests", q.Span(float64(low.Requests), float64(high.Requests),
			whole(q.Printer)))
	}
	return q.Count(high.Requests, "1 request", "%s requests")
}
