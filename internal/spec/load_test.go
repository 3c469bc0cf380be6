package spec

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOpenLoop(t *testing.T) {
	test := func(load string, rate []int, connections int) {
		t.Helper()
		e, err := Parse("x.toml", "[load]\n"+load+"\n"+oneServer)
		if err != nil {
			t.Errorf("%s: %v", load, err)
			return
		}
		l := e.Load
		if !l.OpenLoop() || l.Concurrency != nil ||
			!slices.Equal(l.Rate, rate) || l.Connections != connections {
			t.Errorf("%s: got %+v, want the rates %v, %d connections and no concurrency",
				load, l, rate, connections)
		}
	}
	test("rate = [4000, 1_000_000]", []int{4000, 1_000_000}, 1000)
	test("rate = [1000]\nrequests = 50", []int{1000}, 50)
	test("rate = [1000]\nrequests = 3000", []int{1000}, 1000)
	test("rate = [1000]\nrequests = 3000\nconnections = 2500", []int{1000}, 2500)
	test("rate = [1]\nrequests = 1\nconnections = 1\ntimeout = '102s'", []int{1}, 1)

	e, err := Parse("x.toml", oneServer)
	if err != nil || e.Load.OpenLoop() || e.Load.Connections != 0 {
		t.Errorf("a spec without a rate is an open loop: %+v, %v", e.Load, err)
	}
}

func TestArrivals(t *testing.T) {
	test := func(load string, want Arrivals, random bool) {
		t.Helper()
		e, err := Parse("x.toml", "[load]\n"+load+"\n"+oneServer)
		if err != nil || e.Load.Arrivals != want || e.Load.RandomArrivals() != random {
			t.Errorf("%s: %+v, %v, want %q", load, e, err, want)
		}
	}
	test("rate = [4000]", ArrivalsEven, false)
	test("rate = [4000]\narrivals = 'even'", ArrivalsEven, false)
	test("rate = [4000]\narrivals = 'poisson'", ArrivalsPoisson, true)
	test("capacity = { p99 = '50ms' }\narrivals = 'poisson'", ArrivalsPoisson, true)
	test("concurrency = [1]", "", false)
}

// Of requests and duration, one is set. The default timeout leaves room for what is known of a
// trial's time.
func TestDuration(t *testing.T) {
	test := func(keys string, want Load, warmup int, warmupTime time.Duration) {
		t.Helper()
		e, err := Parse("x.toml", keys+"\n"+oneServer)
		if err != nil {
			t.Errorf("%s: %v", keys, err)
			return
		}
		got := Load{Requests: e.Load.Requests, Duration: e.Load.Duration, Timeout: e.Load.Timeout}
		if !cmp.Equal(got, want) || e.Design.Warmup != warmup ||
			e.Design.WarmupTime != warmupTime {
			t.Errorf("%s: %+v, warm-up %d or %v",
				keys, got, e.Design.Warmup, e.Design.WarmupTime)
		}
	}
	const s = time.Second
	test("", Load{Requests: 1000, Timeout: 30 * s}, 100, 0)
	test("load.duration = '10s'", Load{Duration: 10 * s, Timeout: 52 * s}, 0, s)
	test("load.duration = '10s'\ndesign.warmup = 100",
		Load{Duration: 10 * s, Timeout: 50 * s}, 100, 0)
	test("load.duration = '10s'\ndesign.warmup = '2s'",
		Load{Duration: 10 * s, Timeout: 54 * s}, 0, 2*s)
	test("load.duration = '1h'\ndesign.warmup = 0",
		Load{Duration: time.Hour, Timeout: 2*time.Hour + 30*s}, 0, 0)
	test("design.warmup = '1ms'",
		Load{Requests: 1000, Timeout: 30*s + 2*time.Millisecond}, 0, s/1000)
	test("load.duration = '10s'\nload.timeout = '11001ms'",
		Load{Duration: 10 * s, Timeout: 11001 * time.Millisecond}, 0, s)
	test("load.duration = '1s'\nload.concurrency = [20000]",
		Load{Duration: s, Timeout: 32200 * time.Millisecond}, 0, s/10)
	test("design.warmup = 28\nload.duration = '1s'\nload.rate = [1]\nload.connections = 20000",
		Load{Duration: s, Timeout: 32 * s}, 28, 0)
}

// The warm-up and the load share the timeout. A trial that takes as long to send cannot end within
// it.
func TestRateWithinTimeout(t *testing.T) {
	const load = "[load]\nrequests = 900\nrate = [1000, 10]\ntimeout = "
	const want = "x.toml:3: [load] rate: found 10: 900 requests and a warm-up of 100 requests " +
		"take 1m40s to arrive at it, and a trial is stopped after 1m40s; allowed: rates at which " +
		"they arrive earlier; raise rate or timeout, or lower requests or warmup"
	if _, err := Parse("x.toml", load+"'100s'\n"+oneServer); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if _, err := Parse("x.toml", load+"'100001ms'\n"+oneServer); err != nil {
		t.Errorf("with a timeout that is longer: %v", err)
	}
}
