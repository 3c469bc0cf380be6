package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/stats"
)

func TestGrowingReason(t *testing.T) {
	test := func(want string, all ...stats.Evidence) {
		t.Helper()
		got := strings.ReplaceAll(together(nil, all), "\u00a0", " ")
		if got != want {
			t.Errorf("%+v: %q, want %q", all, got, want)
		}
	}
	never := stats.GrownInLife{
		Descriptors: stats.Grown{From: 11, To: 708, PerRequest: 0.0332},
		Memory:      stats.Grown{From: 70.4e6, To: 1232e6, PerRequest: 50_123},
		Trials:      20,
		Lives:       1,
	}
	test("from 11 to 708 descriptors (1 per 30 requests) and from 70.4 MB to 1,232 MB of "+
		"memory (50 kB per request) over 20 trials without a restart", never, never)
	test("from 7 to 2,107 threads (2.1 per request) over 5 trials without a restart (median of "+
		"10 such sequences)", stats.GrownInLife{
		Threads: stats.Grown{From: 7, To: 2107, PerRequest: 2.1},
		Trials:  5,
		Lives:   10,
	})
	test("50.1 MB more memory after the load than before (median), 50 kB per "+
		"request", stats.GrownInLoad{Bytes: 50.12e6, PerRequest: 50120})
	test("50.1–60.0 MB more memory after the load than before (median), 50–60 kB per "+
		"request", stats.GrownInLoad{Bytes: 50.12e6, PerRequest: 50120},
		stats.GrownInLoad{Bytes: 60e6, PerRequest: 60e3})
}
