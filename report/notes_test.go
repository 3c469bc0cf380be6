package report

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/notes"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// TestCheckNotes holds that the directives of notes may refer to the charts and metrics of their
// experiment.
func TestCheckNotes(t *testing.T) {
	test := func(name, notes, want string) {
		t.Helper()
		e := labtest.Worlds()[name].Record(t).Experiment
		e.Notes = spec.Notes{Text: notes, File: "notes.md", Line: 1}
		got := ""
		if err := CheckNotes(e); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s, %q:\ngot  %s\nwant %s", name, notes, got, want)
		}
	}
	const charts = `"throughput", "response-time", "distribution", "latency-throughput", ` +
		`"resources", "order"`
	unknown := func(chart, more string) string {
		return `notes.md:1: notes: {{ chart }}: unknown chart "` + chart + `"; allowed: ` +
			charts + more + `; as in {{ chart "throughput" }}`
	}
	test("seed", `{{ chart "comparison" }}`, "")
	test("seed", `{{ chart "calibration" }}`, unknown("calibration", `, "comparison"`))
	test("calibrated", `{{ chart "calibration" }}`, "")
	test("one", `{{ chart "comparison" }}`, unknown("comparison", ""))
	test("seed", `{{ value "Server_async_http" 3 "p50_ms" }}`, "")
	test(
		"seed",
		`{{ value "Server_async_http" 3 "p96_ms" }}`,
		`notes.md:1: notes: {{ value }}: unknown metric "p96_ms"; did you mean "p90_ms"?; `+
			`allowed: "requests_per_second", "requests_per_second_low", `+
			`"requests_per_second_high", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "p99_9_ms", `+
			`"mean_ms", "mean_at_most_ms", "occupancy", "generator_share", "rounds", `+
			`"failed", "non_2xx", "unsent"; `+
			`as in {{ value "SERVER" LEVEL "METRIC" }}`,
	)
}

// TestQuotablesAreColumns holds that notes quote a number by the name of its column in summary.csv.
func TestQuotablesAreColumns(t *testing.T) {
	header, _, _ := strings.Cut(drawn(t, "seed")["summary.csv"], "\n")
	columns := strings.Split(header, ",")
	for _, name := range quotableNames() {
		if !slices.Contains(columns, name) {
			t.Errorf("summary.csv has no column %s", name)
		}
	}
}

// TestEveryDirectiveHasContent holds that a directive that the notes' grammar knows is one that the
// report can replace.
func TestEveryDirectiveHasContent(t *testing.T) {
	rec := labtest.Worlds()["seed"].Record(t)
	p, err := newPage(nil, rec, stats.Analyse(rec))
	if err != nil {
		t.Fatal(err)
	}
	args := map[string][]string{
		"chart":      {"throughput"},
		"table":      {"Server_async_http"},
		"comparison": {"Server_thread_http"},
		"value":      {"Server_async_http", "3", "p50_ms"},
		"ratio":      {"Server_thread_http", "3"},
	}
	for _, name := range notes.Names() {
		d := notes.Directive{Name: name, Args: args[name], Block: true}
		content := newNotesReport(p).Content(d)
		for _, got := range []string{string(content.HTML()), content.Markdown()} {
			if got == "" || got == nothing || strings.Contains(got, "(not available") {
				t.Errorf("{{ %s }} becomes %q", name, got)
			}
		}
	}
}

// TestNotebook holds that each directive becomes what the report says elsewhere, on the page and in
// its twin.
func TestNotebook(t *testing.T) {
	t.Parallel()
	rec := world("notebook").Record(t)
	if err := CheckNotes(rec.Experiment); err != nil {
		t.Fatal(err)
	}
	files := drawn(t, "notebook")
	page, twin := files["report.html"], files["report.md"]
	a := stats.Analyse(rec)
	w := locale.For(locale.English)
	rateAt := func(level int) string {
		return w.Rate(a.CellsOf("Server_async_http")[level].Of(stats.Throughput).Median)
	}
	for _, want := range []string{
		"At c = 10: " + rateAt(1) + " requests per second",
		"in 10 rounds",
		"Not one: {{ verdict }}, ",
		"{{ }}, {{.}}, { { verdict } }",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, want := range []string{
		"At c = 10: " + rateAt(1) + " requests per second",
		"| 1 | " + rateAt(0) + " |",
		`\{{ verdict }}`,
		"`{{ verdict }}`",
		`<img alt="Throughput against concurrency" src="charts/throughput.svg"></picture>` +
			"\n\n<picture>",
		string(noChart),
	} {
		if !strings.Contains(twin, want) {
			t.Errorf("report.md does not say %q", want)
		}
	}
	const picture = `role="img" aria-label="Throughput against concurrency"`
	if n := strings.Count(page, picture); n != 3*2 {
		t.Errorf("the chart of throughputs is there %d times in its two widths, want 3 times", n)
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
	rec := labtest.Worlds()["wrong"].Record(t)
	rec.Experiment.Notes.Text = `{{ value "Server_async_http" 1 "p50_ms" }}; ` +
		`{{ value "Server_async_http" 1 "non_2xx" }}; ` +
		`{{ ratio "Server_thread_http" 1 }}; {{ nonsense }}`
	page := render(t, rec)["report.html"]
	const want = "(no value: the data are invalid); 6,000; (no ratio: some of the data " +
		"are invalid); " +
		"(not available: nonsense)"
	if !strings.Contains(page, want) {
		t.Errorf("the page does not say %q", want)
	}
}

// FuzzNotes holds that no notes make the report panic, or hold an element that they may not.
func FuzzNotes(f *testing.F) {
	f.Add("{{ chart \"throughput\" }}\n\n{{ value \"Server_async_http\" 10 \"p99_ms\" }}")
	f.Add("> {{ verdict }}\n\n- {{ ratio \"Server_thread_http\" 1 }}\n\n[^1]\n\n[^1]: {{ rounds }}")
	f.Add("<script>{{ table \"Server_async_http\" }}</script>\n\n\\{{ verdict }} `{{` }}")
	f.Add("```\n{{ verdict }}\n```\n\n| a |\n| - |\n| {{ verdict }} |")
	rec := labtest.Worlds()["one"].Record(f)
	a := stats.Analyse(rec)
	f.Fuzz(func(t *testing.T, notes string) {
		if !utf8.ValidString(notes) {
			t.Skip("a spec holds nothing but UTF-8")
		}
		rec.Experiment.Notes.Text = notes
		_ = CheckNotes(rec.Experiment)
		p, err := newPage(nil, rec, a)
		if err != nil {
			t.Fatal(err)
		}
		html, err := p.notesHTML()
		if err != nil {
			t.Fatal(err)
		}
		elements, _ := parseHTML(t, "<div>"+printable.Text(string(html))+"</div>")
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
		_ = p.notesMarkdown()
	})
}
