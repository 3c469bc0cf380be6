package stats

import "labbook/internal/record"

// Seam is where a run was cut short and gone on with later.
type Seam struct {
	After       int      // trials that were kept from before it
	Seconds     float64  // of the run, in its parts alone, when the first trial after it began
	AwaySeconds *float64 // between the parts; nil: not known
}

// seams gives a run's interruptions in the order of time.
func seams(rec *record.Record) []Seam {
	var all []Seam
	for _, r := range rec.All() {
		if r.Resumed != nil {
			all = append(all, Seam{r.Resumed.After, r.StartSeconds, r.Resumed.AwaySeconds})
		}
	}
	return all
}
