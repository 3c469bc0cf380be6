package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// elements returns the elements of an SVG, as an XML parser sees them.
func elements(t *testing.T, svg string) []xml.StartElement {
	t.Helper()
	var all []xml.StartElement
	for decoder := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("the picture is not XML: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			all = append(all, start.Copy())
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// mustDraw checks what is true of every picture.
func mustDraw(t *testing.T, name string, c Chart) {
	t.Helper()
	if c.Problem != "" {
		t.Errorf("%s: %s: %s", name, c.Name, c.Problem)
	}
	active := []string{"script", "image", "foreignObject", "a", "use", "font"}
	for _, svg := range []string{string(c.File(false)), c.Inline()} {
		all := elements(t, svg)
		root := all[0]
		if root.Name.Local != "svg" || attribute(root, "data-labbook") != "chart" ||
			attribute(root, "role") != "img" || attribute(root, "viewBox") == "" {
			t.Errorf("%s: %s begins with %v", name, c.Name, root)
		}
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%s: %s has a place that is not a number", name, c.Name)
		}
		for _, e := range all {
			if slices.Contains(active, e.Name.Local) {
				t.Errorf("%s: %s has an element %s", name, c.Name, e.Name.Local)
			}
			if id := attribute(e, "id"); id != "" && !strings.HasPrefix(id, "chart-"+c.Name+"-") {
				t.Errorf("%s: %s has an id %q without its name", name, c.Name, id)
			}
		}
	}
}

// literalColour matches a colour.
var literalColour = regexp.MustCompile(`#[0-9a-fA-F]{6}`)

// A page sets the colours by classes and custom properties; a file has them itself.
func TestColoursOfPageAndFile(t *testing.T) {
	t.Parallel()
	c := chartOf("throughput", many(8, 2, 5).analysis(), elsewhere...)
	if found := literalColour.FindString(c.Inline()); found != "" {
		t.Errorf("the page's picture has the colour %s, want classes alone", found)
	}
	styles := Styles()
	classes := regexp.MustCompile(`class="([^"]*)"`)
	for _, class := range classes.FindAllStringSubmatch(c.Inline(), -1) {
		for name := range strings.FieldsSeq(class[1]) {
			if !strings.Contains(styles, "."+name+"{") {
				t.Errorf("the style sheet has no rule for the class %s", name)
			}
		}
	}
	for _, name := range []string{"--paper", "--ink", "--grid", "--series-1", "--series-8"} {
		if !strings.Contains(styles, "var("+name+")") {
			t.Errorf("the style sheet never uses %s", name)
		}
	}
	if file := string(c.File(false)); strings.Contains(file, "var(") ||
		strings.Contains(file, "class=") || !strings.HasPrefix(file, "<?xml") {
		t.Error("the file's picture needs a page's style sheet, or has no prologue")
	}
	if strings.Contains(c.Inline(), "<?xml") {
		t.Error("the page's picture has a prologue")
	}
}

// A name that looks like a style keeps its colours.
func TestColoursInNamesStay(t *testing.T) {
	t.Parallel()
	e := seed()
	e.servers = []string{`style="fill:#0072b2"`, "other"}
	const want = `>style=&#34;fill:#0072b2&#34;</text>`
	picture := string(chartOf("response-time", e.analysis()).File(false))
	if !strings.Contains(picture, want) {
		t.Errorf("the picture has no %s:\n%s", want, picture)
	}
}
