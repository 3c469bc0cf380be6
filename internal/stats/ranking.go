package stats

import (
	"cmp"
	"slices"

	"labbook/internal/plan"
)

// Ranking is the order of three servers or more at one level.
type Ranking struct {
	Level plan.Level
	// Groups are the servers, the fastest group first. Within a group no interval of a median parts
	// the servers, so their order is not known; each has one interval at least in common with
	// another one.
	Groups [][]string
}

// rankings gives the order at each level where three servers or more have an interval. The control
// is no server of its own.
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
			all = append(all, Ranking{level, rank(cells)})
		}
	}
	return all
}

// rank groups cells whose intervals overlap, by way of others too, the fastest first; within a
// group they keep their order.
func rank(cells []Cell) [][]string {
	order := map[string]int{}
	for i, cell := range cells {
		order[cell.Server] = i
	}
	fastest := slices.SortedStableFunc(slices.Values(cells), func(x, y Cell) int {
		return cmp.Compare(y.Of(Throughput).High, x.Of(Throughput).High)
	})
	var groups [][]string
	low := 0.0
	for i, cell := range fastest {
		if i == 0 || cell.Of(Throughput).High < low {
			groups, low = append(groups, nil), cell.Of(Throughput).Low
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], cell.Server)
		low = min(low, cell.Of(Throughput).Low)
	}
	for _, group := range groups {
		slices.SortFunc(group, func(x, y string) int { return cmp.Compare(order[x], order[y]) })
	}
	return groups
}
