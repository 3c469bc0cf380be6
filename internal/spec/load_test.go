package spec

import (
	"slices"
	"testing"
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

// The warm-up and the load share the timeout. A trial that takes as long to send cannot end within
// it.
func TestRateWithinTimeout(t *testing.T) {
	const load = "[load]\nrequests = 900\nrate = [1000, 10]\ntimeout = "
	const want = "x.toml:3: [load] rate: found 10: 900 requests and 100 of the warm-up take " +
		"1m40s to arrive at it, and a trial is stopped after 1m40s; allowed: rates at which they " +
		"arrive earlier; raise rate or timeout, or lower requests or warmup"
	if _, err := Parse("x.toml", load+"'100s'\n"+oneServer); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if _, err := Parse("x.toml", load+"'100001ms'\n"+oneServer); err != nil {
		t.Errorf("with a timeout that is longer: %v", err)
	}
}
