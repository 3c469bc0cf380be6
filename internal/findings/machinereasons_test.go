package findings

import (
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

func TestReasonOfSeveralMachines(t *testing.T) {
	indonesian := locale.For("id")
	test := func(w *locale.Printer, evidence stats.Evidence, want string) {
		t.Helper()
		testReason(t, w, evidence, want)
	}
	test(nil, stats.AtMachine{Machine: "clients 2", Evidence: stats.StolenCores(0.03)},
		"on clients 2: 3% of the cores' time")
	test(nil, stats.AtMachine{Machine: "clients", Evidence: stats.WrongClock{StepSeconds: 3600}},
		"on clients: the clock was set forward by 3600.000 s during the load")
	test(nil, stats.GeneratorCores(0.97), "all cores 97% busy")
	test(nil, stats.OnMachines("server, clients 2"), "on server, clients 2")
	test(nil, stats.OneMachine("server, clients 2"), "server, clients 2")
	test(nil, stats.OtherHosts{Names: "clients 1", After: 40}, "clients 1, after 40 trials")
	test(nil, stats.OtherHosts{Names: "clients 1", After: 1}, "clients 1, after 1 trial")
	test(nil, stats.UsableCores{Usable: 1.5, Online: 8}, "1.5 of 8 cores")
	test(nil, stats.Overlap(0.9), "all generators made load for 90% of the time (median)")
	test(nil, stats.StartSpread{MS: 10, LoadSeconds: 0.5},
		"the last one started 10.0 ms after the first, in loads of 0.50 s (medians)")
	test(nil, stats.InterfaceUse(0.92), "its interface used 92% of its speed (median)")
	test(nil, stats.InterfaceDrops(0.002), "its interface dropped 0.20% of the packets")
	test(nil, stats.SentAgain(0.0031), "0.31% of the TCP segments were sent again")
	test(nil, stats.RoundTrip{MS: 0.25, Trips: 2, MedianMS: 1.2345},
		"two round trips of the network, of 0.250 ms each, are part of the median response of "+
			"1.23 ms")
	test(nil, stats.RoundTrip{MS: 0.25, Trips: 1, MedianMS: 1.2345},
		"a round trip of the network takes 0.250 ms, the median response 1.23 ms")
	test(nil, stats.UnlikeTimes{Percentile: 99, MS: 3, OthersMS: 2},
		"its p99 is 3.00 ms, that of the others 2.00 ms (medians)")
	test(indonesian, stats.AtMachine{Machine: "clients 2", Evidence: stats.Overlap(0.9)},
		"di clients 2: semua pembangkit memberi beban bersamaan selama 90% waktu (median)")
}

// Where the network alone was the limit, notes say so.
func TestLimitNotesOfTheNetwork(t *testing.T) {
	test := func(c stats.Comparison, want string) {
		t.Helper()
		got := LimitNotes(locale.For("en"), []stats.Comparison{c})
		if len(got) != 1 || got[0] != want {
			t.Errorf("%+v: %q, want %q", c.Limited, got, want)
		}
	}
	test(stats.Comparison{Limited: stats.FasterSide},
		"*\u00a0The true difference may be larger: the load generator was the bottleneck.")
	test(stats.Comparison{Limited: stats.FasterSide, ByNetwork: true},
		"*\u00a0The true difference may be larger: the network was the bottleneck.")
	test(stats.Comparison{Limited: stats.BothSides, ByNetwork: true},
		"†\u00a0Proves nothing: the network was the bottleneck for the slower server.")
}
