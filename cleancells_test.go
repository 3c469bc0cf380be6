package main

import (
	"encoding/json"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"

	"labbook.example/labbook/internal/stats"
)

// passing are the suspicions about when a server did its work. A machine that is busy with other
// tests raises them against a sound server, rightly or because a small load's last work comes late,
// so a story can only ask for their presence, or for their absence in the median of many trials.
var passing = []stats.Code{
	stats.WarmingUp, stats.SlowingDown, stats.Stalling, stats.Trend, stats.Deferred,
}

// isClean checks that all trials of a server are clean, and that nothing is held against it that
// another load of the machine could not have caused: "clean output thread".
func isClean(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: clean folder server")
	}
	var results struct {
		Cells []struct {
			Server     string
			State      stats.State
			Suspicions []stats.Code
			Planned    int `json:"planned_trials"`
			Clean      int `json:"clean_trials"`
		}
	}
	file := filepath.Join(args[0], "results.json")
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &results))

	found := false
	for _, cell := range results.Cells {
		if cell.Server != args[1] {
			continue
		}
		found = true
		against := slices.DeleteFunc(cell.Suspicions, func(code stats.Code) bool {
			return slices.Contains(passing, code)
		})
		if cell.State == stats.Invalid || cell.Clean < cell.Planned || len(against) > 0 {
			ts.Fatalf("%s is %s in %s: %d of %d trials are clean, and against it are %v",
				args[1], cell.State, file, cell.Clean, cell.Planned, against)
		}
	}
	if !found {
		ts.Fatalf("%s holds nothing about %s", file, args[1])
	}
}
