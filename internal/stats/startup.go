package stats

import (
	"cmp"
	"slices"

	"labbook.example/labbook/internal/record"
)

// Startup is how long a server takes from its start to its first good answer, over all of its
// starts, whatever level was measured next.
type Startup struct {
	Server  string
	Seconds Summary
}

// startupTime is the time of one start. It is of the server and not of a cell, so it is none of
// Metrics.
var startupTime = &Metric{Unit: Seconds, value: secondsToStart}

func secondsToStart(r record.Result) (float64, bool) {
	if r.StartupSeconds == nil {
		return 0, false
	}
	return *r.StartupSeconds, true
}

// startups returns the start-up times of the servers for which one is known, in the spec's order.
// The trial need not be clean: what follows the first answer does not matter.
func startups(rec *record.Record) []Startup {
	var all []Startup
	for _, s := range rec.Experiment.Servers {
		var trials []record.Result
		for _, trial := range rec.Results {
			if trial.Server == s.Name {
				trials = append(trials, trial)
			}
		}
		slices.SortStableFunc(trials, func(a, b record.Result) int {
			return cmp.Compare(a.Round, b.Round)
		})
		if sample := newSample(trials, startupTime); len(sample.Values) > 0 {
			confidence := rec.Experiment.Design.Confidence
			all = append(all, Startup{s.Name, Summarise(sample, confidence)})
		}
	}
	return all
}

// Startup returns the start-up time of a server. Its N is 0 where that is not known.
func (a *Analysis) Startup(server string) Summary {
	for _, s := range a.Startups {
		if s.Server == server {
			return s.Seconds
		}
	}
	return Summary{}
}
