package stats

import (
	"slices"

	"labbook.example/labbook/internal/record"
)

// Look is an end of a run, after which its results could be seen and rounds were added. If rounds
// are added until a result pleases, each look is a further chance of a false one (Armitage,
// McPherson and Rowe, Journal of the Royal Statistical Society A, 1969). bench/verdicts has by how
// much.
type Look struct {
	Rounds int // that had been measured

	// Decisive reports that so many rounds can give a verdict to a comparison, or decide an
	// expectation. A look that could decide nothing was no chance of an error.
	Decisive bool
}

// looks returns the looks at a run before its last rounds were added.
func (a *Analysis) looks(rec *record.Record) []Look {
	tested, _ := a.tested()
	decided := slices.ContainsFunc(a.Checks, func(c Check) bool { return c.Confidence > 0 })
	var all []Look
	for _, rounds := range rec.Looks {
		verdicts := len(tested) > 0 && rounds >= MinRoundsForVerdict(len(tested), a.Confidence)
		checks := decided && rounds >= MinRounds(a.Confidence)
		all = append(all, Look{rounds, verdicts || checks})
	}
	return all
}

// DecisiveLooks returns those looks that were chances of a false claim.
func (a *Analysis) DecisiveLooks() []Look {
	return slices.DeleteFunc(slices.Clone(a.Looks), func(l Look) bool { return !l.Decisive })
}
