package chart

import (
	"math"
	"strings"
	"testing"
)

// textBox is the room of a text in a picture, in pixels.
type textBox struct {
	left, right, y float64
	text           string
}

func textBoxes(s scene) (boxes []textBox) {
	for _, i := range s.items {
		if i.text == "" {
			continue
		}
		width := widthOf(i.paint.style, i.text)
		left := i.at.x
		switch i.anchor {
		case end:
			left -= width
		case middle:
			left -= width / 2
		}
		boxes = append(boxes, textBox{left, left + width, i.at.y, i.text})
	}
	return boxes
}

// TestCrowdsKeepTheirRoom checks that all texts of all pictures are inside of them, that none
// covers another, and that all are at least 11 pixels high.
func TestCrowdsKeepTheirRoom(t *testing.T) {
	t.Parallel()
	check := func(name string, s scene) {
		t.Helper()
		boxes := textBoxes(s)
		for i, b := range boxes {
			if b.left < -0.5 || b.right > s.width+0.5 || b.y < 8 || b.y > s.height {
				t.Errorf("%s: %q is outside of %v × %v: %+v", name, b.text, s.width, s.height, b)
			}
			for _, other := range boxes[:i] {
				if math.Abs(b.y-other.y) < 9 && b.left < other.right && other.left < b.right {
					t.Errorf("%s: %q covers %q", name, b.text, other.text)
				}
			}
		}
		for _, i := range s.items {
			if i.text != "" && i.paint.size < 11 {
				t.Errorf("%s: %q is %v pixels high", name, i.text, i.paint.size)
			}
		}
	}
	test := func(e experiment) {
		t.Helper()
		a := e.analysis()
		calibrate(a)
		for _, c := range all(a) {
			if c.Problem != "" {
				t.Errorf("%s of %v: %s", c.Name, e.servers, c.Problem)
				continue
			}
			check(c.Name+" as a file", c.whole())
			for _, p := range c.Panels {
				check(c.Name, p.picture)
				if p.narrow != nil {
					check(c.Name+" on a phone", *p.narrow)
				}
			}
		}
	}
	test(seed())
	test(open())
	test(many(8, 20, 40))
	test(many(6, 20, 1))
	test(many(2, 1, 1))
	test(many(1, 1, 10))
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
