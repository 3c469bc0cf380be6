package chart

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// capacityCharts returns the charts of a record that looked for capacities, by name.
func capacityCharts(t *testing.T, change func(*record.Result)) map[string]Chart {
	t.Helper()
	return chartsOfCapacity(t, "capacity", change)
}

func chartsOfCapacity(
	t *testing.T, world string, change func(*record.Result),
) map[string]Chart {
	t.Helper()
	rec := labtest.CapacityWorlds()[world].Record(t)
	if change != nil {
		for i := range rec.Results {
			change(&rec.Results[i])
		}
	}
	charts := map[string]Chart{}
	english := locale.For(locale.English)
	for _, c := range All(english, stats.Analyse(rec), rec.Experiment) {
		charts[c.Name] = c
	}
	return charts
}

// A capacity has a chart of its own, and none of what is measured by level.
func TestChartsOfCapacity(t *testing.T) {
	t.Parallel()
	charts := capacityCharts(t, nil)
	for _, name := range []string{"throughput", "response-time", "latency-throughput"} {
		if _, ok := charts[name]; ok {
			t.Errorf("there is a chart %s", name)
		}
	}
	c := charts["capacity"]
	if c.Problem != "" || len(c.Rows) != 16 || len(c.Rows[0]) != len(c.Columns) {
		t.Fatalf("problem %q, %d rows of %d columns", c.Problem, len(c.Rows), len(c.Columns))
	}
	if met := c.Rows[0][len(c.Columns)-1]; met != "10/10" {
		t.Errorf("at the lowest rate the objective was met in %s rounds, want 10/10", met)
	}
	if met := c.Rows[7][len(c.Columns)-1]; met != "0/10" {
		t.Errorf("at the highest rate the objective was met in %s rounds, want 0/10", met)
	}
	for _, picture := range pictures(c) {
		if !slices.Contains(writtenTexts(picture), "objective: 50\u00a0ms") &&
			!slices.Contains(writtenTexts(picture), "objective: 50 ms") {
			t.Errorf("the objective has no name among %q", writtenTexts(picture))
		}
		for series := range 2 {
			// The line, the stem of the capacity, and markers of both kinds.
			for _, how := range []*style{seriesLine, dashedLine, solidMark, hollowMark, strokes} {
				if len(shapes(picture, how, series)) == 0 {
					t.Errorf("series %d has no shape of class %s", series, how.class)
				}
			}
		}
	}
}

// The capacity is marked above the place of its rate, by the scale of the lines.
func TestCapacityIsAtItsRate(t *testing.T) {
	t.Parallel()
	rec := labtest.CapacityWorlds()["capacity"].Record(t)
	a := stats.Analyse(rec)
	for _, picture := range pictures(capacityCharts(t, nil)["capacity"]) {
		for series, server := range a.Servers {
			line := places(shapes(picture, seriesLine, series)[0].path)
			rates := a.RatesOf(server)
			first, last := line[0].x, line[len(line)-1].x
			lowest := math.Log(float64(rates[0].Level.Value))
			highest := math.Log(float64(rates[len(line)-1].Level.Value))
			found := a.Cells[series].Of(stats.Throughput).Median
			want := first + (last-first)*(math.Log(found)-lowest)/(highest-lowest)
			got := places(shapes(picture, dashedLine, series)[0].path)[0].x
			if math.Abs(got-want) > 0.5 {
				t.Errorf("the capacity of %s is at %.1f, want %.1f", server, got, want)
			}
		}
	}
}

// TestCapacityGolden compares the pictures byte for byte: of two servers, and of eight, of which
// one never met the objective and one met it at every rate.
func TestCapacityGolden(t *testing.T) {
	t.Parallel()
	for _, world := range []string{"capacity", "capacity-eight"} {
		c := chartsOfCapacity(t, world, nil)["capacity"]
		golden.Compare(t, filepath.Join("testdata", world+".svg"), string(c.File(false)))
	}
}

// The chart rounds a capacity as the answer does.
func TestCapacityIsRounded(t *testing.T) {
	t.Parallel()
	c := capacityCharts(t, nil)["capacity"]
	if !strings.Contains(c.Description, "Server_async_http: capacity 18,900/s.") {
		t.Errorf("the description is %q", c.Description)
	}
}

// stemAndLine returns the place of the stem of a capacity, and where the line of its server begins
// and ends.
func stemAndLine(picture scene, series int) (stem, first, last float64) {
	line := places(shapes(picture, seriesLine, series)[0].path)
	return places(shapes(picture, dashedLine, series)[0].path)[0].x, line[0].x, line[len(line)-1].x
}

// A capacity that is at least the highest rate is marked where the line of its server ends, and one
// below the lowest rate at or before its start. Only the last number below this axis is wide.
func TestCapacityAtTheEndOfItsRates(t *testing.T) {
	t.Parallel()
	for _, picture := range pictures(chartsOfCapacity(t, "capacity-eight", nil)["capacity"]) {
		if stem, _, last := stemAndLine(picture, 7); math.Abs(stem-last) > 1 {
			t.Errorf("a capacity above all rates is at %v, want %v", stem, last)
		}
	}
	never := capacityCharts(t, func(r *record.Result) {
		for i := range r.PercentilesMS {
			r.PercentilesMS[i] += 100
		}
	})["capacity"]
	for _, picture := range pictures(never) {
		for series := range 2 {
			if stem, first, _ := stemAndLine(picture, series); math.Abs(stem-first) > 1 {
				t.Errorf("a capacity below all rates is at %v, want %v", stem, first)
			}
		}
	}
	if strings.Contains(never.Caption, "below the axis") {
		t.Errorf("where no server met the objective all are drawn, but: %s", never.Caption)
	}
}

// A server that met the objective at no rate, down to one request per second, does not stretch the
// axis: it has its name and an arrow, its rates are in the table, and the caption tells why.
func TestNeverMetIsBelowTheAxis(t *testing.T) {
	t.Parallel()
	c := chartsOfCapacity(t, "capacity-eight", nil)["capacity"]
	want := "An arrow to the left: G kept to the objective at no rate. Its rates, up to 4 per " +
		"second, are below the axis."
	if !strings.HasSuffix(c.Caption, want) {
		t.Errorf("the caption is %q", c.Caption)
	}
	if i := slices.IndexFunc(c.Rows, func(row []string) bool {
		return row[0] == "G" && row[1] == "1"
	}); i < 0 {
		t.Errorf("the table lacks the rates of G: %v", c.Rows)
	}
	for _, picture := range pictures(c) {
		const g = 6
		texts := writtenTexts(picture)
		if !slices.Contains(texts, "G") || !slices.Contains(texts, "50,000") ||
			slices.Contains(texts, "500") {
			t.Errorf("the texts are %q, want the name of G, and only rates of others", texts)
		}
		for _, drawn := range []*style{seriesLine, dashedLine, hollowMark} {
			if n := len(shapes(picture, drawn, g)); n > 0 {
				t.Errorf("G has %d shapes of class %s, want none", n, drawn.class)
			}
		}
		if len(shapes(picture, strokes, g)) == 0 || len(shapes(picture, solidMark, g)) == 0 {
			t.Error("G has no arrow")
		}
		for series := range 8 {
			for _, s := range shapes(picture, strokes, series) {
				for _, at := range places(s.path) {
					if at.x < 0 || at.x > picture.width {
						t.Errorf("series %d is drawn at %v, outside of the picture", series, at)
					}
				}
			}
		}
	}
}

// The interval of few runs may reach below 0, where the axis has no place.
func TestCapacityOfRunsThatDiffer(t *testing.T) {
	t.Parallel()
	c := chartsOfCapacity(t, "capacity-runs", func(r *record.Result) {
		if r.Run != 2 {
			return
		}
		for i := range r.PercentilesMS {
			r.PercentilesMS[i] *= 50
		}
	})["capacity"]
	if c.Problem != "" || len(c.Panels) == 0 {
		t.Errorf("it could not be drawn: %s", c.Problem)
	}
}

// The markers of two servers are beside their rates, as far to the left as to the right, and so are
// their crosses.
func TestMarkersBesideTheirRates(t *testing.T) {
	t.Parallel()
	rec := labtest.CapacityWorlds()["capacity"].Record(t)
	for i := range rec.Results {
		if rec.Results[i].Level.Value > 19_000 {
			rec.Results[i].Outcome = record.Crashed
		}
	}
	s := source{locale.For(locale.English), stats.Analyse(rec), rec.Experiment}
	lines := s.rateLines(func(rate float64) float64 { return rate }, 1)
	if len(lines) != 4 || len(lines[2].marks) == 0 {
		t.Fatalf("%d lines, want two of medians and two of crosses", len(lines))
	}
	for i, l := range lines {
		want := maxDodged * float64(2*(i%2)-1)
		for _, m := range l.marks {
			if m.dodge != want {
				t.Errorf("line %d: a marker is %v pixels aside, want %v", i, m.dodge, want)
			}
		}
	}
}

// Rates at which no trial is valid have crosses, and the chart is still drawn.
func TestCapacityWithoutValidTrials(t *testing.T) {
	t.Parallel()
	c := capacityCharts(t, func(r *record.Result) {
		if r.Level.Value > 19_000 {
			r.Outcome = record.Crashed
		}
	})["capacity"]
	if c.Problem != "" || len(c.Panels) == 0 {
		t.Fatalf("it could not be drawn: %s", c.Problem)
	}
	all := capacityCharts(t, func(r *record.Result) { r.Outcome = record.Crashed })["capacity"]
	if len(all.Panels) != 0 || !strings.Contains(all.Problem, "no trial is valid") {
		t.Errorf("without a valid trial: %d panels, problem %q", len(all.Panels), all.Problem)
	}
}

// A rate at which one of six trials failed is drawn from the five others, without a cross.
func TestRateWithAFailedTrial(t *testing.T) {
	t.Parallel()
	rec := labtest.CapacityWorlds()["capacity-fainting"].Record(t)
	s := source{locale.For(locale.English), stats.Analyse(rec), rec.Experiment}
	lines := s.rateLines(func(rate float64) float64 { return rate }, 1)
	for i, l := range lines[:2] {
		if len(l.marks) != 8 || len(lines[2+i].marks) != 0 {
			t.Errorf("%s has %d marks and %d crosses, want 8 and none", l.name, len(l.marks),
				len(lines[2+i].marks))
		}
		for _, m := range l.marks {
			if m.kind != dot {
				t.Errorf("%s has no value at %v", l.name, m.at)
			}
		}
	}
	for _, row := range chartsOfCapacity(t, "capacity-fainting", nil)["capacity"].Rows {
		if want := map[string]string{"A": "6", "B": "5"}[row[0]]; row[4] != want {
			t.Errorf("the row %v has not %s valid trials", row, want)
		}
	}
}

// A capacity that may be higher is described as it is in the answer. One may be anything if no rate
// was met, where the generator was late.
func TestCapacityMissedLate(t *testing.T) {
	t.Parallel()
	if text := chartsOfCapacity(t, "capacity-late", nil)["capacity"].Description; !strings.Contains(
		text, "B: capacity at least 12,400/s.") || strings.Contains(text, "A: capacity at least") {
		t.Errorf("%s, want that B takes at least 12,400", text)
	}

	never := chartsOfCapacity(t, "capacity-late", func(r *record.Result) {
		for i := range r.PercentilesMS {
			r.PercentilesMS[i] += 100
		}
		r.Load.Detail.Late.P99MS *= 100
	})["capacity"].Description
	if !strings.Contains(never, "A: capacity below") || strings.Contains(never, "B: capacity") {
		t.Errorf("%s, want a capacity of A only", never)
	}
}
