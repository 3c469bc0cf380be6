//go:build linux

package main

import (
	"strings"
	"testing"
)

// One look errs as often as it promises, and more looks err more often. The same runs are made up
// on any number of cores.
func TestLooks(t *testing.T) {
	d := looksDesign{levels: 1, rounds: 6, spread: 0.14}
	some, again := d.tally(10), d.tally(10)
	for i, c := range some {
		if c != again[i] {
			t.Errorf("%s: %+v differs from %+v", rules[i].name, c, again[i])
		}
	}
	counts := d.tally(100)
	for i, c := range counts {
		if c.wrong[0] > 8 || c.wrong[additions] < c.wrong[0]+4 {
			t.Errorf("until %s: of 100 runs %v are wrong; want about 4 without an addition, and "+
				"many more with five", rules[i].name, c.wrong)
		}
		for n := 1; i == 1 && n <= additions; n++ {
			if c.wrong[n] < c.wrong[n-1] { // what once differed ends the run
				t.Errorf("until %s: %v falls", rules[i].name, c.wrong)
			}
		}
	}
	row := d.row(rules[0], counts[0], 100)
	const head = "| 1 | 14% | 6 | all is settled | "
	if !strings.HasPrefix(row, head) || strings.Count(row, "|") != 12 {
		t.Errorf("row %q", row)
	}
}
