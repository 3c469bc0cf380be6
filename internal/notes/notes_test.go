package notes

import (
	"html/template"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"labbook.example/labbook/internal/spec"
)

// TestParse holds that directives are found where they are, and nowhere else.
func TestParse(t *testing.T) {
	test := func(source string, want ...Directive) {
		t.Helper()
		got := Parse(source)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Directive{})); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", source, diff)
		}
	}
	test("")
	test("no directive, { { verdict } }, {{.}} {{ }} {{1}} {{")
	test("`{{ verdict }}` \\{{ verdict }}\n\n    {{ verdict }}\n\n```\n{{ verdict }}\n```")

	test("{{verdict}}", Directive{
		Name: "verdict",
		Line: 1,
		End:  11,
	})
	test("a\nb {{\tratio \"x }}\" 10 }} c", Directive{
		Name:  "ratio",
		Args:  []string{"x }}", "10"},
		Line:  2,
		Start: 4,
		End:   25,
	})

	// A directive with a mistake ends after its name.
	test("{{ rounds three }}", Directive{
		Name: "rounds",
		Line: 1,
		End:  9,
	})
}

// TestParseTellsBlocks holds that only a chart or a table that is a paragraph is a block.
func TestParseTellsBlocks(t *testing.T) {
	test := func(source string, want bool) {
		t.Helper()
		got := Parse(source)
		if len(got) != 1 || got[0].Block != want {
			t.Errorf("Parse(%q) = %+v, want one with Block %v", source, got, want)
		}
	}
	test("{{ chart \"order\" }}", true)
	test("a\n\n{{ table \"A\" }}\n\nb", true)
	test("a {{ chart \"order\" }}", false)
	test("- {{ chart \"order\" }}", false)
	test("> {{ chart \"order\" }}", false)
	test("{{ chart order }}", false)
	test("{{ verdict }}", false)
}

// TestParseKeepsTheOrderOfTheText holds that a directive in a footnote, which ends up at the end of
// the page, comes where it was written.
func TestParseKeepsTheOrderOfTheText(t *testing.T) {
	var got []string
	for _, d := range Parse("[^1]\n\n[^1]: {{ rounds }}\n\n{{ verdict }}") {
		got = append(got, d.Name)
	}
	if diff := cmp.Diff([]string{"rounds", "verdict"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// valid are notes whose directives are right, and braces that are not directives.
var valid = []string{
	"",
	"no directive",
	"{{ chart \"throughput\" }}",
	"\n\n{{verdict}} {{rounds}}",
	"`{{ nothing }}`",
	"```\n{{ nothing }}\n```",
	"    {{ nothing }}",
	`\{{ nothing }}`,
	"{{.}} {{ }} {{1}} {{",
	`> {{ value "Server_async_http" 3 "p50_ms" }}`,
	"{ { verdict } }",
	"[{{ verdict }}](x)",
}

// twoServers is what notes about an experiment with two servers may refer to.
func twoServers(source string) Scope {
	e := &spec.Experiment{
		Name:    "experiment.toml",
		Servers: []spec.Server{{Name: "Server_async_http"}, {Name: "Server_thread_http"}},
		Notes:   spec.Notes{Text: source, File: "notes.md", Line: 1},
	}
	e.Load.Concurrency = []int{1, 3, 5, 8, 10}
	e.Design.Baseline = "Server_async_http"
	return Scope{
		Experiment: e,
		Charts:     []string{"throughput", "order"},
		Metrics:    []string{"p50_ms", "failed"},
	}
}

// checks returns a function that tests the error of notes about two servers.
func checks(t *testing.T) func(source, want string) {
	return func(source, want string) {
		t.Helper()
		got := ""
		if err := twoServers(source).Check(); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", source, got, want)
		}
	}
}

func TestCheckAcceptsValidNotes(t *testing.T) {
	test := checks(t)
	for _, source := range valid {
		test(source, "")
	}
}

// TestCheckOfForm holds that an error tells how a directive is written.
func TestCheckOfForm(t *testing.T) {
	wrong := func(directive, name, want string) {
		t.Helper()
		checks(t)(directive, "notes.md:1: notes: {{ "+name+" }}: "+want)
	}
	const notAlone = "found inside a paragraph, a list or a quotation; allowed: a paragraph of " +
		"its own, with an empty line before and after it"
	wrong(`see {{ chart "order" }}`, "chart", notAlone)
	wrong(`- {{ chart "order" }}`, "chart", notAlone)

	const words = `; allowed: names in "quotes", whole numbers, and }} at the end, all on one line`
	wrong(`{{ chart throughput }}`, "chart", `found "throughput"`+words)
	wrong(`{{ rounds`, "rounds", `found "the end of the line"`+words)
	wrong(`{{ rounds `+strings.Repeat("é", 300)+` }}`, "rounds",
		`found "`+strings.Repeat("é", 239)+`…"`+words)

	wrong(
		`{{ rounds 3 }}`,
		"rounds",
		"found 1 argument; allowed: 0; as in {{ rounds }}",
	)
	wrong(
		"{{ chrat \"x\" }}",
		"chrat",
		`unknown directive "chrat"; did you mean "chart"?; allowed: "chart", "table", `+
			`"comparison", "verdict", "value", "ratio", "rounds"`,
	)
}

// TestCheckOfNames holds that an error tells what a directive may refer to.
func TestCheckOfNames(t *testing.T) {
	wrong := func(directive, name, want string) {
		t.Helper()
		checks(t)(directive, "notes.md:1: notes: {{ "+name+" }}: "+want)
	}
	wrong(
		`{{ table "Server_async" }}`,
		"table",
		`unknown server "Server_async"; did you mean "Server_async_http"?; `+
			`allowed: "Server_async_http", "Server_thread_http"; as in {{ table "SERVER" }}`,
	)
	wrong(
		`{{ comparison "Server_async_http" }}`,
		"comparison",
		`unknown server "Server_async_http"; allowed: "Server_thread_http"; `+
			`as in {{ comparison "SERVER" }}`,
	)
	wrong(
		`{{ ratio "Server_async_http" 1 }}`,
		"ratio",
		`unknown server "Server_async_http"; allowed: "Server_thread_http"; `+
			`as in {{ ratio "SERVER" LEVEL }}`,
	)
	wrong(
		`{{ value "Server_async_http" 2 "p50_ms" }}`,
		"value",
		`unknown level "2"; allowed: "1", "3", "5", "8", "10"; `+
			`as in {{ value "SERVER" LEVEL "METRIC" }}`,
	)
	wrong(
		`{{ value "Server_async_http" 1 "p50" }}`,
		"value",
		`unknown metric "p50"; did you mean "p50_ms"?; allowed: "p50_ms", "failed"; `+
			`as in {{ value "SERVER" LEVEL "METRIC" }}`,
	)
	wrong(
		`{{ chart "calibration" }}`,
		"chart",
		`unknown chart "calibration"; allowed: "throughput", "order"; `+
			`as in {{ chart "throughput" }}`,
	)
}

// TestCheckTellsEveryLine holds that all mistakes are told, each with its line.
func TestCheckTellsEveryLine(t *testing.T) {
	checks(t)(
		"a\n\n{{ verdict 1 }}\n\n{{ rounds 3 }}",
		`notes.md:3: notes: {{ verdict }}: found 1 argument; allowed: 0; `+
			`as in {{ verdict }}`+"\n"+
			`notes.md:5: notes: {{ rounds }}: found 1 argument; allowed: 0; `+
			`as in {{ rounds }}`,
	)
}

// TestCheckTellsTheLineInTheSpec holds that notes inside a spec are counted from where they begin.
func TestCheckTellsTheLineInTheSpec(t *testing.T) {
	s := twoServers("\n{{ verdict 1 }}")
	s.Experiment.Notes.File = ""
	s.Experiment.Notes.Line = 40
	const want = "experiment.toml:41: "
	if err := s.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("the error is %v, want one that begins with %q", err, want)
	}
}

// echo is a report in which a directive stands for its own name.
type echo struct{}

func (echo) Content(d Directive) Content { return content(d.Name) }

func (echo) Highlight(language, code string) template.HTML {
	return template.HTML(language + "(" + template.HTMLEscapeString(code) + ")")
}

type content string

func (c content) HTML() template.HTML { return template.HTML("<i>" + c + "</i>") }
func (c content) Markdown() string    { return "*" + string(c) + "*" }

// TestHTML holds that notes are Markdown and nothing more, and fit into the page.
func TestHTML(t *testing.T) {
	test := func(source, want string) {
		t.Helper()
		got, err := HTML(source, echo{})
		if err != nil || strings.TrimSpace(string(got)) != want {
			t.Errorf("the notes %q are %q, %v, want %q", source, got, err, want)
		}
	}
	test("", "")
	test("a **b**", "<p>a <strong>b</strong></p>")
	test("# a", "<h3>a</h3>")
	test("### a", "<h3>a</h3>")
	test(
		"# a\n### b\n## c\n#### d\n# e",
		"<h3>a</h3>\n<h4>b</h4>\n<h4>c</h4>\n<h5>d</h5>\n<h3>e</h3>",
	)

	test("<script>x</script>", "<!-- raw HTML omitted -->")
	test("a <b onclick=x>c</b>", "<p>a <!-- raw HTML omitted -->c<!-- raw HTML omitted --></p>")
	test("[a](javascript:b)", `<p><a href="">a</a></p>`)
	test("![a](https://example.org/b.png)", `<p><a href="https://example.org/b.png">a</a></p>`)
	test("![](b.png)", `<p><a href="b.png">b.png</a></p>`)

	test("a {{ verdict }}", "<p>a <i>verdict</i></p>")
	test("{{ verdict }}", "<p><i>verdict</i></p>")
	test(`{{ chart "order" }}`, "<i>chart</i>")
	test("~~~go\n{{<b>}}\n~~~", `<pre tabindex="0"><code>go({{&lt;b&gt;}}`+"\n)</code></pre>")
	test("    a\n    b", `<pre tabindex="0"><code>(a`+"\nb\n)</code></pre>")
}

// TestMarkdown holds that nothing but the directives changes.
func TestMarkdown(t *testing.T) {
	test := func(source, want string) {
		t.Helper()
		if got := Markdown(source, echo{}); got != want {
			t.Errorf("the notes %q are %q, want %q", source, got, want)
		}
	}
	test("", "")
	test("\n# a <b>\n\n![c](d.png)\n", "# a <b>\n\n![c](d.png)")
	test("{{verdict}}, {{ rounds }} `{{ rounds }}`", "*verdict*, *rounds* `{{ rounds }}`")
	test("[^1]\n\n[^1]: {{ rounds }}\n\n{{ verdict }}", "[^1]\n\n[^1]: *rounds*\n\n*verdict*")
}

// FuzzParse holds that the directives of any text are apart, in order and where they say.
func FuzzParse(f *testing.F) {
	for _, source := range valid {
		f.Add(source)
	}
	f.Add("> {{ verdict }}\n\n- {{ ratio \"a\" 1 }}\n\n[^1]\n\n[^1]: {{ rounds }}")
	f.Fuzz(func(t *testing.T, source string) {
		end := 0
		for _, d := range Parse(source) {
			if d.Start < end || d.End > len(source) ||
				!strings.HasPrefix(source[d.Start:d.End], "{{") ||
				!strings.Contains(source[d.Start:d.End], d.Name) {
				t.Fatalf("Parse(%q) has %+v, after %d", source, d, end)
			}
			if want := 1 + strings.Count(source[:d.Start], "\n"); d.Line != want {
				t.Errorf("Parse(%q) has %+v, which is on line %d", source, d, want)
			}
			end = d.End
		}
	})
}
