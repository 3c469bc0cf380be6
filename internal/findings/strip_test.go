package findings

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labbook/internal/golden"
	"labbook/internal/labtest"
	"labbook/internal/locale"
	"labbook/internal/stats"
)

// TestStripGolden holds the strip of every made-up run.
func TestStripGolden(t *testing.T) {
	t.Parallel()
	for _, language := range locale.Languages {
		w := locale.For(language)
		var b strings.Builder
		worlds := labtest.Worlds()
		for _, name := range slices.Sorted(maps.Keys(worlds)) {
			rec := worlds[name].Record(t)
			a := stats.Analyse(rec)
			fmt.Fprintf(&b, "== %s\n", name)
			writeStrip(&b, NewStrip(w, rec, a))
			fmt.Fprintf(&b, "\n")
		}
		golden.Compare(t, filepath.Join("testdata", "strip."+language+".txt"), b.String())
	}
}

func writeStrip(b *strings.Builder, s Strip) {
	if s.Matrix != nil {
		fmt.Fprintf(b, "%q\n", s.Matrix.Columns)
		for _, row := range s.Matrix.Rows {
			fmt.Fprintf(b, "%d %s (%s)", row.Series, row.Server, row.Note)
			for _, cell := range row.Cells {
				fmt.Fprintf(b, " | %s", strings.Join(strings.Fields(fmt.Sprint(
					cell.Value, " ", cell.Note, " ", cell.Mark, " ", cell.Change, " ",
					cell.Spoken)), " "))
				if cell.Bad {
					b.WriteString(" (bad)")
				}
			}
			b.WriteString("\n")
		}
	}
	for _, card := range s.Cards {
		fmt.Fprintf(b, "%s: %s", card.Label, card.Value)
		for _, chip := range card.Chips {
			fmt.Fprintf(b, "[%s: %s %s %s %s]", chip.Level, chip.Mark, chip.Value,
				chip.Spoken, chip.Note)
		}
		fmt.Fprintf(b, " / %s -> %s open=%v bad=%v\n", card.Means, card.Link, card.Open, card.Bad)
	}
	for _, key := range s.Keys {
		fmt.Fprintf(b, "%s %s\n", key.Mark, key.Means)
	}
	for _, line := range s.Legend {
		fmt.Fprintln(b, line)
	}
}
