package report

import (
	"strings"
	"testing"
)

// TestStripIsHeard holds that what a strip shows by a fill alone is also there for a screen reader,
// and that a red value is said to be invalid in words.
func TestStripIsHeard(t *testing.T) {
	t.Parallel()
	test := func(world string, want ...string) {
		t.Helper()
		page := drawn(t, world)["report.html"]
		_, answer, _ := strings.Cut(page, `<section id="answer"`)
		answer, _, _ = strings.Cut(answer, "</section>")
		_, text := parseHTML(t, "<section"+answer+"</section>")
		for _, words := range want {
			if !strings.Contains(text, words) {
				t.Errorf("%s: the strip does not say %q: %s", world, words, text)
			}
		}
	}
	test("seed", "1 −51% established", "Valid")
	test("moody", "10 −4% not established", "no clear difference")
	test("twenty", "8 ≈ −0.4% within 10%", "9–100 −75% to −5% established")
	test("six", "B 4,150 ■ −49% established", "8,417 ≈ +2% within 10%", "at every level")
	test("names", "□ +1% not established")
	test("open", "99.3 332× fell behind", "invalid")
	test("wrong", "Invalid", "0 of 24 trials valid")
	test("busy", "−50% established suspect")
}
