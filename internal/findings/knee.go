package findings

import (
	"strings"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// Knees states at which level each server stops to gain from more clients; "" if that could not be
// looked for.
func Knees(w *locale.Printer, a *stats.Analysis) string {
	gain := w.Percent(stats.KneeGain, 0)
	var clauses []string
	for _, k := range a.Knees {
		if k.Reached {
			clauses = append(clauses, w.Sprintf("%s gains less than %s from %v to %v: %s",
				k.Server, gain, k.Level, k.Above, Ratio(w, k.Gain)))
		} else {
			clauses = append(clauses, w.Sprintf("%s has none at these levels", k.Server))
		}
	}
	if len(clauses) == 0 {
		return ""
	}
	return w.Sprintf(
		"The knee, from which on more clients surely bring less than %s more: %s.",
		gain,
		strings.Join(clauses, "; "),
	)
}
