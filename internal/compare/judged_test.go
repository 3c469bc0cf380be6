package compare

import (
	"math"
	"strings"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// bound makes the trials of a server those of a generator that had no time left.
func bound(s Side, server string) Side {
	for i := range s.Record.Results {
		r := &s.Record.Results[i]
		if r.Server != server {
			continue
		}
		seconds := r.Load.Measurement.TimeTakenSeconds
		r.Load.Process = &record.Account{WallSeconds: seconds, UserSeconds: 0.99 * seconds}
	}
	return s
}

// A server that was as fast as the generator may in truth be faster: then only one side can be
// proved, or none.
func TestGeneratorBoundChanges(t *testing.T) {
	r := rates(scatter)
	text := head + twoServers
	slow := func() Side { return side(t, text, r) }
	fast := func() Side { return side(t, text, r.times("mine", 1.3)) }
	for _, x := range []struct {
		name         string
		older, newer Side
		want         stats.Verdict
		limited      stats.Limited
	}{
		{"faster, and now bound", slow(), bound(fast(), "mine"), stats.Faster, stats.FasterSide},
		{"faster, and bound before", bound(slow(), "mine"), fast(), stats.Inconclusive,
			stats.SlowerSide},
		{"slower, and now bound", fast(), bound(slow(), "mine"), stats.Inconclusive,
			stats.SlowerSide},
		{"slower, and bound before", bound(fast(), "mine"), slow(), stats.Slower,
			stats.FasterSide},
		{"faster than a yardstick that was bound", bound(slow(), "async"), fast(), stats.Faster,
			stats.FasterSide},
		{"faster than a yardstick that is bound", slow(), bound(fast(), "async"),
			stats.Inconclusive, stats.SlowerSide},
		{"bound twice", bound(slow(), "mine"), bound(slow(), "mine"), stats.Inconclusive,
			stats.BothSides},
		{"faster than a yardstick that is always bound", bound(slow(), "async"),
			bound(fast(), "async"), stats.Faster, stats.NoSide},
		{"slower than a yardstick that is always bound", bound(fast(), "async"),
			bound(slow(), "async"), stats.Slower, stats.NoSide},
		{"like a yardstick that is always bound", bound(slow(), "async"),
			bound(slow(), "async"), stats.Equivalent, stats.NoSide},
	} {
		for _, cell := range compared(t, x.older, x.newer, "").Cells[2:] {
			if got := cell.Relative; got.Verdict != x.want || got.Limited != x.limited {
				t.Errorf("%s: %v %q, limited %q; want %q, %q", x.name, cell.Cell, got.Verdict,
					got.Limited, x.want, x.limited)
			}
		}
	}
}

// Several runs of a record are its values. One run of the other is one of them.
func TestSeveralRuns(t *testing.T) {
	r := rates(scatter)
	several := strings.Replace(head+twoServers, "rounds = 10", "rounds = 4\nruns = 5", 1)
	test := func(older, newer Side, n, m int, want stats.Verdict) {
		t.Helper()
		for _, cell := range compared(t, older, newer, "").Cells[2:] {
			got := cell.Relative
			if !got.ByRun || got.Old != n || got.New != m || got.Verdict != want {
				t.Errorf("%v: %+v, want %s of %d and %d runs", cell.Cell, got, want, n, m)
			}
			if cell.NewRounds != 20 {
				t.Errorf("%v has %d rounds", cell.Cell, cell.NewRounds)
			}
		}
	}
	newer := side(t, several, r.times("mine", 1.5))
	test(side(t, several, r), newer, 5, 5, stats.Faster)
	test(side(t, head+twoServers, r), newer, 1, 5, stats.Faster)
	test(side(t, several, r), side(t, several, r), 5, 5, stats.Equivalent)
}

// Imported trials have no rounds, so nothing is relative to anything, and their numbers have moved.
func TestImportedRecords(t *testing.T) {
	text := head + twoServers
	older, newer := side(t, text, scatter), side(t, text, rates(scatter).times("", 2))
	for i := range newer.Record.Results {
		r := &newer.Record.Results[i]
		r.Imported = &record.ImportedText{Measurement: r.Load.Measurement}
		r.Load = nil
	}
	newer.Record.Imported = &record.Import{}
	c := compared(t, older, newer, "async")
	if c.Yardstick != "" || c.NoYardstick != NoRounds {
		t.Errorf("yardstick %q, %q", c.Yardstick, c.NoYardstick)
	}
	for _, cell := range c.Cells {
		if cell.Relative != nil || math.Abs(cell.Moved.Ratio-2) > 0.05 {
			t.Errorf("%+v", cell)
		}
	}
}

// In an open loop the number is the median response time, and a longer one is slower.
func TestOpenLoops(t *testing.T) {
	text := strings.Replace(head+twoServers, "concurrency = [1, 10]",
		"rate = [100, 200]\nconnections = 100\ngenerator = \"embedded\"", 1)
	timed := func(server string, factor float64) Side {
		s := side(t, text, func(trial plan.Trial) float64 { return float64(trial.Level.Value) })
		s.Record.Generator.Name = record.EmbeddedAB
		for i := range s.Record.Results {
			r := &s.Record.Results[i]
			ms := scatter(r.Trial) / 1000
			if r.Server == server {
				ms *= factor
			}
			for percent := range 101 {
				r.PercentilesMS = append(r.PercentilesMS, ms*(1+float64(percent)/100))
			}
		}
		return s
	}
	c := compared(t, timed("mine", 1), timed("mine", 1.5), "")
	if c.Metric != stats.P50 || len(c.Cells) != 4 {
		t.Fatalf("%s of %d cells", c.Metric.Key, len(c.Cells))
	}
	for _, cell := range c.Cells[2:] {
		r := cell.Relative
		if r.Verdict != stats.Slower || math.Abs(r.Ratio-1.5) > 0.05 || !cell.HasMoved(0.95) {
			t.Errorf("%v: %+v, want slower by 1.5", cell.Cell, r)
		}
	}
	closed := compared(t, side(t, head+twoServers, scatter), timed("", 1), "")
	if len(closed.Cells) != 0 || len(closed.OnlyOld) != 4 || len(closed.OnlyNew) != 4 {
		t.Errorf("a closed loop and an open one: %+v", closed.Cells)
	}
}

// The same of both sides of goodput: only good answers count, and the limit is part of what is
// asked.
func TestGoodput(t *testing.T) {
	text := strings.Replace(head+twoServers, "requests = 1000",
		"requests = 1000\nallowed_failures = 0.1\ngenerator = \"embedded\"", 1)
	shedding := func(good int64) Side {
		s := side(t, text, scatter)
		s.Record.Generator.Name = record.EmbeddedAB
		for i := range s.Record.Results {
			if r := &s.Record.Results[i]; r.Server == "mine" {
				bad := 1000 - good
				r.Load.Measurement.Non2xx = int(bad)
				r.Load.Detail = &record.Detail{Complete: 1000, Good: good, Unexpected: &bad}
			}
		}
		return s
	}
	c := compared(t, shedding(1000), shedding(920), "")
	for _, cell := range c.Cells[2:] {
		if r := cell.Relative; math.Abs(r.Ratio-0.92) > 0.01 {
			t.Errorf("%v: %+v, want 0.92", cell.Cell, r)
		}
	}
}
