package report

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// comparisonTables returns a table of verdicts for every other server, and at the end for the
// control. A single server has a table of its throughputs.
func comparisonTables(w *locale.Printer, a *stats.Analysis) []table {
	var tables []table
	if len(a.Compared()) == 0 {
		tables = append(tables, singleServerTable(w, a))
	}
	for _, server := range comparedOrControl(a) {
		tables = append(tables, comparisonTable(w, a, server))
	}
	return tables
}

// comparedOrControl returns the servers that are compared with the baseline, the control last.
func comparedOrControl(a *stats.Analysis) []string {
	servers := slices.Clone(a.Compared())
	if a.Control != "" {
		servers = append(servers, a.Control)
	}
	return servers
}

// rateWords returns one of two messages about throughput: where requests may fail, good answers
// alone are counted.
func rateWords(a *stats.Analysis, requests, good locale.Message) locale.Message {
	if a.Goodput {
		return good
	}
	return requests
}

// The glossary's entries to which words in the tables lead.
const (
	verdictTerm = "term-verdict"
	stateTerm   = "term-state"
)

func singleServerTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{
		Caption: w.Sprintf(rateWords(a, "Requests per second of %s",
			"Good answers per second of %s"), a.Baseline),
		Wording: true,
		Columns: append([]string{levelHead(w, a.Levels)}, w.Strings("Median", "Valid trials",
			"State")...),
	}
	if a.Objective != nil {
		t.Columns[2] = w.Sprintf("Valid rounds")
	}
	for _, c := range a.CellsOf(a.Baseline) {
		state := cell{Text: w.Sprintf(locale.Message(c.State))}
		if c.State != stats.Valid {
			state.Link = stateTerm
		}
		t.Rows = append(t.Rows, []cell{
			{Text: levelValue(w, c.Level)},
			throughputCell(w, a, c),
			{Text: cleanOf(w, c)},
			state,
		})
	}
	t.Fine = strings.Join(intervalNotes(w, a, a.CellsOf(a.Baseline), nil), " ")
	return t
}

// throughputCaption returns the caption of a table of all throughputs, or of all capacities.
func throughputCaption(w *locale.Printer, a *stats.Analysis) string {
	if a.Objective != nil {
		return w.Sprintf("Capacity, in requests per second")
	}
	return w.Sprintf(rateWords(a, "Requests per second at each level",
		"Good answers per second at each level"))
}

// comparisonTable compares a server with the baseline, a row per level.
func comparisonTable(w *locale.Printer, a *stats.Analysis, server string) table {
	t := table{
		Caption: w.Sprintf(rateWords(a, "%s against %s, requests per second",
			"%s against %s, good answers per second"), server, a.Baseline),
		Of:      server,
		Wording: true,
		Folds:   true,
		Columns: []string{
			levelHead(w, a.Levels),
			a.Baseline,
			server,
			w.Sprintf("Difference"),
			w.Sprintf("Verdict"),
		},
	}
	if compared := a.Compared(); len(compared) == 1 && compared[0] == server {
		t.Caption = throughputCaption(w, a)
	}
	if server == a.Control {
		t.Lead = w.Sprintf("The same server, measured a second time in every round (A/A test): " +
			"differences of this size are noise.")
	}

	var comparisons []stats.Comparison
	for _, level := range a.Levels {
		place := plan.Cell{Server: server, Level: level}
		c := a.Comparison(place)
		if c != nil {
			comparisons = append(comparisons, *c)
		}
		t.Rows = append(t.Rows, []cell{
			{Text: levelValue(w, level)},
			throughputCell(w, a, *a.Cell(plan.Cell{Server: a.Baseline, Level: level})),
			throughputCell(w, a, *a.Cell(place)),
			differenceCell(w, a, c),
			verdictCell(w, a, c),
		})
	}
	cells := slices.Concat(a.CellsOf(a.Baseline), a.CellsOf(server))
	t.Fine = comparisonNotes(w, a, cells, comparisons)
	return t
}

// differenceCell returns the ratio of a comparison as a difference, with its interval. c is nil if
// a cell is invalid.
func differenceCell(w *locale.Printer, a *stats.Analysis, c *stats.Comparison) cell {
	if c == nil || hasNoNumber(a, c.Server) {
		return cell{Text: nothing}
	}
	d := cell{
		Text:   findings.Change(w, *c),
		Strong: c.Verdict == stats.Faster || c.Verdict == stats.Slower,
	}
	if interval := findings.ChangeInterval(w, *c); interval != "" {
		d.Under = []string{interval}
	}
	return d
}

// verdictCell returns the verdict of a comparison, and under it the rounds and the p-value that it
// comes from, then why it is inconclusive or how many rounds or runs would probably be enough.
func verdictCell(w *locale.Printer, a *stats.Analysis, c *stats.Comparison) cell {
	if c == nil {
		return cell{Text: w.Sprintf("not compared")}
	}
	if c.Verdict == stats.Withheld {
		return cell{Text: w.Sprintf("after the last round")}
	}
	v := cell{Mark: findings.VerdictMark(*c), Link: verdictTerm}
	evidence := []string{direction(w, a, *c)}
	switch {
	case c.Server == a.Control:
		v.Text, v.Link = evidence[0], ""
		evidence = nil
	case c.Verdict == stats.NoVerdict:
		v.Text = w.Sprintf("no verdict")
	default:
		v.Text = findings.VerdictName(w, a, c.Verdict)
	}
	if c.Tested() && c.Server != a.Control {
		evidence = append(evidence, pValueOf(w, c.Adjusted))
	}
	isEmpty := func(text string) bool { return text == "" }
	for _, line := range []string{
		strings.Join(slices.DeleteFunc(evidence, isEmpty), "; "),
		undecided(w, *c),
	} {
		if line != "" {
			v.Under = append(v.Under, line)
		}
	}
	return v
}

// pValueOf returns a p-value as an equation or an inequality: "p = 0.023", "p < 0.001".
func pValueOf(w *locale.Printer, p float64) string {
	text := w.PValue(p)
	if strings.HasPrefix(text, "<") {
		return "p\u00a0<\u00a0" + strings.TrimSpace(strings.TrimPrefix(text, "<"))
	}
	return "p\u00a0=\u00a0" + text
}

// undecided returns why a comparison has no verdict, or how many rounds or runs would probably be
// enough for one; "" if there is nothing to say.
func undecided(w *locale.Printer, c stats.Comparison) string {
	switch {
	case c.WithinControl:
		return w.Sprintf("within the noise of the A/A test")
	case c.Dependent:
		return w.Sprintf("rounds depend on each other (correlated)")
	case c.RoundsNeeded > 0:
		return w.Sprintf("about %d rounds needed", c.RoundsNeeded)
	case c.RunsNeeded > 0:
		return w.Sprintf("about %d runs needed", c.RunsNeeded)
	}
	return ""
}

// direction returns in how many rounds the server was the faster or the slower one. Where both
// throughputs are the arrival rate, neither was, and imported trials have no rounds.
func direction(w *locale.Printer, a *stats.Analysis, c stats.Comparison) string {
	switch {
	case c.Verdict == stats.AtArrivalRate || c.Unpaired,
		isBelowRates(a, c.Server) && isBelowRates(a, a.Baseline):
		return ""
	case c.Verdict == stats.Faster && c.Above > c.Below:
		return w.Sprintf("in %d of %d rounds", c.Above, c.N)
	case c.Verdict == stats.Slower && c.Above < c.Below:
		return w.Sprintf("in %d of %d rounds", c.Below, c.N)
	case a.Objective != nil:
		return w.Sprintf("takes more in %d, less in %d of %d rounds", c.Above, c.Below, c.N)
	case c.Above > c.Below:
		return w.Sprintf("faster in %d of %d rounds", c.Above, c.N)
	case c.Above < c.Below:
		return w.Sprintf("slower in %d of %d rounds", c.Below, c.N)
	}
	return w.Sprintf("faster in %d, slower in %d of %d rounds", c.Above, c.Below, c.N)
}

// isBelowRates reports whether the capacity of a server is below all rates, so that it is no number
// to compare.
func isBelowRates(a *stats.Analysis, server string) bool {
	c := a.Capacity(server)
	return c != nil && c.AtMost
}

// hasNoNumber reports whether the ratio of a server to the baseline is no number, because it is one
// of capacities of which one is below all rates.
func hasNoNumber(a *stats.Analysis, server string) bool {
	return isBelowRates(a, server) || isBelowRates(a, a.Baseline)
}

// throughputCell returns the median throughput of a cell with its interval and with what is wrong
// with it.
func throughputCell(w *locale.Printer, a *stats.Analysis, c stats.Cell) cell {
	if c.Unknown {
		return cell{Text: nothing}
	}
	if c.State == stats.Invalid {
		return cell{Text: w.Sprintf(locale.Message(stats.Invalid)), Link: stateTerm, Bad: true}
	}
	found := medianCell(w, c, stats.Throughput)
	switch of := a.Capacity(c.Server); {
	case of == nil || c.Of(stats.Throughput).N == 0:
	case of.AtMost:
		found.Text = w.Sprintf("none kept to it")
	case a.MayTakeMore(c.Server):
		found.Text = "≥\u00a0" + found.Text
	}
	if c.State == stats.Suspect {
		found.Under = append(found.Under, w.Sprintf("suspect (%s)", whySuspect(w, c)))
	}
	return found
}

// whySuspect returns in a few words why a cell is suspect. The codes are explained above the table.
func whySuspect(w *locale.Printer, c stats.Cell) string {
	var reasons []string
	if c.Clean() < c.Rounds {
		format := locale.Message("%s trials valid")
		if c.Level.Kind == plan.Capacity {
			format = "%s rounds valid"
		}
		reasons = append(reasons, w.Sprintf(format, cleanOf(w, c)))
	}
	if c.Dead() > 0 {
		reasons = append(reasons, findings.DeadRounds(w, c))
	}
	for _, code := range c.Suspicions {
		reasons = append(reasons, string(code))
	}
	return strings.Join(reasons, ", ")
}

func cleanOf(w *locale.Printer, c stats.Cell) string {
	return w.Sprintf("%d of %d", c.Clean(), c.Rounds)
}
