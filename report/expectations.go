package report

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// expected is the section on the spec's expectations.
type expected struct {
	findings.Expectations
	Shown  checkTables
	Folded checkTables // of expectations that are met, where there are many
	All    table       // every check by itself, if rows above stand for several
	Fine   string
}

// checkTables are expectations, a table each, under one head.
type checkTables struct {
	Name   string
	Groups []table
}

// expectationTerm is the glossary's entry on expectations.
const expectationTerm = "term-expectation"

// maxMet is how many expectations that are met are in sight.
const maxMet = 4

func newExpected(w *locale.Printer, rec *record.Record, a *stats.Analysis) expected {
	e := expected{
		Expectations: findings.NewExpectations(w, a),
		Shown:        checkTables{Name: w.Sprintf("Expectations")},
	}
	met := 0
	for _, g := range e.Groups {
		if g.Worst == stats.CheckMet {
			met++
		}
	}
	for _, g := range e.Groups {
		if t := groupTable(w, rec, a, g); g.Worst == stats.CheckMet && met > maxMet {
			e.Folded.Groups = append(e.Folded.Groups, t)
		} else {
			e.Shown.Groups = append(e.Shown.Groups, t)
		}
	}
	e.Folded.Name = w.Sprintf("%s expectations that are met", w.Integer(met))

	e.All = allChecks(w, a, e.Groups)
	if len(a.Checks) > 0 {
		e.Fine = decisionNote(w, a, len(e.All.Rows) > 0)
	}
	return e
}

// groupTable returns the checks of an expectation. Its lead is what the spec says of it.
func groupTable(
	w *locale.Printer, rec *record.Record, a *stats.Analysis, g findings.ExpectationGroup,
) table {
	lead := w.Sprintf("line %d of %s", g.Line, rec.Spec.Name)
	if g.Why != "" {
		lead = g.Why + " (" + lead + ")"
	}
	t := table{
		Caption: g.Title,
		Lead:    lead,
		Columns: w.Strings("Server", "Found", "Outcome"),
		Wording: true,
	}
	for _, row := range g.Rows {
		t.Rows = append(t.Rows, []cell{
			{Text: row.Server, Under: []string{row.At}, Series: findings.Series(a, row.Server)},
			foundCell(row.Check),
			outcomeCell(row.Check),
		})
	}
	return t
}

// foundCell returns what was found, above its interval.
func foundCell(c findings.Check) cell {
	found := cell{Text: c.Found}
	if c.Found == "" {
		found.Text = nothing
	}
	if c.Interval != "" {
		found.Under = []string{c.Interval}
	}
	return found
}

// outcomeCell returns the outcome of a check, above the reason for it.
func outcomeCell(c findings.Check) cell {
	outcome := cell{
		Mark:    c.Mark,
		Text:    c.Word,
		Link:    expectationTerm,
		Outcome: c.Outcome,
	}
	if c.Detail != "" {
		outcome.Under = []string{c.Detail}
	}
	return outcome
}

// allChecks returns a row for every check; no rows if each has one anyway.
func allChecks(w *locale.Printer, a *stats.Analysis, groups []findings.ExpectationGroup) table {
	t := table{
		Caption: w.Sprintf("Every check by itself"),
		Columns: w.Strings("Check", "Limit", "Found", "Adjusted p", "Rounds", "Outcome"),
		Wording: true,
	}
	const columnOfP = 3
	if a.Unfinished != nil {
		t.Columns = slices.Delete(t.Columns, columnOfP, columnOfP+1)
	}
	rows := 0
	for _, g := range groups {
		rows += len(g.Rows)
	}
	if rows == len(a.Checks) {
		return t
	}
	for i, c := range findings.Checks(w, a) {
		p := nothing
		if a.Checks[i].Tested() {
			p = w.PValue(a.Checks[i].Adjusted)
		}
		outcome := outcomeCell(c)
		outcome.Under = nil
		row := []cell{
			{Text: c.Title},
			{Text: c.Limit},
			foundCell(c),
			{Text: p},
			{Text: w.Integer(a.Checks[i].N)},
			outcome,
		}
		if a.Unfinished != nil {
			row = slices.Delete(row, columnOfP, columnOfP+1)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// decisionNote states what the ranges are, of several levels in some rows, and how a check is
// decided.
func decisionNote(w *locale.Printer, a *stats.Analysis, several bool) string {
	tested := 0
	for _, c := range a.Checks {
		if c.Confidence > 0 {
			tested++
		}
	}
	if tested == 0 {
		return ""
	}
	texts := []string{w.Sprintf("Under each number is its %s confidence interval.",
		w.Percentage(a.Confidence))}
	if several {
		texts = append(texts, w.Sprintf("Rows of several levels have the ranges of all of them."))
	}
	if a.Unfinished != nil {
		return strings.Join(texts, " ")
	}
	if tested == 1 {
		texts = append(texts, w.Sprintf("A check is met if its interval is within the limit, and "+
			"failed if it is beyond it."))
	} else {
		texts = append(texts, w.Sprintf("A check is met if its interval is within the limit, and "+
			"failed if it is beyond it, even after the correction for %s checks.",
			w.Integer(tested)))
	}
	return strings.Join(texts, " ")
}

// markdownExpectations writes the section on expectations.
func (p *page) markdownExpectations(b *strings.Builder) {
	e := p.Expected
	paragraphs(b, e.Counts)
	e.Shown.markdown(b)
	paragraphs(b, e.Fine)
	paragraphs(b, e.Unjudged...)
	if len(e.Folded.Groups) > 0 {
		folded(b, inHTML(e.Folded.Name), func() { e.Folded.markdown(b) })
	}
	if len(e.All.Rows) > 0 {
		e.All.markdownFolded(b)
	}
}

// markdown writes each expectation above its checks.
func (c checkTables) markdown(b *strings.Builder) {
	for _, t := range c.Groups {
		fmt.Fprintf(b, "**%s**<br>%s\n\n", md(t.Caption), md(t.Lead))
		t.markdown(b)
	}
}
