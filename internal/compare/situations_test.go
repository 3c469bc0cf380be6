package compare

import (
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/stats"
)

// A record has not changed since itself, whatever happened in it. Each is also compared with the
// next one, which has other servers, levels or loads: all cells are accounted for.
func TestSituations(t *testing.T) {
	var before Side
	for _, s := range append(labtest.Situations(), labtest.Expected()...) {
		now := Side{Name: s.Name, Record: s.Record(t)}
		c := compared(t, now, now, "")
		for _, cell := range c.Cells {
			if r := cell.Moved; r.Old > 0 && (r.Ratio != 1 || cell.HasMoved(c.Confidence)) {
				t.Errorf("%s: %v has moved by %v", s.Name, cell.Cell, r.Ratio)
			}
			r := cell.Relative
			if r == nil {
				continue
			}
			if r.Ratio != 1 || r.Verdict == stats.Faster || r.Verdict == stats.Slower {
				t.Errorf("%s: %v is %s, %v", s.Name, cell.Cell, r.Verdict, r.Ratio)
			}
		}
		for _, check := range c.Checks() {
			if check.Outcome == "" || check.Outcome == stats.CheckFailed {
				t.Errorf("%s: %v %q", s.Name, check.Cell, check.Outcome)
			}
		}
		checkCells(t, c)

		if before.Record != nil {
			other := compared(t, before, now, "")
			checkCells(t, other)
			other.Checks()
		}
		before = now
	}
}

// checkCells reports cells that are lost, or that are in two places.
func checkCells(t *testing.T, c *Comparison) {
	t.Helper()
	both := len(c.Cells) + len(c.NotComparable) + len(c.Invalid)
	if n := len(cellsOf(c.New.Record)); both+len(c.OnlyNew) != n {
		t.Errorf("%s to %s: %d of both and %d new ones, want %d", c.Old.Name, c.New.Name, both,
			len(c.OnlyNew), n)
	}
	if n := len(cellsOf(c.Old.Record)); both+len(c.OnlyOld) != n {
		t.Errorf("%s to %s: %d of both and %d old ones, want %d", c.Old.Name, c.New.Name, both,
			len(c.OnlyOld), n)
	}
}
