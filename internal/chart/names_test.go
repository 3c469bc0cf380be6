package chart

import (
	"math"
	"slices"
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

func TestFittedNames(t *testing.T) {
	t.Parallel()
	test := func(name, want string) {
		t.Helper()
		got := fitted(nameText, name, 150)
		if got != want {
			t.Errorf("fitted(%q) = %q, want %q", name, got, want)
		}
		if width := widthOf(nameText, got); width > 150 {
			t.Errorf("%q is %v pixels wide, more than 150", got, width)
		}
	}
	test("Server_thread_http", "Server_thread_http")
	test("", "")
	test("a_server_with_a_very_long_name_that_goes_on p99", "a_server_w…es_on p99")
	test(strings.Repeat("W", 80), "WWWWWW…WWWWW")
}
