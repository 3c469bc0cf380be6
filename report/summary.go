package report

import (
	"fmt"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// maxSummary is the size of a summary in bytes. GitHub takes 1 MiB for all of a step.
const maxSummary = 500_000

// Summary returns what a reader of a CI job needs, in Markdown that stands alone: the answer, the
// expectations, what is wrong with the data, what restricts the answer, and the comparison. It has
// no pictures and no links. What would make it too long is left out.
func Summary(rec *record.Record, a *stats.Analysis) ([]byte, error) {
	p, err := newPage(locale.For(rec.Experiment.Language), rec, a)
	if err != nil {
		return nil, err
	}

	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", md(p.Title))
	for _, part := range []func(*strings.Builder){
		p.summaryAnswer,
		p.summaryExpectations,
		p.summaryDoubts,
		p.summaryRestrictions,
		p.summaryComparison,
	} {
		var text strings.Builder
		part(&text)
		if b.Len()+text.Len() > maxSummary {
			paragraphs(&b, p.Sprintf("The rest is too long for this summary; the report has it."))
			break
		}
		b.WriteString(text.String())
	}
	return []byte(printable.Text(b.String())), nil
}

func (p *page) summaryAnswer(b *strings.Builder) {
	h := p.Headline
	for _, banner := range []string{p.Origin, p.Damage(), h.Banner.String()} {
		if banner != "" {
			fmt.Fprintf(b, "**%s**\n\n", md(banner))
		}
	}
	fmt.Fprintf(b, "### %s\n\n", md(h.Main.String()))
	paragraphs(b, h.Second.String())
}

func (p *page) summaryExpectations(b *strings.Builder) {
	if len(p.analysis.Checks)+len(p.analysis.Unjudged) == 0 {
		return
	}
	fmt.Fprintf(b, "### %s\n\n", p.Sprintf("Expectations"))
	p.markdownExpectations(b)
}

// summaryDoubts writes the errors and the warnings. Notes are in the report.
func (p *page) summaryDoubts(b *strings.Builder) {
	for _, d := range p.Doubts {
		if !d.IsNote() {
			markdownDoubt(b, d)
		}
	}
}

// summaryRestrictions writes what the answer and the expectations must be read with, such as what
// other programs did on the machine.
func (p *page) summaryRestrictions(b *strings.Builder) {
	for _, sentence := range p.Headline.Small {
		paragraphs(b, sentence.String())
	}
}

func (p *page) summaryComparison(b *strings.Builder) {
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
	paragraphs(b, p.Sprintf("%s; load by %s; %s.", p.Size, p.Generator, p.Loop))
}
