package report

import (
	"html/template"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIsolateRTL holds that names written from right to left are isolated, each once, and that
// nothing else changes.
func TestIsolateRTL(t *testing.T) {
	p := &page{rtlNames: rtlNames([]string{"A", "שלום", "שלום (control)", "<خادم>", "7"})}
	test := func(text string, want any) {
		t.Helper()
		if diff := cmp.Diff(want, p.isolateRTL(text)); diff != "" {
			t.Errorf("isolateRTL(%q) (-want +got):\n%s", text, diff)
		}
	}
	test("A is slower than 7 <b>", "A is slower than 7 <b>") // the template escapes it
	test("Against שלום, A's is 7 & more",
		template.HTML("Against <bdi>שלום</bdi>, A's is 7 &amp; more"))
	test("שלום (control) and שלום", template.HTML("<bdi>שלום (control)</bdi> and <bdi>שלום</bdi>"))
	test("<خادم> is <b>", template.HTML("<bdi>&lt;خادم&gt;</bdi> is &lt;b&gt;"))
}

// TestNamesKeepTheirPlace holds where the page isolates names, and that Markdown has no invisible
// characters.
func TestNamesKeepTheirPlace(t *testing.T) {
	files := drawn(t, "names")
	for _, want := range []string{`<bdi class="s2">שרת אסינכרוני</bdi>`,
		`<th scope="col"><bdi>خادم (1)</bdi></th>`, "<summary><bdi>שרת אסינכרוני</bdi> against"} {
		if !strings.Contains(files["report.html"], want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
	if strings.ContainsAny(files["report.md"], "\u2066\u2067\u2068\u2069") {
		t.Error("report.md holds characters that isolate")
	}
}
