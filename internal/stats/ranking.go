package stats

import (
	"cmp"
	"slices"

	"labbook.example/labbook/internal/plan"
)

// Ranking is the order of three servers or more at one level, as far as it is known.
type Ranking struct {
	Level plan.Level
	// Groups holds the servers, the fastest group first. The intervals of different groups do not
	// overlap. The order within a group is not known: each of its intervals overlaps another one.
	Groups [][]string
}

// rankings returns a ranking for each level at which three servers or more have an interval. The
// control is not a server of its own.
func (a *Analysis) rankings() []Ranking {
	var all []Ranking
	for _, level := range a.Levels {
		var cells []Cell
		for _, server := range a.Started() {
			cell := a.Cell(plan.Cell{Server: server, Level: level})
			if cell.State != Invalid && cell.Of(Throughput).HasInterval() {
				cells = append(cells, *cell)
			}
		}
		if len(cells) >= 3 {
			all = append(all, Ranking{level, groupByOverlap(cells)})
		}
	}
	return all
}

// groupByOverlap groups cells whose throughput intervals overlap, directly or through others, the
// fastest group first. Within a group, cells keep their order.
func groupByOverlap(cells []Cell) [][]string {
	position := map[string]int{}
	for i, cell := range cells {
		position[cell.Server] = i
	}
	fastestFirst := slices.SortedStableFunc(slices.Values(cells), func(x, y Cell) int {
		_, xHigh := x.Of(Throughput).ends()
		_, yHigh := y.Of(Throughput).ends()
		return cmp.Compare(yHigh, xHigh)
	})

	var groups [][]string
	lowest := 0.0 // the lowest end of an interval in the last group
	for i, cell := range fastestFirst {
		low, high := cell.Of(Throughput).ends()
		if i == 0 || high < lowest {
			groups = append(groups, nil)
			lowest = low
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], cell.Server)
		lowest = min(lowest, low)
	}

	for _, group := range groups {
		slices.SortFunc(group, func(x, y string) int {
			return cmp.Compare(position[x], position[y])
		})
	}
	return groups
}
