package findings

import (
	"math"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// shapeReason states how trials vary otherwise than independent ones around one rate; "" for other
// evidence.
func shapeReason(w *locale.Printer, all []stats.Evidence) string {
	if e, ok := all[0].(stats.RoundCorrelation); ok && e.Machines > 0 {
		return w.Sprintf("correlation between the rounds of one of %s machines: %s; confidence "+
			"intervals are %s times as wide",
			w.Integer(e.Machines), w.Fixed(e.Correlation, 2), w.Fixed(e.Widening, 2))
	}
	if e, ok := all[0].(stats.RoundCorrelation); ok {
		return w.Sprintf("correlation between rounds: %s; confidence intervals are %s times as "+
			"wide",
			w.Fixed(e.Correlation, 2), w.Fixed(e.Widening, 2))
	}
	modes, ok := each[stats.Modes](all)
	if !ok {
		return ""
	}
	if len(modes) > 1 {
		apart := func(e stats.Modes) float64 { return e.Fast / e.Slow }
		return w.Sprintf("fast trials have %s times the rate of slow ones",
			span(w, modes, apart, fixed(w, 2)))
	}
	e := modes[0]
	rounded := func(x float64) string {
		unit := math.Pow10(int(math.Floor(math.Log10(x))) - 2) // of three significant digits
		return w.Number(unit*math.Round(x/unit), 3, 2)
	}
	return w.Sprintf("about %s per second in %s trials, about %s in %s",
		rounded(e.Slow), w.Integer(e.SlowTrials),
		rounded(e.Fast), w.Integer(e.Trials-e.SlowTrials))
}
