package report

import (
	"fmt"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/printable"
)

// markdown renders the page for a Git host: its sections with the same sentences, in the same
// order. Charts and captures are files beside it. Everything that a user or a server supplied is
// escaped, except the notes, which are Markdown themselves.
func (p *page) markdown() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", md(p.Title))
	if p.Question != "" {
		fmt.Fprintf(&b, "*%s*\n\n", md(strings.TrimSpace(p.Question)))
	}
	write := map[string]func(*strings.Builder){
		"expectations": p.markdownExpectations,
		"capacity":     p.markdownCapacity,
		"throughput":   p.markdownThroughput,
		"latency":      p.markdownLatency,
		"quality":      p.markdownQuality,
		"notes":        p.markdownNotes,
		"resources":    p.markdownResources,
		"ab-tables":    p.markdownServers,
		"method":       p.markdownMethod,
		"reproduce":    p.markdownReproduce,
	}
	for _, s := range p.Sections {
		if s.ID == "answer" { // its heading is the answer
			p.markdownAnswer(&b)
			continue
		}
		fmt.Fprintf(&b, "## %s\n\n", s.Name)
		write[s.ID](&b)
	}
	fmt.Fprintf(&b, "---\n\n%s\n", p.DrawnBy())
	return []byte(printable.Text(b.String()))
}

// markdownAnswer writes what is invalid, what was found, the result at a glance, and the small
// print.
func (p *page) markdownAnswer(b *strings.Builder) {
	h := p.Headline
	for _, banner := range []string{p.Origin, p.Damage(), h.Banner.String()} {
		if banner != "" {
			fmt.Fprintf(b, "**%s**\n\n", md(banner))
		}
	}
	fmt.Fprintf(b, "## %s\n\n", md(h.Main.String()))
	paragraphs(b, h.Second.String())
	if e := p.Expected; e.Summary != "" {
		fmt.Fprintf(b, "**%s %s**\n\n", e.Mark(), md(e.Summary))
	}
	p.markdownStrip(b)
	for _, sentence := range h.Small {
		paragraphs(b, sentence.String())
	}
	paragraphs(b, p.Connections, p.ThisRun,
		p.Sprintf("%s; load by %s; %s.", p.Size, p.Generator, p.Loop))
}

func (p *page) markdownThroughput(b *strings.Builder) {
	p.markdownCharts(b, "throughput")
	paragraphs(b, p.Missing("throughput")...)
	paragraphs(b, p.Knees)
	p.markdownComparisons(b)
	p.markdownQuote(b)
}

// markdownComparisons writes the tables of the throughputs, or of the capacities.
func (p *page) markdownComparisons(b *strings.Builder) {
	for _, t := range p.Overview {
		t.markdownCaptioned(b)
	}
	for _, t := range p.Comparisons {
		if len(p.Overview) > 0 {
			t.markdownFolded(b)
		} else {
			t.markdownCaptioned(b)
		}
	}
	markdownAllFolded(b, p.Order)
}

// markdownQuote writes the sentence to quote, and the names of the files with the charts.
func (p *page) markdownQuote(b *strings.Builder) {
	if p.Quote != "" {
		fmt.Fprintf(b, "### %s\n\n> %s\n\n", p.Sprintf("To quote"), md(p.Quote))
	}

	var files []string
	file := func(name string) { files = append(files, "[`"+name+"`]("+name+")") }
	for _, c := range p.Chart("capacity", "throughput", "comparison") {
		file("charts/" + c.Name + ".svg")
		if c.Main {
			file("charts/" + c.Name + ".pdf")
		}
	}
	file("summary.csv")
	fmt.Fprintf(b, "%s: %s\n\n", p.Sprintf("As files"), strings.Join(files, ", "))
}

func (p *page) markdownLatency(b *strings.Builder) {
	p.markdownCharts(b, "response-time")
	paragraphs(b, p.Missing("response-time", "distribution", "latency-throughput")...)
	markdownAllFolded(b, p.Latencies)
	for _, c := range p.Chart("distribution", "latency-throughput") {
		foldedChart(b, c)
	}
}

func (p *page) markdownQuality(b *strings.Builder) {
	if p.AllValid {
		fmt.Fprintf(b, "**%s** ", p.Sprintf("All data are valid."))
	}
	paragraphs(b, p.Quality)
	for _, d := range p.Doubts {
		markdownDoubt(b, d)
	}
	if len(p.Failed.Rows) > 0 {
		p.Failed.markdownFolded(b)
	}
	fmt.Fprintf(b, "### %s\n\n", p.Sprintf("What these numbers cannot tell you"))
	bullets(b, p.Limits)
	if p.ModelLimits != "" {
		folded(b, p.Sprintf("How far Labbook's models are from the same models in C"), func() {
			paragraphs(b, p.ModelLimits)
		})
	}
}

// markdownDoubt writes a doubt as an item of a list; a note has to be opened.
func markdownDoubt(b *strings.Builder, d findings.Doubt) {
	if d.IsNote() {
		summary := fmt.Sprintf("<strong>%s</strong> %s", inHTML(d.What), d.Kind)
		folded(b, summary, func() {
			where := ""
			if d.Where != "" {
				where = md(d.Where) + ". "
			}
			fmt.Fprintf(b, "`%s`: %s%s\n\n", d.Code, where, md(d.Means))
		})
		return
	}
	where := ""
	if d.Where != "" {
		where = ": " + md(d.Where)
	}
	fmt.Fprintf(b, "- **%s** %s `%s`%s. %s\n\n", md(d.What), d.Kind, d.Code, where, md(d.Means))
}

func (p *page) markdownNotes(b *strings.Builder) {
	b.WriteString(p.notesMarkdown() + "\n\n")
	if p.NotesSince != "" {
		fmt.Fprintf(b, "*%s*\n\n", md(p.NotesSince))
	}
}

func (p *page) markdownResources(b *strings.Builder) {
	if len(p.Machines.Rows) > 0 {
		p.Machines.markdownCaptioned(b)
	}
	p.markdownCharts(b, "resources")
	paragraphs(b, p.Missing("resources")...)
	markdownAllFolded(b, p.Used)
	p.Usage.markdown(b)
	p.Load.markdown(b)
	p.Parts.markdown(b)
}

// markdownServers writes ab's tables, and the screens behind their rows, which are files.
func (p *page) markdownServers(b *strings.Builder) {
	paragraphs(b, p.RowsMean)
	for _, t := range p.Servers {
		t.markdownCaptioned(b)
	}
	if len(p.Captures) == 0 {
		return
	}
	folded(b, p.Sprintf("The output of ab behind each row"), func() {
		paragraphs(b, p.Unreliable)
		for _, c := range p.Captures {
			fmt.Fprintf(b, "![%s](captures/%s.svg)\n\n", md(c.Label), c.Name)
		}
	})
}

func (p *page) markdownMethod(b *strings.Builder) {
	bullets(b, p.Steps)
	folded(b, p.Sprintf("Glossary"), func() {
		for _, t := range p.Terms {
			fmt.Fprintf(b, "- **%s**: %s\n", md(t.Name), md(t.Means))
		}
		b.WriteString("\n")
	})
	paragraphs(b, p.Missing("order", "calibration")...)
	for _, c := range p.Chart("order") {
		foldedChart(b, c)
	}
	markdownAllFolded(b, p.Runs)
	if c := p.Calibration; len(c.Tables) > 0 {
		fmt.Fprintf(b, "### %s\n\n", p.Sprintf("Calibration"))
		paragraphs(b, c.Lead)
		fmt.Fprintf(b, "**%s**\n\n", md(c.Says))
		p.markdownCharts(b, "calibration")
		markdownAllFolded(b, c.Tables)
	}
}

func (p *page) markdownReproduce(b *strings.Builder) {
	if p.Repeat == "" {
		paragraphs(b, p.CannotRepeat())
	} else {
		lead := p.Sprintf("This runs the experiment with the spec below")
		fmt.Fprintf(b, "%s:\n\n%s\n", lead, fenced("sh", p.Repeat))
		paragraphs(b, p.Uncommitted(), p.WithMachines())
	}
	folded(b, inHTML(p.Sprintf("%s, verbatim", p.Spec.Name)), func() {
		b.WriteString(fenced("toml", p.Spec.Text) + "\n")
	})
	if len(p.Commands) > 0 {
		folded(b, p.Sprintf("The calls of ab behind the tables"), func() {
			b.WriteString(fenced("sh", strings.Join(p.Commands, "\n")) + "\n")
		})
	}
	p.Environment.markdownFolded(b)
	if len(p.Files.Rows) > 0 {
		p.Files.markdownFolded(b)
	}
}

// markdownCharts writes the charts of these names that have a picture.
func (p *page) markdownCharts(b *strings.Builder, names ...string) {
	for _, c := range p.Chart(names...) {
		markdownChart(b, c, true)
	}
}

// markdownAllFolded writes tables so that a reader has to open each.
func markdownAllFolded(b *strings.Builder, tables []table) {
	for _, t := range tables {
		t.markdownFolded(b)
	}
}
