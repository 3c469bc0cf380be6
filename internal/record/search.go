package record

import (
	"fmt"
	"math"
	"slices"

	"labbook.example/labbook/internal/spec"
)

// Search is how the arrival rates were found at which a server is measured for its capacity. Its
// probes were made before the first round and are no samples.
type Search struct {
	Server string    `json:"server"`
	Probes []Probe   `json:"probes"` // in the order in which they were made
	End    SearchEnd `json:"end"`
	Reason string    `json:"reason,omitempty"` // of the end, in words; may be empty
	Rates  []int     `json:"rates"`            // requests per second, ascending, none twice
}

// SearchEnd is how a search ended.
type SearchEnd string

// The ends. A server that is Bracketed met the objective at some rate and not at a higher one. One
// that is Unreached never met it, down to the lowest rate. One that is Unbounded met it at each
// rate that the generator could make. The search of the others was Exhausted: too many probes, or
// too long.
const (
	Bracketed SearchEnd = "bracketed"
	Unreached SearchEnd = "unreached"
	Unbounded SearchEnd = "unbounded"
	Exhausted SearchEnd = "exhausted"
)

// Probe is one load of a search.
type Probe struct {
	Rate      int      `json:"rate"`                 // requests per second
	Requests  int      `json:"requests"`             // of the load
	Outcome   Outcome  `json:"outcome"`              // as that of a trial
	Met       bool     `json:"met"`                  // the objective
	LatencyMS *float64 `json:"latency_ms,omitempty"` // the percentile; nil: not known
	Answered  float64  `json:"answered_per_second"`  // good answers; 0: not known
	Reason    string   `json:"reason,omitempty"`     // why it was not met, in words
}

// Loaded reports whether there was a load: the server was started.
func (p Probe) Loaded() bool { return p.Outcome != NotStarted && p.Outcome != HookFailed }

// Bracket returns the lowest rate at which the objective was not met, by most of the probes at it,
// and the highest rate below at which it was; 0 where there is none.
func (s Search) Bracket() (low, high int) {
	balance := map[int]int{} // by rate: how many more probes met the objective than did not
	for _, p := range s.Probes {
		switch {
		case !p.Loaded():
		case p.Met:
			balance[p.Rate]++
		default:
			balance[p.Rate]--
		}
	}
	for rate, met := range balance {
		if met <= 0 && (high == 0 || rate < high) {
			high = rate
		}
	}
	for rate, met := range balance {
		if met > 0 && (high == 0 || rate < high) {
			low = max(low, rate)
		}
	}
	return low, high
}

// ApplyGrid sets the rates of an experiment that were found for its servers.
func (h Header) ApplyGrid(e *spec.Experiment) {
	if e.Load.Capacity == nil || h.Searches == nil {
		return
	}
	e.Load.Grid = map[string][]int{}
	for _, s := range h.Searches {
		e.Load.Grid[s.Server] = s.Rates
	}
}

// checkSearches returns an error if a server of a capacity has no rates, or impossible ones.
func (h Header) checkSearches(e *spec.Experiment) error {
	if e.Load.Capacity == nil {
		return nil
	}
	for _, s := range e.Servers {
		rates := e.RatesOf(s.Name)
		different := len(slices.Compact(slices.Clone(rates)))
		ascending := slices.IsSorted(rates) && different == len(rates)
		if len(rates) == 0 || !ascending || rates[0] < 1 {
			return fmt.Errorf("the header lacks the rates at which %s was measured", s.Name)
		}
	}
	return nil
}

// Bracket is what is known of the capacity of a server in one round, in requests per second.
type Bracket struct {
	Low      float64 // the highest rate up to which the objective was met; 0: at none
	High     float64 // the lowest rate above at which it was not; +Inf: at none
	Estimate float64 // between them; where one of them is not known, the other

	Missed int // the lowest rate below Low at which the objective was not met; 0: there is none
	Died   int // the lowest rate at which the server crashed or did not end its answers; 0: none
}

// AtLeast reports whether the capacity may be any higher than the highest rate.
func (b Bracket) AtLeast() bool { return math.IsInf(b.High, 1) }

// AtMost reports whether the capacity may be any lower than the lowest rate.
func (b Bracket) AtMost() bool { return b.Low == 0 }
