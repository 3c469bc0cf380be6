package stats

import (
	"math"
	"slices"

	"labbook.example/labbook/internal/plan"
)

// A drift question is whether speeds change in the course of a run, and whose change it is. What
// the machine does to all servers in the same rounds cancels in the ratio of two of them, so a
// ratio that changes is a server's doing; what remains in common is the machine's, or that of all
// servers alike.

// speeds are how fast the servers of an experiment were in each round.
type speeds struct {
	cells  []cellSpeed
	runOf  []int   // of each round
	rounds int     // of a run
	margin float64 // a smaller change does not matter
}

// cellSpeed is one cell's.
type cellSpeed struct {
	process string // what runs: several cells are one process, asked in several ways
	level   plan.Level
	logs    []float64 // logarithms by round, less their median; NaN: not known
}

// drifting is a cell whose speed changes.
type drifting struct {
	cell   int // index in speeds.cells
	change float64
	beside Beside
}

// The p-values below which a change is no accident, after Bonferroni's correction for the number of
// servers and levels that were asked about. Together, a run without any change has one in at most
// one of a hundred. The first question is the one that is asked most.
const (
	maxServerDriftP  = 0.005  // of a server, its levels together
	maxLevelDriftP   = 0.0025 // of a server at one level
	maxMachineDriftP = 0.0025 // of all servers together
)

// find returns the cells whose speed changes, and the change that all other servers have in common:
// 0.1 is a tenth faster in the last round of a run than in its first one, by the fitted line. The
// common change is 0 if there is none for certain.
func (s speeds) find() (found []drifting, common float64) {
	all := s.processes(nil)
	if len(all) == 0 {
		return nil, 0
	}
	innocent := all
	for _, guilt := range s.accuse(all, nil, maxServerDriftP) {
		found = append(found, s.cellsOf(guilt)...)
		innocent = without(innocent, guilt.process)
	}

	levels := s.levels()
	for _, level := range levels {
		if len(innocent) == 1 && len(all) > 1 {
			break // there is nothing left to compare it with
		}
		only := func(l plan.Level) bool { return l == level }
		at := s.processes(only)
		at = slices.DeleteFunc(at, func(p string) bool { return !slices.Contains(innocent, p) })
		for _, guilt := range s.accuse(at, only, maxLevelDriftP/float64(len(levels))) {
			found = append(found, s.cellsOf(guilt)...)
		}
	}
	return found, s.common(innocent, len(all), found)
}

// guilt is a server whose speed changes.
type guilt struct {
	process string
	levels  func(plan.Level) bool // at which levels; nil: all
	change  float64
	beside  Beside
}

// accuse returns the servers whose speed surely changes unlike that of the others, at some levels
// together: first the one that differs most, then the one that differs most from those that are
// left. Of two, the one that changes more is taken to be the cause; both are, if they surely change
// in opposite directions. One that is alone is compared with nothing.
func (s speeds) accuse(among []string, levels func(plan.Level) bool, maxP float64) []guilt {
	if len(among) == 1 {
		own := s.of(among, levels)
		if change := s.change(own); s.matters(change) && own.p() < maxP {
			return []guilt{{among[0], levels, change, BesideNone}}
		}
		return nil
	}

	var all []guilt
	for left := among; len(left) > 1; {
		worst, relative := s.farthest(left, levels)
		change := s.change(relative)
		tests := len(left)
		if tests == 2 {
			tests = 1 // the ratio of two and its inverse
		}
		if !s.matters(change) || relative.p()*float64(tests) >= maxP {
			break
		}
		left = without(left, worst)
		accused := guilt{worst, levels, change, BesideOthers}
		if len(left) == 1 && s.opposes(worst, left[0], levels) {
			accused.beside = BesideChanging
			all = append(all, guilt{left[0], levels, 1/(1+change) - 1, BesideChanging})
		}
		all = append(all, accused)
	}
	return all
}

// farthest returns the server whose speed changes most beside the others', and that change. Of two,
// it is the one that changes more by itself.
func (s speeds) farthest(among []string, levels func(plan.Level) bool) (worst string, c course) {
	size := -1.0
	for _, process := range among {
		relative := s.beside(process, without(among, process), levels)
		shown := relative
		if len(among) == 2 {
			shown = s.of([]string{process}, levels)
		}
		if slope := math.Abs(shown.slope()); slope > size { // half and twice are as far
			worst, c, size = process, relative, slope
		}
	}
	return worst, c
}

// opposes reports whether the speed of another server surely changes by itself, in the direction
// opposite to that of the first one.
func (s speeds) opposes(one, other string, levels func(plan.Level) bool) bool {
	const sure = 0.01
	theirs := s.of([]string{other}, levels)
	change := s.change(theirs)
	return s.matters(change) && change*s.change(s.of([]string{one}, levels)) < 0 &&
		theirs.p() < sure
}

// cellsOf returns the cells of a server that changes at several levels: those that change as it
// does, by more than the margin, or all of them if there are none.
func (s speeds) cellsOf(g guilt) []drifting {
	var all, clear []drifting
	for i, cell := range s.cells {
		if cell.process != g.process || g.levels != nil && !g.levels(cell.level) {
			continue
		}
		d := drifting{i, g.change, g.beside}
		all = append(all, d)
		change := s.change(s.cellBeside(i))
		if change*g.change > 0 && s.matters(change) {
			clear = append(clear, d)
		}
	}
	if len(clear) > 0 {
		return clear
	}
	return all
}

// common returns the change that all servers have in common, without the cells that change by
// themselves; 0 if it is not sure or does not matter. Each of them has to change in that direction
// and at least half as much. One that is left of several shows the least that they have in common.
func (s speeds) common(innocent []string, servers int, found []drifting) float64 {
	if servers < 2 || len(innocent) == 0 {
		return 0
	}
	rest := s
	rest.cells = nil
	for i, cell := range s.cells {
		if !slices.ContainsFunc(found, func(d drifting) bool { return d.cell == i }) {
			rest.cells = append(rest.cells, cell)
		}
	}

	shared := rest.of(innocent, nil)
	change := rest.change(shared)
	for _, process := range s.processes(nil) {
		if s.of([]string{process}, nil).slope()/shared.slope() < 0.5 {
			return 0
		}
	}
	if !rest.matters(change) || shared.p() >= maxMachineDriftP {
		return 0
	}
	return change
}

// processes returns the servers that have a cell at some levels, each once.
func (s speeds) processes(levels func(plan.Level) bool) []string {
	var all []string
	for _, cell := range s.cells {
		if (levels == nil || levels(cell.level)) && !slices.Contains(all, cell.process) {
			all = append(all, cell.process)
		}
	}
	return all
}

func (s speeds) levels() []plan.Level {
	var all []plan.Level
	for _, cell := range s.cells {
		if !slices.Contains(all, cell.level) {
			all = append(all, cell.level)
		}
	}
	return all
}

// of returns the speed of servers together: the mean of those that are known in a round.
func (s speeds) of(processes []string, levels func(plan.Level) bool) course {
	return s.course(func(round int) float64 {
		var known average
		for _, process := range processes {
			known.add(s.at(round, process, levels))
		}
		return known.value()
	})
}

// beside returns the speed of a server divided by that of the others, over all levels together.
func (s speeds) beside(process string, others []string, levels func(plan.Level) bool) course {
	return s.course(func(round int) float64 {
		var known average
		for _, level := range s.levels() {
			if levels != nil && !levels(level) {
				continue
			}
			only := func(l plan.Level) bool { return l == level }
			var theirs average
			for _, other := range others {
				theirs.add(s.at(round, other, only))
			}
			known.add(s.at(round, process, only) - theirs.value())
		}
		return known.value()
	})
}

// cellBeside returns the speed of a cell divided by that of the other servers at its level, or by
// itself if there are none.
func (s speeds) cellBeside(i int) course {
	cell := s.cells[i]
	only := func(l plan.Level) bool { return l == cell.level }
	others := without(s.processes(only), cell.process)
	return s.course(func(round int) float64 {
		if len(others) == 0 {
			return cell.logs[round]
		}
		var theirs average
		for _, other := range others {
			theirs.add(s.at(round, other, only))
		}
		return cell.logs[round] - theirs.value()
	})
}

// at returns the speed of a server in a round, the mean of its cells at some levels; NaN: not
// known.
func (s speeds) at(round int, process string, levels func(plan.Level) bool) float64 {
	var known average
	for _, cell := range s.cells {
		if cell.process == process && (levels == nil || levels(cell.level)) {
			known.add(cell.logs[round])
		}
	}
	return known.value()
}

// course returns the values of the rounds that are known. A run is a stretch.
func (s speeds) course(value func(round int) float64) course {
	var c course
	for round, run := range s.runOf {
		if round == 0 || run != s.runOf[round-1] {
			c = append(c, nil)
		}
		if v := value(round); !math.IsNaN(v) {
			last := len(c) - 1
			c[last] = append(c[last], point{float64(round), v})
		}
	}
	return c
}

// change returns the change from the first round of a run to its last one: 0.1 is a tenth more.
func (s speeds) change(c course) float64 { return math.Expm1(c.slope() * float64(s.rounds-1)) }

func (s speeds) matters(change float64) bool {
	return change > s.margin || 1/(1+change) > 1+s.margin
}
