package bias

import (
	"os"
	"slices"
	"strings"
	"testing"

	"labbook/internal/spec"
)

// ways are those in which the servers are asked.
var ways = []Load{{Requests: 1000}, {Requests: 5000}, {Requests: 10000, KeepAlive: true}}

// The committed file is as bench/servers writes it, and has every load.
func TestShipped(t *testing.T) {
	m := Shipped()
	text, err := m.Format()
	if err != nil || string(text) != string(file) {
		t.Errorf("%s is not as bench/servers/run bias writes it: %v", Path, err)
	}
	if m.Cgo {
		t.Error("the models were measured with cgo, and are run without")
	}
	for _, way := range ways {
		for _, level := range []int{1, 3, 5, 8, 10, 100, 1000} {
			if !slices.ContainsFunc(m.Loads, func(l Load) bool {
				return l.way() == way.way() && l.Concurrency == level
			}) {
				t.Errorf("%s lacks %q at c = %d", Path, way.way(), level)
			}
		}
	}
}

// docs/models.md quotes the file.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/models.md")
	if err != nil {
		t.Fatal(err)
	}
	want, ok := Shipped().Page(string(page))
	if !ok || string(page) != want {
		t.Errorf("docs/models.md does not quote %s; want\n%s", Path, Shipped().tables())
	}
	if _, ok := Shipped().Page("no marks"); ok {
		t.Error("a page without marks got tables")
	}
}

func TestParseRefuses(t *testing.T) {
	good, err := Shipped().Format()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, replaced string }{
		{"an unknown field", `"rounds":`, `"turns": 1, "rounds":`},
		{"no rounds", `"rounds":`, `"rounds": 0, "loads": [], "rounds":`},
		{"a text after the end", "  ]\n}\n", "  ]\n}\n{}"},
		{"a spread without a number", `"bias":{"median":`, `"bias":{"median":0,"low":0,"high":`},
		{"half a file", string(good[len(good)/2:]), ""},
	} {
		bad := strings.Replace(string(good), c.old, c.replaced, 1)
		if c.name == "no rounds" {
			bad = `{"date": "2026-11-26", "rounds": 0}`
		}
		if _, err := Parse([]byte(bad)); err == nil || !strings.Contains(err.Error(), Path) {
			t.Errorf("%s: %v, want an error that names the file", c.name, err)
		}
	}
}

// made returns a file with new connections at 1, 10 and 100 clients in two sizes, and keep-alive.
func made() *Measured {
	m := &Measured{Rounds: 11}
	for _, way := range ways {
		for _, level := range []int{1, 10, 100} {
			way.Concurrency = level
			m.Loads = append(m.Loads, way)
		}
	}
	return m
}

func experiment(requests int, servers ...spec.Server) *spec.Experiment {
	return &spec.Experiment{Load: spec.Load{Requests: requests}, Servers: servers}
}

// An experiment gets the loads that ask as it does.
func TestFor(t *testing.T) {
	thread := spec.Server{Model: Thread}
	kept := spec.Server{Model: Async, Request: spec.Request{KeepAlive: true}}
	for _, c := range []struct {
		name  string
		e     *spec.Experiment
		sizes []int // of its loads, each at three levels
	}{
		{"as shipped", experiment(1000, thread), []int{1000}},
		{"few", experiment(10, thread), []int{1000}},
		{"below the middle", experiment(2000, thread), []int{1000}},
		{"above the middle", experiment(2500, thread), []int{5000}},
		{"for a time", experiment(0, thread), []int{5000}},
		{"keep-alive", experiment(1000, kept), []int{10000}},
		{"both ways", experiment(1000, thread, kept), []int{1000, 10000}},
	} {
		var sizes []int
		for _, l := range made().For(c.e).Loads {
			sizes = append(sizes, l.Requests)
		}
		var want []int
		for _, size := range c.sizes {
			want = append(want, size, size, size)
		}
		if !slices.Equal(sizes, want) {
			t.Errorf("%s: loads of %v requests, want %v", c.name, sizes, want)
		}
	}
	other := spec.Server{Model: "goroutine"}
	if m := made().For(experiment(1000, other, spec.Server{Command: []string{"x"}})); m != nil {
		t.Errorf("without a twin: %v, want nil", m)
	}
}

func TestAt(t *testing.T) {
	m := made().For(experiment(1000, spec.Server{Model: Thread}))
	m.Loads[2].Disturbed = 6 // of 11 rounds
	for _, c := range []struct {
		keepAlive bool
		level     int
		want      int // 0: none
	}{
		{false, 1, 1},
		{false, 3, 1},
		{false, 4, 10},
		{false, 30, 10},
		{false, 40, 0},  // the nearest was disturbed
		{false, 101, 0}, // outside
		{true, 10, 0},   // not asked so
	} {
		l, ok := m.At(c.keepAlive, c.level)
		if ok != (c.want > 0) || ok && l.Concurrency != c.want {
			t.Errorf("keep-alive %v, c = %d: %d, %v; want %d",
				c.keepAlive, c.level, l.Concurrency, ok, c.want)
		}
	}
}
