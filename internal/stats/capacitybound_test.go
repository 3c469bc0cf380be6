package stats

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/record"
)

// capacityApart returns a record of two servers on one machine whose capacity two others looked
// for. Each request of B has so many bytes.
func capacityApart(bytes int, do func(*record.Result)) *record.Record {
	limits := map[string]float64{"A": 1630, "B": 1630}
	r := capacityRecord(10, keepingUpTo(limits), ladder...)
	r.Machines = []record.Machine{
		machineNamed("server", 0, "0"),
		machineNamed("clients", 1, "1"),
		machineNamed("clients", 2, "2"),
	}
	r.Experiment.Load.From = []string{"clients"}
	for i := range r.Experiment.Servers {
		r.Experiment.Servers[i].On = "server"
	}
	for i := range r.Results {
		one := &r.Results[i]
		soundParts(one)
		if one.Server == "B" {
			sent := int64(bytes * one.Level.Value)
			one.Network.SentBytes, one.Network.SentPackets = &sent, new(int64(0))
			do(one)
		}
	}
	return r
}

// A capacity is limited by what its server was at the first rate that it did not keep to: by a full
// interface, of 112 MB per second at the rate that it kept to, and 115.4 MB at the next.
func TestCapacityBoundByNetwork(t *testing.T) {
	t.Parallel()
	const full, half = 70_000, 35_000
	lost := func(r *record.Result) { r.Generators[0].Network.Dropped = new(int64(60)) }
	busy := func(r *record.Result) {
		r.Generators[0].Process = &record.Account{UserSeconds: 1.9, WallSeconds: 2}
	}
	sound := func(*record.Result) {}
	test := func(name string, bytes int, do func(*record.Result), limit Code, codes ...Code) {
		t.Helper()
		a := Judge(capacityApart(bytes, do))
		if got := codesAt(a); !slices.Equal(got, codes) {
			t.Errorf("%s: %v, want %v", name, got, codes)
		}
		cell, c := a.CellsOf("B")[0], a.Comparisons[0]
		if got := cell.LimitedBy(Throughput); got != limit {
			t.Errorf("%s: limited by %q, want %q", name, got, limit)
		}
		if limited := c.Limited != NoSide; limited != (limit != "") ||
			c.ByNetwork != (limit == NetworkBound) {
			t.Errorf("%s: %q side limited, by the network: %v", name, c.Limited, c.ByNetwork)
		}
	}
	test("half the speed", half, sound, "")
	test("all of it", full, sound, NetworkBound, NetworkBound)
	test("lost packets are no limit", half, lost, "", NetworkBound)
	test("all of it, and lost packets", full, lost, NetworkBound, NetworkBound)
	test("a busy generator", half, busy, GeneratorBound, GeneratorBound)
	test("both", full, busy, GeneratorBound, GeneratorBound, NetworkBound)

	evidence := evidenceOf(Judge(capacityApart(full, lost)), NetworkBound)
	if at, ok := evidence.(AtMachine); !ok || at.Evidence != InterfaceUse(0.92288) {
		t.Errorf("the evidence is %+v, want 92%% of the server's interface", evidence)
	}
}
