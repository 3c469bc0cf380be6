package report

import (
	"slices"
	"strings"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

func TestOpenLoopIsSaid(t *testing.T) {
	rec := labtest.Worlds()["open"].Record(t)
	files := render(t, rec)
	for _, name := range []string{"report.html", "report.md"} {
		for _, never := range []string{"closed", "Time per request", "Concurrency level", "c = ", "c=4000"} {
			if strings.Contains(files[name], never) {
				t.Errorf("%s says %q of an open loop", name, never)
			}
		}
		for _, want := range []string{"open loop, at most 200 connections at a time", "Unsent request", "Kept up",
			"12 arrivals could not be sent"} {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
	for _, name := range []string{"captures/async_rate_1000.svg", "captures/thread_rate_4000.svg",
		"charts/latency-throughput.svg"} {
		if files[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	if !strings.Contains(files["bench.txt"], "BenchmarkServer_async_http/r=1000 ") {
		t.Errorf("bench.txt does not name the rate:\n%s", files["bench.txt"])
	}
	for name, file := range render(t, labtest.Worlds()["seed"].Record(t)) {
		if strings.Contains(file, "open loop") {
			t.Errorf("%s of a closed loop speaks of an open one", name)
		}
	}
}

func TestTablesOfAnOpenLoop(t *testing.T) {
	rec := labtest.Worlds()["open"].Record(t)
	a := stats.Analyse(rec)
	server, _ := rec.Experiment.Server("Server_thread_http")
	table := seedTable(nil, a, server)
	for _, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Errorf("row %q has %d cells, want %d", row, len(row), len(table.Columns))
		}
	}
	if row := table.Rows[2]; row[1] != "4000" || row[9] != "99.299" ||
		!slices.Contains(row, "1000") {
		t.Errorf("the row of the highest rate is %q", row)
	}
	if want := "Arrivals that could not be sent, over all trials: 96 at r=4000."; table.Note != want {
		t.Errorf("the note is %q, want %q", table.Note, want)
	}
	failed := failedTrials(nil, rec)
	if len(failed.Rows) != mostAlike ||
		!strings.HasSuffix(failed.Rows[0][4], "; 12 arrivals could not be sent") {
		t.Errorf("the trials that are not clean: %q", failed.Rows)
	}
}

// TestKeptUpOfInvalidServers holds that results.json is silent about how a server kept up that
// answered wrongly.
func TestKeptUpOfInvalidServers(t *testing.T) {
	w := labtest.Worlds()["open"]
	arrived := w.Trial
	w.Trial = func(trial plan.Trial) record.Result {
		r := arrived(trial)
		r.Load.Measurement.Non2xx = r.Load.Measurement.Complete
		return r
	}
	if text := render(t, w.Record(t))["results.json"]; strings.Contains(text, "kept_up") {
		t.Error("results.json says how servers kept up that answered wrongly")
	}
}
