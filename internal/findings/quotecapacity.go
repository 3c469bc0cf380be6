package findings

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// capacities returns the capacity of each server, and how it compares with the baseline's; "" if
// none has an interval.
func (q *quotation) capacities() string {
	if !slices.ContainsFunc(q.a.Cells, func(c stats.Cell) bool {
		return c.State != stats.Invalid && c.Of(stats.Throughput).HasInterval()
	}) {
		return ""
	}
	servers := slices.DeleteFunc(q.a.Started(), q.a.AllInvalid)
	slices.SortStableFunc(servers, func(x, y string) int { // the baseline first
		rank := map[string]int{q.a.Baseline: -1}
		return rank[x] - rank[y]
	})
	var clauses []string
	for i, server := range servers {
		clauses = append(clauses, q.capacity(server, i == 0))
	}
	return strings.Join(clauses, "; ")
}

// capacity returns the capacity of a server. Only that of the first one names the objective.
func (q *quotation) capacity(server string, first bool) string {
	place := plan.Cell{Server: server, Level: plan.Level{Kind: plan.Capacity}}
	cell := *q.a.Cell(place)
	of := cell.Of(stats.Throughput)
	known := q.a.Capacity(server)
	q.cells = append(q.cells, place)
	if known != nil && known.AtMost && len(known.Rates) > 0 {
		lowest := q.Count(known.Rates[0].Rate, "1 request per second", "%s requests per second")
		return q.Sprintf("%s did not keep %s at any rate tried, down to %s", q.name(server),
			Objective(q.Printer, q.a), lowest) + whereLimited(q.Printer, cell)
	}

	rate := q.Rate(of.Median)
	if q.a.MayTakeMore(server) {
		rate = q.Sprintf("at least %s", rate)
	}
	ci := Interval(q.Printer, of, q.Rate)
	if ci != "" {
		ci = q.Sprintf("%s CI %s", q.Percentage(q.a.Confidence), ci)
	}
	if first {
		ci = strings.TrimPrefix(ci+"; ", "; ") + q.Sprintf("median of %s of %s",
			q.roundsOf(cell), q.requests())
		return q.Sprintf("%s took %s requests per second with %s (%s)", q.name(server), rate,
			Objective(q.Printer, q.a), ci)
	}
	text := q.Sprintf("%s took %s", q.name(server), rate)
	if ci != "" {
		text += " (" + ci + ")"
	}
	return text + q.timesBaseline(place)
}

// roundsOf returns of how many rounds the capacity of a cell is the median.
func (q *quotation) roundsOf(cell stats.Cell) string {
	n := q.Count(cell.Clean(), "1 round", "%s rounds")
	if runs := len(cell.Of(stats.Throughput).Runs); runs > 0 {
		return q.Sprintf("%s in %s", n, q.Count(runs, "1 run", "%s runs"))
	}
	return n
}

// timesBaseline returns how a capacity compares with the baseline's, after what it is; "" if
// nothing can be inferred.
func (q *quotation) timesBaseline(place plan.Cell) string {
	c := q.a.Comparison(place)
	base := q.a.Capacity(q.a.Baseline)
	if c == nil || !c.HasInterval() || isUnproved(*c) || base != nil && base.AtMost {
		return ""
	}
	q.use(*c, place)
	outcome := q.outcome(*c)
	ci, open := openEnd(c.OpenLow, c.OpenHigh, q.Ratio(c.Low), q.Ratio(c.High))
	if !open && !c.OpenLow {
		ci = q.Span(c.Low, c.High, q.Ratio)
	}
	if ci != "" {
		outcome = q.Sprintf("%s CI %s", q.Percentage(q.a.Confidence), ci) + "; " + outcome
	}
	return q.Sprintf(", %s times as much as %s (%s)",
		AsLimit(q.Printer, *c, q.Ratio(c.Ratio)), q.name(q.a.Baseline), outcome)
}
