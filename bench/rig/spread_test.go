//go:build linux

package rig

import "testing"

func TestSummarize(t *testing.T) {
	test := func(want Spread, values ...float64) {
		t.Helper()
		if found := Summarize(values); found != want {
			t.Errorf("Summarize(%v) = %v, want %v", values, found, want)
		}
	}
	test(Spread{3, 3, 3}, 3)
	test(Spread{2, 1, 3}, 3, 1)
	test(Spread{2, 1, 9}, 9, 1, 2)
	test(Spread{2.5, 1, 9}, 9, 2, 1, 3)
}

func TestCell(t *testing.T) {
	test := func(c Cell, want string) {
		t.Helper()
		if found := c.String(); found != want {
			t.Errorf("cell = %q, want %q", found, want)
		}
	}
	test(Cell{}, "–")
	test(Cell{Spread{0.5, 0.5, 0.5}, 1, 0}, "0.50")
	test(Cell{Spread{0.5, 0.25, 1}, 5, 0}, "0.50 (0.25–1.00)")
	test(Cell{Spread{0.5, 0.25, 1}, 4, 1}, "INVALID 1×")
	c := Cell{Spread{1500.4, 1000.6, 2000}, 5, 0}
	if found, want := c.Format(0), "1500 (1001–2000)"; found != want {
		t.Errorf("Format = %q, want %q", found, want)
	}
}
