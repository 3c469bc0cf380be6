package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"labbook/internal/spec"
	"labbook/internal/stats"
)

// fineNotes have directives that are right, and braces that are none.
var fineNotes = []string{
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

// TestCheckNotes holds that what is wrong with a directive is said with its line, and what would be
// right.
func TestCheckNotes(t *testing.T) {
	e := worlds()["seed"].record(t).Experiment
	test := func(notes, want string) {
		t.Helper()
		e.Notes = spec.Notes{Text: notes, File: "notes.md", Line: 1}
		got := ""
		if err := CheckNotes(e); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", notes, got, want)
		}
	}
	for _, fine := range fineNotes {
		test(fine, "")
	}
	wrong := func(directive, name, want string) {
		t.Helper()
		test(directive, "notes.md:1: notes: {{ "+name+" }}: "+want)
	}
	const notAlone = "found within a text, a list or a quotation; allowed: alone, with an empty line before " +
		"it and after it"
	const words = `; allowed: names in "quotes", whole numbers, and }} at the end, all on one line`
	test(
		"a\n\n{{ chrat \"x\" }}",
		`notes.md:3: notes: {{ chrat }}: unknown directive "chrat"; did you mean `+
			`"chart"?; allowed: "chart", "table", "comparison", "verdict", "value", "ratio", "rounds"`,
	)
	wrong(`{{ table "Server_async" }}`, "table", `unknown server "Server_async"; did you mean `+
		`"Server_async_http"?; allowed: "Server_async_http", "Server_thread_http"; as in {{ table "SERVER" }}`)
	wrong(`{{ chart throughput }}`, "chart", `found "throughput"`+words)
	wrong(`{{ rounds`, "rounds", `found "the end of the line"`+words)
	wrong(
		`{{ rounds 3 }}`,
		"rounds",
		"found 1 words after its name; allowed: 0; as in {{ rounds }}",
	)
	wrong(`see {{ chart "order" }}`, "chart", notAlone)
	wrong(`- {{ chart "order" }}`, "chart", notAlone)
	wrong(
		`{{ value "Server_async_http" 2 "p50_ms" }}`,
		"value",
		`unknown level "2"; allowed: "1", "3", "5", `+
			`"8", "10"; as in {{ value "SERVER" LEVEL "METRIC" }}`,
	)
	wrong(
		`{{ ratio "Server_async_http" 1 }}`,
		"ratio",
		`unknown server "Server_async_http"; allowed: `+
			`"Server_thread_http"; as in {{ ratio "SERVER" LEVEL }}`,
	)
	wrong(
		`{{ chart "calibration" }}`,
		"chart",
		`unknown chart "calibration"; allowed: "throughput", `+
			`"response-time", "distribution", "latency-throughput", "resources", "order", "comparison"; as in `+
			`{{ chart "throughput" }}`,
	)
}

// TestNotebook holds that each directive becomes what the report says elsewhere, on the page and in
// its twin.
func TestNotebook(t *testing.T) {
	rec := worlds()["notebook"].record(t)
	if err := CheckNotes(rec.Experiment); err != nil {
		t.Fatal(err)
	}
	files := render(t, rec)
	page, twin := files["report.html"], files["report.md"]
	a := stats.Analyse(rec)
	rate := a.Rate(a.CellsOf("Server_async_http")[1].Of(stats.Throughput).Median)
	for _, want := range []string{"At c = 10: " + rate + " requests per second", "in 10 rounds",
		"Not one: {{ verdict }}, ", "{{ }}, {{.}}, { { verdict } }"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, want := range []string{"At c = 10: " + rate + " requests per second", "| 1 | " +
		a.Rate(a.CellsOf("Server_async_http")[0].Of(stats.Throughput).Median) + " |",
		`\{{ verdict }}`, "`{{ verdict }}`",
		"![Throughput against concurrency](charts/throughput.svg)\n\n![Throughput", string(noChart)} {
		if !strings.Contains(twin, want) {
			t.Errorf("report.md does not say %q", want)
		}
	}
	for _, id := range []string{"chart-throughput-title", "chart-throughput-note-1-title",
		"chart-throughput-note-2-title"} {
		if strings.Count(page, `id="`+id+`"`) != 1 {
			t.Errorf("the id %s is there %d times", id, strings.Count(page, `id="`+id+`"`))
		}
	}
	if want := `<span class="number">42</span>`; !strings.Contains(page, want) {
		t.Errorf("the page has no %s: code is not coloured", want)
	}
	if strings.Contains(page, "(not available") || strings.Contains(twin, "(not available") {
		t.Error("a directive that was checked is not available")
	}
}

// TestValueOfAnInvalidCell holds that a number that must not be used is not quoted.
func TestValueOfAnInvalidCell(t *testing.T) {
	rec := worlds()["wrong"].record(t)
	rec.Experiment.Notes.Text = `{{ value "Server_async_http" 1 "p50_ms" }}; ` +
		`{{ value "Server_async_http" 1 "non_2xx" }}; {{ ratio "Server_thread_http" 1 }}; {{ nonsense }}`
	page := render(t, rec)["report.html"]
	const want = "(no value: the cell is invalid); 6,000; (no ratio: a cell is invalid); " +
		"(not available: nonsense)"
	if !strings.Contains(page, want) {
		t.Errorf("the page does not say %q", want)
	}
}

// TestCodeKeepsItsText holds that colours take nothing from a text and put nothing into it.
func TestCodeKeepsItsText(t *testing.T) {
	test := func(language, text, want string) {
		t.Helper()
		if got := string(code(language, text)); got != want {
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

// FuzzNotes holds that no notes make the report panic, or hold an element that they may not.
func FuzzNotes(f *testing.F) {
	f.Add("{{ chart \"throughput\" }}\n\n{{ value \"Server_async_http\" 10 \"p99_ms\" }}")
	f.Add("> {{ verdict }}\n\n- {{ ratio \"Server_thread_http\" 1 }}\n\n[^1]\n\n[^1]: {{ rounds }}")
	f.Add("<script>{{ table \"Server_async_http\" }}</script>\n\n\\{{ verdict }} `{{` }}")
	f.Add("```\n{{ verdict }}\n```\n\n| a |\n| - |\n| {{ verdict }} |")
	rec := worlds()["one"].record(f)
	a := stats.Analyse(rec)
	f.Fuzz(func(t *testing.T, notes string) {
		if !utf8.ValidString(notes) {
			t.Skip("a spec holds nothing but UTF-8")
		}
		rec.Experiment.Notes.Text = notes
		_ = CheckNotes(rec.Experiment)
		p, err := newPage(rec, a)
		if err != nil {
			t.Fatal(err)
		}
		html, err := p.notesHTML()
		if err != nil {
			t.Fatal(err)
		}
		elements, _ := parseHTML(t, "<div>"+printable(string(html))+"</div>")
		for _, e := range elements {
			switch e.name {
			case "script",
				"style",
				"iframe",
				"object",
				"embed",
				"link",
				"meta",
				"base",
				"form",
				"img":
				t.Errorf("the notes hold a <%s>", e.name)
			}
			for name, value := range e.attributes {
				if strings.HasPrefix(name, "on") ||
					strings.HasPrefix(strings.ToLower(value), "javascript:") {
					t.Errorf("the notes hold %s=%q", name, value)
				}
			}
		}
		_ = p.notesTwin()
	})
}
