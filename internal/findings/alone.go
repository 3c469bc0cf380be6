package findings

import (
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// alone is the answer of an experiment with one server: how much it handles, from where on more
// clients bring no more, and how long requests take there.
func (s story) alone() claim {
	server := s.Baseline
	best := s.peak(server)
	if best == nil {
		return claim{main: s.Sprintf("No result: %s has no valid data.", named(server))}
	}
	levels := []plan.Level{best.Level}
	rate := s.RoughRate(best.Of(stats.Throughput).Median)
	c := claim{
		main: s.Sprintf(
			rateWords(s.Analysis, "%s handles up to %s requests per second, reached %s.",
				"%s gives up to %s good answers per second, reached %s."),
			s.doubted(server, levels), rate, atLevels(s.Printer, levels, nil)),
		second: s.percentiles(*best, s.Sprintf("There")),
		small: []string{s.Sprintf("Medians of up to %s per level.",
			trialsInRuns(s.Printer, *best, best.Rounds))},
	}
	if len(s.Levels) == 1 {
		c.main = s.Sprintf(
			rateWords(s.Analysis, "%s handles %s requests per second %s.",
				"%s gives %s good answers per second %s."),
			s.doubted(server, levels), rate, atLevels(s.Printer, levels, nil))
		c.small = []string{s.Sprintf("Median of %s.",
			trialsInRuns(s.Printer, *best, best.Clean()))}
		return c
	}
	if level, ok := s.knee(server); ok {
		at := s.Cell(plan.Cell{Server: server, Level: level})
		c.second = joined(s.Sprintf("It levels off %s.",
			atLevels(s.Printer, []plan.Level{level}, nil)),
			s.percentiles(*at, s.Sprintf("There")))
	}
	return c
}

// peak returns the cell of a server with the highest throughput; nil if all are invalid.
func (s story) peak(server string) *stats.Cell {
	var best *stats.Cell
	for _, cell := range s.CellsOf(server) {
		if cell.State == stats.Invalid || cell.Of(stats.Throughput).N == 0 {
			continue
		}
		if best == nil ||
			cell.Of(stats.Throughput).Median > best.Of(stats.Throughput).Median {
			best = &cell
		}
	}
	return best
}

// knee returns the level from which on a server gains no more.
func (s story) knee(server string) (plan.Level, bool) {
	i := slices.IndexFunc(s.Knees, func(k stats.Knee) bool {
		return k.Server == server && k.Reached
	})
	if i < 0 {
		return plan.Level{}, false
	}
	return s.Knees[i].Level, true
}

// percentiles states how long requests take in a cell; "" if that is not known. Of a capacity, it
// is the percentile that the objective bounds.
func (s story) percentiles(cell stats.Cell, where string) string {
	metric, share := stats.P99, 0.99
	if o := s.Objective; o != nil && o.Percentile != "p50" {
		metric, share = stats.ObjectiveMetric(*o), o.Share()
	}
	p50, high := cell.Of(stats.P50), cell.Of(metric)
	if p50.N == 0 || high.N == 0 {
		return ""
	}
	return s.Sprintf("%s, half of the requests take at most %s ms and %s at most %s ms.",
		where, s.Rough(p50.Median), s.Percentage(share), s.Rough(high.Median))
}
