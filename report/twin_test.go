package report

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// shownMarkdown parses a report.md as a Git host shows it.
func shownMarkdown(t *testing.T, source string) *html.Node {
	t.Helper()
	return parsedHTML(t, gitHost(t, source))
}

func parsedHTML(t *testing.T, page string) *html.Node {
	t.Helper()
	document, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// textIn returns the text in a node without its spaces: where tags are, there are others.
func textIn(n *html.Node) string {
	var b strings.Builder
	for child := range n.Descendants() {
		if child.Type == html.TextNode && child.Parent.Data != "style" {
			b.WriteString(child.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), "")
}

// headings returns the texts of the headings of that level.
func headings(n *html.Node, level string) (texts []string) {
	for child := range n.Descendants() {
		if child.Type == html.ElementNode && child.Data == level {
			texts = append(texts, textIn(child))
		}
	}
	return texts
}

// TestMarkdownIsATwin holds that report.md has the sections of the page in the order of the page,
// and that every sentence of it is in both.
func TestMarkdownIsATwin(t *testing.T) {
	t.Parallel()
	for base := range labtest.Worlds() {
		for _, name := range []string{base, base + ".id"} {
			files := drawn(t, name)
			page := parsedHTML(t, files["report.html"])
			p := reportPage(t, world(name).Record(t))
			testSentences(t, name, sentencesOf(p), textIn(page),
				textIn(shownMarkdown(t, files["report.md"])))

			p.Notes = "They may have headings of their own."
			got := headings(shownMarkdown(t, string(p.markdown())), "h2")
			if want := headings(page, "h2"); !slices.Equal(got, want) {
				t.Errorf("%s: report.md has the sections\n%q, the page\n%q", name, got, want)
			}
		}
	}
}

func testSentences(t *testing.T, name string, sentences []string, page, twin string) {
	t.Helper()
	if len(sentences) < 30 {
		t.Errorf("%s: only %d sentences", name, len(sentences))
	}
	for _, sentence := range sentences {
		want := strings.Join(strings.Fields(printable.Text(sentence)), "")
		if !strings.Contains(page, want) {
			t.Errorf("%s: the page does not say %q", name, sentence)
		}
		if !strings.Contains(twin, want) {
			t.Errorf("%s: report.md does not say %q", name, sentence)
		}
	}
}

// reportPage returns the content of the report of a record.
func reportPage(t *testing.T, rec *record.Record) *page {
	t.Helper()
	p, err := newPage(locale.For(rec.Experiment.Language), rec, stats.Analyse(rec))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sentencesOf returns what a report says, except its notes and its numbers.
func sentencesOf(p *page) []string {
	h := p.Headline
	all := []string{
		p.Title, strings.TrimSpace(p.Question), p.Origin, p.Damage(), h.Banner.String(),
		h.Main.String(), h.Second.String(), p.Connections, p.ThisRun, p.Size, p.Knees, p.Quote,
		p.Quality, p.ModelLimits, p.NotesSince, p.RowsMean, p.Unreliable, p.Calibration.Lead,
		p.Calibration.Says, p.Repeat, p.Uncommitted(), p.DrawnBy(),
	}
	for _, s := range []several{p.Usage, p.Load} {
		if len(s.Tables) > 0 {
			all = append(all, s.Name, s.Lead)
		}
	}
	all = append(all, p.Expected.Summary, p.Expected.Counts, p.Expected.Fine)
	all = append(all, p.Expected.Unjudged...)
	for _, t := range slices.Concat(p.Expected.Shown.Groups, p.Expected.Folded.Groups) {
		all = append(all, t.Caption, t.Lead)
	}
	for _, sentence := range h.Small {
		all = append(all, sentence.String())
	}
	all = append(all, stripSentences(p.Strip)...)
	for _, d := range p.Doubts {
		all = append(all, d.What, string(d.Code), d.Where, d.Means)
	}
	for _, t := range slices.Concat(p.Overview, p.Comparisons, p.Order, p.Latencies, p.Used,
		p.Runs, p.Servers, p.Usage.Tables, p.Load.Tables, p.Calibration.Tables) {
		all = append(all, t.Caption, t.Lead, t.Note, t.Fine)
	}
	for _, c := range p.Charts {
		if c.Problem == "" && c.Name != chart.Comparison {
			all = append(all, c.Title, cmp.Or(c.Caption, c.Description))
		}
	}
	for _, t := range p.Terms {
		all = append(all, t.Name, t.Means)
	}
	all = slices.Concat(all, chart.Missing(p.Charts), p.Steps, p.Limits, p.Commands)
	return slices.DeleteFunc(all, func(text string) bool { return text == "" })
}

// stripSentences returns the words of a strip.
func stripSentences(s findings.Strip) []string {
	all := slices.Clone(s.Legend)
	for _, card := range s.Cards {
		all = append(all, card.Label, card.Value, card.Means)
	}
	for _, key := range s.Keys {
		all = append(all, key.Means)
	}
	return all
}

// TestMarkdownIsHarmless holds that whatever is in a record except its notes, which are Markdown,
// report.md has no element that runs or loads anything but its own pictures, which are all there.
func TestMarkdownIsHarmless(t *testing.T) {
	t.Parallel()
	elements := strings.Fields(`html head body h1 h2 h3 h4 h5 h6 p em strong code pre ul ol li
		table thead tbody tr th td br hr a img picture source details summary blockquote del
		dl dt dd sup div section`)
	for name := range labtest.Worlds() {
		files := drawn(t, name)
		rec := world(name).Record(t)
		rec.Experiment.Notes.Text = ""
		twin := string(reportPage(t, rec).markdown())
		pictures := 0
		for n := range shownMarkdown(t, twin).Descendants() {
			if n.Type == html.CommentNode ||
				n.Type == html.ElementNode && !slices.Contains(elements, n.Data) {
				t.Errorf("%s: report.md has <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on") || a.Key == "style" && n.Data != "td" &&
					n.Data != "th": // the alignment of a column
					t.Errorf("%s: report.md has <%s %s>", name, n.Data, a.Key)
				case a.Key == "src" || a.Key == "srcset":
					pictures++
					if _, ok := files[a.Val]; !ok {
						t.Errorf("%s: there is no picture %s", name, a.Val)
					}
				case a.Key == "alt" && a.Val == "":
					t.Errorf("%s: a picture has no words in its place", name)
				case a.Key == "href" && !strings.HasPrefix(a.Val, "#") &&
					files[a.Val] == "":
					t.Errorf("%s: a link leads to %q", name, a.Val)
				}
			}
		}
		if pictures == 0 && !strings.Contains(twin, "none of the data are valid") {
			t.Errorf("%s: report.md has no picture", name)
		}
	}
}
