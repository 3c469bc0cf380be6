package main

import (
	"encoding/json"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// passing are the suspicions about when a server did its work. A machine that is busy with other
// tests raises them against a sound server, rightly or because a small load's last work comes late,
// so a story can only ask for their presence, or for their absence in the median of many trials.
var passing = []stats.Code{
	stats.WarmingUp, stats.SlowingDown, stats.Stalling, stats.Trend, stats.Deferred,
}

// cellResult is what results.json holds of a cell.
type cellResult struct {
	Server     string
	Level      plan.Level
	State      stats.State
	Suspicions []stats.Code
	Planned    int `json:"planned_trials"`
	Clean      int `json:"clean_trials"`
}

// cellsOf returns the cells of a server in a folder's results.json, one at least.
func cellsOf(ts *testscript.TestScript, folder, server string) []cellResult {
	var results struct{ Cells []cellResult }
	file := filepath.Join(folder, "results.json")
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &results))
	cells := slices.DeleteFunc(results.Cells, func(c cellResult) bool { return c.Server != server })
	if len(cells) == 0 {
		ts.Fatalf("%s holds nothing about %s", file, server)
	}
	return cells
}

// isClean checks that all trials of a server are clean, and that nothing is held against it that
// another load of the machine could not have caused: "clean output thread".
func isClean(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: clean folder server")
	}
	for _, cell := range cellsOf(ts, args[0], args[1]) {
		against := slices.DeleteFunc(cell.Suspicions, func(code stats.Code) bool {
			return slices.Contains(passing, code)
		})
		if cell.State == stats.Invalid || cell.Clean < cell.Planned || len(against) > 0 {
			ts.Fatalf("%s is %s in %s: %d of %d trials are clean, and against it are %v",
				args[1], cell.State, args[0], cell.Clean, cell.Planned, against)
		}
	}
}

// isRestless checks that a server is suspect of being busy after its loads: "restless output
// thread". On a machine whose other programs left it no turn in some interval after most loads, it
// is enough that its work in the others was seen.
func isRestless(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: restless folder server")
	}
	rec, err := record.Read(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, cell := range cellsOf(ts, args[0], args[1]) {
		if slices.Contains(cell.Suspicions, stats.BusyAfterLoad) {
			continue
		}
		trials := rec.ForCell(plan.Cell{Server: cell.Server, Level: cell.Level})
		always, seconds := 0, 0.0
		for _, trial := range trials {
			idle := trial.Usage.Idle()
			if !slices.ContainsFunc(idle, func(i record.Interval) bool { return !i.Busy() }) {
				always++
			}
			for _, i := range idle {
				seconds += i.CPUSeconds
			}
		}
		const least = 0.001 // seconds for each trial; a server that rests uses less
		if 2*always > len(trials) || seconds < least*float64(len(trials)) {
			ts.Fatalf("against %s are %v; it always worked after %d of %d loads, for %v s in all",
				args[1], cell.Suspicions, always, len(trials), seconds)
		}
	}
}
