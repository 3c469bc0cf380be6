package bias

import (
	"os"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/spec"
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
		{"an interval without the median", `"bias_interval":{"low":`,
			`"bias_interval":{"low":9`},
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

// A bias is sure where interval, median and the quotient of the medians say the same.
func TestBiased(t *testing.T) {
	test := func(name string, want bool, ours, inC, median, low, high float64) {
		t.Helper()
		l := Load{
			Throughput: Ratios{
				Ours:  Spread{Median: ours},
				Twins: Spread{Median: inC},
				Bias:  Spread{Median: median},
			},
			Interval: Interval{Low: low, High: high, Confidence: 0.988},
		}
		if got := l.Biased(0.1); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		l.Throughput.Ours.Median, l.Throughput.Twins.Median = inC, ours
		l.Throughput.Bias.Median = 1 / median
		l.Interval.Low, l.Interval.High = 1/high, 1/low
		if got := l.Biased(0.1); got != want {
			t.Errorf("%s, the other way round: %v, want %v", name, got, want)
		}
		l.Interval = Interval{}
		if l.Biased(0.1) {
			t.Errorf("%s, without an interval: true", name)
		}
	}
	test("sure", true, 0.7, 0.98, 0.71, 0.6, 0.85)
	test("the interval contains 1", false, 0.702, 0.851, 0.778, 0.647, 1.413)
	test("the ratios that are named agree", false, 0.765, 0.758, 0.8, 0.7, 0.95)
	test("they differ within the margin", false, 0.7, 0.72, 0.8, 0.7, 0.95)
	test("the median is within the margin", false, 0.7, 0.98, 0.93, 0.9, 0.97)
	test("on one side only", false, 0.98, 0.7, 0.8, 0.7, 0.95)
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
