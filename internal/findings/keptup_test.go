package findings

import (
	"strings"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// TestAnswerOfAnOpenLoop holds that the answer begins with how the servers kept up.
func TestAnswerOfAnOpenLoop(t *testing.T) {
	answer := Answer(nil, stats.Analyse(labtest.Worlds()["open"].Record(t)))
	const kept = "Server_async_http kept up with every arrival rate, " +
		"up to 4,000 requests per second; " +
		"Server_thread_http kept up with arrival rates up to 1,000 requests per second."
	if !strings.HasPrefix(answer, kept) || !strings.Contains(answer, "At r = 1000, where both") {
		t.Errorf("the answer is\n%s\nwant at its beginning\n%s", answer, kept)
	}
}

// TestLatencyAtTheArrivalRate holds that the answer is about response times at the rates at which
// the throughputs are those of the spec.
func TestLatencyAtTheArrivalRate(t *testing.T) {
	w := labtest.Worlds()["open"]
	arrived := w.Trial
	w.Trial = func(trial plan.Trial) record.Result {
		r := arrived(trial)
		m := r.Load.Measurement
		m.RequestsPerSecond = float64(trial.Level.Value)
		m.Failed, m.Non2xx, m.Unsent, m.Complete = 0, 0, 0, 1000
		r.PercentilesMS = make([]float64, 101)
		for i := range r.PercentilesMS {
			r.PercentilesMS[i] = 1
			if trial.Server == "Server_thread_http" {
				r.PercentilesMS[i] = 20
			}
		}
		return r
	}
	answer := Answer(nil, stats.Analyse(w.Record(t)))
	const want = "At r = 1000, 2000 and 4000, where both throughputs are the arrival rate, the " +
		"median response time (p50) of Server_thread_http is 20.00 times that of " +
		"Server_async_http (95% confidence intervals within 20.00), and the 99th " +
		"percentile (p99) 20.00 times (within 20.00)."
	if !strings.Contains(answer, want) || strings.Contains(answer, "equivalent") {
		t.Errorf("the answer is\n%s\nwant in it\n%s", answer, want)
	}
}

func TestKeptUpAtOneRate(t *testing.T) {
	w := labtest.Worlds()["open"]
	w.Head = strings.Replace(labtest.OpenHead, "[1000, 2000, 4000]", "[2000]", 1)
	w.Servers = w.Servers[:1]
	test := func(want string) {
		t.Helper()
		if got := keptUp(nil, stats.Analyse(w.Record(t))); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	test("Server_async_http kept up with the arrival of 2,000 requests a second.")

	arrived := w.Trial
	w.Trial = func(trial plan.Trial) record.Result {
		r := arrived(trial)
		r.Load.Measurement.RequestsPerSecond /= 2
		return r
	}
	test("Server_async_http kept up with no arrival rate.")
}

// TestKeptUpOfInvalidServers holds that a server that answered wrongly is not said to have kept up.
func TestKeptUpOfInvalidServers(t *testing.T) {
	w := labtest.Worlds()["open"]
	arrived := w.Trial
	wrong := ""
	w.Trial = func(trial plan.Trial) record.Result {
		r := arrived(trial)
		if trial.Server != "Server_async_http" || wrong == "both" {
			r.Load.Measurement.Non2xx = r.Load.Measurement.Complete
		}
		return r
	}
	a := stats.Analyse(w.Record(t))
	if got := keptUp(nil, a); strings.Contains(got, "Server_thread_http") || got == "" {
		t.Errorf("with one server that answered wrongly: %q", got)
	}
	wrong = "both"
	if got := Answer(nil, stats.Analyse(w.Record(t))); got != "No answer: every cell is invalid." {
		t.Errorf("with two servers that answered wrongly: %q", got)
	}
}
