package terminal

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rivo/uniseg"

	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// The table of every kind of run that looked for capacities fits 60 columns, in both languages.
func TestGoldenCapacities(t *testing.T) {
	var text strings.Builder
	worlds := labtest.CapacityWorlds()
	for _, name := range slices.Sorted(maps.Keys(worlds)) {
		rec := worlds[name].Record(t)
		a := stats.Analyse(rec)
		text.WriteString("== " + name + "\n")
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
	}
	golden.Compare(t, filepath.Join("testdata", "capacities.txt"), text.String())
}
