package report

import (
	"fmt"
	"strings"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// calibration is what the report says of the two instruments. Its zero value says nothing.
type calibration struct {
	Lead  string // which they are, and how they were compared
	Says  string // what came out
	Table table
}

func newCalibration(rec *record.Record, a *stats.Analysis) calibration {
	if len(a.Calibration) == 0 {
		return calibration{}
	}
	installed, embedded := rec.Generator, *rec.Calibration
	if installed.Name == record.EmbeddedAB {
		installed, embedded = embedded, installed
	}
	return calibration{
		Lead: fmt.Sprintf("Every round measured every cell with %s and with the embedded %s, in an order of "+
			"its own. A ratio is the embedded one's figure divided by ab's, paired by round.",
			generatorName(installed), generatorName(embedded)),
		Says:  Calibration(rec, a),
		Table: calibrationTable(a),
	}
}

func calibrationTable(a *stats.Analysis) table {
	t := table{Caption: "The embedded ab against the installed one",
		Columns: []string{"Server and level", "ab (#/sec)", "Embedded (#/sec)", "Ratio", "Interval of the ratio",
			"Ratio of the p50", "ab's own CPU a request (µs)", "The embedded one's (µs)", "Rounds", "Finding"}}
	for _, c := range a.Calibration {
		row := []string{c.Cell.String(), rateOf(c.Installed.Throughput), rateOf(c.Embedded.Throughput),
			nothing, nothing, nothing, rateOf(c.Installed.CPUPerRequest), rateOf(c.Embedded.CPUPerRequest),
			fmt.Sprintf("%d of %d", c.Throughput.N, c.Rounds), nothing}
		if c.Throughput.N > 0 {
			row[3] = ratio(c.Throughput.Ratio) + "×"
		}
		if c.Throughput.HasInterval() {
			row[4] = span(c.Throughput.Low, c.Throughput.High, ratio)
		}
		if c.P50.N > 0 {
			row[5] = ratio(c.P50.Ratio) + "×"
		}
		if c.Agreement != stats.Unknown {
			row[9] = string(c.Agreement)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// rateOf gives a median with four digits, or nothing where there is none.
func rateOf(s stats.Summary) string {
	if s.N == 0 {
		return nothing
	}
	return Rate(s.Median)
}

// Calibration says in plain text how the two instruments compare, "" where nothing was calibrated.
func Calibration(rec *record.Record, a *stats.Analysis) string {
	if len(a.Calibration) == 0 {
		return ""
	}
	by := map[stats.Agreement][]stats.Calibrated{}
	for _, c := range a.Calibration {
		by[c.Agreement] = append(by[c.Agreement], c)
	}
	judged := len(a.Calibration) - len(by[stats.Unknown])
	var said []string
	if judged == 0 {
		said = append(said, "There are too few rounds that both measured without a fault to say how the two "+
			"compare.")
	} else {
		said = append(said, agreeing(by[stats.Agree], judged))
	}
	if cells := by[stats.EmbeddedHigher]; len(cells) > 0 {
		said = append(said, differing(cells, true))
	}
	if cells := by[stats.EmbeddedLower]; len(cells) > 0 {
		said = append(said, differing(cells, false))
	}
	if unknown := len(by[stats.Unknown]); unknown > 0 && judged > 0 {
		said = append(said, fmt.Sprintf("Too few rounds to say anything of %s.", plural(unknown, "cell")))
	}
	own := "the installed ab"
	if rec.Generator.Name == record.EmbeddedAB {
		own = "the embedded ab"
	}
	return strings.Join(said, " ") + " All other numbers of this report are those of " + own + " alone."
}

// agreeing says in how many cells the two agree, and how large a difference may still be.
func agreeing(cells []stats.Calibrated, judged int) string {
	if len(cells) == 0 {
		return fmt.Sprintf("The two agree in none of %s.", plural(judged, "cell"))
	}
	low, high := extent(cells, func(c stats.Calibrated) (float64, float64) {
		return c.Throughput.Low, c.Throughput.High
	})
	return fmt.Sprintf("The two agree in %s of %s (no difference was found; the intervals of their ratios are "+
		"within %s).", whole(len(cells)), plural(judged, "cell"), span(low, high, ratio))
}

// differing says where the embedded one measured more or less, and whether what the instruments cost explains
// it: the one that needs less CPU a request leaves more to the server.
func differing(cells []stats.Calibrated, higher bool) string {
	more, cpu, limit := "more", "lower", "ab itself"
	if !higher {
		more, cpu, limit = "less", "higher", "the embedded one itself"
	}
	low, high := extent(cells, func(c stats.Calibrated) (float64, float64) {
		return c.Throughput.Ratio, c.Throughput.Ratio
	})
	text := fmt.Sprintf("The embedded one measured %s at %s (%s times).", more, places(cells),
		span(low, high, ratio))
	ours := func(c stats.Calibrated) float64 { return c.Embedded.CPUPerRequest.Median }
	theirs := func(c stats.Calibrated) float64 { return c.Installed.CPUPerRequest.Median }
	explained := true
	for _, c := range cells {
		if c.Embedded.CPUPerRequest.N == 0 || c.Installed.CPUPerRequest.N == 0 {
			return text
		}
		explained = explained && (higher && ours(c) < theirs(c) || !higher && ours(c) > theirs(c))
	}
	if !explained {
		return text + fmt.Sprintf(" Its own CPU a request was not %s in all of them, so what the generators cost "+
			"does not explain it.", cpu)
	}
	return text + fmt.Sprintf(" Its own CPU a request was %s there (%s µs against %s µs), so %s was part of "+
		"the limit.", cpu, spanOf(cells, ours), spanOf(cells, theirs), limit)
}

// spanOf gives the smallest and the greatest of a number of some cells.
func spanOf(cells []stats.Calibrated, of func(stats.Calibrated) float64) string {
	low, high := extent(cells, func(c stats.Calibrated) (float64, float64) { return of(c), of(c) })
	return span(low, high, Rate)
}

// places names cells, those of a server together: "A at c = 1 and 3; B at c = 5".
func places(cells []stats.Calibrated) string {
	var parts []string
	for i := 0; i < len(cells); {
		server := cells[i].Server
		var at []plan.Level
		for ; i < len(cells) && cells[i].Server == server; i++ {
			at = append(at, cells[i].Level)
		}
		parts = append(parts, fmt.Sprintf("%s at %s", server, levels(at, nil)))
	}
	return strings.Join(parts, "; ")
}
