package findings

import (
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// The mode of each server's connections is stated where keep-alive is asked of one of them.
func TestConnections(t *testing.T) {
	test := func(name string, first, second bool, kept int, want string) {
		t.Helper()
		w := labtest.Worlds()["control"]
		w.Trial = func(trial plan.Trial) record.Result {
			r := labtest.Good(trial)
			m := r.Load.Measurement
			m.KeepAlive = first && trial.Server == "Server_async_http"
			if m.KeepAlive {
				m.KeepAliveCount = kept
			}
			return r
		}
		rec := w.Record(t)
		rec.Experiment.Servers[0].Request.KeepAlive = first
		rec.Experiment.Servers[1].Request.KeepAlive = second
		if got := Connections(nil, rec, stats.Analyse(rec)); got != want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	}
	test("asked of none", false, false, 0, "")
	test("asked of one", true, false, 999, "Connections: Server_async_http: keep-alive, kept "+
		"open after 19,980 of 20,000 answers; Server_thread_http: a new one per request.")
	test("asked of both, known of one", true, true, 0, "Connections: Server_async_http: "+
		"keep-alive, kept open after 0 of 20,000 answers; Server_thread_http: keep-alive.")
}
