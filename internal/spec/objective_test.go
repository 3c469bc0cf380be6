package spec

import (
	"testing"
	"time"
)

func TestCapacity(t *testing.T) {
	test := func(load string, want Objective, lowest, highest int) {
		t.Helper()
		e, err := Parse("x.toml", "[load]\n"+load+"\n"+oneServer)
		if err != nil {
			t.Errorf("%s: %v", load, err)
			return
		}
		l := e.Load
		if !l.OpenLoop() || *l.Capacity != want || l.Rate != nil || l.Concurrency != nil ||
			l.Connections != 1000 || e.RatesOf("A") != nil || e.AllRates() != nil {
			t.Errorf("%s: got %+v, want %+v, 1000 connections and no rates yet", load, l, want)
		}
		if low, high := e.RateRange(); low != lowest || high != highest {
			t.Errorf("%s: rates from %d to %d, want %d to %d", load, low, high, lowest, highest)
		}
	}
	const ms = time.Millisecond

	// 1000 requests and a warm-up of 100 take 30 s to arrive at 36.7 per second.
	test(`capacity = { p99 = "50ms" }`, Objective{"p99", 50 * ms}, 37, maxRate)
	test("capacity.p50 = '10s'\ntimeout = '11s'", Objective{"p50", 10_000 * ms}, 1101, maxRate)
	test("requests = 10_000\ncapacity = { 'p99.9' = '1ms' }", Objective{"p99.9", ms}, 337, maxRate)
	test("requests = 1000\ncapacity = { p90 = '1us' }", Objective{"p90", ms / 1000}, 37, maxRate)

	// A trial of 20 s has 10 million requests at 500,000 per second. The timeout is 74 s, of which
	// the warm-up takes 2 s.
	test("duration = '20s'\ncapacity = { p95 = '100ms' }", Objective{"p95", 100 * ms}, 3, 500_000)

	// A load of 2 s has the 1000 requests of a p99 within the timeout of 34.4 s too.
	test("duration = '2s'\ncapacity = { p99 = '50ms' }", Objective{"p99", 50 * ms}, 30, maxRate)
}

// A load takes at least 20 times the limit, or half of what the timeout leaves for it.
func TestShortestLoad(t *testing.T) {
	test := func(load string, want time.Duration) {
		t.Helper()
		e, err := Parse("x.toml", "[load]\n"+load+"\n"+oneServer)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.ShortestLoad(); got != want {
			t.Errorf("%s: %v, want %v", load, got, want)
		}
	}
	test(`capacity = { p99 = "50ms" }`, time.Second)
	test("capacity.p99 = '2s'", 14*time.Second)
	test("capacity.p99 = '2s'\ntimeout = '1h'", 40*time.Second)
}

// The rates of a capacity are those that a run has found for each server.
func TestRatesOf(t *testing.T) {
	e, err := Parse("x.toml", "load.capacity.p99 = '50ms'\n"+oneServer)
	if err != nil {
		t.Fatal(err)
	}
	e.Load.Grid = map[string][]int{"A": {100, 200}, "B": {150, 200, 300}}
	if rates := e.RatesOf("B"); len(rates) != 3 || rates[0] != 150 {
		t.Errorf("the rates of B are %v", rates)
	}
	if all := e.AllRates(); len(all) != 4 || all[0] != 100 || all[1] != 150 || all[3] != 300 {
		t.Errorf("all rates are %v", all)
	}
}
