package report

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
)

// TestPicturesAreXML parses every SVG file, strictly, and holds that it runs and loads nothing.
func TestPicturesAreXML(t *testing.T) {
	t.Parallel()
	for world := range labtest.Worlds() {
		pictures := 0
		for name, data := range drawn(t, world) {
			if strings.HasSuffix(name, ".svg") {
				pictures++
				checkPicture(t, name+" of "+world, data)
			}
		}
		if pictures < 3 {
			t.Errorf("%s has %d pictures; want two charts and a capture at least", world, pictures)
		}
	}
}

func checkPicture(t *testing.T, name, picture string) {
	t.Helper()
	isMark := func(a xml.Attr) bool { return a.Name.Local == "data-labbook" }
	forbidden := []string{"script", "foreignObject", "image", "use", "a"}
	elements := startElements(t, name, picture)
	if len(elements) == 0 || elements[0].Name.Local != "svg" ||
		!slices.ContainsFunc(elements[0].Attr, isMark) {
		t.Errorf("%s: the root is not a marked <svg>", name)
	}
	for _, e := range elements {
		for _, a := range e.Attr {
			if a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") {
				t.Errorf("%s: <%s> has %s", name, e.Name.Local, a.Name.Local)
			}
		}
		if slices.Contains(forbidden, e.Name.Local) {
			t.Errorf("%s has a <%s>", name, e.Name.Local)
		}
	}
}

func startElements(t *testing.T, name, text string) []xml.StartElement {
	t.Helper()
	var elements []xml.StartElement
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return elements
		}
		if start, ok := token.(xml.StartElement); ok {
			elements = append(elements, start.Copy())
		}
	}
}
