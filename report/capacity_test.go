package report

import (
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// No file of a run that looked for capacities has a level without a value, or a number that is
// none.
func TestCapacityWords(t *testing.T) {
	t.Parallel()
	for name, world := range labtest.CapacityWorlds() {
		for _, language := range locale.Languages {
			for file, text := range render(t, world.In(language).Record(t)) {
				if strings.HasSuffix(file, ".pdf") {
					continue // compressed
				}
				for _, bad := range []string{
					"c=0", "r=0", "con_0", "rate_0", "capacity=0", " 0 client", " 0 klien",
					"\u00a00 klien", "\u00a00 client", ">0 client", "NaN", "+Inf", "%!",
				} {
					if i := strings.Index(file+text, bad); i >= 0 {
						around := (file + text)[max(0, i-80):min(len(file+text), i+80)]
						t.Errorf("%s in %s: %s has %q: …%s…", name, language, file, bad, around)
					}
				}
			}
		}
	}
}

// A capacity beyond all rates is no number in the table either.
func TestCapacityBeyondRates(t *testing.T) {
	for within, want := range map[time.Duration]string{
		time.Minute:     "≥\u00a0",
		time.Nanosecond: "none kept to it",
	} {
		rec := world("capacity").Record(t)
		rec.Experiment.Load.Capacity.Within = within
		a := stats.Analyse(rec)
		for _, c := range a.Cells {
			got := throughputCell(locale.For(locale.English), a, c).Text
			if !strings.HasPrefix(got, want) {
				t.Errorf("within %v the table has %q, want %q", within, got, want)
			}
		}
		for _, c := range a.Comparisons {
			isNumber := differenceCell(locale.For(locale.English), a, &c).Text != nothing
			if isNumber != (within == time.Minute) {
				t.Errorf("within %v the difference is a number: %v", within, isNumber)
			}
		}
	}
}
