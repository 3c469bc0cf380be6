package findings

import (
	"slices"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// This file and its neighbours state what a comparison of two records comes to. Only what is
// relative to the yardstick may be called faster or slower. A number by itself has moved, or not.

// occasions tells a comparison of two records. Its texts mark the names of servers.
type occasions struct {
	*locale.Printer
	*compare.Comparison
}

// NewChangesHeadline returns the answer of a comparison: first what the machine did, then which
// servers changed relative to the yardstick, then what restricts that.
func NewChangesHeadline(w *locale.Printer, c *compare.Comparison) Headline {
	s := occasions{w, c}
	claim := s.claim()
	machine, moved := s.machine()
	if moved {
		claim.main = joined(machine, claim.main)
	} else {
		claim.small = append([]string{machine}, claim.small...)
	}
	h := Headline{
		Main:   newSentence(claim.main),
		Second: newSentence(claim.second),
		NoData: claim.withoutData,
	}
	for _, text := range append(claim.small, s.restrictions()...) {
		if text != "" {
			h.Small = append(h.Small, newSentence(text))
		}
	}
	return h
}

// machine states what the machine did, as the yardstick shows it, and whether it surely did
// anything. It is "" if that is not known.
func (s occasions) machine() (text string, moved bool) {
	switch {
	case s.AcrossMachines:
		return s.Sprintf("The two records are of two machines, or of one with other limits."), true
	case s.Shift == nil:
		return "", false
	case s.Yardstick == "" || s.Shift.Yardstick == 0:
		return s.together(), false
	}
	return s.byYardstick()
}

// byYardstick states what the machine did, as the yardstick's numbers show it.
func (s occasions) byYardstick() (text string, moved bool) {
	surely, clear := false, true
	for _, cell := range s.Cells {
		if cell.Server == s.Yardstick {
			surely = surely || s.move(cell) == hasMoved
			clear = clear && s.move(cell) == hasNotMoved
		}
	}
	times, yardstick := s.Ratio(s.Shift.Yardstick), named(s.Yardstick)
	switch {
	case surely:
		return s.Sprintf(s.metricWords(
			"The machine answers %s times as fast as then, yardstick included.",
			"The machine takes %s times as long as then, yardstick included.",
		), times), true
	case clear:
		return s.Sprintf(s.metricWords(
			"The machine answers about as fast as then: %s times, by the yardstick %s.",
			"The machine takes about as long as then: %s times, by the yardstick %s.",
		), times, yardstick), false
	}
	return s.Sprintf(s.metricWords(
		"Whether the machine changed is not clear: by the yardstick %s, it answers %s times as "+
			"fast as then.",
		"Whether the machine changed is not clear: by the yardstick %s, it takes %s times as "+
			"long as then.",
	), yardstick, times), false
}

// together states by what all numbers moved, where no yardstick tells why.
func (s occasions) together() string {
	if s.Shift.Cells == 1 {
		return s.Sprintf("The number is %s times what it was.", s.Ratio(s.Shift.Ratio))
	}
	return s.Sprintf("Together, the %s numbers are %s times what they were (by themselves: %s).",
		s.Integer(s.Shift.Cells), s.Ratio(s.Shift.Ratio),
		s.Span(s.Shift.Low, s.Shift.High, s.Ratio))
}

// metricWords returns one of two messages: about throughputs, or about response times.
func (s occasions) metricWords(throughput, time locale.Message) locale.Message {
	if s.Metric == stats.P50 {
		return time
	}
	return throughput
}

// changed is what the levels of one server come to.
type changed struct {
	server    string
	byVerdict map[stats.Verdict][]compare.Cell
}

// judged returns the servers that have changes relative to the yardstick, in their order.
func (s occasions) judged() []changed {
	var all []changed
	for _, cell := range s.Cells {
		if cell.Relative == nil {
			continue
		}
		i := slices.IndexFunc(all, func(c changed) bool { return c.server == cell.Server })
		if i < 0 {
			i = len(all)
			all = append(all, changed{cell.Server, map[stats.Verdict][]compare.Cell{}})
		}
		v := cell.Relative.Verdict
		all[i].byVerdict[v] = append(all[i].byVerdict[v], cell)
	}
	return all
}

// settled returns the levels at which the server surely changed.
func (c changed) settled() []compare.Cell {
	return slices.Concat(c.byVerdict[stats.Slower], c.byVerdict[stats.Faster])
}

// claim returns what the servers did relative to the yardstick.
func (s occasions) claim() claim {
	all := s.judged()
	switch {
	case len(s.Cells) == 0:
		return claim{
			main:        s.Sprintf("Nothing in these two records can be compared."),
			second:      s.Sprintf("Below is why, for each server at each level."),
			withoutData: true,
		}
	case s.Yardstick == "":
		return claim{
			main:   s.Sprintf("No verdict: there is no yardstick."),
			second: s.noYardstick(),
		}
	case len(all) == 0:
		return claim{
			main: s.Sprintf("No verdict: the yardstick %s has no valid data beside another server.",
				named(s.Yardstick)),
		}
	}

	var surely, others []changed
	for _, c := range all {
		if len(c.settled()) > 0 {
			surely = append(surely, c)
		} else {
			others = append(others, c)
		}
	}
	switch {
	case len(surely) == 0:
		return s.unchanged(all)
	case len(surely) <= maxToldInHeadline:
		return s.told(surely, others)
	}
	return s.counted(surely, others)
}

// maxToldInHeadline is how many servers that changed have a sentence each in the headline.
const maxToldInHeadline = 2

// told states how each of a few servers changed.
func (s occasions) told(surely, others []changed) claim {
	var c claim
	for _, one := range surely {
		c.main = joined(c.main, s.handles(one))
	}
	if len(surely) == 1 { // an interval of several servers is that of none
		c.second = s.intervalsOf(surely[0].settled())
	}
	c.second = joined(c.second, s.rest(surely, others))
	return c
}

// counted states which of many servers changed, and then how.
func (s occasions) counted(surely, others []changed) claim {
	var names []string
	var c claim
	for _, one := range surely {
		names = append(names, named(one.server))
		c.small = append(c.small, s.handles(one))
	}
	c.main = s.Sprintf("%s of %s servers changed relative to %s: %s.", s.Integer(len(surely)),
		s.Integer(len(surely)+len(others)), named(s.Yardstick), s.List(names))
	c.second = s.rest(surely, others)
	return c
}

// handles states how a server changed: "B handles 24% fewer requests per second than before,
// relative to A, at every level."
func (s occasions) handles(c changed) string {
	slower, faster := c.byVerdict[stats.Slower], c.byVerdict[stats.Faster]
	if len(slower) > 0 && len(faster) > 0 {
		return s.Sprintf("%s is slower than before %s (%s) and faster %s (%s), relative to %s.",
			s.suspected(c.server, c.settled()), s.at(slower), s.span(slower), s.at(faster),
			s.span(faster), named(s.Yardstick))
	}
	low, high := extent(c.settled(), ratioOf)
	text := s.metricWords("%s handles %s, relative to %s, %s.", "%s takes %s, relative to %s, %s.")
	return s.Sprintf(text, s.suspected(c.server, c.settled()),
		s.Difference(s.quantity(), low, high), named(s.Yardstick), s.at(c.settled()))
}

// quantity is what is compared with its value before.
func (s occasions) quantity() locale.Quantity {
	switch {
	case s.Metric == stats.P50:
		return locale.LatencyBefore
	case s.New.Analysis.Goodput:
		return locale.GoodAnswersBefore
	}
	return locale.RequestsBefore
}

func ratioOf(c compare.Cell) float64 { return c.Relative.Ratio }

// span returns the span of the changes of some levels: "−14% to −24%".
func (s occasions) span(cells []compare.Cell) string {
	low, high := extent(cells, ratioOf)
	if high <= 1 {
		low, high = high, low
	}
	return s.Changes(low, high)
}

// at names the levels of cells in a sentence.
func (s occasions) at(cells []compare.Cell) string {
	var at []plan.Level
	for _, level := range s.New.Analysis.Levels { // in their order
		isAt := func(c compare.Cell) bool { return c.Level == level }
		if slices.ContainsFunc(cells, isAt) {
			at = append(at, level)
		}
	}
	return atLevels(s.Printer, at, s.New.Analysis.Levels)
}

// suspected returns the name of a server, and at which of some levels its data are suspect in a
// record. A claim must not look better than its data.
func (s occasions) suspected(server string, cells []compare.Cell) string {
	var suspect []compare.Cell
	for _, c := range cells {
		if c.Old == stats.Suspect || c.New == stats.Suspect {
			suspect = append(suspect, c)
		}
	}
	switch {
	case len(suspect) == 0:
		return named(server)
	case len(suspect) == len(cells):
		return s.Sprintf("%s (suspect)", named(server))
	}
	return s.Sprintf("%s (suspect %s)", named(server), s.at(suspect))
}

// intervalsOf returns the interval that contains those of some changes; "" if one has none.
func (s occasions) intervalsOf(cells []compare.Cell) string {
	noInterval := func(c compare.Cell) bool { return !c.Relative.HasInterval() }
	if len(cells) == 0 || slices.ContainsFunc(cells, noInterval) {
		return ""
	}
	low, _ := extent(cells, func(c compare.Cell) float64 { return c.Relative.Low })
	_, high := extent(cells, func(c compare.Cell) float64 { return c.Relative.High })
	return s.Sprintf("%s confidence intervals of the changes: %s.", s.Percentage(s.Confidence),
		s.Changes(low, high))
}
