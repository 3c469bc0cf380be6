package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/stats"
)

// Each code in the first column of a table of your-server.md is one that a report can show.
func TestCodesOfAStudentsServer(t *testing.T) {
	text, err := os.ReadFile("your-server.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "### Messages after the run\n")
	table, _, _ := strings.Cut(after, "\n## ")

	found := 0
	for row := range strings.Lines(table) {
		first, isCode := strings.CutPrefix(row, "| `")
		if !isCode {
			continue
		}
		first, _, _ = strings.Cut(first, " |")
		for code := range strings.SplitSeq(strings.Trim(first, "`"), "`, `") {
			found++
			if !slices.Contains(stats.Codes(), stats.Code(code)) {
				t.Errorf("%q is no code", code)
			}
		}
	}
	if found < 8 {
		t.Errorf("%d codes in the table", found)
	}
}

// The method page has the rule of each code.
func TestMethodNamesEveryCode(t *testing.T) {
	text := readPage(t, "method.md")
	for _, code := range stats.Codes() {
		if !strings.Contains(text, "`"+string(code)+"`") {
			t.Errorf("no row for %s", code)
		}
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]*)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	code    = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
)

// Each link of these pages and of the README leads to a file of the repository, and to a heading of
// a page.
func TestLinks(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range append(pages, "../README.md", "../CONTRIBUTING.md") {
		text := readPage(t, page)
		for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
			target, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			path := page
			if target != "" {
				path = filepath.Join(filepath.Dir(page), filepath.FromSlash(target))
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: the link to %s: %v", page, match[1], err)
			} else if anchor != "" && !slices.Contains(anchors(readPage(t, path)), anchor) {
				t.Errorf("%s: the link to %s leads to no heading", page, match[1])
			}
		}
	}
}

// No page has a conflict of a merge left in it.
func TestNoConflicts(t *testing.T) {
	var pages []string
	for _, pattern := range []string{"*.md", "../*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no pages %s: %v", pattern, err)
		}
		pages = append(pages, found...)
	}
	conflict := regexp.MustCompile("(?m)^(<{7} |={7}$|>{7} )")
	for _, page := range pages {
		if match := conflict.FindString(readPage(t, page)); match != "" {
			t.Errorf("%s has a line %q", page, match)
		}
	}
}

func readPage(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// anchors returns the names by which a Git host links to the headings of a page.
func anchors(text string) []string {
	var all []string
	for _, match := range heading.FindAllStringSubmatch(text, -1) {
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
				return r
			case r > 127 && r != '–' && r != '—':
				return r
			}
			return -1
		}, strings.ToLower(match[1]))
		all = append(all, name)
	}
	return all
}
