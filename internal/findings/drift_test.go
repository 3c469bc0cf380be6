package findings

import (
	"testing"

	"labbook.example/labbook/internal/stats"
)

func TestDriftReason(t *testing.T) {
	test := func(evidence stats.Drift, want string) {
		t.Helper()
		if got := Reason(nil, evidence); got != want {
			t.Errorf("Reason(%+v) = %q, want %q", evidence, got, want)
		}
	}
	test(stats.Drift{Change: 0.12, Beside: stats.BesideOthers},
		"throughput +12% from the first round to the last, compared with the other servers")
	test(stats.Drift{Change: -0.2, Beside: stats.BesideOthers, ResponseTime: true},
		"median latency +25% from the first round to the last, compared with the other servers")
	test(stats.Drift{Change: -0.2, Beside: stats.BesideChanging},
		"throughput −20% from the first round to the last, compared with the other server; "+
			"both changed, in opposite ways, so either may be the cause")
	test(stats.Drift{Change: -0.2, Beside: stats.BesideNone},
		"throughput −20% from the first round to the last; no other server was measured, so "+
			"the machine may be the cause")
	test(stats.Drift{Change: -0.2, Beside: stats.BesideYounger},
		"throughput −20% from the first to the last trial after a start")
	test(stats.Drift{Change: -0.2, Beside: stats.SharedByAll},
		"throughput −20% from the first round to the last (fitted line)")
}
