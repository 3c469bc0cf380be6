package terminal

import (
	"fmt"
	"io"
	"math"
	"time"

	"labbook.example/labbook/internal/stats"
)

// Forecast is what the whole experiment should show, judged by its pilot.
type Forecast struct {
	Baseline    string
	PilotRounds int
	Rounds      int           // of the whole experiment, in each of its runs
	Runs        int           // 0 or 1: one
	Load        string        // how long a load takes, see LoadSize; "" if the spec does not say it
	Duration    time.Duration // of the whole experiment
	Comparisons []stats.Forecast
}

// Print prints the forecast. The spread of a few rounds is rough, so the text says "rough".
func (f Forecast) Print(out io.Writer) {
	pilot := Count(f.PilotRounds, "round")
	duration := max(f.Duration.Round(time.Second), time.Second)
	size, differ := Count(f.Rounds, "round"), ""
	if f.Runs > 1 {
		size = fmt.Sprintf("%s of %s", Count(f.Runs, "run"), size)
		differ = "; more where runs differ"
	}
	fmt.Fprintf(
		out,
		"pilot of %s: the whole experiment of %s will take about %v\n",
		pilot,
		size,
		duration,
	)
	if f.Load != "" {
		fmt.Fprintf(out, "a load takes %s\n", f.Load)
	}

	for _, c := range f.Comparisons {
		pair := fmt.Sprintf("%s against %s", Printable(c.Server), Printable(f.Baseline))
		if c.Levels == 0 {
			const nothing = "%s: no level has %s that are valid, so nothing can be said\n"
			fmt.Fprintf(out, nothing, pair, pilot)
			continue
		}
		fmt.Fprintf(
			out,
			"%s: can show differences from about %.0f%% on (rough: %s, pooled over %s%s)\n",
			pair,
			math.Ceil(100*c.HalfWidth),
			pilot,
			Count(c.Levels, "level"),
			differ,
		)
	}
}
