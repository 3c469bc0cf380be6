package chart

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// written matches a text that we place ourselves, with its place, its anchor and its size.
var written = regexp.MustCompile(`<text x="([-\d.]+)" y="([-\d.]+)"(?: text-anchor="(\w+)")?` +
	` style="[^"]*font-size:([\d.]+)px[^"]*">(?:<title>[^<]*</title>)?([^<]+)</text>`)

// box is the room of a text, in points.
type box struct {
	left, right, y float64
	text           string
}

func boxes(svg string) []box {
	var all []box
	for _, m := range written.FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		size, _ := strconv.ParseFloat(m[4], 64)
		text := html.UnescapeString(m[5])
		width := textWidth(text).Points() * size / textSize
		switch m[3] {
		case "end":
			x -= width
		case "middle":
			x -= width / 2
		}
		all = append(all, box{x, x + width, y, text})
	}
	return all
}

// TestCrowdsKeepTheirRoom checks that all texts are inside of the picture, and that none covers
// another.
func TestCrowdsKeepTheirRoom(t *testing.T) {
	t.Parallel()
	test := func(e experiment) {
		t.Helper()
		a := e.analysis()
		for _, c := range all(a)[1:] {
			if c.Problem != "" {
				t.Errorf("%s of %v: %s", c.Name, e.servers, c.Problem)
				continue
			}
			all := boxes(c.body)
			if len(all) < len(e.servers)-1 {
				t.Errorf("%s has %d names, want at least one per server", c.Name, len(all))
			}
			for i, b := range all {
				if b.left < 0 || b.right > pictureWidth || b.y < 5 || b.y > c.height {
					t.Errorf("%s: %q is outside of the picture: %+v", c.Name, b.text, b)
				}
				for _, other := range all[:i] {
					if b.y-other.y < 8 && other.y-b.y < 8 && b.left < other.right &&
						other.left < b.right {
						t.Errorf("%s: %q covers %q", c.Name, b.text, other.text)
					}
				}
			}
		}
	}
	test(seed())
	test(many(6, 20, 40))
	test(many(6, 20, 1))
	test(many(2, 1, 1))
	long := many(6, 5, 10)
	long.servers = []string{
		strings.Repeat("W", 80),
		strings.Repeat("server ", 12),
		"خادم غير متزامن",
		"שרת אסינכרוני",
		"🚀🚀 rocket 🚀",
		strings.Repeat("界", 80),
	}
	test(long)
}
