package findings

import (
	"fmt"
	"strings"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// ChangeRow is what a comparison of two records says of a server at a level, in words and formatted
// numbers: the same ones wherever it is shown. A text is Nothing where there is no number.
type ChangeRow struct {
	Server string
	Series int // the number of the server's colour, from 1
	Level  plan.Level
	At     string // the level in words: "3 clients"

	Then, Now string // medians

	Moved         string // "1.16×"
	MovedInterval string // "1.07–1.23×"; "" if there is none
	MovedWord     string // "moved", "did not move", "unclear"; "" without an interval

	Change   string // relative to the yardstick: "−8%†"
	Interval string // of the change: "−16% to 0%"; "" if there is none
	Mark     string // of the verdict; "" if there is none
	Verdict  string // "inconclusive", "yardstick"
	Settled  bool   // the server surely changed
	Evidence string // "p = 0.26; 10 and 10 rounds"; "" without a verdict
	Suspect  string // which data are suspect: "then", "now", "then and now"; usually ""
}

// ChangeRows returns a row for each cell that is compared.
func ChangeRows(w *locale.Printer, c *compare.Comparison) []ChangeRow {
	s := occasions{w, c}
	rows := make([]ChangeRow, len(c.Cells))
	for i, cell := range c.Cells {
		r := ChangeRow{
			Server:    cell.Server,
			Series:    Series(c.New.Analysis, cell.Server),
			Level:     cell.Level,
			At:        levelName(w, cell.Level),
			Then:      s.median(c.Old, cell.Cell),
			Now:       s.median(c.New, cell.Cell),
			Moved:     Nothing,
			Change:    Nothing,
			Verdict:   s.verdict(cell),
			Suspect:   s.suspect(cell),
			MovedWord: s.movedWord(cell),
		}
		if cell.Moved.Ratio > 0 {
			r.Moved = w.Times(cell.Moved.Ratio) + "×"
		}
		if cell.Moved.HasInterval() {
			r.MovedInterval = w.NoBreakRange(cell.Moved.Low, cell.Moved.High, w.Times) + "×"
		}
		s.addChange(&r, cell.Relative)
		rows[i] = r
	}
	return rows
}

// addChange adds what a cell did relative to the yardstick; nothing if that is not known.
func (s occasions) addChange(r *ChangeRow, change *compare.Relative) {
	if change == nil {
		return
	}
	c := stats.Comparison{
		Ratio:      change.Ratio,
		Low:        change.Low,
		High:       change.High,
		Confidence: change.Confidence,
		Verdict:    change.Verdict,
		Limited:    change.Limited,
		ByNetwork:  change.ByNetwork,
	}
	r.Change = Change(s.Printer, c)
	r.Interval = ChangeInterval(s.Printer, c)
	r.Mark = VerdictMark(c)
	r.Settled = change.Verdict == stats.Faster || change.Verdict == stats.Slower
	if change.Verdict == stats.NoVerdict {
		return
	}
	values := s.Sprintf("%d and %d rounds", change.Old, change.New)
	if change.ByRun {
		values = s.Sprintf("%d and %d runs", change.Old, change.New)
	}
	r.Evidence = fmt.Sprintf("%s; %s", equation(s.Printer, change.Adjusted), values)
	if change.Dependent {
		r.Evidence += "; " + s.Sprintf("rounds depend on each other (correlated)")
	}
}

// equation returns a p-value as an equation or an inequality: "p = 0.023", "p < 0.001".
func equation(w *locale.Printer, p float64) string {
	text := w.PValue(p)
	if rest, ok := strings.CutPrefix(text, "<"); ok {
		return "p\u00a0<\u00a0" + strings.TrimSpace(rest)
	}
	return "p\u00a0=\u00a0" + text
}

// median returns the median of a cell in a record, without its unit.
func (s occasions) median(side compare.Side, place plan.Cell) string {
	cell := side.Analysis.Cell(place)
	if cell == nil || cell.Of(s.Metric).N == 0 {
		return Nothing
	}
	if s.Metric == stats.P50 {
		return s.Milliseconds(cell.Of(s.Metric).Median)
	}
	return s.Rate(cell.Of(s.Metric).Median)
}

// What a number did by itself.
const (
	hasMoved    locale.Message = "moved"
	hasNotMoved locale.Message = "did not move"
	isUnclear   locale.Message = "unclear"
)

// move returns whether the number of a cell moved; "" without an interval. That it did not is said
// only where a move that matters is ruled out.
func (s occasions) move(cell compare.Cell) locale.Message {
	m := cell.Moved
	switch {
	case !m.HasInterval():
		return ""
	case cell.HasMoved(s.Confidence):
		return hasMoved
	case m.Low >= 1/(1+s.Margin) && m.High <= 1+s.Margin:
		return hasNotMoved
	}
	return isUnclear
}

func (s occasions) movedWord(cell compare.Cell) string {
	if word := s.move(cell); word != "" {
		return s.Sprintf(word)
	}
	return ""
}

// verdict returns what a cell comes to.
func (s occasions) verdict(cell compare.Cell) string {
	switch {
	case s.Yardstick == "":
		return ""
	case cell.Server == s.Yardstick:
		return s.Sprintf("yardstick")
	case cell.Relative == nil:
		return s.Sprintf("not compared")
	}
	switch cell.Relative.Verdict {
	case stats.NoVerdict:
		if s.severalRuns() {
			return s.Sprintf("too few runs")
		}
		return s.Sprintf("too few rounds")
	case stats.Equivalent:
		return s.Sprintf("within %s", s.Percentage(s.Margin))
	}
	return s.Sprintf(locale.Message(cell.Relative.Verdict))
}

// suspect returns in which records the data of a cell are suspect.
func (s occasions) suspect(cell compare.Cell) string {
	then, now := cell.Old == stats.Suspect, cell.New == stats.Suspect
	switch {
	case then && now:
		return s.Sprintf("then and now")
	case then:
		return s.Sprintf("then")
	case now:
		return s.Sprintf("now")
	}
	return ""
}

// ChangeKeys explains the marks of the verdicts that a comparison has.
func ChangeKeys(w *locale.Printer, c *compare.Comparison) []Key {
	used := map[Fill]bool{}
	for _, cell := range c.Cells {
		if cell.Relative != nil && cell.Relative.Verdict != stats.NoVerdict {
			used[fillOf(stats.Comparison{Verdict: cell.Relative.Verdict})] = true
		}
	}
	means := map[Fill]string{
		Established: w.Sprintf("changed relative to %s, with %s confidence", c.Yardstick,
			w.Percentage(c.Confidence)),
		WithinMargin:   w.Sprintf("a change of %s or more is ruled out", w.Percentage(c.Margin)),
		NotEstablished: w.Sprintf("no change established"),
	}
	var keys []Key
	for _, fill := range []Fill{Established, WithinMargin, NotEstablished} {
		if used[fill] {
			keys = append(keys, Key{Fill: fill, Mark: marks[fill], Means: means[fill]})
		}
	}
	return keys
}

// ChangeMetric returns what a comparison compares, with its unit: "Requests per second".
func ChangeMetric(w *locale.Printer, c *compare.Comparison) string {
	switch {
	case c.Metric == stats.P50:
		return w.Sprintf("Response time p50, ms")
	case c.New.Analysis.Goodput:
		return w.Sprintf("Good answers per second")
	}
	return w.Sprintf("Requests per second")
}
