package stats

import (
	"reflect"
	"testing"

	"labbook.example/labbook/internal/plan"
)

func TestGroupByOverlap(t *testing.T) {
	test := func(want [][]string, intervals ...[2]float64) {
		t.Helper()
		var cells []Cell
		for i, interval := range intervals {
			cells = append(cells, Cell{
				Cell: plan.Cell{Server: string(rune('A' + i))},
				Summaries: map[*Metric]Summary{
					Throughput: {Low: interval[0], High: interval[1]},
				},
			})
		}
		if got := groupByOverlap(cells); !reflect.DeepEqual(got, want) {
			t.Errorf("groupByOverlap(%v) = %v, want %v", intervals, got, want)
		}
	}
	test([][]string{{"C"}, {"A"}, {"B"}},
		[2]float64{20, 21}, [2]float64{10, 19}, [2]float64{30, 40})
	test([][]string{{"A", "C"}, {"B"}}, [2]float64{20, 30}, [2]float64{10, 19}, [2]float64{30, 40})
	// A and C do not overlap, but B overlaps both: no order is known.
	test([][]string{{"A", "B", "C"}}, [2]float64{10, 20}, [2]float64{15, 35}, [2]float64{30, 40})
	test([][]string{{"B"}, {"A", "C"}}, [2]float64{10, 20}, [2]float64{21, 22}, [2]float64{12, 14})
}

// An interval without an end overlaps whatever is beyond its rates.
func TestOpenIntervalsOverlap(t *testing.T) {
	cells := func(open ...Summary) (all []Cell) {
		for i, s := range open {
			all = append(all, Cell{
				Cell:      plan.Cell{Server: string(rune('A' + i))},
				Summaries: map[*Metric]Summary{Throughput: s},
			})
		}
		return all
	}
	test := func(want [][]string, cells []Cell) {
		t.Helper()
		if got := groupByOverlap(cells); !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	above := Summary{Low: 60, High: 60, OpenHigh: true}
	test([][]string{{"A", "B"}, {"C"}},
		cells(above, Summary{Low: 70, High: 80}, Summary{Low: 20, High: 30}))
	test([][]string{{"A"}, {"B"}, {"C"}},
		cells(above, Summary{Low: 40, High: 50}, Summary{Low: 1, High: 1, OpenLow: true}))
	below := Summary{Low: 40, High: 45, OpenLow: true}
	test([][]string{{"A"}, {"B", "C"}}, cells(above, below, Summary{Low: 20, High: 30}))
}

// TestRankingsNeedThree holds that the control does not count as a server of its own.
func TestRankingsNeedThree(t *testing.T) {
	if found := Analyse(rec(10)).Rankings; len(found) > 0 {
		t.Errorf("two servers are ranked: %v", found)
	}
	r := controlled([2]float64{0.5, 0.6}, [2]float64{1, 1})
	if found := Analyse(r).Rankings; len(found) > 0 {
		t.Errorf("two servers and a control are ranked: %v", found)
	}
}
