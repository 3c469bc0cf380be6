package findings

import (
	"slices"
	"strings"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

func level(value int) plan.Level { return plan.Level{Kind: plan.Concurrency, Value: value} }

// versus is an analysis of servers "A", the baseline, and "B" at the levels 1, 2, …, one for each
// comparison; N = 0 stands for a cell that is invalid.
func versus(comparisons ...stats.Comparison) *stats.Analysis {
	a := &stats.Analysis{
		Servers:    []string{"A", "B"},
		Baseline:   "A",
		Confidence: 0.95,
		Margin:     0.10,
	}
	for i, c := range comparisons {
		a.Levels = append(a.Levels, level(i+1))
		if c.Server, c.Level = "B", level(i+1); c.N > 0 {
			a.Comparisons = append(a.Comparisons, c)
		}
	}
	return a
}

// compared10 is a comparison of ten rounds with an interval, compared3 one of three rounds without.
func compared10(verdict stats.Verdict, low, ratio, high float64) stats.Comparison {
	return stats.Comparison{
		N:          10,
		Low:        low,
		Ratio:      ratio,
		High:       high,
		Confidence: 0.97,
		Verdict:    verdict,
	}
}

func compared3(ratio float64) stats.Comparison { return stats.Comparison{N: 3, Ratio: ratio} }

// TestAnswerComparesNoMoreThanItKnows holds the sentence for each mixture of what the levels say.
func TestAnswerComparesNoMoreThanItKnows(t *testing.T) {
	test := func(a *stats.Analysis, want string) {
		t.Helper()
		if got := strings.ReplaceAll(Answer(nil, a), "\u00a0", " "); got != want {
			t.Errorf("Answer(%+v)\n got %s\nwant %s", a.Comparisons, got, want)
		}
	}
	slower, faster := compared10(stats.Slower, 0.4, 0.5, 0.6), compared10(stats.Faster, 1.5, 2, 2.5)
	open := compared10(stats.Inconclusive, 0.8, 1.01, 1.2)
	same := compared10(stats.Equivalent, 0.95, 1.01, 1.05)
	invalid, unsure := stats.Comparison{}, compared3(0.5)
	test(versus(slower, compared10(stats.Slower, 0.1, 0.2, 0.3)),
		"B answers 0.20 to 0.50 times as many requests per second as A at "+
			"every level (95 % confidence intervals within 0.10 to 0.60; 10 rounds).")
	test(versus(faster), "B answers 2.00 times as many requests per second as A at c = 1 "+
		"(95 % confidence intervals within 1.50 to 2.50; 10 rounds).")
	test(versus(slower, faster),
		"Against A, B is slower (0.50 times as many requests per second) at c = 1; "+
			"faster (2.00 times as many requests per second) at c = 2 (95 % confidence, 10 rounds).")
	test(versus(open, open),
		"Against A, B is inconclusive (ratio 1.01) at c = 1 and 2 "+
			"(95 % confidence, 10 rounds).")
	test(versus(slower, open, slower),
		"Against A, B is slower (0.50 times as many requests per second) at c = 1 and 3; "+
			"inconclusive (ratio 1.01) at c = 2 (95 % confidence, 10 rounds).")
	test(versus(slower, invalid),
		"Against A, B is slower (0.50 times as many requests per second) at c = 1 "+
			"(95 % confidence, 10 rounds). No answer at c = 2, where a cell is invalid.")
	test(versus(invalid, invalid),
		"No answer for B against A: at every level one of the two is invalid.")
	test(versus(unsure, compared3(3)),
		"In 3 rounds, B answered 0.50 to 3.00 times as many requests per second as A at "+
			"c = 1 and 2; that is too few rounds to infer anything from.")
	test(
		versus(slower, unsure),
		"Against A, B is slower (0.50 times as many requests per second) at c = 1 "+
			"(95 % confidence, 10 rounds). In 3 rounds, B answered 0.50 times as many requests per second as A at "+
			"c = 2; that is too few rounds to infer anything from.",
	)
	eight := slower
	eight.N = 8
	test(
		versus(slower, eight),
		"B answers 0.50 times as many requests per second as A at every level "+
			"(95 % confidence intervals within 0.40 to 0.60; 8 to 10 rounds).",
	)
	test(
		versus(same, slower),
		"Against A, B is slower (0.50 times as many requests per second) at c = 2; "+
			"equivalent within 10 % (1.01 times as many requests per second) at c = 1 (95 % confidence, 10 rounds).",
	)
	settled := open
	settled.RoundsNeeded = 30
	test(
		versus(settled),
		"Against A, B is inconclusive (ratio 1.01) at c = 1 (95 % confidence, 10 rounds). "+
			"About 30 rounds would likely settle what is inconclusive.",
	)
	test(versus(settled, open),
		"Against A, B is inconclusive (ratio 1.01) at c = 1 and 2 (95 % confidence, 10 rounds).")
}

// TestAnswerOfOneServer holds that a server alone is described and not judged.
func TestAnswerOfOneServer(t *testing.T) {
	test := func(want string, medians ...float64) {
		t.Helper()
		a := &stats.Analysis{Servers: []string{"A"}, Baseline: "A", Confidence: 0.95}
		for i, median := range medians {
			c := stats.Cell{
				Cell:   plan.Cell{Server: "A", Level: level(i + 1)},
				State:  stats.Valid,
				Rounds: 10,
				Summaries: map[*stats.Metric]stats.Summary{
					stats.Throughput: {N: 10, Median: median},
				},
			}
			if median == 0 {
				c.State, c.Summaries = stats.Invalid, nil
			}
			a.Levels, a.Cells = append(a.Levels, c.Level), append(a.Cells, c)
		}
		if got := Answer(nil, a); got != want {
			t.Errorf("Answer of medians %v\n got %s\nwant %s", medians, got, want)
		}
	}
	test("A answers 9,500 requests per second at c = 1 (median of 10 trials).", 9500)
	test(
		"A answers 900.0 to 9,500 requests per second, most at c = 2 (medians of up to 10 trials a level).",
		900,
		9500,
		901,
	)
	test("A answers 900.0 requests per second, most at c = 2 (medians of up to 10 trials a level).",
		0, 900)
	test("No answer: every cell of A is invalid.", 0, 0)
}

// TestAnswerHasASentenceForEachServer holds that none of several is left out.
func TestAnswerHasASentenceForEachServer(t *testing.T) {
	rec := labtest.Worlds()["six"].Record(t)
	sentences := strings.Split(Answer(nil, stats.Analyse(rec)), ". ")
	for i, server := range []string{"B", "b", "c d", "c-d", "F"} {
		if i >= len(sentences) ||
			!slices.Contains(strings.FieldsFunc(sentences[i], func(r rune) bool {
				return r == ' ' || r == ','
			}), strings.Fields(server)[0]) {
			t.Errorf("sentence %d of %q is not about %s", i+1, sentences, server)
		}
	}
}

// TestRatiosOfABoundGenerator says that a ratio is a bound, where the generator was the limit of
// its faster side.
func TestRatiosOfABoundGenerator(t *testing.T) {
	test := func(want string, cs ...stats.Comparison) {
		t.Helper()
		if got := ratios(nil, cs); got != want {
			t.Errorf("ratios(%+v) = %q, want %q", cs, got, want)
		}
	}
	test("0.50 to 0.75", stats.Comparison{Ratio: 0.5}, stats.Comparison{Ratio: 0.75})
	test("at most 0.50 to 0.75",
		stats.Comparison{Ratio: 0.5}, stats.Comparison{Ratio: 0.75, Understated: true})
	test("at least 1.50", stats.Comparison{Ratio: 1.5, Understated: true})
}

// TestAnswerOfInvalidServers says which server's cells keep it from an answer.
func TestAnswerOfInvalidServers(t *testing.T) {
	test := func(want string, a, b []stats.State) {
		t.Helper()
		analysis := versus(make([]stats.Comparison, len(a))...)
		for i := range a {
			analysis.Cells = append(analysis.Cells,
				stats.Cell{Cell: plan.Cell{Server: "A", Level: level(i + 1)}, State: a[i]},
				stats.Cell{Cell: plan.Cell{Server: "B", Level: level(i + 1)}, State: b[i]})
		}
		if got := Answer(nil, analysis); got != want {
			t.Errorf("Answer of %v and %v\n got %s\nwant %s", a, b, got, want)
		}
	}
	valid, invalid := stats.Valid, stats.Invalid
	test("No answer: every cell is invalid.",
		[]stats.State{invalid, invalid}, []stats.State{invalid, invalid})
	test("No answer: every cell of A is invalid, which the others would be compared with.",
		[]stats.State{invalid, invalid}, []stats.State{valid, invalid})
	test("No answer for B against A: every cell of B is invalid.",
		[]stats.State{valid, invalid}, []stats.State{invalid, invalid})
	test("No answer for B against A: at every level one of the two is invalid.",
		[]stats.State{valid, invalid}, []stats.State{invalid, valid})
}

// TestAnswerOfAnOpenLoop holds that the answer begins with how the servers kept up.
func TestAnswerOfAnOpenLoop(t *testing.T) {
	answer := Answer(nil, stats.Analyse(labtest.Worlds()["open"].Record(t)))
	const kept = "Server_async_http kept up with every arrival rate, up to 4,000 requests per second; " +
		"Server_thread_http kept up with arrival rates up to 1,000 requests per second."
	if !strings.HasPrefix(answer, kept) || !strings.Contains(answer, "at r = 1000") {
		t.Errorf("the answer is\n%s\nwant at its beginning\n%s", answer, kept)
	}
}

func TestKeptUpSentence(t *testing.T) {
	w := labtest.Worlds()["open"]
	w.Head, w.Servers = strings.Replace(labtest.OpenHead, "[1000, 2000, 4000]", "[2000]", 1), w.Servers[:1]
	rec := w.Record(t)
	const one = "Server_async_http kept up with the arrival of 2,000 requests a second."
	if got := keptUp(nil, stats.Analyse(rec)); got != one {
		t.Errorf("of one rate: %s", got)
	}
	arrived := w.Trial
	w.Trial = func(trial plan.Trial) record.Result {
		r := arrived(trial)
		r.Load.Measurement.RequestsPerSecond /= 2
		return r
	}
	if got := keptUp(nil, stats.Analyse(w.Record(t))); got != "Server_async_http kept up with no arrival rate." {
		t.Errorf("of none: %s", got)
	}
}

// TestKeptUpOfInvalidServers holds that nothing is said of how a server kept up that answered
// wrongly.
func TestKeptUpOfInvalidServers(t *testing.T) {
	w := labtest.Worlds()["open"]
	arrived := w.Trial
	wrong := ""
	w.Trial = func(trial plan.Trial) record.Result {
		r := arrived(trial)
		if trial.Server != "Server_async_http" || wrong == "both" {
			r.Load.Measurement.Non2xx = r.Load.Measurement.Complete
		}
		return r
	}
	a := stats.Analyse(w.Record(t))
	if got := keptUp(nil, a); strings.Contains(got, "Server_thread_http") || got == "" {
		t.Errorf("with one server that answered wrongly: %q", got)
	}
	wrong = "both"
	if got := Answer(nil, stats.Analyse(w.Record(t))); got != "No answer: every cell is invalid." {
		t.Errorf("with two servers that answered wrongly: %q", got)
	}
}
