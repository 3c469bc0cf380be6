package chart

import (
	"cmp"
	"math"
	"slices"

	"labbook/internal/plan"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// series is one line of a figure.
type series struct {
	label     string
	style     int  // index of its colour and its marker
	dashed    bool // a second line of the same server
	reference bool // not measured here: somebody else's numbers, or a guide
	guide     bool // a line to compare with, without a value of its own
	points    []point
}

// point is what a line has at one level.
type point struct {
	level     plan.Level
	known     bool      // false: the line has a gap here
	median    float64   // or a reference's only value
	low, high float64   // the interval; equal where there is none
	trials    []float64 // in the order of the rounds
	rounds    []int     // the round of each trial
	x         float64   // where the x axis is a metric: its median; of a guide: the side of the level, -1 or 1
	xs        []float64 // likewise that of each trial
}

// newSeries takes one summary of each of a server's cells. Style is the server's place in the spec.
func newSeries(
	a Source,
	style int,
	label string,
	of func(stats.Cell) stats.Summary,
) series {
	s := series{label: label, style: style}
	for _, cell := range a.CellsOf(a.Servers[style]) {
		summary := of(cell)
		p := point{level: cell.Level}
		if cell.State != stats.Invalid && summary.N > 0 {
			p.known, p.median, p.trials = true, summary.Median, summary.Values
			p.rounds = summary.Rounds
			p.low, p.high = summary.Median, summary.Median
			if summary.HasInterval() {
				p.low, p.high = summary.Low, summary.High
			}
		}
		s.points = append(s.points, p)
	}
	return s
}

// referenceSeries gives a line for each server of a reference that has a value at one of the
// levels. A line of a server that was measured too has its colour.
func referenceSeries(a Source, r spec.Reference) []series {
	var all []series
	index := map[string]int{}
	for _, p := range r.Points {
		i, found := index[p.Server]
		if !found {
			i = len(all)
			index[p.Server] = i
			s := series{
				label:     p.Server + ", " + r.Name,
				style:     styleOf(a, p.Server, i),
				reference: true,
			}
			for _, level := range a.Levels {
				s.points = append(s.points, point{level: level})
			}
			all = append(all, s)
		}
		for j, level := range a.Levels {
			if level.Kind == plan.Concurrency && level.Value == p.Concurrency {
				v := p.RequestsPerSecond
				all[i].points[j] = point{
					level:  level,
					known:  true,
					median: v,
					low:    v,
					high:   v,
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(s series) bool {
		_, _, found := s.extent()
		return !found
	})
}

func styleOf(a Source, server string, otherwise int) int {
	if i := slices.Index(a.Servers, server); i >= 0 {
		return i
	}
	return len(a.Servers) + otherwise
}

// extent gives the least and the greatest median of a line, and whether it has one.
func (s series) extent() (low, high float64, found bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range s.points {
		if p.known {
			low, high, found = min(low, p.median), max(high, p.median), true
		}
	}
	return low, high, found
}

// runs gives the line's points from gap to gap, in the order of their levels.
func (s series) runs() [][]point {
	points := slices.Clone(s.points)
	slices.SortStableFunc(
		points,
		func(a, b point) int { return cmp.Compare(a.level.Value, b.level.Value) },
	)
	var runs [][]point
	var run []point
	for _, p := range points {
		if p.known {
			run = append(run, p)
		} else if len(run) > 0 {
			runs, run = append(runs, run), nil
		}
	}
	if len(run) > 0 {
		runs = append(runs, run)
	}
	return runs
}

// last gives the line's rightmost point.
func (s series) last() (point, bool) {
	runs := s.runs()
	if len(runs) == 0 {
		return point{}, false
	}
	run := runs[len(runs)-1]
	return run[len(run)-1], true
}

const (
	errNothing  problem = "there is nothing to draw: no cell is valid"
	errInfinite problem = "this chart could not be drawn: a value is not a finite number"
)

// valueRange gives the least and the greatest value that is drawn. References alone are no chart.
func valueRange(all []series) (low, high float64, err error) {
	low, high = math.Inf(1), math.Inf(-1)
	err = errNothing
	for _, s := range all {
		for _, p := range s.points {
			if !p.known {
				continue
			}
			if !s.reference {
				err = nil
			}
			for _, v := range append([]float64{p.median, p.low, p.high}, p.trials...) {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return 0, 0, errInfinite
				}
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return low, high, err
}
