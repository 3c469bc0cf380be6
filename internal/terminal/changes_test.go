package terminal

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rivo/uniseg"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
)

func comparison(t *testing.T, pair labtest.Pair) *compare.Comparison {
	t.Helper()
	older, newer := pair.Records(t)
	c, err := compare.Records(
		compare.Side{Name: "HEAD:output", Commit: strings.Repeat("1a2b3c4d", 5), Record: older},
		compare.Side{Name: "output", Record: newer},
		"",
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What a comparison prints, in either language, and its table on a narrow terminal, in which no
// line is too wide.
func TestChanges(t *testing.T) {
	for name, pair := range labtest.Pairs() {
		var b strings.Builder
		for _, language := range locale.Languages {
			c := comparison(t, pair)
			Changes{Comparison: c, Language: language, Report: "cmp/compare.html"}.Print(&b)
			b.WriteString("\n")
			if len(c.Cells) == 0 {
				continue
			}
			for _, line := range changesTable(locale.For(language), c, 60).lines(60) {
				b.WriteString(line + "\n")
				if width := uniseg.StringWidth(line); width > 60 {
					t.Errorf("%s: %d columns: %s", name, width, line)
				}
			}
			b.WriteString("\n")
		}
		golden.Compare(t, filepath.Join("testdata", "compare", name+".txt"), b.String())
	}
}
