package report

import "testing"

// TestHighlightKeepsTheText holds that highlighting neither removes from a text nor adds to it.
func TestHighlightKeepsTheText(t *testing.T) {
	test := func(language, text, want string) {
		t.Helper()
		if got := string(highlight(language, text)); got != want {
			t.Errorf("%s %q is %q, want %q", language, text, got, want)
		}
	}
	test(
		"toml",
		"a = 1 # <b>",
		`a = <span class="number">1</span> <span class="comment"># &lt;b&gt;</span>`,
	)
	test("toml", `n = """x # "y"`+"\n"+`"""`,
		`n = <span class="string">&#34;&#34;&#34;x # &#34;y&#34;`+"\n"+`&#34;&#34;&#34;</span>`)
	test("Go", "func f1()", `<span class="word">func</span> f1()`)
	test("py", "form for", `form <span class="word">for</span>`)
	test(
		"json",
		`{"a": null}`,
		`{<span class="string">&#34;a&#34;</span>: <span class="word">null</span>}`,
	)
	test("klingon", "<for> 1", "&lt;for&gt; 1")
	test("", "x", "x")
}
