package findings

import (
	"strings"
	"testing"

	"labbook/internal/bias"
	"labbook/internal/locale"
	"labbook/internal/stats"
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

// A bias is stated once for all levels to the same side, with the levels at which it was measured.
func TestBiasSentences(t *testing.T) {
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
	const sentence = "A part of this is Labbook's and not the models': measured beside " +
		"servers in C of the same two models, thread ÷ async was RATIOS " +
		"medians of 11 rounds on A CPU with 1 core, 2026-11-26)."
	want := strings.Replace(sentence, "RATIOS",
		"0.60 to 0.70 for Labbook's servers and 0.98 to 1.05 for those in C (c = 3 and 10;", 1) +
		"|" + strings.Replace(sentence, "RATIOS",
		"1.30 for Labbook's servers and 1.00 for those in C (c = 1000;", 1)
	if got := strings.Join(biasSentences(nil, a, "T"), "|"); got != want {
		t.Errorf("found\n%s\nwant\n%s", got, want)
	}
	got := biasSentences(locale.For("id"), a, "other")
	if len(got) != 1 || !strings.Contains(got[0], "async ÷ thread adalah 9,00 untuk") {
		t.Errorf("in Indonesian: %q", got)
	}
	if got := biasSentences(nil, a, "none"); got != nil {
		t.Errorf("without a bias: %q", got)
	}
}

// The models that were measured are compared with their twins, at levels near those of the
// experiment, and only where other programs did not disturb most rounds.
func TestModelsInGo(t *testing.T) {
	test := func(want string, models []string, levels ...int) {
		t.Helper()
		a := &stats.Analysis{Twins: measuredTwins}
		for _, clients := range levels {
			a.Levels = append(a.Levels, level(clients))
		}
		got := ModelsInGo(nil, a, models)
		if !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%v at %v:\n%s\nwant\n%s", models, levels, got, want)
		}
	}
	both := []string{"async", "thread"}
	test("at c = 1 to 10 and without work in a request, async answered 0.90 to 0.95 times as many "+
		"requests per second with 1.10 to 1.20 times the CPU time per request and thread answered "+
		"0.80 times as many requests per second with 1.40 to 1.80 times the CPU time", both, 1, 50)
	test("at c = 10 and without work in a request, thread answered 0.80 times",
		[]string{"thread", "goroutine"}, 8, 10)
	test("at c = 1 to 10 and", both, 100)    // the only level in its range was disturbed
	test("at c = 1 to 10 and", both, 20, 50) // none is in its range
	test("", []string{"goroutine"}, 1, 10)

	if got := ModelsInGo(nil, &stats.Analysis{}, both); got != "" {
		t.Errorf("of an older record: %q", got)
	}
}
