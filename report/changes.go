package report

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/export"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/stats"
)

// changesPage is the page of a comparison of two records. It has the frame, the style and the parts
// of a report's page.
type changesPage struct {
	*page
	Comparison *compare.Comparison
	Between    table // what differs between the records beside their numbers
	LeftOut    table // what is not compared
	Changes    table
	WayOut     findings.WayOut
	Reading    []string // how to read the numbers
	Records    table    // that were compared
}

func newChangesPage(w *locale.Printer, c *compare.Comparison) *changesPage {
	servers := append([]string(nil), c.New.Analysis.Servers...)
	for _, place := range c.OnlyOld {
		servers = append(servers, place.Server)
	}
	judged := c.Judged()
	p := &changesPage{
		page: &page{
			Printer:    w,
			Title:      w.Sprintf("%s: what changed", c.New.Record.Experiment.Title),
			Question:   w.Sprintf("%s, compared with %s", sideName(w, c.New), sideName(w, c.Old)),
			Headline:   findings.NewChangesHeadline(w, c),
			Charts:     changesCharts(w, c),
			experiment: c.New.Record.Experiment,
			analysis:   judged,
			Expected:   withoutLinks(newExpected(w, c.New.Record, judged)),
			rtlNames:   rtlNames(servers),
		},
		Comparison: c,
		Between:    betweenTable(w, c),
		LeftOut:    leftOutTable(w, c),
		Changes:    changesTable(w, c),
		WayOut:     findings.NewWayOut(w, c),
		Reading:    reading(w, c),
		Records:    recordsTable(w, c),
	}
	add := func(id string, name locale.Message, there bool) {
		if there {
			p.Sections = append(p.Sections, section{ID: id, Name: w.Sprintf(name)})
		}
	}
	add("answer", "Answer", true)
	add("expectations", "Expectations", len(judged.Checks) > 0)
	add("between", "What else changed", len(p.Between.Rows) > 0)
	add("left-out", "Not compared", len(p.LeftOut.Rows) > 0)
	add("reading", "How to read this", true)
	return p
}

// withoutLinks returns expectations whose outcomes lead to no glossary: this page has none.
func withoutLinks(e expected) expected {
	tables := append(slices.Concat(e.Shown.Groups, e.Folded.Groups), e.All)
	for _, t := range tables {
		for _, row := range t.Rows {
			for i := range row {
				row[i].Link = ""
			}
		}
	}
	return e
}

// changesCharts returns the chart of a comparison, if there is anything to draw.
func changesCharts(w *locale.Printer, c *compare.Comparison) []chart.Chart {
	drawn := chart.Changes(w, c)
	if len(drawn.Panels) == 0 {
		return nil
	}
	return []chart.Chart{drawn}
}

// sideName returns the name of a side for a sentence, isolated from what is around it.
func sideName(w *locale.Printer, s compare.Side) string { return findings.SideName(w, s) }

// DrawnBy returns the last line of the page.
func (p *changesPage) DrawnBy() string {
	return p.Sprintf("Drawn by Labbook from two records: labbook compare.")
}

// changesTable returns a row for each server at each level.
func changesTable(w *locale.Printer, c *compare.Comparison) table {
	t := table{
		Caption: findings.ChangeMetric(w, c),
		Wording: c.Yardstick != "",
		Folds:   c.Yardstick != "",
		Columns: w.Strings("Server", "Then", "Now", "By itself"),
	}
	if c.Yardstick != "" {
		t.Columns = append(t.Columns, w.Sprintf("Relative to %s", c.Yardstick),
			w.Sprintf("Verdict"))
	}
	for _, r := range findings.ChangeRows(w, c) {
		row := []cell{
			{Text: r.Server, Series: r.Series, Under: []string{r.At}},
			{Text: r.Then},
			{Text: r.Now},
			{Text: r.Moved, Under: notEmpty(r.MovedInterval, r.MovedWord)},
		}
		if c.Yardstick != "" {
			suspect := ""
			if r.Suspect != "" {
				suspect = w.Sprintf("suspect (%s)", r.Suspect)
			}
			row = append(row,
				cell{
					Text:   r.Change,
					Under:  notEmpty(r.Interval),
					Strong: r.Settled,
				},
				cell{Text: r.Verdict, Mark: r.Mark, Under: notEmpty(r.Evidence, suspect)})
		}
		t.Rows = append(t.Rows, row)
	}
	t.Fine = changesNote(w, c)
	return t
}

// notEmpty returns the texts that are not empty.
func notEmpty(texts ...string) []string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// changesNote explains the marks and the intervals of the table.
func changesNote(w *locale.Printer, c *compare.Comparison) string {
	var notes []string
	for _, key := range findings.ChangeKeys(w, c) {
		notes = append(notes, key.Mark+" "+key.Means+".")
	}
	judged := 0
	for _, cell := range c.Cells {
		if cell.Relative != nil && cell.Relative.Verdict != stats.NoVerdict {
			judged++
		}
	}
	notes = append(notes, w.Sprintf("Ranges are %s confidence intervals.",
		w.Percentage(c.Confidence)))
	if judged > 1 {
		notes = append(notes, w.Sprintf("Verdicts and p-values are corrected for %s comparisons "+
			"(Holm), so an interval can exclude 0%% and the verdict still be inconclusive.",
			w.Integer(judged)))
	}
	return strings.Join(notes, " ")
}

// betweenTable returns what differs between two records beside their numbers.
func betweenTable(w *locale.Printer, c *compare.Comparison) table {
	t := table{
		Caption: w.Sprintf("What else changed"),
		Words:   true,
		Columns: w.Strings("What", "Then", "Now"),
	}
	for _, b := range findings.ChangedBetween(w, c) {
		t.Rows = append(t.Rows, cellsOf(b.What, b.Then, b.Now))
	}
	return t
}

// leftOutTable returns what is not compared, and why.
func leftOutTable(w *locale.Printer, c *compare.Comparison) table {
	t := table{
		Caption: w.Sprintf("Not compared"),
		Words:   true,
		Columns: w.Strings("What", "Why"),
	}
	for _, l := range findings.LeftOut(w, c) {
		t.Rows = append(t.Rows, cellsOf(l.Where, l.Why))
	}
	return t
}

// recordsTable identifies the two records.
func recordsTable(w *locale.Printer, c *compare.Comparison) table {
	t := table{
		Caption: w.Sprintf("The two records"),
		Words:   true,
		Columns: w.Strings("What", "Then", "Now"),
	}
	add := func(what locale.Message, of func(compare.Side) string) {
		before, now := of(c.Old), of(c.New)
		if before+now != "" {
			t.Rows = append(t.Rows, cellsOf(w.Sprintf(what), cmp.Or(before, nothing),
				cmp.Or(now, nothing)))
		}
	}
	add("Record", func(s compare.Side) string { return printable.Line(s.Name) })
	add("Read from commit", func(s compare.Side) string { return s.Commit })
	add("Measured", func(s compare.Side) string {
		if s.Record.Started.IsZero() {
			return ""
		}
		return w.Date(s.Record.Started)
	})
	add("Rounds", func(s compare.Side) string {
		return roundsOf(w, s.Record.Experiment.Design)
	})
	add("Source", func(s compare.Side) string { return sourceOf(w, s.Record.Source) })
	add("Labbook", func(s compare.Side) string { return s.Record.Labbook })
	add("SHA-256 of the record", func(s compare.Side) string { return s.SHA256 })
	return t
}

// reading returns how to read the numbers of a comparison.
func reading(w *locale.Printer, c *compare.Comparison) []string {
	all := []string{
		w.Sprintf("Each record is one occasion. Between two occasions the machine changes, and " +
			"with it all numbers. So a number by itself has moved or not, but it is never called " +
			"faster or slower."),
	}
	ratios := w.Sprintf("Ratios are now ÷ then: the median of all ratios of a value of the one " +
		"record to a value of the other (Hodges and Lehmann), with the exact rank-sum " +
		"test of Mann and Whitney.")
	if c.Old.Analysis.SeveralRuns() || c.New.Analysis.SeveralRuns() {
		ratios = w.Sprintf("Ratios are now ÷ then: of the means of the runs' estimates, with " +
			"Student's t for two samples of runs.")
	}
	if c.Yardstick != "" {
		all = append(all,
			w.Sprintf("The yardstick %s is the same program in both records. In every round, the "+
				"number of each other server is divided by its number: what the machine does to "+
				"both cancels. Only these ratios have verdicts.", c.Yardstick),
			ratios)
	}
	return append(all, w.Sprintf("What is relative needs about twice as many rounds as measuring "+
		"both versions in one run, which is the surer way."))
}

// RenderChanges returns all files of a comparison's page.
func RenderChanges(w *locale.Printer, c *compare.Comparison) ([]File, error) {
	p := newChangesPage(w, c)
	html, err := p.html()
	if err != nil {
		return nil, err
	}
	data, err := export.Changes(w, c)
	if err != nil {
		return nil, err
	}
	files := []File{
		{"compare.html", html},
		{"compare.md", p.markdown(true)},
		{changesData, data},
	}
	for _, drawn := range p.Chart("changes") {
		pictures, err := chartFiles(drawn)
		if err != nil {
			return nil, fmt.Errorf("drawing the chart %s: %w", drawn.Name, err)
		}
		files = append(files, pictures...)
	}
	return files, nil
}

// ChangesMarkdown returns the answer of a comparison in Markdown, for a place without pictures such
// as the summary of a CI job.
func ChangesMarkdown(w *locale.Printer, c *compare.Comparison) []byte {
	return newChangesPage(w, c).markdown(false)
}

// html renders the page as one file that needs nothing else.
func (p *changesPage) html() ([]byte, error) {
	p.Style = template.CSS(styleSheet() + chart.Styles())
	for i := range p.Sections {
		var b bytes.Buffer
		s := &p.Sections[i]
		name := "changes " + s.ID
		if s.ID == "expectations" { // as a report has them
			name = s.ID
		}
		if err := p.template().ExecuteTemplate(&b, name, p); err != nil {
			return nil, fmt.Errorf("rendering the section %s: %w", s.ID, err)
		}
		s.HTML = template.HTML(b.String())
	}
	var b bytes.Buffer
	if err := p.template().ExecuteTemplate(&b, "page", p); err != nil {
		return nil, fmt.Errorf("rendering the page: %w", err)
	}
	return []byte(printable.Text(b.String())), nil
}

// markdown renders the page for a Git host, with its picture if that is a file beside it.
func (p *changesPage) markdown(withPicture bool) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n*%s*\n\n", md(p.Title), md(p.Question))
	fmt.Fprintf(&b, "## %s\n\n", md(p.Headline.Main.String()))
	paragraphs(&b, p.Headline.Second.String())
	if withPicture {
		p.markdownCharts(&b, "changes")
	}
	if len(p.Changes.Rows) > 0 {
		p.Changes.markdownCaptioned(&b)
	}
	for _, sentence := range p.Headline.Small {
		paragraphs(&b, sentence.String())
	}
	paragraphs(&b, p.WayOut.Says)
	if p.WayOut.Command != "" {
		b.WriteString(fenced("sh", p.WayOut.Command) + "\n")
	}
	for _, s := range p.Sections[1:] {
		fmt.Fprintf(&b, "## %s\n\n", s.Name)
		switch s.ID {
		case "expectations":
			p.markdownExpectations(&b)
		case "between":
			p.Between.markdown(&b)
		case "left-out":
			p.LeftOut.markdown(&b)
		case "reading":
			bullets(&b, p.Reading)
			p.Records.markdownFolded(&b)
		}
	}
	fmt.Fprintf(&b, "---\n\n%s\n", p.DrawnBy())
	return []byte(printable.Text(b.String()))
}
