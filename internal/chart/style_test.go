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
	for name, colours := range map[string]theme{"light": light, "dark": dark} {
		if len(colours.series) != 8 || len(markers) != 8 {
			t.Fatalf("%s: %d colours and %d markers, want 8 each", name, len(colours.series),
				len(markers))
		}
		for i, colour := range colours.series {
			if c := contrast(colour, colours.paper); c < 3 {
				t.Errorf("%s: series %d has a contrast of %.2f on the page, want 3", name, i+1, c)
			}
		}
		for _, text := range []string{colours.ink, colours.soft} {
			if c := contrast(text, colours.paper); c < 4.5 {
				t.Errorf("%s: the text %s has a contrast of %.2f, want 4.5", name, text, c)
			}
		}
	}
}
