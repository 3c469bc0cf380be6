package stats

import "labbook.example/labbook/internal/record"

// Interruption is a point at which a run stopped and went on later.
type Interruption struct {
	After       int      // trials before it, all of which were kept
	Seconds     float64  // of measuring when the next trial began; time away does not count
	AwaySeconds *float64 // until the run went on; nil if not known
	MoreRounds  int      // that were to be added to a run that had ended; 0: it was interrupted
	Round       int      // the joined round that was interrupted, with its own time; 0: the run was
}

// interruptions returns the interruptions of a run in the order of time.
func interruptions(rec *record.Record) []Interruption {
	var all []Interruption
	for _, r := range rec.InRunOrder() {
		if r.Resumed == nil {
			continue
		}
		i := Interruption{
			After:       r.Resumed.After,
			Seconds:     r.StartSeconds,
			AwaySeconds: r.Resumed.AwaySeconds,
			MoreRounds:  r.Resumed.MoreRounds,
		}
		if rec.Joined != nil {
			i.Round = r.Round
		}
		all = append(all, i)
	}
	return all
}
