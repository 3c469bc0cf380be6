package stats

import "labbook/internal/record"

// Interruption is where a run was cut short and gone on with later.
type Interruption struct {
	After       int      // trials that were kept from before it
	Seconds     float64  // of the run, in its parts alone, when the first trial after it began
	AwaySeconds *float64 // between the parts; nil: not known
}

// interruptions gives a run's interruptions in the order of time.
func interruptions(rec *record.Record) []Interruption {
	var all []Interruption
	for _, r := range rec.InRunOrder() {
		if r.Resumed != nil {
			all = append(all, Interruption{r.Resumed.After, r.StartSeconds, r.Resumed.AwaySeconds})
		}
	}
	return all
}
