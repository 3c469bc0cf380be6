package main

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"labbook.example/labbook/internal/spec"
)

// attribute matches what HTML in Markdown refers to.
var attribute = regexp.MustCompile(`(?:href|src|srcset)="([^"]*)"`)

// linksOf returns what the links and images of a document lead to.
func linksOf(document []byte) []string {
	var all []string
	top := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().
		Parse(text.NewReader(document))
	_ = ast.Walk(top, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Link:
			all = append(all, string(n.Destination))
		case *ast.Image:
			all = append(all, string(n.Destination))
		case *ast.RawHTML:
			all = append(all, attributes(string(n.Segments.Value(document)))...)
		case *ast.HTMLBlock:
			all = append(all, attributes(string(n.Lines().Value(document)))...)
		}
		return ast.WalkContinue, nil
	}) // which fails only if the function does
	return all
}

func attributes(html string) []string {
	var all []string
	for _, found := range attribute.FindAllStringSubmatch(html, -1) {
		all = append(all, found[1])
	}
	return all
}

// checkLinks fails at each relative link of a Markdown file that leads to none of the paths, and
// returns how many there are.
func checkLinks(t *testing.T, files []file, exists func(path string) bool) (n int) {
	t.Helper()
	for _, f := range files {
		if path.Ext(f.path) != ".md" {
			continue
		}
		for _, target := range linksOf(f.data) {
			u, err := url.Parse(target)
			if err != nil {
				t.Errorf("%s: %v", f.path, err)
				continue
			}
			if u.Scheme != "" || u.Path == "" {
				continue
			}
			n++
			if to := path.Join(path.Dir(f.path), u.Path); !exists(to) {
				t.Errorf("%s has a link to %s, and there is no %s", f.path, target, to)
			}
		}
	}
	return n
}

// existing returns a function that reports whether a path is that of a file or a folder.
func existing(files []file) func(path string) bool {
	paths := map[string]bool{}
	for _, f := range files {
		paths[f.path] = true
	}
	for _, folder := range folders(files) {
		paths[folder] = true
	}
	return func(path string) bool { return paths[path] }
}

// All relative links of an archive and of a package lead to what is in it.
func TestLinks(t *testing.T) {
	needGit(t)
	all, err := documents(t.Context(), "..")
	if err != nil {
		t.Fatal(err)
	}
	if n := checkLinks(t, relink(all, nil), existing(all)); n < 200 {
		t.Errorf("an archive has %d relative links, want the hundreds of the pages", n)
	}

	p := debianPackage{version: "1.0.0", arch: "amd64", common: commonFiles{documents: all}}
	installed, err := p.files()
	if err != nil {
		t.Fatal(err)
	}
	if n := checkLinks(t, installed, existing(installed)); n < 200 {
		t.Errorf("a package has %d relative links, want the hundreds of the pages", n)
	}
}

// The experiments of an archive have the files that they name.
func TestExperimentsAreComplete(t *testing.T) {
	needGit(t)
	all, err := documents(t.Context(), "..")
	if err != nil {
		t.Fatal(err)
	}
	folder, n := t.TempDir(), 0
	if err := writeTree(folder, all, time.Unix(1_800_000_000, 0)); err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if path.Base(f.path) != "experiment.toml" {
			continue
		}
		n++
		if _, err := spec.Read(filepath.Join(folder, filepath.FromSlash(f.path))); err != nil {
			t.Errorf("%s: %v", f.path, err)
		}
	}
	if n < 10 {
		t.Errorf("an archive has %d experiments, want that of the README and the examples", n)
	}
}

// All relative links of an archive lead somewhere also when .ci/release-check has unpacked it.
func TestUnpackedLinks(t *testing.T) {
	folder := os.Getenv("LABBOOK_UNPACKED")
	if folder == "" {
		t.Skip("LABBOOK_UNPACKED names no folder; .ci/release-check does")
	}
	var files []file
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "licenses":
			return fs.SkipDir // texts of others
		case d.IsDir() || filepath.Ext(path) != ".md":
			return nil
		}
		data, err := os.ReadFile(path)
		files = append(files, file{path: filepath.ToSlash(path), data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	exists := func(path string) bool {
		_, err := os.Stat(path)
		return err == nil && strings.HasPrefix(path, folder+"/")
	}
	if n := checkLinks(t, files, exists); n < 200 {
		t.Errorf("%s has %d relative links, want the hundreds of the pages", folder, n)
	}
}

func TestRelink(t *testing.T) {
	test := func(from, before, want string) {
		t.Helper()
		files := []file{
			{path: from, data: []byte(before)},
			{path: "docs/a.md"},
			{path: "docs/a.png"},
			{path: "examples/x/experiment.toml"},
			{path: "LICENSE"},
		}
		got := string(relink(files, map[string]string{"LICENSE": "copyright"})[0].data)
		if got != want {
			t.Errorf("%s in %s became\n%s, want\n%s", before, from, got, want)
		}
		if string(files[0].data) != before {
			t.Error("the file of the repository has changed")
		}
	}
	test("README.md", "[a](docs/a.md#b), [c](#d)", "[a](docs/a.md#b), [c](#d)")
	test("README.md", "[a](https://example.org/x)", "[a](https://example.org/x)")
	test("README.md", "[a `b`](Dockerfile), [c](internal/x/y.go)", "a `b`, c")
	test("README.md", "[x](examples/x/output/report.md)", "[x](examples/x)")
	test("README.md", "[![a](docs/a.png)](gone.md)", "![a](docs/a.png)")
	test("README.md", "[![a](gone.png)](docs/a.md)", "[a](docs/a.md)")
	test("README.md", "[MIT](LICENSE)", "[MIT](copyright)")
	test("docs/b.md", "[MIT](../LICENSE), [x](../examples/x/none.py)",
		"[MIT](../copyright), [x](../examples/x)")
	test("docs/b.md", "[a](a.md) [b](../../a.md)", "[a](a.md) b")
	test("README.md", "    [a](gone.md)\n```\n[b](gone.md)\n```\n[c](gone.md)\n",
		"    [a](gone.md)\n```\n[b](gone.md)\n```\nc\n")
}
