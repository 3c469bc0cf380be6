package report

import (
	"encoding/xml"
	"html"
	"io"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/stats"
)

// element is one start tag of a page.
type element struct {
	name       string
	attributes map[string]string
	inNotes    bool
}

// parseHTML returns the elements of a page and its text, with white space folded. A browser accepts
// anything; this parser refuses what is not nested well.
func parseHTML(t *testing.T, page string) (elements []element, text string) {
	t.Helper()
	page = strings.ReplaceAll(page, "<wbr>", "") // where a line may end inside a word
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var open []element
	var words strings.Builder
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: strings.ToLower(token.Name.Local), attributes: map[string]string{}}
			for _, a := range token.Attr {
				e.attributes[strings.ToLower(a.Name.Local)] = a.Value
			}
			e.inNotes = e.attributes["class"] == "notes" ||
				len(open) > 0 && open[len(open)-1].inNotes
			open = append(open, e)
			elements = append(elements, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			words.WriteString(string(token) + " ")
		}
	}
	if len(open) > 0 {
		t.Errorf("%d elements are left open", len(open))
	}
	return elements, strings.Join(strings.Fields(words.String()), " ")
}

// allowedElements are those that a page may consist of: none of them runs, loads or submits.
var allowedElements = strings.Fields(
	`html head meta title style body a header h1 h2 h3 h4 h5 h6 nav main section
	p div table caption thead tbody tr th td ul ol li strong em bdi code pre figure figcaption
	details summary dl dt dd footer hr sup span b blockquote wbr
	svg g path circle rect text tspan desc line polyline polygon`,
)

// loading are attributes whose value is loaded or sent to.
var loading = []string{"src", "srcset", "action", "background", "data", "poster"}

// TestPageNeedsNothing holds that the page runs nothing and loads nothing, whatever is in the
// record.
func TestPageNeedsNothing(t *testing.T) {
	t.Parallel()
	for name := range labtest.Worlds() {
		page := drawn(t, name)["report.html"]
		if len(page) > 1<<20 {
			t.Errorf("%s: the page has %d bytes; allowed: 1 MiB", name, len(page))
		}
		elements, _ := parseHTML(t, page)
		policy := ""
		for _, e := range elements {
			if !slices.Contains(allowedElements, e.name) {
				t.Errorf("%s: <%s> is in the page", name, e.name)
			}
			for attribute, value := range e.attributes {
				if strings.HasPrefix(attribute, "on") || slices.Contains(loading, attribute) ||
					strings.Contains(value, "url(") {
					t.Errorf("%s: <%s %s=%q>", name, e.name, attribute, value)
				}
				if attribute == "href" && !strings.HasPrefix(value, "#") &&
					!(e.inNotes && (strings.HasPrefix(value, "https://") || value == "")) {
					t.Errorf("%s: <%s> leads to %q", name, e.name, value)
				}
			}
			if e.attributes["http-equiv"] == "Content-Security-Policy" {
				policy = e.attributes["content"]
			}
		}
		if policy != "default-src 'none'; style-src 'unsafe-inline'" {
			t.Errorf("%s: the policy is %q", name, policy)
		}
		style := page[strings.Index(page, "<style>"):strings.Index(page, "</style>")]
		if strings.Contains(style, "url(") || strings.Contains(style, "@import") {
			t.Errorf("%s: the style sheet loads something", name)
		}
	}
}

// TestPageShowsEveryNameAsItIs holds that escaping loses nothing: a hostile name is shown as it was
// written.
func TestPageShowsEveryNameAsItIs(t *testing.T) {
	t.Parallel()
	rec := world("hostile").Record(t)
	_, text := parseHTML(t, drawn(t, "hostile")["report.html"])
	for _, s := range rec.Experiment.Servers {
		want := printable.Text(strings.Join(strings.Fields(s.Name+" ('"+s.Address+"')"), " "))
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	for _, want := range []string{
		"<script>alert(1)</script>", "]]>", "{{.}}", rec.Experiment.Title,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q as text", want)
		}
	}
}

// TestPageIsNavigable holds what a screen reader and a keyboard need.
func TestPageIsNavigable(t *testing.T) {
	t.Parallel()
	for name := range labtest.Worlds() {
		files := drawn(t, name)
		page, charts := files["report.html"], 0
		for file := range files {
			if strings.HasPrefix(file, "charts/") && strings.HasSuffix(file, ".svg") &&
				!strings.HasSuffix(file, "-dark.svg") {
				charts++
			}
		}
		if strings.Contains(page, "<caption></caption>") ||
			strings.Contains(page, `aria-label=""`) {
			t.Errorf("%s: a table or a region has no name", name)
		}
		elements, _ := parseHTML(t, page)
		ids, count := map[string]bool{}, map[string]int{}
		var labels []string
		for _, e := range elements {
			count[e.name]++
			if id := e.attributes["id"]; id != "" {
				if ids[id] {
					t.Errorf("%s: two elements have the id %q", name, id)
				}
				ids[id] = true
			}
			labels = append(labels, strings.Fields(e.attributes["aria-labelledby"])...)
			labels = append(
				labels,
				strings.Fields(strings.TrimPrefix(e.attributes["href"], "#"))...)
			if e.name == "th" && e.attributes["scope"] == "" && !e.inNotes {
				t.Errorf("%s: a <th> has no scope", name)
			}
			if e.name == "html" && e.attributes["lang"] != "en" {
				t.Errorf("%s: the page's language is %q", name, e.attributes["lang"])
			}
			named := e.attributes["aria-label"] + e.attributes["aria-labelledby"]
			if e.name == "svg" && e.attributes["aria-hidden"] != "true" &&
				(e.attributes["role"] != "img" || named == "") {
				t.Errorf("%s: a picture has no role or no name: %v", name, e.attributes)
			}
		}
		for _, id := range labels {
			if !ids[id] && !strings.Contains(id, "/") {
				t.Errorf("%s: nothing has the id %q", name, id)
			}
		}
		least := 5
		if ids["capacity"] { // no chart has levels
			least = 1
		}
		if strings.Contains(page, "none of the data are valid.") {
			least = 0
		}
		if count["h1"] != 1 || count["main"] != 1 || charts < least || count["svg"] < charts {
			t.Errorf("%s: the page has %v", name, count)
		}
	}
}

// TestLinksLead holds that every link of a page leads to an element of it, in every language, and
// that no two elements have one id.
func TestLinksLead(t *testing.T) {
	t.Parallel()
	pages := map[string]string{}
	for name := range labtest.Worlds() {
		pages[name+".id"] = drawn(t, name+".id")["report.html"]
	}
	for name, files := range published(t) {
		pages[name] = files["report.html"]
	}
	links := 0
	for name, page := range pages {
		elements, _ := parseHTML(t, page)
		ids := map[string]int{}
		for _, e := range elements {
			if id := e.attributes["id"]; id != "" {
				ids[id]++
			}
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%s: %d elements have the id %q", name, n, id)
			}
		}
		for _, e := range elements {
			target, isLocal := strings.CutPrefix(e.attributes["href"], "#")
			if isLocal && ids[target] == 0 && !e.inNotes {
				t.Errorf("%s: a link leads to %q, which is not there", name, target)
			}
			if strings.HasPrefix(target, "code-") {
				links++
			}
		}
	}
	if links == 0 {
		t.Error("no code in a text links to its meaning")
	}
}

// TestEveryChartHasAPlace holds that a page shows every chart that has a picture, except the
// comparison, which the figure of the throughputs contains.
func TestEveryChartHasAPlace(t *testing.T) {
	t.Parallel()
	for name := range labtest.Worlds() {
		rec := world(name).Record(t)
		a := stats.Analyse(rec)
		page := drawn(t, name)["report.html"]
		for _, c := range chart.All(locale.For(rec.Experiment.Language), a, rec.Experiment) {
			shown := strings.Contains(page, "<figcaption>"+html.EscapeString(c.Title))
			if want := c.Problem == "" && c.Name != chart.Comparison; want && !shown {
				t.Errorf("%s: the page does not show the chart %s", name, c.Name)
			}
			if c.Problem != "" && !strings.Contains(page, html.EscapeString(c.Problem)) {
				t.Errorf("%s: the page does not say why %s has no picture", name, c.Name)
			}
		}
	}
}

// A range stays on one line: browsers break lines after its dash.
func TestRangesAreUnbroken(t *testing.T) {
	got := unbroken("B handles 14–24% fewer, 2.1–3.4× at C–D")
	want := `B handles <span class="range">14–24%</span> fewer, ` +
		`<span class="range">2.1–3.4×</span> at C–D`
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
