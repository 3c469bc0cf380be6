package record

import "testing"

func TestImpossiblePartsAreDamage(t *testing.T) {
	test := func(name string, change func(*Result), want bool) {
		t.Helper()
		r := joined(1, 1, 1)
		change(&r)
		if got := r.valid(); got != want {
			t.Errorf("%s: valid = %v, want %v", name, got, want)
		}
	}
	part := func(name string, change func(*Part), want bool) {
		t.Helper()
		test(name, func(r *Result) { change(&r.Generators[1]) }, want)
	}
	network := func(name string, change func(*Network)) {
		t.Helper()
		test(name, func(r *Result) { change(r.Network) }, false)
	}
	test("valid", func(*Result) {}, true)
	test("overlap above 1", func(r *Result) { r.Overlap = new(1.01) }, false)
	test("negative overlap", func(r *Result) { r.Overlap = new(-0.01) }, false)
	test("negative spread", func(r *Result) { r.StartSpreadSeconds = new(-0.01) }, false)
	part("one machine twice", func(p *Part) { p.N = 1 }, false)

	part("nothing was answered", func(p *Part) { *p = Part{Machine: "clients", N: 2} }, true)
	part("started before the agreed time", func(p *Part) { p.StartUS = new(-3000.0) }, true)
	part("started a year late", func(p *Part) { p.StartUS = new(3.2e13) }, false)
	part("a machine of no name", func(p *Part) { p.Machine = "" }, false)
	part("markup as a name", func(p *Part) { p.Machine = "<b>" }, false)
	part("negative clients", func(p *Part) { p.Clients = -1 }, false)
	part("negative time", func(p *Part) { p.Seconds = -1 }, false)
	part("negative answers", func(p *Part) { p.Complete = -1 }, false)
	part("negative failures", func(p *Part) { p.Failed = -1 }, false)
	part("negative rate", func(p *Part) { p.RequestsPerSecond = -1 }, false)
	part("p99 below the median", func(p *Part) { p.P99MS = new(1.0) }, false)
	part("negative connect", func(p *Part) { p.ConnectMinMS = new(-1.0) }, false)
	part("sent before it was due", func(p *Part) { p.Late = &Late{P50MS: -1} }, false)
	part("more busy than there was", func(p *Part) { p.Host = &Ticks{Busy: 2, All: 1} }, false)
	part("negative process", func(p *Part) { p.Process = &Account{UserSeconds: -1} }, false)
	part("negative quota", func(p *Part) { p.Quota = &Quota{Cores: -1} }, false)
	part("network without time", func(p *Part) { p.Network = &Network{} }, false)
	part("clock of no year", func(p *Part) { p.ClockStepSeconds = new(1e12) }, false)

	network("no time", func(n *Network) { n.Seconds = 0 })
	network("no speed", func(n *Network) { n.BitsPerSecond = new(int64(0)) })
	network("no such speed", func(n *Network) { n.BitsPerSecond = new(int64(1e16)) })
	network("negative bytes", func(n *Network) { n.SentBytes = new(int64(-1)) })
	network("negative packets", func(n *Network) { n.ReceivedPackets = new(int64(-1)) })
	network("negative drops", func(n *Network) { n.Dropped = new(int64(-1)) })
	network("negative overflows", func(n *Network) { n.ListenOverflows = new(int64(-1)) })
	network("negative interrupts", func(n *Network) { n.InterruptSeconds = new(-1.0) })
	network("negative retransmits", func(n *Network) { n.RetransmittedSegments = new(int64(-1)) })
}

func TestNetworkShare(t *testing.T) {
	n := joined(1, 1, 1).Network
	// 2,000,000 bytes in 2000 packets of 24 further bytes each: 16,384,000 bits in 2 s.
	if share, ok := n.Share(); !ok || share != 0.008192 {
		t.Errorf("share %v, %v, want 0.008192 of a gigabit", share, ok)
	}
	n.SentPackets = nil
	if share, ok := n.Share(); !ok || share != 0.008 {
		t.Errorf("packets unknown: share %v, %v, want 0.008", share, ok)
	}
	n.ReceivedBytes = new(int64(4e6))
	if share, ok := n.Share(); !ok || share != 0.016096 {
		t.Errorf("busier the other way: share %v, %v, want 0.016096", share, ok)
	}
	if share, ok := n.Retransmitted(); !ok || share != 0.0005 {
		t.Errorf("retransmitted %v, %v, want 0.0005", share, ok)
	}
	n.BitsPerSecond, n.SentSegments = nil, new(int64(0))
	if share, ok := n.Share(); ok {
		t.Errorf("without a speed: share %v", share)
	}
	if share, ok := n.Retransmitted(); ok {
		t.Errorf("without a segment: retransmitted %v", share)
	}
	var none *Network
	if _, ok := none.Share(); ok {
		t.Error("an unknown network has a share")
	}
	if _, ok := none.Retransmitted(); ok {
		t.Error("an unknown network has retransmissions")
	}
}
