package export

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// ratio is a ratio of two cells, paired by round, with its confidence interval if there are enough
// rounds for one.
type ratio struct {
	Rounds     int     `json:"rounds"`
	Ratio      *number `json:"ratio,omitempty"`
	Low        *number `json:"low,omitempty"`
	High       *number `json:"high,omitempty"`
	OpenLow    bool    `json:"open_low,omitempty"`
	OpenHigh   bool    `json:"open_high,omitempty"`
	Confidence *number `json:"confidence,omitempty"`
}

// newRatio returns nil if nothing is known.
func newRatio(c stats.Comparison) *ratio {
	if c.N == 0 {
		return nil
	}
	r := &ratio{Rounds: c.N, Ratio: finite(c.Ratio)}
	if c.HasInterval() {
		r.Low, r.High = finite(c.Low), finite(c.High)
		r.OpenLow, r.OpenHigh = c.OpenLow, c.OpenHigh
		if c.OpenLow {
			r.Low = nil
		}
		if c.OpenHigh {
			r.High = nil
		}
		r.Confidence = finite(c.Confidence)
	}
	return r
}

// comparison is a ratio of throughputs, server ÷ baseline, and what follows from it. With too few
// rounds for an interval nothing does, so p and verdict are absent.
type comparison struct {
	plan.Cell
	ratio
	Unpaired     bool          `json:"unpaired,omitempty"`
	Slower       int           `json:"rounds_slower"`
	Faster       int           `json:"rounds_faster"`
	P            *number       `json:"p,omitempty"`
	Adjusted     *number       `json:"p_adjusted,omitempty"`
	Verdict      stats.Verdict `json:"verdict,omitempty"`
	AtLeast      bool          `json:"at_least"`
	Bound        bool          `json:"generator_bound"`
	Limited      stats.Limited `json:"limited_side,omitempty"`
	AsControl    bool          `json:"within_control"`
	BySigns      bool          `json:"by_signs,omitempty"`
	Widening     *number       `json:"widening,omitempty"`
	Dependent    bool          `json:"dependent,omitempty"`
	RoundsNeeded int           `json:"rounds_needed,omitempty"`

	// Of an experiment of several runs.
	Runs       []runRatio `json:"runs,omitempty"`
	Tau        *number    `json:"tau_percent,omitempty"`
	Within     *number    `json:"within_percent,omitempty"`
	RunsNeeded int        `json:"runs_needed,omitempty"`
}

// runRatio is the ratio of one run, as a report of that run alone would have it.
type runRatio struct {
	Run    int     `json:"run"`
	Rounds int     `json:"rounds"`
	Ratio  *number `json:"ratio,omitempty"`
}

// addRuns adds what differs from run to run.
func (r *comparison) addRuns(c stats.Comparison) {
	for _, run := range c.Runs {
		r.Runs = append(r.Runs, runRatio{run.Run, run.N, finite(run.Value)})
	}
	if tau, ok := c.Between(); ok {
		r.Tau = finite(100 * tau)
	}
	if within, ok := c.Within(); ok {
		r.Within = finite(100 * within)
	}
	r.RunsNeeded = c.RunsNeeded
}

func newComparisons(comparisons []stats.Comparison) []comparison {
	var all []comparison
	for _, c := range comparisons {
		r := comparison{
			Cell:         plan.Cell{Server: c.Server, Level: c.Level},
			ratio:        *newRatio(c),
			Unpaired:     c.Unpaired,
			Slower:       c.Below,
			Faster:       c.Above,
			Verdict:      c.Verdict,
			AtLeast:      c.Limited == stats.FasterSide,
			Bound:        c.Limited == stats.BothSides,
			Limited:      c.Limited,
			AsControl:    c.WithinControl,
			BySigns:      c.BySigns,
			Dependent:    c.Dependent,
			RoundsNeeded: c.RoundsNeeded,
		}
		if c.Widening > 0 {
			r.Widening = finite(c.Widening)
		}
		if c.Verdict == stats.Withheld {
			r.Verdict = ""
		}
		if c.Tested() {
			r.P = finite(c.P)
			r.Adjusted = finite(c.Adjusted)
		}
		r.addRuns(c)
		all = append(all, r)
	}
	return all
}

// modelBias is how the ratio of two of our models and that of their twins in C were measured in
// another run, server ÷ baseline.
type modelBias struct {
	Server      string  `json:"server"`
	Models      string  `json:"models"`
	Concurrency int     `json:"concurrency"`
	Ours        *number `json:"ratio"`
	Twins       *number `json:"ratio_in_c"`
}

func newBiases(a *stats.Analysis) []modelBias {
	var all []modelBias
	for _, b := range a.Biases {
		all = append(all, modelBias{
			Server:      b.Server,
			Models:      b.Models,
			Concurrency: b.Concurrency,
			Ours:        finite(b.Ours),
			Twins:       finite(b.Twins),
		})
	}
	return all
}

// ratios are the ratios of a cell that have no verdict, by the keys of stats.Measures.
type ratios struct {
	plan.Cell
	Of map[string]*ratio `json:"of"` // encoding/json sorts the keys
}

func newRatios(a *stats.Analysis) []ratios {
	var all []ratios
	for _, found := range a.Ratios {
		of := map[string]*ratio{}
		for i, c := range found.Of {
			if r := newRatio(c); r != nil {
				of[stats.Measures[i].Key] = r
			}
		}
		for key, c := range map[string]stats.Comparison{
			"mean_at_least_ms": found.MeanAtLeast,
			"mean_at_most_ms":  found.MeanAtMost,
		} {
			if r := newRatio(c); r != nil {
				of[key] = r
			}
		}
		if len(of) > 0 {
			all = append(all, ratios{found.Cell, of})
		}
	}
	return all
}

// ranking is the order of the servers at a level. Servers in a group could not be told apart.
type ranking struct {
	Level  plan.Level `json:"level"`
	Groups [][]string `json:"groups"`
}

func newRankings(a *stats.Analysis) []ranking {
	var all []ranking
	for _, r := range a.Rankings {
		all = append(all, ranking(r))
	}
	return all
}

// knee is the level from which on a server's throughput no longer grows.
type knee struct {
	Server string      `json:"server"`
	Level  *plan.Level `json:"level,omitempty"`
	Above  *plan.Level `json:"above,omitempty"`
	Gain   *ratio      `json:"gain,omitempty"`
}

func newKnees(a *stats.Analysis) []knee {
	var all []knee
	for _, k := range a.Knees {
		r := knee{Server: k.Server}
		if k.Reached {
			r.Level = &k.Level
			r.Above = &k.Above
			r.Gain = newRatio(k.Gain)
		}
		all = append(all, r)
	}
	return all
}
