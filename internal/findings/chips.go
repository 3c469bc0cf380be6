package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// maxChips is how many levels have a chip each. Of more levels, neighbours of which the same can be
// said share one.
const maxChips = 7

// chipsCard compares the throughput of a server with the baseline's, level by level. ok is false if
// no level can be compared.
func chipsCard(w *locale.Printer, a *stats.Analysis, server string) (card Card, ok bool) {
	card = Card{
		Label: w.Sprintf(rateWords(a, "Requests per second, by number of clients",
			"Good answers per second, by number of clients")),
		Link: "throughput",
	}
	for _, group := range levelGroups(a, server) {
		card.Chips = append(card.Chips, group.chip(w, a, server))
		ok = ok || group.fill != NotCompared
	}
	return card, ok
}

// levelGroup are neighbouring levels of which the same can be said, with their comparisons; these
// are none where a cell is invalid.
type levelGroup struct {
	levels      []plan.Level
	comparisons []stats.Comparison
	fill        Fill
	mark        string
	suspect     bool
}

// levelGroups returns the levels that both servers have, one each, or in groups if they are many.
func levelGroups(a *stats.Analysis, server string) []levelGroup {
	var groups []levelGroup
	for _, level := range a.Levels {
		if a.Imported && !hasBoth(a, server, level) {
			continue
		}
		next := groupOf(a, plan.Cell{Server: server, Level: level})
		if last := len(groups) - 1; last >= 0 && len(a.Levels) > maxChips &&
			groups[last].like(next) {
			groups[last].levels = append(groups[last].levels, level)
			groups[last].comparisons = append(groups[last].comparisons, next.comparisons...)
			continue
		}
		groups = append(groups, next)
	}
	return groups
}

// groupOf returns a group of one level.
func groupOf(a *stats.Analysis, place plan.Cell) levelGroup {
	group := levelGroup{levels: []plan.Level{place.Level}, fill: NotCompared}
	if c := a.Comparison(place); c != nil {
		group.comparisons = []stats.Comparison{*c}
		group.fill = fillOf(*c)
		group.mark = markOf(*c)
		group.suspect = isSuspect(a, place)
	}
	return group
}

// like reports whether the same can be said of two groups.
func (g levelGroup) like(other levelGroup) bool {
	if g.fill != other.fill || g.mark != other.mark || g.suspect != other.suspect {
		return false
	}
	if g.fill != Established {
		return true
	}
	return (g.comparisons[0].Ratio > 1) == (other.comparisons[0].Ratio > 1)
}

func (g levelGroup) chip(w *locale.Printer, a *stats.Analysis, server string) Chip {
	first, last := g.levels[0], g.levels[len(g.levels)-1]
	chip := Chip{
		Level:  w.Span(float64(first.Value), float64(last.Value), whole(w)),
		Value:  w.Sprintf("invalid"),
		Fill:   g.fill,
		Spoken: spoken(w, a, g.fill),
		Series: Series(a, server),
	}
	if len(g.comparisons) > 0 {
		low, high := extent(g.comparisons, func(c stats.Comparison) float64 { return c.Ratio })
		chip.Value = changes(w, low, high) + g.mark
		chip.Mark = marks[g.fill]
	}
	if g.suspect {
		chip.Note = w.Sprintf("suspect")
	}
	return chip
}

// changes returns a span of ratios: "−14% to −5%", "0.70–4.1×". Both ends have the same form.
func changes(w *locale.Printer, low, high float64) string {
	if high < locale.MultipleFrom || w.Change(low) == w.Change(high) {
		return w.Changes(low, high)
	}
	return w.Span(low, high, func(ratio float64) string {
		return w.Number(ratio, 2, 2) + "×"
	})
}

// fillOf returns how sure a difference is.
func fillOf(c stats.Comparison) Fill {
	switch c.Verdict {
	case stats.Faster, stats.Slower:
		return Established
	case stats.Equivalent:
		return WithinMargin
	case stats.Withheld:
		return Pending
	}
	return NotEstablished
}

// spoken returns a fill for a screen reader.
func spoken(w *locale.Printer, a *stats.Analysis, fill Fill) string {
	switch fill {
	case Established:
		return w.Sprintf("established")
	case WithinMargin:
		return w.Sprintf("within %s", w.Percentage(a.Margin))
	case NotEstablished:
		return w.Sprintf("not established")
	}
	return ""
}

// markOf returns the mark of a difference that the generator limited; see Headline.Small.
func markOf(c stats.Comparison) string {
	switch c.Limited {
	case stats.FasterSide:
		return "*"
	case stats.SlowerSide, stats.BothSides:
		return "†"
	}
	return ""
}

// isSuspect reports whether a cell or the baseline's at its level is suspect.
func isSuspect(a *stats.Analysis, place plan.Cell) bool {
	base := plan.Cell{Server: a.Baseline, Level: place.Level}
	return a.Cell(place).State == stats.Suspect || a.Cell(base).State == stats.Suspect
}
