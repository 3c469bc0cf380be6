package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// Strip is the result at a glance: what stands under the headline. It has either chips, in one of
// its cards, or a matrix.
type Strip struct {
	Matrix *Matrix  // of three servers and more, of capacities and of an open loop; otherwise nil
	Cards  []Card   // the last one is the state of the data
	Keys   []Key    // of the fills that are in use
	Legend []string // of everything else that needs an explanation
}

// Key explains a fill.
type Key struct {
	Fill  Fill
	Mark  string // the fill as a character: "■", "□" or "≈"
	Means string // "established with 95% confidence"
}

// Card is one number with what it says.
type Card struct {
	Label string // "p99 latency (slowest 1%)"
	Value string // "2.0–2.4×"; "" if there are chips
	Means string // "as long, at every level"
	Chips []Chip
	Link  string // the section with the details, as the id of it
	Open  bool   // the value does not hold at every level
	Clear bool   // the meaning says of how many levels a ratio is clear
	Bad   bool   // data are invalid
}

// Fill is how sure a difference is.
type Fill string

// The fills. A reader sees them, and a screen reader reads them.
const (
	Established    Fill = "established"
	WithinMargin   Fill = "within the margin"
	NotEstablished Fill = "not established"
	NotCompared    Fill = "invalid"
	Pending        Fill = "pending" // the run has not ended
	NoFill         Fill = ""        // there is no difference to be sure of
)

// Chip is the difference between two servers at one level, or at neighbouring levels of which the
// same can be said.
type Chip struct {
	Level  string // "3", "4–9"
	Mark   string // the fill as a character; "" if the data are invalid
	Value  string // "−24%*"
	Fill   Fill
	Spoken string // of the fill: "established"
	Note   string // "suspect"; usually ""
	Series int    // of the server: the number of its colour, from 1
}

// seriesCount is the number of colours of servers.
const seriesCount = 8

// Series returns the number of the colour of a server, from 1. It depends on its place in the spec.
func Series(a *stats.Analysis, server string) int {
	return slices.Index(a.Servers, server)%seriesCount + 1
}

// NewStrip returns the result of an experiment at a glance.
func NewStrip(w *locale.Printer, rec *record.Record, a *stats.Analysis) Strip {
	var s Strip
	compared := a.Compared()
	switch {
	case a.Objective != nil:
		s.Matrix = capacityMatrix(w, a)
		if best := bestCell(a, a.Baseline); len(compared) == 0 && best != nil {
			s.Cards = append(s.Cards, latencyCards(w, *best)...)
		}
	case a.OpenLoop():
		s.Matrix = latencyMatrix(w, a)
	case len(compared) > 1:
		s.Matrix = throughputMatrix(w, a)
	case len(compared) == 1:
		if card, ok := chipsCard(w, a, compared[0]); ok {
			s.Cards = append(s.Cards, card)
		}
	default:
		s.Cards = append(s.Cards, singleServerCards(w, a)...)
	}

	if len(compared) == 1 && a.Objective == nil { // at capacities, the loads are not the same
		s.Cards = append(s.Cards, measureCards(w, a, compared[0])...)
	}
	s.Cards = append(s.Cards, stateCard(w, rec, a))
	s.Keys = keysOf(w, a, s.fills())
	s.Legend = s.legend(w, a)
	return s
}

// measureCards compares a server with the baseline by what has no verdict of its own.
func measureCards(w *locale.Printer, a *stats.Analysis, server string) []Card {
	var cards []Card
	if span, ok := spanOf(a, server, stats.P99); ok {
		card := Card{
			Label: w.Sprintf("p99 latency (slowest 1%)"),
			Value: changes(w, span.low, span.high),
			Means: span.means(w, a, lengths),
			Link:  "latency",
			Open:  !span.sure(),
			Clear: span.partly(),
		}
		if p50, ok := spanOf(a, server, stats.P50); ok {
			card.Means = w.Sprintf("%s; p50 %s", card.Means, changes(w, p50.low, p50.high))
		}
		cards = append(cards, card)
	}
	if span, ok := spanOf(a, server, stats.CPUPerRequest); ok {
		cards = append(cards, Card{
			Label: w.Sprintf("CPU time per request"),
			Value: changes(w, span.low, span.high),
			Means: span.means(w, a, amounts),
			Link:  "resources",
			Open:  !span.sure(),
			Clear: span.partly(),
		})
	}
	return cards
}

// ratioSpan are the ratios of a metric of one server to the baseline's, at all levels at which they
// are known. An interval that excludes 1 at every level needs no correction for their number: the
// claim about all of them is made only if each of them holds (Berger, Technometrics, 1982).
type ratioSpan struct {
	low, high    float64
	levels       []plan.Level
	above, below int // levels with an interval above 1, and below 1
	intervals    int
	suspect      bool // a cell of one of the ratios is
	withheld     bool // the run has not ended, so nothing is claimed
}

// spanOf returns the ratios of a metric. In an open loop these are of the rates with which both
// servers kept up: beyond them, a latency grows for as long as the load lasts. ok is false if none
// is known.
func spanOf(a *stats.Analysis, server string, metric *stats.Metric) (span ratioSpan, ok bool) {
	span.withheld = a.Unfinished != nil
	for _, level := range a.Levels {
		place := plan.Cell{Server: server, Level: level}
		c := a.Ratio(place, metric)
		if c.N == 0 || a.OpenLoop() && !bothKeptUp(a, server, level) {
			continue
		}
		if len(span.levels) == 0 {
			span.low, span.high = c.Ratio, c.Ratio
		}
		span.low, span.high = min(span.low, c.Ratio), max(span.high, c.Ratio)
		span.levels = append(span.levels, level)
		span.suspect = span.suspect || isSuspect(a, place)
		if !c.HasInterval() {
			continue
		}
		span.intervals++
		switch {
		case c.Low > 1:
			span.above++
		case c.High < 1:
			span.below++
		}
	}
	return span, len(span.levels) > 0
}

// bothKeptUp reports whether a server and the baseline kept up with an arrival rate.
func bothKeptUp(a *stats.Analysis, server string, rate plan.Level) bool {
	return a.Cell(plan.Cell{Server: server, Level: rate}).KeptUp() &&
		a.Cell(plan.Cell{Server: a.Baseline, Level: rate}).KeptUp()
}

// sure reports whether the server has more at every level, or less at every level.
func (s ratioSpan) sure() bool {
	return !s.withheld && (s.above == len(s.levels) || s.below == len(s.levels))
}

// everywhere reports whether the ratios are those of all levels, of which there are several.
func (s ratioSpan) everywhere(a *stats.Analysis) bool {
	return len(s.levels) > 1 && len(s.levels) == len(a.Levels)
}

// partly reports whether only some of the intervals exclude 1, or they do to both sides.
func (s ratioSpan) partly() bool { return !s.withheld && !s.sure() && s.above+s.below > 0 }

// comparatives say of what a ratio is.
type comparatives struct{ times, more, less locale.Message }

var (
	lengths = comparatives{"as long as the baseline", "longer", "shorter"}
	amounts = comparatives{"as much as the baseline", "more", "less"}
)

// means returns what the ratios say: "longer, at every level".
func (s ratioSpan) means(w *locale.Printer, a *stats.Analysis, words comparatives) string {
	word := words.times
	switch {
	case s.low < 1 && s.high > 1:
		word = "depending on the level"
	case s.high >= locale.MultipleFrom:
	case s.low >= 1:
		word = words.more
	case s.high <= 1:
		word = words.less
	}

	if a.Unfinished != nil {
		return soFar(w, a, s)
	}
	text := w.Sprintf(word)
	if s.suspect {
		text = w.Sprintf("%s (suspect)", text)
	}
	switch {
	case s.intervals == 0:
		return w.Sprintf("%s; too few rounds for intervals", text)
	case s.sure():
		return w.Sprintf("%s, %s", text, atLevels(w, s.levels, a.Levels))
	case s.above+s.below == 0:
		return w.Sprintf("no clear difference")
	}
	return w.Sprintf("%s; clear at %s of %s", text, w.Integer(s.above+s.below),
		w.Count(len(s.levels), "1 level", "%s levels"))
}

// fills returns how sure the differences of a strip are.
func (s Strip) fills() []Fill {
	var fills []Fill
	for _, card := range s.Cards {
		for _, chip := range card.Chips {
			fills = append(fills, chip.Fill)
		}
	}
	if s.Matrix == nil {
		return fills
	}
	for _, row := range s.Matrix.Rows {
		for _, cell := range row.Cells {
			fills = append(fills, cell.Fill)
		}
	}
	return fills
}

// legend explains what is compared. The signs after numbers are explained in the headline's small
// print, with the servers and the levels.
func (s Strip) legend(w *locale.Printer, a *stats.Analysis) []string {
	var lines []string
	add := func(is bool, text locale.Message, args ...any) {
		if is {
			lines = append(lines, w.Sprintf(text, args...))
		}
	}
	compared := a.Compared()
	if len(compared) == 1 && len(s.Cards) > 1 {
		add(true, "%s relative to %s.", compared[0], a.Baseline)
	}
	if s.Matrix != nil && s.Matrix.Note != "" {
		lines = append(lines, s.Matrix.Note)
	}
	isClear := func(c Card) bool { return c.Clear }
	add(slices.ContainsFunc(s.Cards, isClear),
		"Clear: the %s confidence interval at that level excludes a ratio of 1.",
		w.Percentage(a.Confidence))
	if a.Objective != nil {
		lines = append(lines, capacityLegend(w, a)...)
	}
	add(a.OpenLoop() && a.RandomArrivals, "Requests arrived at random (Poisson). Latency counts "+
		"from the moment at which a request was due.")
	add(a.OpenLoop() && !a.RandomArrivals,
		"Latency counts from the moment at which a request was due.")
	return lines
}
