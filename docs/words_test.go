package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unidiomatic matches what a translation from another language leaves behind, and says what is
// meant instead.
var unidiomatic = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{word(`(row|trial|request|round|thread|loop|level|file|line|requests|arrivals|CPU|` +
		`goroutine|connection|language|value) an? (cell|second|trial|request|round|server|level|` +
		`connection|row|core|language|file)`), `"per"`},
	{word(`\d+ answers a second`), `"per"`},
	{word(`(nobody|somebody|everybody|whoever)`), "the connection, process or reader"},
	{word(`in the course of the (run|trial)`), `"during the run"`},
	{word(`over all trials`), `"in all trials"`},
	{word(`gone on with|goes on from there`), `"resumed"`},
	{word(`all the same`), `"still"`},
	{word(`by far`), `"far behind", "much"`},
	{word(`more surely`), `"more than chance explains"`},
	{word(`likely settle`), "how many rounds are needed"},
	{word(`intervals? (holds? \d|lies?|lie apart|parts?|reach(es)? further)`),
		`"contains", "is between", "overlaps", "extends"`},
	{word(`no difference looks like`), "the A/A test"},
	{word(`is no (word|plain|pattern|number)`), `"is not a …"`},
	{word(`infers? (nothing|anything from)`), `"draws no conclusions"`},
	{word(`came? to answer`), `"became ready"`},
	{word(`last words`), `"stderr"`},
	{word(`at least so (much|many)`), `"at least this large"`},
	{word(`is made anew|measured anew`), `"again"`},
	{regexp.MustCompile(`, too[,.;:)]`), `"also", "as well"`},
	{regexp.MustCompile(`\d[ \x{a0}]%(\W|$)`), `"95%", without a space`},
}

// word returns an expression that matches whole words, in any case.
func word(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(` + pattern + `)\b`)
}

// userTexts are the files, relative to this folder, whose words a user reads.
var userTexts = []string{
	"../README.md",
	"*.md",
	"../experiment.toml",
	"../examples/*/experiment.toml",
	"../internal/spec/template.toml",
	"../report/method.en.txt",
}

// catalogueKey matches an English message, which is the key of a translation.
var catalogueKey = regexp.MustCompile(`(?m)^("(?:[^"\\]|\\.)*"|[A-Za-z]\w*) = `)

// TestWordsOfUserTexts holds that what a user reads is said as a native writer would say it.
func TestWordsOfUserTexts(t *testing.T) {
	for _, pattern := range userTexts {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files: %v", pattern, err)
		}
		for _, file := range files {
			checkWords(t, file, read(t, file))
		}
	}

	const catalogue = "../internal/locale/id.toml"
	for _, key := range catalogueKey.FindAllStringSubmatch(read(t, catalogue), -1) {
		checkWords(t, catalogue, key[1])
	}
}

// TestUnidiomaticFinds holds that the patterns match what they should, and nothing else.
func TestUnidiomaticFinds(t *testing.T) {
	test := func(text string, want bool) {
		t.Helper()
		if got := found(text) != ""; got != want {
			t.Errorf("%q is found: %v, want %v", text, got, want)
		}
	}
	test("an interval that holds 1", false)
	test("where the interval holds 1", true)
	test("one row a cell", true)
	test("one row per cell", false)
	test("2000 answers a second", true)
	test("This server answers a request", false)
	test("95 % confidence", true)
	test("95% confidence", false)
	test("its ratio changes, too.", true)
	test("too few rounds", false)
	test("what no difference looks like", true)
}

func checkWords(t *testing.T, file, text string) {
	t.Helper()
	for i, line := range strings.Split(text, "\n") {
		if wrong := found(line); wrong != "" {
			t.Errorf("%s:%d: %s", file, i+1, wrong)
		}
	}
}

// found returns the first unidiomatic words of a line, and what to write instead; "" if there are
// none.
func found(line string) string {
	for _, u := range unidiomatic {
		if match := u.pattern.FindString(line); match != "" {
			return `"` + match + `": write ` + u.instead
		}
	}
	return ""
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
