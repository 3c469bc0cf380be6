package stats

import (
	"math"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// PilotRounds is how many rounds a pilot has: the minimum for a spread.
const PilotRounds = 2

// Forecast is what to expect of a server's comparisons with the baseline.
type Forecast struct {
	Server string

	// HalfWidth is the relative half-width that the interval of a ratio will have: 0.1 for ± 10 %.
	// Smaller differences will not be detected. It is 0 if no level has two clean rounds.
	HalfWidth float64

	Levels int // whose spread was pooled
}

// signedRankEfficiency is the efficiency of the Hodges–Lehmann estimate for normal values, compared
// with their mean: 3/π (Hodges and Lehmann, 1956).
const signedRankEfficiency = 3 / math.Pi

// ForecastFrom returns a forecast for each server that is compared with the baseline. It predicts
// an experiment of so many runs, each of so many rounds, from the few rounds of a pilot. Those are
// of one run: how much runs differ is not known, and counts as nothing.
func ForecastFrom(pilot *record.Record, runs, rounds int) []Forecast {
	a := Judge(pilot)
	var forecasts []Forecast
	for _, server := range a.Compared() {
		var levels [][]float64
		for _, cell := range a.CellsOf(server) {
			base := a.Cell(plan.Cell{Server: a.Baseline, Level: cell.Level})
			logs := logRatios(cell.Of(Throughput).Sample, base.Of(Throughput).Sample)
			levels = append(levels, logs)
		}
		spread, pooled := pooledSpread(levels)
		forecasts = append(forecasts, Forecast{
			Server:    server,
			HalfWidth: halfWidth(spread, runs, rounds, a.Confidence),
			Levels:    pooled,
		})
	}
	return forecasts
}

// pooledSpread returns the standard deviation within levels, each about its own mean, and how many
// levels had two values or more. The two rounds of one level tell next to nothing; those of several
// levels together tell enough for a forecast.
func pooledSpread(levels [][]float64) (spread float64, pooled int) {
	squares, degrees := 0.0, 0
	for _, logs := range levels {
		if len(logs) < 2 {
			continue
		}
		mean := 0.0
		for _, l := range logs {
			mean += l / float64(len(logs))
		}
		for _, l := range logs {
			squares += (l - mean) * (l - mean)
		}
		degrees += len(logs) - 1
		pooled++
	}
	if degrees == 0 {
		return 0, 0
	}
	return math.Sqrt(squares / float64(degrees)), pooled
}

// halfWidth returns the relative half-width of a ratio's interval from the spread of its logarithm
// within a run.
func halfWidth(spread float64, runs, rounds int, confidence float64) float64 {
	quantile := normalQuantile((1 + confidence) / 2)
	if runs > 1 {
		quantile = studentsT(runs).Quantile((1 + confidence) / 2)
	}
	all := float64(max(runs, 1) * rounds)
	return math.Expm1(quantile * spread / math.Sqrt(signedRankEfficiency*all))
}
