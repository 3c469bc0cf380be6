package stats_test

import (
	"fmt"
	"math"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// The requests per second of one server in ten rounds.
var tenRounds = stats.Sample{
	Values: []float64{19147, 18762, 20987, 17031, 19266, 15191, 18730, 15434, 17086, 21092},
	Rounds: []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
}

// The interval of a median goes from one value of the sample to another. Its confidence is exact,
// and mostly higher than the requested one.
func ExampleSummarise() {
	s := stats.Summarise(tenRounds, 0.95)
	fmt.Printf("median %.0f, between %.0f and %.0f with %.1f%% confidence\n",
		s.Median, s.Low, s.High, 100*s.Confidence)
	// Output: median 18746, between 15434 and 20987 with 97.9% confidence
}

// Five rounds are too few for an interval with 95% confidence.
func ExampleSummarise_tooFew() {
	s := stats.Summarise(stats.Sample{
		Values: tenRounds.Values[:5],
		Rounds: tenRounds.Rounds[:5],
	}, 0.95)
	fmt.Printf("median %.0f, interval: %v, rounds needed: %d\n",
		s.Median, s.HasInterval(), stats.MinRounds(0.95))
	// Output: median 19147, interval: false, rounds needed: 6
}

// Ratios are estimated by their logarithms: here, how many times as many requests per second a
// second server answered in each of ten rounds.
func ExampleHodgesLehmann() {
	var logs []float64
	for _, ratio := range []float64{
		0.871, 0.788, 0.836, 0.924, 0.868, 1.081, 0.666, 0.983, 1.049, 0.810,
	} {
		logs = append(logs, math.Log(ratio))
	}
	l := stats.HodgesLehmann(logs, 0.95)
	fmt.Printf("%.2f times as many, between %.2f and %.2f with %.1f%% confidence; p = %.3f\n",
		math.Exp(l.Center), math.Exp(l.Low), math.Exp(l.High), 100*l.Confidence,
		stats.SignedRankP(logs))
	// Output: 0.88 times as many, between 0.80 and 0.97 with 95.1% confidence; p = 0.020
}

// A record of two servers in six rounds becomes a verdict: the second server is half as fast as the
// first in every round. What the machine did to a whole round cancels in the ratio.
func ExampleAnalyse() {
	experiment := &spec.Experiment{
		Load: spec.Load{Requests: 1000, Concurrency: []int{8}},
		Design: spec.Design{
			Rounds:     6,
			Confidence: 0.95,
			Margin:     0.1,
			Baseline:   "first",
		},
		Servers: []spec.Server{{Name: "first"}, {Name: "second"}},
	}
	rec := record.New(record.Header{Rounds: 6}, experiment)
	for _, trial := range plan.New(experiment) {
		rate := 9000 + 100*float64(trial.Round)
		if trial.Server == "second" {
			rate /= 2
		}
		rec.Add(record.Result{
			Trial:   trial,
			Outcome: record.Ended,
			Load: &record.Call{
				Measurement: &abtext.Measurement{
					Complete:          1000,
					RequestsPerSecond: rate,
					TimeTakenSeconds:  1000 / rate,
				},
			},
		})
	}

	a := stats.Analyse(rec)
	c := a.Comparison(plan.Cell{Server: "second", Level: a.Levels[0]})
	fmt.Printf("%s is %s: %.2f times as many requests per second in %d rounds\n",
		c.Server, c.Verdict, c.Ratio, c.N)
	// Output: second is slower: 0.50 times as many requests per second in 6 rounds
}
