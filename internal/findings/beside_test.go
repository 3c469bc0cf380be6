package findings

import (
	"strings"
	"testing"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// A claim about a machine that other programs used says so in the same sentence.
func TestAnswerBesideOtherPrograms(t *testing.T) {
	test := func(name string, a *stats.Analysis, server string, at int, want string) {
		t.Helper()
		if at > 0 {
			a.Warnings = []stats.Warning{{Code: stats.OtherLoad, Cells: []stats.Doubt{
				{
					Code:     stats.OtherLoad,
					Cell:     plan.Cell{Server: server, Level: level(at)},
					Evidence: stats.OtherPrograms{Share: 0.64},
				},
				{
					Code:     stats.OtherLoad,
					Cell:     plan.Cell{Server: "C", Level: level(1)},
					Evidence: stats.OtherPrograms{Share: 0.99},
				},
			}}}
		}
		got := strings.ReplaceAll(Answer(locale.For("en"), a), "\u00a0", " ")
		const clause = ", beside other programs with up to"
		if want == "" && strings.Contains(got, clause) || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q within", name, got, want)
		}
	}
	const beside = ", beside other programs with up to 64% of the cores' time"
	test("nothing beside them", versus(slower), "", 0, "")
	test("slower, one level", versus(slower), "B", 1, "10 rounds"+beside+").")
	test("beside the baseline", versus(slower, slower), "A", 2, "10 rounds"+beside+").")
	test("different verdicts", versus(slower, faster), "B", 2,
		"95% confidence, 10 rounds"+beside+").")
	test("too few rounds", versus(unjudged), "B", 1, "In 3 rounds"+beside+", B answered")
	test("only beside another server", versus(slower), "D", 1, "")
}
