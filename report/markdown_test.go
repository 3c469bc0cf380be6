package report

import (
	"bytes"
	"html"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"

	"labbook.example/labbook/internal/labtest"
)

// gitHost renders Markdown as a Git host does. It keeps all HTML, so that nothing is hidden.
func gitHost(t *testing.T, source string) string {
	t.Helper()
	var b bytes.Buffer
	host := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote),
		goldmark.WithRendererOptions(renderer.WithUnsafe()))
	if err := host.Convert([]byte(source), &b); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// awkward are texts that mean something in Markdown.
var awkward = append([]string{
	"a", "1. a", "- a", "+ a", "    a", "# a", "===", "---", "> a", "a  b", "[^1]", "a\\", "\\|",
	"www.example.com", "https://example.com", "me@example.com", "mailto:a@b.c", "ftp://a.b/c",
	"|", "a|b", "``", "~~a~~", "a_b_c", "*a*", "&amp;", "&#35;", "<a>", "<!--", "[a]: /b",
	"!a[b](c)", ":-:", "a\nb", "\ta", "İ",
}, labtest.HostileNames...)

// TestMarkdownStandsForItself renders awkward text in every place where the report puts some.
func TestMarkdownStandsForItself(t *testing.T) {
	for _, s := range awkward {
		text := html.EscapeString(
			strings.TrimSpace(strings.NewReplacer("\n", " ", "\t", " ").Replace(s)),
		)
		test := func(source, want string) {
			t.Helper()
			got := html.UnescapeString(gitHost(t, source))
			if want = html.UnescapeString(want); got != want {
				t.Errorf("md(%q) = %q, which is shown as %q, want %q", s, source, got, want)
			}
		}
		test("### "+md(s), "<h3>"+text+"</h3>")
		test("**"+md("("+strings.TrimSpace(s)+")")+"**", "<p><strong>("+text+")</strong></p>")
		test("- x "+md(strings.TrimSpace(s)), "<ul>\n<li>x "+text+"</li>\n</ul>")
		test("<details>\n<summary>"+inHTML(strings.TrimSpace(s))+"</summary>\n\na\n\n</details>",
			"<details>\n<summary>"+text+"</summary>\n<p>a</p>\n</details>")
		var b strings.Builder
		table{Words: true, Columns: []string{s, "b"}, Rows: [][]cell{cellsOf("c", s)}}.markdown(&b)
		test(
			b.String(),
			"<table>\n<thead>\n<tr>\n<th>"+text+"</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n"+
				"<tr>\n<td>c</td>\n<td>"+text+"</td>\n</tr>\n</tbody>\n</table>",
		)
	}
}

func TestFencedHoldsAnything(t *testing.T) {
	test := func(content string) {
		t.Helper()
		want := `<pre><code class="language-toml">` + html.EscapeString(content) + "\n</code></pre>"
		got := gitHost(t, fenced("toml", content))
		if html.UnescapeString(got) != html.UnescapeString(want) {
			t.Errorf("fenced(%q) is shown as %q, want %q", content, got, want)
		}
	}
	test("a\tb\n\n# c")
	test("```\na\n```")
	test("a\n`````\n<script>")
	test("    ~~~")
}
