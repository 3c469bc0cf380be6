package stats

import "labbook/internal/plan"

// KneeGain is the smallest gain of throughput from one level to the next that counts as one.
const KneeGain = 0.05

// Knee is the first level at which a server surely gains less than KneeGain on the level before:
// from there on, more clients bring no more throughput.
type Knee struct {
	Server  string
	Reached bool       // whether there is such a level; if not, only Server is set
	Level   plan.Level // the knee
	Before  plan.Level // the level before it
	Gain    Comparison // of the throughput, Level ÷ Before, paired by round
}

// knees returns the knee of each server for which one can be looked for.
func (a *Analysis) knees() []Knee {
	var all []Knee
	for _, server := range a.Started() {
		if knee, ok := findKnee(a.CellsOf(server), a.Confidence); ok {
			all = append(all, knee)
		}
	}
	return all
}

// findKnee looks for a server's knee. ok is false if it cannot be looked for: in an open loop, with
// one level, or if no ratio of two neighbouring levels has an interval.
func findKnee(cells []Cell, confidence float64) (knee Knee, ok bool) {
	cells = byLevel(cells)
	for i := 1; i < len(cells); i++ {
		before, at := cells[i-1], cells[i]
		if at.Level.Kind != plan.Concurrency || before.State == Invalid || at.State == Invalid {
			continue
		}
		gain := compare(at.Of(Throughput).Sample, before.Of(Throughput).Sample, confidence)
		if !gain.HasInterval() {
			continue
		}

		knee.Server, ok = at.Server, true
		if gain.High < 1+KneeGain {
			knee.Reached = true
			knee.Level = at.Level
			knee.Before = before.Level
			knee.Gain = gain
			return knee, true
		}
	}
	return knee, ok
}
