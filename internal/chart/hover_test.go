package chart

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// boxesOf returns the boxes of a panel's pictures that are not wholly inside of them, of those that
// have room in them, and how many boxes have no room.
func boxesOf(inline string) (outside []string, large int) {
	size := regexp.MustCompile(`viewBox="0 0 ([\d.]+) ([\d.]+)"`)
	box := regexp.MustCompile(`class="` + tipBox.class +
		`" d="M(-?[\d.]+) (-?[\d.]+)h([\d.]+)v([\d.]+)h`)
	number := func(text string) float64 {
		v, _ := strconv.ParseFloat(text, 64)
		return v
	}
	for _, svg := range strings.SplitAfter(inline, "</svg>") {
		s := size.FindStringSubmatch(svg)
		for _, b := range box.FindAllStringSubmatch(svg, -1) {
			x, y, width, height := number(b[1]), number(b[2]), number(b[3]), number(b[4])
			switch {
			case width > number(s[1]) || height > number(s[2]):
				large++
			case x < 0 || y < 0 || x+width > number(s[1])+0.2 || y+height > number(s[2])+0.2:
				outside = append(outside, b[0]+" in "+s[0])
			}
		}
	}
	return outside, large
}

// A box is inside its picture if it has room there, and otherwise shown beyond its edges.
func TestBoxesAreShown(t *testing.T) {
	t.Parallel()
	large := 0
	for _, servers := range []int{2, 9, 11, 20} {
		a := many(servers, 5, 3).analysis()
		calibrate(a)
		for _, c := range all(a) {
			outside, n := boxesOf(c.Inline())
			large += n
			if len(outside) > 0 {
				t.Errorf("%d servers: %s has %d boxes that are cut off, the first: %s",
					servers, c.Name, len(outside), outside[0])
			}
		}
	}
	if large == 0 {
		t.Error("no box is larger than its picture: this proves nothing of those")
	}
	if !strings.Contains(Styles(), "overflow:visible") {
		t.Errorf("%d boxes are cut off", large)
	}
}
