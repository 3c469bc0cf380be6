package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// controlled returns a record of ten rounds of A, B and A's control. b and control are the ratios
// of their throughputs to A's, in turn by round.
func controlled(b, control [2]float64) *record.Record {
	r := rec(10)
	e := r.Experiment
	e.Design.Margin = 0.10
	e.Servers = append(e.Servers, spec.Server{Name: "A (control)", Control: "A"})
	r.Cells = plan.Cells(e)
	for _, result := range slices.Clone(r.Results) {
		rate := 1000 + 10*float64(result.Round*7%10)
		if result.Server == "A" {
			again := result
			again.Server = "A (control)"
			again.Load = new(*result.Load)
			again.Load.Measurement = new(*result.Load.Measurement)
			again.Load.Measurement.RequestsPerSecond = rate * control[result.Round%2]
			r.Add(again)
		} else {
			result.Load.Measurement.RequestsPerSecond = rate * b[result.Round%2]
		}
	}
	return r
}

func TestControl(t *testing.T) {
	test := func(name string, b, control [2]float64, want Verdict, within, differs bool) {
		t.Helper()
		a := Analyse(controlled(b, control))
		if len(a.Comparisons) != 1 || len(a.Controls) != 1 || a.Controls[0].Verdict != NoVerdict {
			t.Fatalf("%s: comparisons %v, controls %v", name, a.Comparisons, a.Controls)
		}
		c := a.Comparisons[0]
		if c.Verdict != want || c.WithinControl != within {
			t.Errorf("%s: %q, within the control %v; want %q, %v",
				name, c.Verdict, c.WithinControl, want, within)
		}
		notes := a.Cell(plan.Cell{Server: "A (control)", Level: a.Levels[0]}).Notes
		if slices.Contains(notes, ControlDiffers) != differs {
			t.Errorf("%s: notes %v, want control-differs %v", name, notes, differs)
		}
	}
	test("a sound control", [2]float64{0.5, 0.6}, [2]float64{0.98, 1.02}, Slower, false, false)
	test("a control with as large a spread",
		[2]float64{0.7, 0.8}, [2]float64{0.6, 1.4}, Inconclusive, true, false)
	test("a ratio on the other side of 1",
		[2]float64{1.3, 1.4}, [2]float64{0.6, 0.9}, Faster, false, true)
	test("it never widens the margin",
		[2]float64{0.97, 1.03}, [2]float64{0.6, 1.4}, Equivalent, false, false)
}

// TestControlCostsNoPower holds that the control does not belong to the family of comparisons that
// Holm's correction is for.
func TestControlCostsNoPower(t *testing.T) {
	c := Analyse(controlled([2]float64{0.5, 0.6}, [2]float64{0.98, 1.02})).Comparisons[0]
	if c.Adjusted != c.P {
		t.Errorf("one comparison's p = %v is adjusted to %v", c.P, c.Adjusted)
	}
}
