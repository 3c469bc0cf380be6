package terminal

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

func TestPrintError(t *testing.T) {
	test := func(err error, hint, want string) {
		t.Helper()
		var out strings.Builder
		PrintError(&out, err, hint)
		if out.String() != want {
			t.Errorf("printed %q, want %q", out.String(), want)
		}
	}
	test(errors.New("disk full"), "", "labbook: disk full\n")
	test(errors.Join(errors.New("one"), errors.New("two\x1b[2J")), "make room",
		"labbook: one\nlabbook: two [2J\nhint: make room\n")
}

// The table of every kind of result fits a terminal of 60 columns, in both languages. Those of
// capacities are in TestGoldenCapacities.
func TestGoldenTables(t *testing.T) {
	capacities := labtest.CapacityWorlds()
	for name, world := range labtest.Worlds() {
		if _, ok := capacities[name]; ok {
			continue
		}
		rec := world.Record(t)
		a := stats.Analyse(rec)
		var text strings.Builder
		for _, language := range locale.Languages {
			w := locale.For(language)
			text.WriteString(caption(w, rec, a) + "\n")
			for _, line := range resultsOf(w, a).lines(60) {
				text.WriteString(line + "\n")
				if width := uniseg.StringWidth(line); width > 60 {
					t.Errorf("%s in %s: %d columns: %s", name, language, width, line)
				}
			}
			text.WriteByte('\n')
		}
		golden.Compare(t, filepath.Join("testdata", name+".txt"), text.String())
	}
}

// A conclusion is the table, the answer, what is wrong with the data and where the report is.
func TestConclusion(t *testing.T) {
	for _, language := range locale.Languages {
		rec := labtest.Worlds()["ended"].Record(t)
		rec.Experiment.Language, rec.Damaged = language, 1
		w, a := locale.For(language), stats.Analyse(rec)
		var out strings.Builder
		Conclusion{Record: rec, Analysis: a, Report: "output/report.html"}.Print(&out)

		got := out.String()
		if strings.ContainsAny(got, "\r\u00a0\u2060\x1b") {
			t.Errorf("%q is not for a terminal", got)
		}
		parts := []string{
			strings.Join(resultsOf(w, a).lines(100), "\n"),
			findings.Damage(w, 1),
			"output/report.html\n",
		}
		for _, d := range findings.Doubts(w, rec, a) {
			parts = append(parts, strings.ToLower(d.Kind)+" "+string(d.Code)+": ")
			hasMeaning := strings.Contains(got, Printable(d.Means))
			if hasMeaning != d.Error {
				t.Errorf("%s: what follows from it is printed: %v", d.Code, hasMeaning)
			}
		}
		headline := findings.NewHeadline(w, a)
		for _, sentence := range append(headline.Small, headline.Main, headline.Second) {
			parts = append(parts, sentence.String())
		}
		for _, part := range parts {
			if !strings.Contains(got, Printable(part)) && !strings.Contains(got, part) {
				t.Errorf("%s: printed\n%s\nwant in it: %s", language, got, part)
			}
		}
	}
}

func TestForecast(t *testing.T) {
	forecast := Forecast{
		Baseline:    "a",
		PilotRounds: 2,
		Rounds:      10,
		Duration:    90 * time.Second,
		Comparisons: []stats.Forecast{
			{Server: "b", HalfWidth: 0.061, Levels: 2},
			{Server: "c"},
		},
	}
	const want = "pilot of 2 rounds: the whole experiment of 10 rounds will take about 1m30s\n" +
		"b against a: can show differences from about 7% on " +
		"(rough: 2 rounds, pooled over 2 levels)\n" +
		"c against a: no level has 2 rounds that are valid, so nothing can be said\n"
	var out strings.Builder
	forecast.Print(&out)
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}

	forecast = Forecast{
		PilotRounds: 2,
		Rounds:      1,
		Load:        "about 10ms",
		Duration:    time.Millisecond,
	}
	out.Reset()
	forecast.Print(&out)
	const short = "pilot of 2 rounds: the whole experiment of 1 round will take about 1s\n" +
		"a load takes about 10ms\n"
	if out.String() != short {
		t.Errorf("printed %q, want %q", out.String(), short)
	}
}
