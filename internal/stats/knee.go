package stats

import (
	"slices"

	"labbook.example/labbook/internal/plan"
)

// KneeGain is the smallest gain of throughput from one level to another that counts as one.
const KneeGain = 0.05

// Knee is the lowest level that every higher level surely exceeds by less than KneeGain: from there
// on, more clients bring no more throughput.
type Knee struct {
	Server  string
	Reached bool       // whether there is such a level; if not, only Server is set
	Level   plan.Level // the knee
	Above   plan.Level // of the higher levels, the one that may gain the most
	Gain    Comparison // of the throughput, Above ÷ Level, paired by round
}

// knees returns the knee of each server for which one can be looked for.
func (a *Analysis) knees() []Knee {
	var all []Knee
	for _, server := range a.Started() {
		if knee, ok := a.findKnee(a.CellsOf(server)); ok {
			all = append(all, knee)
		}
	}
	return all
}

// findKnee looks for a server's knee. ok is false if it cannot be looked for: in an open loop, with
// one level, if no two levels can be compared, or if the generator limited the highest level, whose
// knee would be the generator's.
//
// A knee is claimed only if each of several intervals is below the limit, so its confidence needs
// no correction for their number (intersection-union test; Berger, Technometrics, 1982).
func (a *Analysis) findKnee(cells []Cell) (knee Knee, ok bool) {
	cells = byLevel(cells)
	for i := range len(cells) - 1 {
		gain, comparable := a.largestGain(cells[i], cells[i+1:])
		if !comparable {
			continue
		}
		knee.Server, ok = cells[i].Server, true
		if gain.High < 1+KneeGain {
			knee.Reached = true
			knee.Level = cells[i].Level
			knee.Above = gain.Level
			knee.Gain = gain
			return knee, true
		}
	}
	return knee, ok
}

// largestGain compares a cell with those of all higher levels, and returns the comparison whose
// interval reaches highest. comparable is false unless all of them can be compared.
func (a *Analysis) largestGain(
	cell Cell, above []Cell,
) (largest Comparison, comparable bool) {
	unfit := func(c Cell) bool {
		return c.Level.Kind != plan.Concurrency || c.State == Invalid ||
			c.LimitedBy(Throughput) != ""
	}
	if unfit(cell) || slices.ContainsFunc(above, unfit) {
		return Comparison{}, false
	}

	for _, higher := range above {
		m := a.inference(higher, cell)
		gain := m.compare(higher.Of(Throughput).Sample, cell.Of(Throughput).Sample)
		if !gain.HasInterval() {
			return Comparison{}, false
		}
		if gain.High > largest.High {
			largest = gain
			largest.Level = higher.Level
		}
	}
	return largest, true
}
