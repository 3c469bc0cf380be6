//go:build linux

package main

import (
	"errors"
	"os"
	"runtime"
	"testing"

	"labbook.example/labbook/bench/rig"
	"labbook.example/labbook/internal/bias"
)

// beside returns a result beside which others used so many cores.
func beside(others, perSecond, cpu float64) rig.Result {
	return rig.Result{
		RequestsPerSecond: perSecond,
		CPUMicroseconds:   cpu,
		Cores:             rig.Cores{Idle: float64(runtime.NumCPU()) - others},
	}
}

// A trial beside other programs is repeated until it is calm, but not for ever; one that failed is
// not.
func TestUntilCalm(t *testing.T) {
	test := func(name string, want float64, wantRepeated bool, trials ...rig.Result) {
		t.Helper()
		n := 0
		got, repeated := untilCalm(t.Context(), 3, func() rig.Result {
			n++
			return trials[n-1]
		}, func(rig.Result) {})
		if got.RequestsPerSecond != want || repeated != wantRepeated || n != len(trials) {
			t.Errorf("%s: %v after %d trials, repeated: %v; want %v after %d, %v",
				name, got.RequestsPerSecond, n, repeated, want, len(trials), wantRepeated)
		}
	}
	busy, calm := beside(0.5, 1, 1), beside(0.1, 2, 1)
	last, failed := beside(0.5, 3, 1), beside(0.5, 4, 1)
	failed.Problem = errors.New("refused")
	test("calm", 2, false, calm)
	test("calm at last", 2, true, busy, busy, calm)
	test("never calm", 3, true, busy, busy, busy, last)
	test("failed", 4, false, failed)
}

// The file has medians of ratios within rounds, and the quotient of quotients.
func TestLoadOf(t *testing.T) {
	l := rig.Load{Requests: 1000, Concurrency: 10}
	found := rig.Results{Rounds: 3, Trials: map[rig.Trial]rig.Result{}}
	for round, factor := range []float64{1, 2, 4} { // what the machine does to a round cancels
		for name, r := range map[string]rig.Result{
			"async":     beside(0, 900*factor, 11),
			"thread":    beside(0, 600*factor, 33),
			"c-epoll":   beside(0, 1000*factor, 10),
			"c-pthread": beside(0, 800*factor, 20),
		} {
			if round == 2 && name == "async" {
				r = beside(0.5, 1000*factor, 11)
			}
			c := rig.Combination{Name: name, Load: l}
			found.Trials[rig.Trial{Round: round + 1, Combination: c}] = r
		}
	}

	got := loadOf(found, l)
	want := bias.Load{
		Requests:    1000,
		Concurrency: 10,
		Disturbed:   1,
		Throughput: bias.Ratios{
			Async:  bias.Spread{Median: 0.9, Low: 0.9, High: 1},
			Thread: bias.Spread{Median: 0.75, Low: 0.75, High: 0.75},
			Ours:   bias.Spread{Median: 0.667, Low: 0.6, High: 0.667},
			Twins:  bias.Spread{Median: 0.8, Low: 0.8, High: 0.8},
			Bias:   bias.Spread{Median: 0.833, Low: 0.75, High: 0.833},
		},
		CPU: bias.Ratios{
			Async:  bias.Spread{Median: 1.1, Low: 1.1, High: 1.1},
			Thread: bias.Spread{Median: 1.65, Low: 1.65, High: 1.65},
			Ours:   bias.Spread{Median: 3, Low: 3, High: 3},
			Twins:  bias.Spread{Median: 2, Low: 2, High: 2},
			Bias:   bias.Spread{Median: 1.5, Low: 1.5, High: 1.5},
		},
		// Three rounds are too few for an interval.
	}
	if got != want {
		t.Errorf("loadOf = %+v, want %+v", got, want)
	}
	others := bias.Others{
		Allowed:   0.35,
		Max:       0.5,
		Repeated:  2,
		Disturbed: 1,
		Trials:    12,
	}
	if o := othersIn(found, 2); o != others {
		t.Errorf("othersIn = %+v", o)
	}
}

// The interval of the bias ends at two of the rounds' biases.
func TestInterval(t *testing.T) {
	l := rig.Load{Requests: 1000, Concurrency: 10}
	found := rig.Results{Rounds: 9, Trials: map[rig.Trial]rig.Result{}}
	for round, bias := range []float64{0.9, 0.7, 0.6, 0.8, 0.85, 1.5, 0.65, 0.75, 0.95} {
		for name, perSecond := range map[string]float64{
			"async":     1000,
			"thread":    500 * bias,
			"c-epoll":   2000,
			"c-pthread": 1000,
		} {
			c := rig.Combination{Name: name, Load: l}
			found.Trials[rig.Trial{Round: round + 1, Combination: c}] = beside(0, perSecond, 1)
		}
	}
	want := bias.Interval{Low: 0.65, High: 0.95, Confidence: 0.961} // 1 − 2·(1 + 9) / 2⁹
	if got := loadOf(found, l).Interval; got != want {
		t.Errorf("found %v, want %v", got, want)
	}
}

// The committed file was measured with the models and the twins of today.
func TestBiasIsOfTheseSources(t *testing.T) {
	sources, err := hashSources("../..")
	if err != nil {
		t.Fatal(err)
	}
	if measured := bias.Shipped().Sources; measured != sources {
		const stale = "the code of the models or their twins has changed since %s was measured: " +
			"found %s; on an idle machine, run: bash bench/servers/run bias"
		if os.Getenv("CI") == "true" {
			t.Fatalf(stale, bias.Path, sources)
		}
		t.Skipf(stale, bias.Path, sources)
	}
}

// Comments and formatting do not make the measurement one of other sources; code and directives do.
func TestCode(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"comments", "f(1) // a\n/* b\n */\ng()", "f(1)\n\n// c\ng()", true},
		{"C's comments", "x = '\\0'; /* a */ y", "x = '\\0';\ny // b", true},
		{"one argument per line", "f(\n\ta,\n\tb,\n)", "f(a, b)", true},
		{"spaces", "if(x){\n  y;}", "if (x) { y; }", true},
		{"an operator", "a += b", "a -= b", false},
		{"an argument", "f(a, b)", "f(a)", false},
		{"a string", `f("// a")`, `f("// b")`, false},
		{"a macro", "#define N 1", "#define N 2", false},
		{"a directive", "//go:nosplit\nfunc f()", "func f()", false},
		{"two words", "a b", "ab", false},
	} {
		if same := code(c.a) == code(c.b); same != c.same {
			t.Errorf("%s: the same code: %v; want %v\n%s\n%s",
				c.name, same, c.same, code(c.a), code(c.b))
		}
	}
}
