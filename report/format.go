package report

import (
	"labbook/internal/locale"
	"labbook/internal/stats"
)

// nothing stands where there is no number.
const nothing = "–"

// interval gives "6,310 to 6,702", or nothing where the sample is too small for one.
func interval(w *locale.Printer, s stats.Summary, format func(float64) string) string {
	if !s.HasInterval() {
		return nothing
	}
	return w.NoBreakRange(s.Low, s.High, format)
}
