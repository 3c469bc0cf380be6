package stats

import "labbook/internal/plan"

// An A/A control is the baseline measured twice in every round. Its ratio to itself is what no
// difference looks like in this run: it shows what the design leaves over, such as a trial that
// suffers from the one before it, which no confidence interval of a single server can show.

// applyControl takes the words faster and slower from each ratio that lies within the control's
// interval at its level, and notes where the control differs from itself more surely than by
// chance. It never widens the margin.
func (a *Analysis) applyControl() {
	adjustHolm(a.Controls)
	for _, control := range a.Controls {
		if !control.HasInterval() {
			continue
		}
		for i := range a.Comparisons {
			c := &a.Comparisons[i]
			differs := c.Verdict == Faster || c.Verdict == Slower
			if differs && c.Level == control.Level && control.Low <= c.Ratio &&
				c.Ratio <= control.High {
				c.Verdict, c.WithinControl = Inconclusive, true
			}
		}
		if control.Adjusted <= 1-a.Confidence && (control.Low > 1 || control.High < 1) {
			cell := a.Cell(plan.Cell{Server: control.Server, Level: control.Level})
			cell.Notes = append(cell.Notes, ControlDiffers)
			cell.doubts = append(cell.doubts, Doubt{
				Code:     ControlDiffers,
				Cell:     cell.Cell,
				Count:    control.N,
				Of:       cell.Rounds,
				Evidence: SelfRatio{Low: control.Low, High: control.High},
			})
		}
	}
}
