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

// TestExpectationsGolden holds how the checks of every kind of outcome read, in both languages: on
// the page, and each in one line.
func TestExpectationsGolden(t *testing.T) {
	for _, language := range locale.Languages {
		w := locale.For(language)
		var b strings.Builder
		for _, s := range labtest.Expected() {
			a := stats.Analyse(s.Record(t))
			e := NewExpectations(w, a)
			fmt.Fprintf(&b, "== %s\n%s %s\n> %s\n", s.Name, e.Mark(), e.Summary, e.Counts)
			for _, g := range e.Groups {
				fmt.Fprintf(&b, "## %s (%d) %s\n", g.Title, g.Line, g.Why)
				for _, row := range g.Rows {
					fmt.Fprintf(&b, "| %s %s | %s | %s | %s %s | %s\n", row.Server, row.At,
						row.Found, row.Interval, row.Mark, row.Word, row.Detail)
				}
			}
			for _, line := range e.Unjudged {
				fmt.Fprintf(&b, "- %s\n", line)
			}
			for _, c := range Checks(w, a) {
				fmt.Fprintf(&b, "%d: %s\n", c.Line, c)
			}
			b.WriteString("\n")
		}
		golden.Compare(t, "testdata/expectations."+language+".txt", b.String())
	}
}

// TestEveryCheckIsInARow holds that rows of several levels leave no check out, and that none of
// them stands for checks of different outcomes.
func TestEveryCheckIsInARow(t *testing.T) {
	for _, s := range labtest.Expected() {
		a := stats.Analyse(s.Record(t))
		checks, rows := map[stats.Outcome]int{}, map[stats.Outcome]int{}
		for _, c := range a.Checks {
			checks[c.Outcome]++
		}
		for _, g := range NewExpectations(nil, a).Groups {
			for _, row := range g.Rows {
				rows[row.Outcome] += row.Checks
			}
		}
		if fmt.Sprint(checks) != fmt.Sprint(rows) {
			t.Errorf("%s: checks %v, in rows %v", s.Name, checks, rows)
		}
	}
}
