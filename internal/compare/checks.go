package compare

import (
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// Checks decides the expectations of the newer spec that are about an earlier version: by what each
// server changed relative to the yardstick. They are in the spec's order. A run with --against has
// judged its own already, beside the earlier version itself, so there are none.
func (c *Comparison) Checks() []stats.Check {
	if c.New.Record.Against != nil {
		return nil
	}
	var checks []stats.Check
	for _, e := range c.New.Record.Experiment.Expectations {
		if e.Than != spec.ThanBefore {
			continue
		}
		for _, place := range cellsOf(c.New.Record) {
			if c.expects(e, place) {
				checks = append(checks, c.pair().Check(e, place, c.unchecked(place)))
			}
		}
	}
	stats.DecideChecks(checks, c.Confidence)
	return checks
}

// expects reports whether an expectation is about a cell. One about every server is not about the
// yardstick.
func (c *Comparison) expects(e spec.Expectation, place plan.Cell) bool {
	named := e.Server == place.Server || e.Server == "" && place.Server != c.Yardstick
	return named && (e.Levels == nil || slices.Contains(e.Levels, place.Level.Value))
}

// unchecked returns why an expectation cannot be checked at a cell; NoReason if it can.
func (c *Comparison) unchecked(place plan.Cell) stats.CheckReason {
	yardstick := plan.Cell{Server: c.Yardstick, Level: place.Level}
	invalid := func(place plan.Cell) bool {
		return slices.ContainsFunc(c.Invalid, func(i Invalid) bool { return i.Cell == place })
	}
	unlike := func(u Unlike) bool { return u.Cell == place }
	switch {
	case slices.Contains(c.OnlyNew, place):
		return stats.UnknownNumber
	case slices.ContainsFunc(c.NotComparable, unlike):
		return stats.NotComparable
	case invalid(place):
		return stats.InvalidData
	case c.Yardstick == "" || place.Server == c.Yardstick:
		return stats.NoYardstick
	case invalid(yardstick):
		return stats.InvalidData
	}
	return stats.NoReason
}
