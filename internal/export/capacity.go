package export

import (
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// objective is what a capacity keeps to.
type objective struct {
	Percentile string  `json:"percentile"`
	WithinMS   *number `json:"within_ms"`
}

// newObjective returns nil if no capacity was looked for.
func newObjective(o *spec.Objective) *objective {
	if o == nil {
		return nil
	}
	return &objective{o.Percentile, finite(float64(o.Within.Nanoseconds()) / 1e6)}
}

// capacity is how the capacity of a server was found.
type capacity struct {
	Server  string           `json:"server"`
	AtLeast bool             `json:"at_least"`
	AtMost  bool             `json:"at_most"`
	Search  record.SearchEnd `json:"search,omitempty"`
	Rounds  []roundCapacity  `json:"rounds,omitempty"`
	Rates   []rateOutcome    `json:"rates"`
}

// roundCapacity is the capacity of a round in requests per second, between two rates. One of them
// is absent where the objective was met at no rate, or at each.
type roundCapacity struct {
	Round    int     `json:"round"`
	Estimate *number `json:"estimate"`
	Low      *number `json:"low,omitempty"`
	High     *number `json:"high,omitempty"`
}

// rateOutcome is in how many rounds the objective was met at a rate.
type rateOutcome struct {
	Rate   int `json:"requests_per_second"`
	Met    int `json:"rounds_met"`
	Rounds int `json:"rounds"`
}

func newCapacities(a *stats.Analysis) []capacity {
	var all []capacity
	for _, c := range a.Capacities {
		found := capacity{Server: c.Server, AtLeast: c.AtLeast, AtMost: c.AtMost}
		if c.Search != nil {
			found.Search = c.Search.End
		}
		for _, round := range c.Rounds {
			r := roundCapacity{
				Round:    round.Round,
				Estimate: finite(round.Estimate),
				Low:      finite(round.Low),
				High:     finite(round.High),
			}
			if round.Low == 0 {
				r.Low = nil
			}
			found.Rounds = append(found.Rounds, r)
		}
		for _, rate := range c.Rates {
			found.Rates = append(found.Rates, rateOutcome{rate.Rate, rate.Met, rate.Of})
		}
		all = append(all, found)
	}
	return all
}
