package compare

import "labbook.example/labbook/internal/stats"

// Judged returns the newer record's analysis with the checks that the comparison decides in the
// place of its own.
func (c *Comparison) Judged() *stats.Analysis {
	a := *c.New.Analysis
	a.Checks, a.Unjudged = c.Checks(), nil
	return &a
}
