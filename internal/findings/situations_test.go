package findings

import (
	"fmt"
	"strings"
	"testing"

	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// TestSituationsGolden holds the answer of every kind of experiment, in both languages: what is
// said first, then, and in small print.
func TestSituationsGolden(t *testing.T) {
	for _, language := range locale.Languages {
		var b strings.Builder
		for _, s := range labtest.Situations() {
			h := NewHeadline(locale.For(language), stats.Analyse(s.Record(t)))
			fmt.Fprintf(&b, "== %s\n", s.Name)
			line := func(mark string, sentence Sentence) {
				if len(sentence) > 0 {
					fmt.Fprintf(&b, "%s %s\n", mark, sentence)
				}
			}
			line("!", h.Banner)
			line("#", h.Main)
			line(">", h.Second)
			for _, small := range h.Small {
				line("-", small)
			}
			b.WriteString("\n")
		}
		golden.Compare(t, "testdata/situations."+language+".txt", b.String())
	}
}
