package report

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
)

// TestMethodsSayTheSame holds that every term is explained in every language, under the same
// conditions and with the same values.
func TestMethodsSayTheSame(t *testing.T) {
	action := regexp.MustCompile(`{{.*?}}`)
	shape := func(language string) (actions []string, terms int) {
		text, err := fs.ReadFile(methods, "method."+language+".txt")
		if err != nil {
			t.Fatal(err)
		}
		return action.FindAllString(string(text), -1)[1:], strings.Count(string(text), "\n\n")
	}
	want, terms := shape(locale.English)
	for _, language := range locale.Languages {
		got, found := shape(language)
		if !slices.Equal(got, want) {
			t.Errorf("method.%s.txt puts in\n%v, method.en.txt\n%v", language, got, want)
		}
		if found != terms {
			t.Errorf(
				"method.%s.txt has %d gaps between paragraphs, method.en.txt %d",
				language,
				found,
				terms,
			)
		}
	}
}

// smallWords are how a test recognises English: no other language of the reports has them.
var smallWords = regexp.MustCompile(
	`(?i)\b(the|of|and|or|is|are|was|were|with|from|which|that|to|at|in|not|` +
		`by|each|every|than|all|where|no|only|its|it|for|on|as|so|trials?|rounds?|levels?|` +
		`cells?|requests|times|chart|warning|error|note)\b`,
)

// shownText returns what the report itself says on a page: its text and its labels, without the
// screens of ab, code, style, notes, and the foreign words, which a user or ab wrote.
func shownText(t *testing.T, page string, foreign ...string) string {
	t.Helper()
	document, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}

	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && slices.Contains([]string{"pre", "code", "style"}, n.Data) {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data + "\n")
		}
		for _, a := range n.Attr {
			if a.Key == "class" && (a.Val == "notes" || a.Val == "question") {
				return
			}
			if a.Key == "aria-label" {
				b.WriteString(a.Val + "\n")
			}
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
	}
	walk(document)

	slices.SortFunc(foreign, func(a, b string) int { return len(b) - len(a) })
	text := b.String()
	for _, name := range foreign {
		if len(name) > 1 {
			text = strings.ReplaceAll(text, name, "")
		}
	}
	return text
}

// abNames returns the columns that are in ab's words in every language.
func abNames() []string {
	names := []string{"No Test", "Concurrency level", "Arrival rate (#/sec)"}
	for _, c := range slices.Concat(closedColumns, openColumns) {
		names = append(names, c.name)
	}
	return names
}

// TestNoEnglishIsLeft holds that everything on a page is translated. Worlds with failed trials are
// left out: their pages quote the record, which is in English.
func TestNoEnglishIsLeft(t *testing.T) {
	t.Parallel()
	foreign := slices.Concat(
		abNames(),
		[]string{
			"Two servers",
			"A notebook",
			"An open loop",
			"A CPU",
			"(control)",
			"Time taken for test",
			"trials.jsonl",
			"Naikkan rounds",
			"Naikkan requests",
		},
	)
	for _, name := range []string{
		"seed", "busy", "six", "open", "calibrated", "control", "one", "once", "twenty",
		"runs", "moody", "slowly",
	} {
		page := drawn(t, name+".id")["report.html"]
		names := slices.Concat(foreign, world(name).Servers)
		for line := range strings.Lines(shownText(t, page, names...)) {
			if found := smallWords.FindString(line); found != "" {
				t.Errorf("%s: %q is English in %q", name, found, line)
			}
		}
	}
}

// TestLanguageIsForPeople holds that what programs read is the same in every language, that a page
// declares its language, and that no message has the wrong arguments.
func TestLanguageIsForPeople(t *testing.T) {
	t.Parallel()
	for name := range labtest.Worlds() {
		english := drawn(t, name)
		files := drawn(t, name+".id")
		for _, file := range []string{"summary.csv", "bench.txt"} {
			if files[file] != english[file] {
				t.Errorf("%s: %s differs by the language", name, file)
			}
		}
		if len(files) != len(english) {
			t.Errorf("%s: %d files in Indonesian, %d in English", name, len(files), len(english))
		}
		if !strings.Contains(files["report.html"], `<html lang="id">`) {
			t.Errorf("%s: the page does not say its language", name)
		}
		for file, text := range files {
			if strings.HasSuffix(file, ".pdf") {
				continue // compressed
			}
			if i := strings.Index(text, "%!"); i >= 0 && !strings.Contains(english[file], "%!") {
				t.Errorf("%s: %s: %.60q", name, file, text[i:])
			}
		}
	}
}
