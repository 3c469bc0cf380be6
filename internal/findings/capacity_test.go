package findings

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// TestCapacitiesGolden holds what is said of every kind of run that looked for capacities: the
// answer, the strip with the sentence to quote, what it holds for, and its expectations.
func TestCapacitiesGolden(t *testing.T) {
	t.Parallel()
	worlds := labtest.CapacityWorlds()
	for _, language := range locale.Languages {
		w := locale.For(language)
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(worlds)) {
			rec := worlds[name].Record(t)
			a := stats.Analyse(rec)
			writeStrip(&b, w, name, rec)
			h := NewHeadline(w, a)
			fmt.Fprintf(&b, "! %s\n# %s\n> %s\n", h.Banner, h.Main, h.Second)
			for _, small := range h.Small {
				fmt.Fprintf(&b, "- %s\n", small)
			}
			for _, check := range Checks(w, a) {
				fmt.Fprintf(&b, "%s %s\n", check.Mark, check)
			}
			for _, e := range rec.Experiment.Expectations {
				fmt.Fprintf(&b, "expected: %s\n", Expected(w, rec.Experiment, e))
			}
			fmt.Fprintf(&b, "%s\n\n", ThisRun(w, a))
		}
		golden.Compare(t, "testdata/capacity."+language+".txt", b.String())
	}
}

// Where no server keeps to the objective, the answer tells the lowest rate of each.
func TestLowestRates(t *testing.T) {
	t.Parallel()
	rec := labtest.CapacityWorlds()["capacity"].Record(t)
	rec.Experiment.Load.Capacity.Within = time.Nanosecond
	a := stats.Analyse(rec)
	got := fmt.Sprint(NewHeadline(locale.For(locale.English), a).Main)
	for _, server := range a.Servers {
		lowest := locale.For(locale.English).Integer(a.Capacity(server).Rates[0].Rate)
		if !strings.Contains(got, "down to "+lowest+" requests per second") {
			t.Errorf("the answer lacks the lowest rate of %s, %s: %s", server, lowest, got)
		}
	}
}
