package compare

import (
	"math"
	"testing"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// head is a spec of two servers: a model of labbook, and one of the user.
const head = `
[load]
requests = 1000
concurrency = [1, 10]

[design]
rounds = 10
`

const twoServers = `
[[server]]
name = "async"
model = "async"
address = "127.0.0.1:45000"

[[server]]
name = "mine"
command = ["mine", "--port", "46000"]
address = "127.0.0.1:46000"
`

// rates returns how fast a trial was.
type rates func(plan.Trial) float64

// scatter is a rate that differs from round to round and from server to server, always in the same
// way.
func scatter(t plan.Trial) float64 {
	n := float64(t.Round*7+t.Level.Value*3+len(t.Server)) * 0.61803398875
	return 1000 * (1 + 0.04*(n-math.Floor(n)-0.5))
}

// times returns the rates with those of a server multiplied; of all servers if it is "".
func (r rates) times(server string, factor float64) rates {
	return func(t plan.Trial) float64 {
		if server == "" || t.Server == server {
			return factor * r(t)
		}
		return r(t)
	}
}

// side returns a record of a spec, by one and the same labbook.
func side(t *testing.T, text string, rate rates) Side {
	t.Helper()
	e, err := spec.Parse("experiment.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	header := record.NewHeader(e)
	header.Program = &record.Program{SHA256: "0123"}
	header.Generator.Name = record.InstalledAB
	rec := record.New(header, e)
	for _, trial := range plan.New(e) {
		rec.Add(result(e, trial, rate(trial)))
	}
	return Side{Name: "output", Record: rec}
}

// result is a clean trial.
func result(e *spec.Experiment, trial plan.Trial, rate float64) record.Result {
	return record.Result{
		Trial:   trial,
		Outcome: record.Ended,
		Answer:  &record.Answer{Status: 200},
		Load: &record.Call{Measurement: &abtext.Measurement{
			Complete:          e.Load.Requests,
			RequestsPerSecond: rate,
			TimeTakenSeconds:  float64(e.Load.Requests) / rate,
		}},
	}
}

func compared(t *testing.T, older, newer Side, yardstick string) *Comparison {
	t.Helper()
	c, err := Records(older, newer, yardstick)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A machine that is faster by half moves all numbers and changes no server.
func TestTheMachineIsNoServer(t *testing.T) {
	r := rates(scatter)
	c := compared(t, side(t, head+twoServers, r), side(t, head+twoServers, r.times("", 1.5)), "")
	if c.Yardstick != "async" || c.NoYardstick != NoReason || c.Assumed != NoReason {
		t.Fatalf("yardstick %q, %q, %q", c.Yardstick, c.NoYardstick, c.Assumed)
	}
	if s := c.Shift; s == nil || math.Abs(s.Ratio-1.5) > 0.02 || s.Cells != 4 ||
		math.Abs(s.Yardstick-1.5) > 0.02 {
		t.Errorf("the machine moved by %+v, want 1.5 of four cells", c.Shift)
	}
	for _, cell := range c.Cells {
		if !cell.HasMoved(c.Confidence) || cell.OldRounds != 10 || cell.NewRounds != 10 {
			t.Errorf("%v has not moved: %+v", cell.Cell, cell.Moved)
		}
		if cell.Server == "async" {
			if cell.Relative != nil || cell.NoRelative != NoReason {
				t.Errorf("the yardstick is judged: %+v", cell)
			}
			continue
		}
		if r := cell.Relative; r == nil || r.Verdict != stats.Equivalent {
			t.Errorf("%v: %+v, want equivalent", cell.Cell, r)
		}
	}
}

// A server that became slower is called so, whatever the machine did.
func TestAServerChanges(t *testing.T) {
	r := rates(scatter)
	newer := side(t, head+twoServers, r.times("", 1.25).times("mine", 0.8))
	c := compared(t, side(t, head+twoServers, r), newer, "")
	for _, cell := range c.Cells[2:] {
		r := cell.Relative
		if r == nil || r.Verdict != stats.Slower || math.Abs(r.Ratio-0.8) > 0.02 {
			t.Errorf("%v: %+v, want slower by 0.8", cell.Cell, r)
		}
		if cell.HasMoved(c.Confidence) {
			t.Errorf("%v moved by %v, want 1.25 × 0.8", cell.Cell, cell.Moved.Ratio)
		}
	}
}
