package report

import (
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// resultRatio is a ratio of two cells, paired by round, with the interval that it has where there
// are rounds enough for one.
type resultRatio struct {
	Rounds     int     `json:"rounds"`
	Ratio      *number `json:"ratio,omitempty"`
	Low        *number `json:"low,omitempty"`
	High       *number `json:"high,omitempty"`
	Confidence *number `json:"confidence,omitempty"`
}

func newResultRatio(c stats.Comparison) *resultRatio {
	if c.N == 0 {
		return nil
	}
	r := &resultRatio{Rounds: c.N, Ratio: finite(c.Ratio)}
	if c.HasInterval() {
		r.Low, r.High, r.Confidence = finite(c.Low), finite(c.High), finite(c.Confidence)
	}
	return r
}

// resultComparison is a ratio of throughputs, server ÷ baseline, and what follows from it. Where
// there are too few rounds for an interval nothing does, so p and verdict are absent.
type resultComparison struct {
	plan.Cell
	resultRatio
	Slower       int           `json:"rounds_slower"`
	Faster       int           `json:"rounds_faster"`
	P            *number       `json:"p,omitempty"`
	Adjusted     *number       `json:"p_adjusted,omitempty"`
	Verdict      stats.Verdict `json:"verdict,omitempty"`
	AtLeast      bool          `json:"at_least"`
	Bound        bool          `json:"generator_bound"`
	AsControl    bool          `json:"within_control"`
	RoundsNeeded int           `json:"rounds_needed,omitempty"`
}

func newResultComparison(c stats.Comparison) resultComparison {
	r := resultComparison{
		Cell:         plan.Cell{Server: c.Server, Level: c.Level},
		resultRatio:  *newResultRatio(c),
		Slower:       c.Below,
		Faster:       c.Above,
		Verdict:      c.Verdict,
		AtLeast:      c.Understated,
		Bound:        c.GeneratorLimited,
		AsControl:    c.WithinControl,
		RoundsNeeded: c.RoundsNeeded,
	}
	if c.HasInterval() {
		r.P, r.Adjusted = finite(c.P), finite(c.Adjusted)
	}
	return r
}

// resultRatios are the ratios that have no verdict, by measure.
type resultRatios struct {
	plan.Cell
	Of map[string]*resultRatio `json:"of"` // by the measure's name; encoding/json sorts the keys
}

type resultRanking struct {
	Level  plan.Level `json:"level"`
	Groups [][]string `json:"groups"`
}

type resultKnee struct {
	Server string       `json:"server"`
	Level  *plan.Level  `json:"level,omitempty"`
	Before *plan.Level  `json:"before,omitempty"`
	Gain   *resultRatio `json:"gain,omitempty"`
}

// compare fills in what cells are to each other.
func (r *results) compare(a *stats.Analysis) {
	for _, c := range a.Comparisons {
		r.Comparisons = append(r.Comparisons, newResultComparison(c))
	}
	for _, c := range a.Controls {
		r.Controls = append(r.Controls, newResultComparison(c))
	}
	for _, ratios := range a.Ratios {
		of := map[string]*resultRatio{}
		for i, c := range ratios.Of {
			if ratio := newResultRatio(c); ratio != nil {
				of[stats.Measures[i].Key] = ratio
			}
		}
		if len(of) > 0 {
			r.Ratios = append(r.Ratios, resultRatios{ratios.Cell, of})
		}
	}
	for _, ranking := range a.Rankings {
		r.Rankings = append(r.Rankings, resultRanking(ranking))
	}
	for _, k := range a.Knees {
		knee := resultKnee{Server: k.Server}
		if k.Reached {
			knee.Level, knee.Before, knee.Gain = &k.Level, &k.Before, newResultRatio(k.Gain)
		}
		r.Knees = append(r.Knees, knee)
	}
}

// resultCalibration is what the two instruments say of each other. Ratios are embedded ÷ ab.
type resultCalibration struct {
	Generator record.Generator   `json:"generator"` // the other ab
	Cells     []resultCalibrated `json:"cells"`
}

type resultCalibrated struct {
	plan.Cell
	Installed  resultInstrument `json:"ab"`
	Embedded   resultInstrument `json:"embedded"`
	Throughput *resultRatio     `json:"requests_per_second_ratio,omitempty"`
	P50        *resultRatio     `json:"p50_ratio,omitempty"`
	Agreement  stats.Agreement  `json:"agreement,omitempty"`
}

type resultInstrument struct {
	RequestsPerSecond *resultSummary `json:"requests_per_second,omitempty"`
	CPUPerRequest     *resultSummary `json:"generator_cpu_per_request_us,omitempty"`
}

func newResultCalibration(rec *record.Record, a *stats.Analysis) *resultCalibration {
	if rec.Calibration == nil {
		return nil
	}
	r := &resultCalibration{Generator: *rec.Calibration}
	of := func(i stats.CalibrationSide) resultInstrument {
		return resultInstrument{newResultSummary(i.Throughput), newResultSummary(i.CPUPerRequest)}
	}
	for _, c := range a.Calibration {
		r.Cells = append(r.Cells, resultCalibrated{c.Cell, of(c.Installed), of(c.Embedded),
			newResultRatio(c.Throughput), newResultRatio(c.P50), c.Agreement})
	}
	return r
}
