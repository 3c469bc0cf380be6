package report

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"labbook.example/labbook/internal/labtest"
)

// TestExpectationsOnThePage holds that a failed expectation is in the answer, with a link to its
// section, and that a report without expectations has no word of them.
func TestExpectationsOnThePage(t *testing.T) {
	t.Parallel()
	summary := func(page string) *html.Node {
		for n := range parsedHTML(t, page).Descendants() {
			for _, a := range n.Attr {
				if a.Key == "class" && strings.HasPrefix(a.Val, "expected ") {
					return n
				}
			}
		}
		return nil
	}
	for _, s := range labtest.Expected() {
		page := render(t, s.Record(t))["report.html"]
		n := summary(page)
		switch s.Name {
		case "expect-unjudged":
			if n != nil || !strings.Contains(page, `<section id="expectations"`) {
				t.Errorf("%s: nothing was judged: %v", s.Name, n)
			}
			continue
		case "expect-failed", "expect-mixed", "expect-against":
			if n == nil || !strings.Contains(textIn(n), "✗") ||
				!strings.Contains(textIn(n), "checksfailed:") {
				t.Errorf("%s: the answer does not say that expectations failed", s.Name)
			}
		}
		if n == nil || n.Parent.Data != "section" || n.Parent.Attr[0].Val != "answer" {
			t.Errorf("%s: the answer has no line on the expectations", s.Name)
		}
		if !strings.Contains(page, `<a href="#expectations">`) {
			t.Errorf("%s: nothing leads to the section", s.Name)
		}
	}

	files := drawn(t, "seed")
	for _, name := range []string{"report.html", "report.md"} {
		body := files[name][strings.Index(files[name], "</style>")+1:]
		if strings.Contains(strings.ToLower(body), "expectation") {
			t.Errorf("%s of an experiment without expectations has a word of them", name)
		}
	}
}

// TestManyExpectationsThatAreMet holds that they are folded, and those that are not stay in sight.
func TestManyExpectationsThatAreMet(t *testing.T) {
	t.Parallel()
	w := world("expected")
	for _, level := range []int{1, 3, 5, 8, 10} {
		w.Ways += fmt.Sprintf("[[expect]]\nmetric = 'p50_ms'\nlevel = %d\nat_most = 99\n", level)
	}
	p := reportPage(t, w.Record(t))
	if shown, folded := len(p.Expected.Shown.Groups), len(p.Expected.Folded.Groups); shown != 2 ||
		folded != 7 {
		t.Errorf("%d expectations are shown, and %d folded; want 2 and 7", shown, folded)
	}
}
