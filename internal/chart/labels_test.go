package chart

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestSpreadMovesAsLittleAsItCan(t *testing.T) {
	t.Parallel()
	test := func(low, high float64, at []float64, want ...float64) {
		t.Helper()
		places := slices.Clone(at)
		spread(places, low, high, 13)
		for i, y := range places {
			if math.Abs(y-want[i]) > 1e-9 {
				t.Errorf("spread(%v) puts label %d at %v, want %v", at, i, y, want[i])
			}
		}
	}
	test(0, 300, []float64{50, 100}, 50, 100)
	test(0, 300, []float64{100, 100}, 93.5, 106.5)
	test(0, 300, []float64{0, 0, 0}, 0, 13, 26)
	test(0, 300, []float64{100, 300, 300}, 100, 287, 300)
	test(0, 300, []float64{99, 100, 107, 200}, 89, 102, 115, 200)
	test(0, 20, []float64{1, 2, 3}, 0, 10, 20)
}

// TestNamesStayApartAndInside reads the places of names from pictures with many lines.
func TestNamesStayApartAndInside(t *testing.T) {
	t.Parallel()
	test := func(c Chart, want int) {
		t.Helper()
		var places []float64
		for _, e := range elements(t, c.Inline()) {
			x, _ := strconv.ParseFloat(attribute(e, "x"), 64)
			y, _ := strconv.ParseFloat(attribute(e, "y"), 64)
			isName := strings.Contains(attribute(e, "style"), "var(--ink") &&
				attribute(e, "transform") == "" || strings.HasPrefix(attribute(e, "class"), "n s")
			if e.Name.Local == "text" && x > pictureWidth/2 && isName {
				places = append(places, y)
			}
		}
		if len(places) != want {
			t.Errorf("%s has %d names, want %d", c.Name, len(places), want)
		}
		slices.Sort(places)
		for i, y := range places {
			if y < 8 || y > pictureHeight || i > 0 && y-places[i-1] < 8 {
				t.Errorf("%s: the name at %v is outside, or covers the one before", c.Name, y)
			}
		}
	}
	a := many(8, 6, 6).analysis()
	test(chartOf("throughput", a), 8)
	test(chartOf("latency-throughput", many(3, 6, 6).analysis()), 6)
}

func TestShorten(t *testing.T) {
	t.Parallel()
	test := func(name, want string) {
		t.Helper()
		got := shorten(name)
		if got != want {
			t.Errorf("shorten(%q) = %q, want %q", name, got, want)
		}
		if width := textWidth(got).Points(); width > maxLabel {
			t.Errorf("%q is %v points wide, more than %v", got, width, maxLabel)
		}
	}
	test("Server_thread_http, Tugas 9", "Server_thread_http, Tugas 9")
	test("", "")
	test("a_server_with_a_very_long_name_that_goes_on p99", "a_server_with_a_v…es_on p99")
	test(strings.Repeat("W", 80), "WWWWWWW…WWWWWWW")
}
