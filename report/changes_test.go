package report

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
)

// comparison returns a made-up comparison; "several.id" is that of "several" in Indonesian.
func comparison(t testing.TB, name string) *compare.Comparison {
	t.Helper()
	base, language, translated := strings.Cut(name, ".")
	pair := labtest.Pairs()[base]
	if translated {
		pair = pair.In(language)
	}
	older, newer := pair.Records(t)
	c, err := compare.Records(
		compare.Side{Name: "HEAD:output", Commit: strings.Repeat("1a2b3c4d", 5), Record: older},
		compare.Side{Name: "output", Record: newer},
		"",
	)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

// comparisons holds the files of comparisons that were drawn, by name.
var comparisons sync.Map

// drawnChanges returns the files of a made-up comparison. All tests share them.
func drawnChanges(t testing.TB, name string) map[string]string {
	t.Helper()
	draw := sync.OnceValue(func() map[string]string {
		c := comparison(t, name)
		files, err := RenderChanges(locale.For(c.New.Record.Experiment.Language), c)
		if err != nil {
			t.Fatal(err)
		}
		byName := map[string]string{}
		for _, file := range files {
			byName[file.Name] = string(file.Data)
		}
		return byName
	})
	once, _ := comparisons.LoadOrStore(name, draw)
	return once.(func() map[string]string)()
}

func changesPages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for name := range labtest.Pairs() {
		pages["compare "+name] = written(t, name, drawnChanges(t, name)["compare.html"])
	}
	pages["compare several.id"] = written(t, "id", drawnChanges(t, "several.id")["compare.html"])
	return pages
}

// TestGoldenChanges holds every word and number of a comparison's page.
func TestGoldenChanges(t *testing.T) {
	t.Parallel()
	for name := range labtest.Pairs() {
		for _, name := range []string{name, name + ".id"} {
			golden.Compare(t, filepath.Join("testdata", "compare", name+".md"),
				drawnChanges(t, name)["compare.md"])
		}
	}
	golden.Compare(t, filepath.Join("testdata", "compare", "changes.svg"),
		drawnChanges(t, "slower")["charts/changes.svg"])
}

// TestChangesNeedNothing holds that the page of a comparison is one file that asks for nothing and
// runs nothing, whatever the names in it.
func TestChangesNeedNothing(t *testing.T) {
	t.Parallel()
	for name := range labtest.Pairs() {
		page := drawnChanges(t, name)["compare.html"]
		if !strings.Contains(page, `content="default-src 'none'; style-src 'unsafe-inline'"`) {
			t.Errorf("%s: the page has no policy", name)
		}
		elements, _ := parseHTML(t, page)
		for _, e := range elements {
			if !slices.Contains(allowedElements, e.name) {
				t.Errorf("%s: the page holds <%s>", name, e.name)
			}
			for key, value := range e.attributes {
				isHandler := strings.HasPrefix(key, "on")
				if isHandler || key == "src" || strings.Contains(value, "script:") {
					t.Errorf("%s: <%s %s=%q>", name, e.name, key, value)
				}
			}
		}
	}
}

// TestChangesMarkdownIsATwin holds that compare.md has the sections of the page, and that every
// sentence of the answer is in both.
func TestChangesMarkdownIsATwin(t *testing.T) {
	t.Parallel()
	for name := range labtest.Pairs() {
		files := drawnChanges(t, name)
		c := comparison(t, name)
		p := newChangesPage(locale.For("en"), c)
		page := parsedHTML(t, files["compare.html"])
		twin := shownMarkdown(t, files["compare.md"])
		if got, want := headings(twin, "h2"), headings(page, "h2"); !slices.Equal(got, want) {
			t.Errorf("%s: compare.md has the sections\n%q, the page\n%q", name, got, want)
		}
		sentences := []string{p.Headline.Main.String(), p.Headline.Second.String(), p.WayOut.Says}
		for _, small := range p.Headline.Small {
			sentences = append(sentences, small.String())
		}
		inPage, inTwin := textIn(page), textIn(twin)
		for _, sentence := range append(sentences, p.Reading...) {
			text := strings.Join(strings.Fields(sentence), "")
			if !strings.Contains(inPage, text) || !strings.Contains(inTwin, text) {
				t.Errorf("%s: %q is in the page: %v, in compare.md: %v", name, sentence,
					strings.Contains(inPage, text), strings.Contains(inTwin, text))
			}
		}
	}
}

// TestChangesInABrowser holds the page to what a report's page is held to.
func TestChangesInABrowser(t *testing.T) {
	t.Parallel()
	browser := browser(t)
	for name, path := range changesPages(t) {
		for _, scheme := range schemes {
			t.Run(name+", "+scheme, func(t *testing.T) {
				t.Parallel()
				testPageInABrowser(t, browser, path, scheme)
			})
		}
	}
}

func TestChangesAreAccessible(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(os.Getenv("LABBOOK_AXE"))
	need(t, err == nil, "axe-core (its axe.min.js, in LABBOOK_AXE)")
	browser := browser(t)
	for name, path := range changesPages(t) {
		for _, scheme := range schemes {
			t.Run(name+", "+scheme, func(t *testing.T) {
				t.Parallel()
				testPageIsAccessible(t, browser, path, scheme, string(script))
			})
		}
	}
}

func TestChangesAreValid(t *testing.T) {
	t.Parallel()
	jar := os.Getenv("LABBOOK_VNU")
	_, err := os.Stat(jar)
	need(t, jar != "" && err == nil, "the Nu HTML checker (its vnu.jar, in LABBOOK_VNU)")
	java, err := exec.LookPath("java")
	need(t, err == nil, "java")
	args := append([]string{"-jar", jar, "--errors-only"},
		slices.Sorted(maps.Values(changesPages(t)))...)
	if said, err := exec.Command(java, args...).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%v\n%s", err, said)
	}
}

// A comparison is written into a new folder, an empty one or one that it was written into, and
// never over anything else.
func TestWriteChanges(t *testing.T) {
	t.Parallel()
	c := comparison(t, "machine")
	dir := filepath.Join(t.TempDir(), "new", "compared")
	for range 2 {
		if err := WriteChanges(dir, locale.For("en"), c); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		"compare.html", "compare.md", "compare.json", "charts/changes.svg",
		"charts/changes-dark.svg", "charts/changes.pdf",
	} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}

	for _, name := range []string{"trials.jsonl", "compare.txt"} {
		taken := t.TempDir()
		path := filepath.Join(taken, name)
		if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
		err := WriteChanges(taken, locale.For("en"), c)
		entries, _ := os.ReadDir(taken)
		if err == nil || !strings.Contains(err.Error(), name) || len(entries) != 1 {
			t.Errorf("beside %s: %v, %d entries; want a refusal", name, err, len(entries))
		}
	}
}

// TestChangesOfAnyRecords holds that any two records can be compared, whatever is in them, and that
// nothing is written that is no number.
func TestChangesOfAnyRecords(t *testing.T) {
	t.Parallel()
	records := map[string]*record.Record{}
	for name, world := range labtest.Worlds() {
		records[name] = world.Record(t)
	}
	names := slices.Sorted(maps.Keys(records))
	for i, name := range names {
		for _, other := range []string{name, names[(i+1)%len(names)], "seed", "imported"} {
			c, err := compare.Records(
				compare.Side{Name: "old", Record: records[name]},
				compare.Side{Name: "new", Record: records[other]},
				"",
			)
			if err != nil {
				t.Fatal(err)
			}
			files, err := RenderChanges(locale.For("id"), c)
			if err != nil {
				t.Errorf("%s and %s: %v", name, other, err)
			}
			for _, file := range files {
				if file.Name != "compare.md" {
					continue
				}
				for _, wrong := range []string{"NaN", "Inf", "%!", nameMark} {
					if strings.Contains(string(file.Data), wrong) {
						t.Errorf("%s and %s: compare.md contains %q", name, other, wrong)
					}
				}
			}
		}
	}
}

// nameMark begins the name of a server in a sentence that is not finished.
const nameMark = "\ufdd0"
