package chart

import (
	"html"
	"math"
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
		for _, c := range all(a) {
			if c.Problem != "" {
				t.Errorf("%s of %v: %s", c.Name, e.servers, c.Problem)
				continue
			}
			if len(c.Panels) > 0 {
				testRoom(t, c)
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

// testRoom checks that all texts of a chart's pictures are inside of them, and that none covers
// another.
func testRoom(t *testing.T, c Chart) {
	t.Helper()
	pictures := []scene{c.whole()}
	for _, p := range c.Panels {
		pictures = append(pictures, p.picture)
		if p.narrow != nil {
			pictures = append(pictures, *p.narrow)
		}
	}
	for _, s := range pictures {
		var all []box
		for _, i := range s.items {
			if i.text == "" {
				continue
			}
			b := box{left: i.at.x, y: i.at.y, text: i.text}
			width := widthOf(i.paint.style, i.text)
			switch i.anchor {
			case middle:
				b.left -= width / 2
			case end:
				b.left -= width
			}
			b.right = b.left + width
			if b.left < 0 || b.right > s.width || b.y < 8 || b.y > s.height-2 {
				t.Errorf("%s: %q is outside of %v × %v: %+v", c.Name, b.text, s.width, s.height, b)
			}
			for _, other := range all {
				if math.Abs(b.y-other.y) < 10 && b.left < other.right && other.left < b.right {
					t.Errorf("%s, %v wide: %q covers %q", c.Name, s.width, b.text, other.text)
				}
			}
			all = append(all, b)
		}
	}
}
