package stats

import "labbook.example/labbook/internal/plan"

// The control is the baseline, measured twice in every round. The ratio of the two shows what
// remains in this run although there is no difference, such as a trial that suffers from the one
// before it. No confidence interval of a single server can show that.

// applyControl downgrades Faster and Slower to Inconclusive where the ratio lies within the
// control's interval at its level, and notes a control that surely differs from the baseline. It
// never widens the margin.
func (a *Analysis) applyControl() {
	adjustHolm(a.Controls)
	for _, control := range a.Controls {
		if !control.Tested() {
			continue
		}
		a.downgradeWithin(control)
		excludes1 := control.Low > 1 || control.High < 1
		if control.Adjusted <= 1-a.Confidence && excludes1 {
			a.noteControl(control)
		}
	}
}

func (a *Analysis) downgradeWithin(control Comparison) {
	for i := range a.Comparisons {
		c := &a.Comparisons[i]
		differs := c.Verdict == Faster || c.Verdict == Slower
		within := control.Low <= c.Ratio && c.Ratio <= control.High
		if c.Level == control.Level && differs && within {
			c.Verdict, c.WithinControl = Inconclusive, true
		}
	}
}

func (a *Analysis) noteControl(control Comparison) {
	cell := a.Cell(plan.Cell{Server: control.Server, Level: control.Level})
	cell.Notes = append(cell.Notes, ControlDiffers)
	ratio := SelfRatio{Low: control.Low, High: control.High}
	cell.doubts = append(cell.doubts, cell.doubt(ControlDiffers, control.N, ratio))
}
