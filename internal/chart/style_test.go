package chart

import (
	"math"
	"strconv"
	"testing"
)

// luminance returns the relative luminance of WCAG 2.
func luminance(hex string) float64 {
	n, _ := strconv.ParseUint(hex[1:], 16, 32)
	linear := func(c uint64) float64 {
		v := float64(c&255) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

// contrast returns the contrast ratio of WCAG 2.
func contrast(a, b string) float64 {
	la, lb := luminance(a)+0.05, luminance(b)+0.05
	return max(la, lb) / min(la, lb)
}

func TestColoursCanBeSeen(t *testing.T) {
	t.Parallel()
	light, dark := Colours()
	if len(light) != 8 || len(dark) != 8 || len(markers) != 8 {
		t.Fatalf("%d light and %d dark colours and %d markers, want 8 each",
			len(light), len(dark), len(markers))
	}
	for i := range light {
		if c := contrast(light[i], paper); c < 3 {
			t.Errorf("series %d: %s has a contrast of %.2f on %s, want 3", i+1, light[i], c, paper)
		}
		if c := contrast(dark[i], "#14171b"); c < 3 {
			t.Errorf("series %d: %s has a contrast of %.2f on a dark page, want 3", i+1, dark[i], c)
		}
	}
	if c := contrast(ink, paper); c < 4.5 {
		t.Errorf("text has a contrast of %.2f, want 4.5", c)
	}
}
