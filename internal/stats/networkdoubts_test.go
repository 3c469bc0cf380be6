package stats

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
)

func TestNetworkDoubts(t *testing.T) {
	sound := func(name string, do func(*record.Result)) {
		t.Helper()
		soundApart(t, name, do)
	}
	test := func(name string, do func(*record.Result), code Code, want Evidence) {
		t.Helper()
		doubtedApart(t, name, do, code, want)
	}
	full := func(bytes int64) func(*record.Result) {
		return func(r *record.Result) {
			r.Network.SentBytes, r.Network.SentPackets = &bytes, new(int64(0))
		}
	}
	test("a full interface", full(115_000_000), NetworkBound,
		AtMachine{"server", InterfaceUse(0.92)})
	sound("an interface at 88%", full(110_000_000))
	sound("an interface without a speed", func(r *record.Result) {
		full(1e9)(r)
		r.Network.BitsPerSecond = nil
	})
	test("packets that are dropped", func(r *record.Result) {
		r.Generators[0].Network.Dropped = new(int64(60))
	}, NetworkBound, AtMachine{"clients 1", InterfaceDrops(0.002)})
	test("segments that are sent again", func(r *record.Result) {
		r.Generators[0].Network.RetransmittedSegments = new(int64(60))
	}, NetworkBound, AtMachine{"clients 1", SentAgain(0.003)})
	sound("a network that is not known", func(r *record.Result) {
		r.Network, r.Generators[0].Network = nil, nil
	})

	// A SYN that found a full queue is sent again, and that is a doubt of its own.
	r := change(apart(), 10, func(r *record.Result) {
		r.Queue = &record.AcceptQueue{Dropped: 60, Backlog: 5}
		r.Generators[0].Network.RetransmittedSegments = new(int64(60))
	})
	if got := codesAt(Analyse(r)); !slices.Equal(got, []Code{Backlog}) {
		t.Errorf("a full queue: %v, want it alone", got)
	}
}

// A full interface decides what a ratio can prove, as a busy generator does: both sides may be
// faster than measured, or one. Lost packets do not.
func TestNetworkLimitsVerdicts(t *testing.T) {
	full := func(r *record.Result) {
		r.Network.SentBytes, r.Network.SentPackets = new(int64(115_000_000)), new(int64(0))
	}
	lost := func(r *record.Result) { r.Generators[0].Network.Dropped = new(int64(60)) }
	busy := func(r *record.Result) {
		full(r)
		p := &r.Generators[0]
		p.Process = &record.Account{UserSeconds: 0.95, WallSeconds: 1}
	}
	test := func(name string, do func(*record.Result), both bool, want Limited, network bool) {
		t.Helper()
		r := change(apart(), 10, do)
		if both {
			for i := range r.Results {
				do(&r.Results[i])
			}
		}
		compared := Analyse(r).Comparisons
		if len(compared) != 1 {
			t.Fatalf("%s: %d comparisons, want that of B", name, len(compared))
		}
		for _, c := range compared {
			if c.Limited != want || c.ByNetwork != network {
				t.Errorf("%s: ratio %v, limited %q, by the network: %v; want %q, %v",
					name, c.Ratio, c.Limited, c.ByNetwork, want, network)
			}
			if want == BothSides && c.Verdict != Inconclusive {
				t.Errorf("%s: the verdict is %v", name, c.Verdict)
			}
		}
	}
	test("sound", func(*record.Result) {}, true, NoSide, false)
	test("lost packets", lost, true, NoSide, false)
	test("full for both", full, true, BothSides, true)
	test("full, and the generator busy", busy, true, BothSides, false)
	one := SlowerSide
	for _, c := range Analyse(apart()).Comparisons {
		if c.Ratio > 1 {
			one = FasterSide
		}
	}
	test("full for one", full, false, one, true)
}

// The trip of a request counts against the median response time: two trips, or one where the
// connection was there.
func TestFar(t *testing.T) {
	trip := func(ms, median float64, keepAlive bool) func(*record.Result) {
		return func(r *record.Result) {
			r.Load.Measurement.KeepAlive = keepAlive
			r.Load.Measurement.KeepAliveCount = 100
			for i := range r.Generators {
				p := &r.Generators[i]
				p.P50MS, p.P99MS, p.ConnectMinMS = &median, new(2*median), new(0.001)
			}
			r.Generators[1].ConnectMinMS = &ms
		}
	}
	test := func(name string, do func(*record.Result), want Evidence) {
		t.Helper()
		got := evidenceOf(Analyse(change(apart(), 10, do)), Far)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	far := func(trips int) Evidence {
		return AtMachine{"clients 2", RoundTrip{MS: 0.6, Trips: trips, MedianMS: 5}}
	}
	test("a new connection for each request", trip(0.6, 5, false), far(2))
	test("near enough", trip(0.24, 5, false), nil)
	test("kept connections", trip(0.6, 5, true), far(1))
	test("kept connections, near enough", trip(0.49, 5, true), nil)
	test("a handshake of TLS tells nothing of the network", func(r *record.Result) {
		trip(0.6, 5, true)(r)
		r.Load.Measurement.TLSProtocol = "TLSv1.3"
	}, nil)
	test("not known", func(r *record.Result) { r.Generators[1].ConnectMinMS = nil }, nil)
}

// The clock of the machine that makes a load may be set, and the doubt names it.
func TestClockOfAGenerator(t *testing.T) {
	r := change(apart(), 10, func(r *record.Result) {
		r.Generators = r.Generators[:1]
		r.Generators[0].ClockStepSeconds = new(3600.0)
	})
	r.Generator.Name = record.InstalledAB
	a := Analyse(r)
	at, ok := evidenceOf(a, Clock).(AtMachine)
	clock, known := at.Evidence.(WrongClock)
	if !ok || !known || at.Machine != "clients 1" || clock.StepSeconds != 3600 {
		t.Errorf("%v, want the clock of clients 1; codes %v", evidenceOf(a, Clock), codesAt(a))
	}
}
