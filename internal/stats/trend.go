package stats

import (
	"cmp"
	"math"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// addTrendDoubts adds a doubt to each cell whose server got faster or slower in the course of a
// run, or within its lives. It returns what all servers have in common: 0.1 is a tenth faster at
// the end of a run; 0 if there is no such change for certain.
func addTrendDoubts(rec *record.Record, cells []Cell) (common float64) {
	if rec.Imported != nil {
		return 0
	}
	e := rec.Experiment
	s := speedsOf(rec, cells)
	doubt := func(i int, change float64, beside Beside) {
		c := &cells[i]
		evidence := Drift{change, beside, e.Load.OpenLoop()}
		c.doubts = append(c.doubts, c.doubt(Trend, c.Clean(), evidence))
	}

	var found []drifting
	if rec.Joined == nil { // or else the rounds do not follow each other
		found, common = s.find()
	}
	slices.SortFunc(found, func(a, b drifting) int { return cmp.Compare(a.cell, b.cell) })
	for _, d := range found {
		doubt(d.cell, d.change, d.beside)
	}
	if e.Design.Restart != spec.RestartRound {
		return common
	}
	for _, process := range s.processes(nil) {
		change, ok := s.ageing(cells, process)
		for i, cell := range s.cells {
			drifts := slices.ContainsFunc(found, func(d drifting) bool { return d.cell == i })
			if ok && cell.process == process && !drifts {
				doubt(i, change, BesideYounger)
			}
		}
	}
	return common
}

// speedsOf returns the speeds of all cells. That of a cell with too few clean trials is not known.
// In an open loop, throughput is the rate at which requests arrive, so the median response time
// counts, with its sign changed.
func speedsOf(rec *record.Record, cells []Cell) speeds {
	e := rec.Experiment
	metric, direction := Throughput, 1.0
	if e.Load.OpenLoop() {
		metric, direction = P50, -1
	}
	s := speeds{rounds: e.Design.Rounds, margin: e.Design.Margin}
	last := rec.AllRounds()
	if rec.Joined != nil {
		last = rec.Rounds
	}
	for round := 1; round <= last; round++ {
		s.runOf = append(s.runOf, plan.RunOf(e, round))
	}

	for _, c := range cells {
		server, _ := e.Server(c.Server)
		speed := cellSpeed{process: server.RunsAs(), level: c.Level}
		speed.logs = slices.Repeat([]float64{math.NaN()}, len(s.runOf))
		sample := c.Of(metric).positive()
		if c.Clean() >= minClean(c.Rounds) && len(sample.Values) > 0 {
			center := math.Log(c.Of(metric).Median)
			for i, v := range sample.Values {
				speed.logs[sample.Rounds[i]-1] = direction * (math.Log(v) - center)
			}
		}
		s.cells = append(s.cells, speed)
	}
	return s
}

// maxAgeingP is the p-value below which a change within the lives of a server is no accident, after
// Bonferroni's correction for the number of servers.
const maxAgeingP = 0.0025

// ageing returns the change of a server's speed from the first trial of a life to its last one,
// where it lives for a round: its levels come in another order in each round, so a change with the
// place in that order is not that of a level. ok is false if there is none for certain.
func (s speeds) ageing(cells []Cell, process string) (change float64, ok bool) {
	type trial struct {
		order int
		speed float64
	}
	lives := make([][]trial, len(s.runOf))
	longest := 0
	for i, cell := range s.cells {
		if cell.process != process {
			continue
		}
		for _, r := range cells[i].clean {
			if v := cell.logs[r.Round-1]; !math.IsNaN(v) {
				lives[r.Round-1] = append(lives[r.Round-1], trial{r.Order, v})
			}
		}
	}

	var c course
	for _, life := range lives {
		slices.SortFunc(life, func(a, b trial) int { return cmp.Compare(a.order, b.order) })
		var stretch []point
		for place, t := range life {
			stretch = append(stretch, point{float64(place), t.speed})
		}
		c = append(c, stretch)
		longest = max(longest, len(life))
	}
	change = math.Expm1(c.slope() * float64(longest-1))
	tests := float64(len(s.processes(nil)))
	return change, c.p()*tests < maxAgeingP && s.matters(change)
}
