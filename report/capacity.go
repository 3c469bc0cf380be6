package report

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// The marks of rates at which the objective was met in most rounds, or not.
const (
	metMark    = "✓"
	notMetMark = "✗"
)

// ratesTables returns in how many rounds each server met the objective at each rate: a column per
// server, and a table for as many servers as fit side by side. There is none unless a capacity was
// looked for.
func ratesTables(w *locale.Printer, a *stats.Analysis) []table {
	if a.Objective == nil || len(a.Rates) == 0 {
		return nil
	}
	var tables []table
	for servers := range slices.Chunk(a.Servers, maxAcross) {
		tables = append(tables, ratesTable(w, a, servers))
	}
	last := &tables[len(tables)-1]
	last.Fine = w.Sprintf("%s: met in more than half of the rounds; %s: not. The objective is not "+
		"met either if the server did not keep up with the rate, or if more requests failed than "+
		"may.", metMark, notMetMark)
	return tables
}

// ratesTable returns the table of some servers.
func ratesTable(w *locale.Printer, a *stats.Analysis, servers []string) table {
	t := table{
		Caption: w.Sprintf("Rounds in which the objective was met"),
		Columns: append(w.Strings("Arrivals per second"), servers...),
	}
	var rates []int
	for _, name := range servers {
		for _, cell := range a.RatesOf(name) {
			rates = append(rates, cell.Level.Value)
		}
	}
	slices.Sort(rates)
	for _, rate := range slices.Compact(rates) {
		row := cellsOf(w.Integer(rate))
		for _, name := range servers {
			row = append(row, rateCell(w, a, name, rate))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// rateCell returns how a server did at a rate; nothing if it was not measured there.
func rateCell(w *locale.Printer, a *stats.Analysis, server string, rate int) cell {
	c := a.Capacity(server)
	if c == nil {
		return cell{Text: nothing}
	}
	i := slices.IndexFunc(c.Rates, func(o stats.RateOutcome) bool { return o.Rate == rate })
	if i < 0 || c.Rates[i].Of == 0 {
		return cell{Text: nothing}
	}
	o := c.Rates[i]
	found := cell{Mark: notMetMark, Text: w.Sprintf("%d of %d", o.Met, o.Of)}
	if 2*o.Met > o.Of {
		found.Mark = metMark
	}
	return found
}

// levelsIn returns at how many levels the servers were measured: "5 levels". Those of a capacity
// are rates, of which each server has its own.
func levelsIn(w *locale.Printer, a *stats.Analysis) string {
	if a.Objective == nil {
		return w.Count(len(a.Levels), "1 level", "%s levels")
	}
	low, high := len(a.Rates), 0
	for _, c := range a.Capacities {
		low, high = min(low, len(c.Rates)), max(high, len(c.Rates))
	}
	rates := w.Count(high, "1 rate", "%s rates")
	if low < high {
		return w.Sprintf("%s to %s", w.Integer(low), rates)
	}
	return rates
}

// searches returns the loads that found the rates, a table per server.
func searches(w *locale.Printer, a *stats.Analysis) several {
	var tables []table
	for _, c := range a.Capacities {
		if c.Search != nil {
			tables = append(tables, searchTable(w, a, *c.Search))
		}
	}
	lead := w.Sprintf("Short loads before the first round found the rates around each capacity. " +
		"They are no samples: no number of this report is from them.")
	return newSeveral(w.Sprintf("How the rates were found"), lead, tables...)
}

// searchTable returns the loads of a server's search, in their order.
func searchTable(w *locale.Printer, a *stats.Analysis, s record.Search) table {
	t := table{
		Caption: s.Server,
		Of:      s.Server,
		Columns: []string{
			w.Sprintf("Load"),
			w.Sprintf("Arrivals per second"),
			a.Objective.Percentile + " (ms)",
			w.Sprintf("Answers per second"),
			w.Sprintf("Objective"),
		},
		Wording: true,
		Fine:    strings.TrimSpace(w.Sprintf(searchEnd(s.End)) + " " + asSentence(s.Reason)),
	}
	for i, p := range s.Probes {
		latency, answered, met := nothing, nothing, w.Sprintf("met")
		if p.LatencyMS != nil {
			latency = w.Milliseconds(*p.LatencyMS)
		}
		if p.Answered > 0 {
			answered = w.Rate(p.Answered)
		}
		last := cell{Mark: metMark, Text: met}
		if !p.Met {
			last = cell{Mark: notMetMark, Text: w.Sprintf("not met")}
			if p.Reason != "" {
				last.Under = []string{p.Reason}
			}
		}
		row := cellsOf(w.Integer(i+1), w.Integer(p.Rate), latency, answered)
		t.Rows = append(t.Rows, append(row, last))
	}
	return t
}

// asSentence returns a reason of the record as a sentence: "Not met at 3 requests per second."
func asSentence(reason string) string {
	if reason == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(reason)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(reason[size:], ".") + "."
}

// searchEnd returns how a search ended, as a sentence.
func searchEnd(end record.SearchEnd) locale.Message {
	switch end {
	case record.Bracketed:
		return "The objective was met at one rate and not at a slightly higher one."
	case record.Unreached:
		return "The objective was met at no rate, down to the lowest."
	case record.Unbounded:
		return "The objective was met at every rate that the generator could make."
	}
	return "The search ended before the capacity was found."
}

// Rates returns the tables of the rounds that met the objective.
func (p *page) Rates() []table { return ratesTables(p.Printer, p.analysis) }

// Searches returns how the rates of the servers were found.
func (p *page) Searches() several { return searches(p.Printer, p.analysis) }

// markdownCapacity writes the section of the capacities.
func (p *page) markdownCapacity(b *strings.Builder) {
	p.markdownCharts(b, "capacity")
	paragraphs(b, p.Missing("capacity")...)
	p.markdownComparisons(b)
	for _, t := range p.Rates() {
		t.markdownCaptioned(b)
	}
	p.Searches().markdown(b)
	p.markdownQuote(b)
}
