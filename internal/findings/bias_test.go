package findings

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/bias"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// measuredTwins is how two of three levels were measured; other programs disturbed the third.
var measuredTwins = &bias.Measured{
	Date:    "2026-11-26",
	Machine: bias.Machine{CPU: "A CPU", Cores: 1},
	Rounds:  11,
	Loads: []bias.Load{
		{Concurrency: 1, Throughput: ofModels(0.9, 0.8), CPU: ofModels(1.1, 1.8)},
		{Concurrency: 10, Throughput: ofModels(0.95, 0.8), CPU: ofModels(1.2, 1.4)},
		{Concurrency: 100, Disturbed: 6},
	},
}

func ofModels(async, thread float64) bias.Ratios {
	return bias.Ratios{Async: bias.Spread{Median: async}, Thread: bias.Spread{Median: thread}}
}

// All biases of a server are one sentence, with the levels at which they were measured.
func TestBiasSentence(t *testing.T) {
	of := func(server, models string, clients int, ours, inC float64) stats.Bias {
		return stats.Bias{
			Server:      server,
			Models:      models,
			Concurrency: clients,
			Ours:        ours,
			Twins:       inC,
		}
	}
	const models = "thread ÷ async"
	a := &stats.Analysis{Twins: measuredTwins, Biases: []stats.Bias{
		of("T", models, 10, 0.7, 0.98),
		of("T", models, 10, 0.7, 0.98),
		of("T", models, 3, 0.6, 1.05),
		of("T", models, 1000, 1.3, 1),
		of("other", "async ÷ thread", 1, 9, 1),
	}}
	want := "Labbook's models are written in Go, which changes this ratio. In a separate run " +
		"beside the same models in C, thread ÷ async was 0.60–0.70 in Go and 0.98–1.05 in C at " +
		"3 and 10 clients and 1.30 in Go and 1.00 in C at 1,000 clients."
	if got := biasSentence(nil, a, "T"); got != want {
		t.Errorf("found\n%s\nwant\n%s", got, want)
	}
	got := biasSentence(locale.For("id"), a, "other")
	if !strings.Contains(got, "async ÷ thread adalah 9,00 dalam Go dan 1,00 dalam C pada 1 klien") {
		t.Errorf("in Indonesian: %q", got)
	}
	if got := biasSentence(nil, a, "none"); got != "" {
		t.Errorf("without a bias: %q", got)
	}
}

// The models that were measured are compared with their twins, at levels near those of the
// experiment, and only where other programs did not disturb most rounds.
func TestModelsInGo(t *testing.T) {
	test := func(want string, models []string, levels ...int) {
		t.Helper()
		a := &stats.Analysis{Twins: measuredTwins, Margin: 0.1}
		for _, clients := range levels {
			a.Levels = append(a.Levels, level(clients))
		}
		got := ModelsInGo(nil, a, models)
		if !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%v at %v:\n%s\nwant\n%s", models, levels, got, want)
		}
	}
	both := []string{"async", "thread"}
	test("at 1 to 10 clients and without work per request, async answered 0.90–0.95 times as many "+
		"requests per second and used 1.10–1.20 times the CPU time per request; thread "+
		"answered 0.80 times as many requests per second and used 1.40–1.80 times the CPU "+
		"time", both, 1, 50)
	test("at 10 clients and without work per request, thread answered 0.80 times",
		[]string{"thread", "goroutine"}, 8, 10)
	test("at 1 to 10 clients and", both, 100)    // the only level in its range was disturbed
	test("at 1 to 10 clients and", both, 20, 50) // none is in its range
	test("", []string{"goroutine"}, 1, 10)

	const unsure = "That run does not show that thread ÷ async differs between Go and C by 10% " +
		"or more at any of these levels."
	test(unsure, both, 1, 10)
	sure := *measuredTwins
	sure.Loads = slices.Clone(sure.Loads)
	l := &sure.Loads[1]
	l.Throughput.Ours.Median, l.Throughput.Twins.Median = 0.7, 0.98
	l.Throughput.Bias.Median = 0.71
	l.Interval = bias.Interval{Low: 0.6, High: 0.85, Confidence: 0.988}
	for _, models := range [][]string{both, {"thread", "goroutine"}} {
		a := &stats.Analysis{Twins: &sure, Margin: 0.1}
		if got := ModelsInGo(nil, a, models); strings.Contains(got, "does not show") {
			t.Errorf("%v, where a bias is sure or not asked for: %s", models, got)
		}
	}

	if got := ModelsInGo(nil, &stats.Analysis{}, both); got != "" {
		t.Errorf("of an older record: %q", got)
	}
}
