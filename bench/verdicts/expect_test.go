//go:build linux

package main

import (
	"strings"
	"testing"
)

// The same runs are made up on any number of cores. Where every truth is at its limit hardly a run
// has a failed check, and where it is far beyond nearly every check failed.
func TestExpectedAtTheirLimits(t *testing.T) {
	quiet := noises()[0]
	row := tallyExpected(quiet, 0, 10, 3).row("quiet", 10)
	again := tallyExpected(quiet, 0, 10, 3).row("quiet", 10)
	if row != again || strings.Count(row, "|") != 9 {
		t.Errorf("%s differs from %s", row, again)
	}

	const runs = 20
	c := tallyExpected(quiet, 0, 10, runs)
	if c.runs != runs || c.all != runs*15 || c.checks != [2]int{runs * 5, runs * 5} {
		t.Errorf("%+v, want 15 checks in each of %d runs", c, runs)
	}
	if c.any > 4 || c.any < max(c.anyOf[0], c.anyOf[1]) || c.met > c.all*4/100 {
		t.Errorf("%+v, want at most one run in twenty with a failed check, apart from chance", c)
	}
	far := c.failed[len(beyond)-1]
	if far[0] < runs*5*9/10 || far[1] < runs*5*9/10 || c.failed[0][0] > far[0]/2 {
		t.Errorf("%+v, want nearly all checks to fail that are 20 %% beyond", c)
	}
}

// A made-up failure in every check of a run counts once for the run.
func TestExpectedCounts(t *testing.T) {
	shifted := noise{name: "shifted", other: normal(0.001), base: normal(0.001)}
	c := tallyExpected(shifted, 0.5, 10, 3) // the ratio is expected to be 1.65, and is 1
	if c.any != 3 || c.anyOf != [2]int{0, 3} {
		t.Errorf("%+v, want all runs to have failed ratios only", c)
	}
}
