package findings

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook/internal/labtest"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

func level(value int) plan.Level { return plan.Level{Kind: plan.Concurrency, Value: value} }

// versus returns an analysis of the servers "A", the baseline, and "B" at the levels 1, 2, …, one
// for each comparison. N = 0 stands for a level at which a cell is invalid.
func versus(comparisons ...stats.Comparison) *stats.Analysis {
	a := &stats.Analysis{
		Servers:    []string{"A", "B"},
		Baseline:   "A",
		Confidence: 0.95,
		Margin:     0.10,
	}
	for i, c := range comparisons {
		c.Server, c.Level = "B", level(i+1)
		a.Levels = append(a.Levels, c.Level)
		if c.N > 0 {
			a.Comparisons = append(a.Comparisons, c)
		}
	}
	a.Needed = []stats.Needed{neededBy(a.Comparisons)}
	return a
}

// neededBy returns what would settle all comparisons of "B" that can be settled.
func neededBy(comparisons []stats.Comparison) stats.Needed {
	needed := stats.Needed{Server: "B"}
	for _, c := range comparisons {
		if c.Settleable() && c.RoundsNeeded == 0 {
			return stats.Needed{Server: "B"}
		}
		needed.Rounds = max(needed.Rounds, c.RoundsNeeded)
	}
	return needed
}

// inTen is a comparison of ten rounds with an interval.
func inTen(verdict stats.Verdict, low, ratio, high float64) stats.Comparison {
	return stats.Comparison{
		N:          10,
		Low:        low,
		Ratio:      ratio,
		High:       high,
		Confidence: 0.97,
		Verdict:    verdict,
	}
}

// inThree is a comparison of three rounds, which are too few for an interval.
func inThree(ratio float64) stats.Comparison { return stats.Comparison{N: 3, Ratio: ratio} }

// The comparisons that tests combine, one per level.
var (
	invalid      = stats.Comparison{}
	slower       = inTen(stats.Slower, 0.4, 0.5, 0.6)
	faster       = inTen(stats.Faster, 1.5, 2, 2.5)
	equivalent   = inTen(stats.Equivalent, 0.95, 1.01, 1.05)
	inconclusive = inTen(stats.Inconclusive, 0.8, 1.01, 1.2)
	unjudged     = inThree(0.5)
)

// settledBy returns an inconclusive comparison that a number of rounds would settle.
func settledBy(rounds int) stats.Comparison {
	c := inconclusive
	c.RoundsNeeded = rounds
	return c
}

// TestVerdictsByLevel holds which levels an answer names under which verdict, before it is worded.
func TestVerdictsByLevel(t *testing.T) {
	type levels map[stats.Verdict][]plan.Level
	test := func(a *stats.Analysis, want levels, missing ...plan.Level) {
		t.Helper()
		v := verdictsOf(a, "B")
		got := levels{}
		for verdict, comparisons := range v.byVerdict {
			got[verdict] = levelsOf(comparisons)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("levels by verdict (-want +got):\n%s", diff)
		}
		if !slices.Equal(v.missing, missing) {
			t.Errorf("missing levels %v, want %v", v.missing, missing)
		}
	}
	at := func(values ...int) []plan.Level {
		var all []plan.Level
		for _, v := range values {
			all = append(all, level(v))
		}
		return all
	}
	test(versus(slower, slower), levels{stats.Slower: at(1, 2)})
	test(versus(slower, faster, slower), levels{stats.Slower: at(1, 3), stats.Faster: at(2)})
	test(versus(equivalent, invalid), levels{stats.Equivalent: at(1)}, level(2))
	test(versus(unjudged, inconclusive), levels{
		stats.NoVerdict:    at(1),
		stats.Inconclusive: at(2),
	})
	test(versus(invalid, invalid), levels{}, level(1), level(2))
}

// TestSameEverywhere holds that only a verdict of a difference, at every level, is an answer as a
// whole.
func TestSameEverywhere(t *testing.T) {
	test := func(want bool, comparisons ...stats.Comparison) {
		t.Helper()
		if got := verdictsOf(versus(comparisons...), "B").sameEverywhere(); (got != nil) != want {
			t.Errorf("the same everywhere in %+v: %v, want %v", comparisons, got, want)
		}
	}
	test(true, slower)
	test(true, faster, faster)
	test(false, slower, faster)
	test(false, slower, invalid)
	test(false, equivalent, equivalent)
	test(false, inconclusive, inconclusive)
	test(false, unjudged)
}

// TestAnswerClaimsNoMoreThanTheVerdicts holds the sentences for each mixture of verdicts.
func TestAnswerClaimsNoMoreThanTheVerdicts(t *testing.T) {
	test := func(a *stats.Analysis, want ...string) {
		t.Helper()
		got := strings.ReplaceAll(Answer(nil, a), "\u00a0", " ")
		if want := strings.Join(want, " "); got != want {
			t.Errorf("Answer(%+v)\n got %s\nwant %s", a.Comparisons, got, want)
		}
	}
	test(versus(slower, inTen(stats.Slower, 0.1, 0.2, 0.3)),
		"B answers 0.20–0.50 times as many requests per second as A at every level",
		"(95% confidence intervals within 0.10–0.60; 10 rounds).")
	test(versus(faster),
		"B answers 2.00 times as many requests per second as A at c = 1",
		"(95% confidence intervals within 1.50–2.50; 10 rounds).")
	test(versus(slower, faster),
		"Against A, B is slower (0.50 times as many requests per second) at c = 1;",
		"faster (2.00 times as many requests per second) at c = 2 (95% confidence, 10 rounds).")
	test(versus(inconclusive, inconclusive),
		"Against A, B is inconclusive (ratio 1.01) at c = 1 and 2 (95% confidence, 10 rounds).")
	test(versus(slower, inconclusive, slower),
		"Against A, B is slower (0.50 times as many requests per second) at c = 1 and 3;",
		"inconclusive (ratio 1.01) at c = 2 (95% confidence, 10 rounds).")
	test(versus(slower, invalid),
		"Against A, B is slower (0.50 times as many requests per second) at c = 1",
		"(95% confidence, 10 rounds). No answer at c = 2, where a cell is invalid.")
	test(versus(invalid, invalid),
		"No answer for B against A: at every level one of the two is invalid.")
	test(versus(unjudged, inThree(3)),
		"In 3 rounds, B answered 0.50–3.00 times as many requests per second as A at",
		"c = 1 and 2; that is too few rounds to infer anything from.")
	test(versus(slower, unjudged),
		"Against A, B is slower (0.50 times as many requests per second) at c = 1",
		"(95% confidence, 10 rounds).",
		"In 3 rounds, B answered 0.50 times as many requests per second as A at c = 2;",
		"that is too few rounds to infer anything from.")
	inEight := slower
	inEight.N = 8
	test(versus(slower, inEight),
		"B answers 0.50 times as many requests per second as A at every level",
		"(95% confidence intervals within 0.40–0.60; 8 to 10 rounds).")
	test(versus(equivalent, slower),
		"Against A, B is slower (0.50 times as many requests per second) at c = 2;",
		"equivalent within 10% (1.01 times as many requests per second) at c = 1",
		"(95% confidence, 10 rounds).")
	test(versus(settledBy(30)),
		"Against A, B is inconclusive (ratio 1.01) at c = 1 (95% confidence, 10 rounds).",
		"About 30 rounds would likely settle what is inconclusive.")
	inSix := settledBy(8)
	inSix.N = 6
	test(versus(inSix, inSix, inSix, inSix, inSix),
		"Against A, B is inconclusive (ratio 1.01) at c = 1, 2, 3, 4 and 5 (95% confidence,",
		"6 rounds). So few rounds cannot give a verdict on 5 comparisons, however large the",
		"differences are; at least 8 rounds can.",
		"About 8 rounds would likely settle what is inconclusive.")
	test(versus(settledBy(30), inconclusive),
		"Against A, B is inconclusive (ratio 1.01) at c = 1 and 2 (95% confidence, 10 rounds).")
}

// TestAnswerOfOneServer holds that a single server is described and not judged.
// Where requests may fail, good answers are counted, and every sentence about throughput says so.
func TestAnswerOfGoodput(t *testing.T) {
	test := func(a *stats.Analysis, want string) {
		t.Helper()
		a.Goodput = true
		got := strings.ReplaceAll(Answer(nil, a), "\u00a0", " ")
		if !strings.Contains(got, want) || strings.Contains(got, "requests per second") {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	test(versus(slower, slower), "B gives 0.50 times as many good answers per second as A at every")
	test(versus(slower, faster, equivalent),
		"slower (0.50 times as many good answers per second) at c = 1; faster (2.00 times as many")
	test(versus(unjudged), "B gave 0.50 times as many good answers per second as A at c = 1")
	control := versus(slower)
	control.Controls = []stats.Comparison{equivalent}
	test(control, "Measured twice, A gives 1.01 times as many good answers per second as itself")
	control.Controls = []stats.Comparison{unjudged}
	test(control, "Measured twice, A gives 0.50 times as many good answers per second as itself")

	rec := labtest.Worlds()["one"].Record(t)
	rec.Experiment.Load.AllowedFailures = 0.1
	test(stats.Analyse(rec), "Server_async_http gives 9,")
}

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
			a.Levels = append(a.Levels, c.Level)
			a.Cells = append(a.Cells, c)
		}
		if got := Answer(nil, a); got != want {
			t.Errorf("Answer of medians %v\n got %s\nwant %s", medians, got, want)
		}
	}
	test("A answers 9,500 requests per second at c = 1 (median of 10 trials).", 9500)
	test(
		"A answers 900.0–9,500 requests per second, most at c = 2 "+
			"(medians of up to 10 trials a level).",
		900,
		9500,
		901,
	)
	test("A answers 900.0 requests per second, most at c = 2 (medians of up to 10 trials a level).",
		0, 900)
	test("No answer: every cell of A is invalid.", 0, 0)
}

// TestAnswerHasASentenceForEachServer holds that none of several servers is omitted.
func TestAnswerHasASentenceForEachServer(t *testing.T) {
	rec := labtest.Worlds()["six"].Record(t)
	sentences := strings.Split(Answer(nil, stats.Analyse(rec)), ". ")
	for i, server := range []string{"B", "b", "c d", "c-d", "F"} {
		if i >= len(sentences) {
			t.Fatalf("no sentence about %s in %q", server, sentences)
		}
		words := strings.FieldsFunc(sentences[i], func(r rune) bool { return r == ' ' || r == ',' })
		if !slices.Contains(words, strings.Fields(server)[0]) {
			t.Errorf("sentence %d of %q is not about %s", i+1, sentences, server)
		}
	}
}

// TestUnderstatedRatios holds that a ratio is stated as a limit where the generator limited its
// faster side.
func TestUnderstatedRatios(t *testing.T) {
	test := func(want string, cs ...stats.Comparison) {
		t.Helper()
		if got := ratios(nil, cs); got != want {
			t.Errorf("ratios(%+v) = %q, want %q", cs, got, want)
		}
	}
	test("0.50–0.75", stats.Comparison{Ratio: 0.5}, stats.Comparison{Ratio: 0.75})
	limited := func(ratio float64) stats.Comparison {
		return stats.Comparison{Ratio: ratio, Limited: stats.FasterSide}
	}
	test("at most 0.50–0.75", limited(0.5), limited(0.75))
	test("at least 1.50", limited(1.5))
	test("0.50–0.75", stats.Comparison{Ratio: 0.5}, limited(0.75))
	test("0.94–1.10", limited(0.94), limited(1.10)) // at most the one, at least the other
}

// TestLimitedLevels holds that the answer names the levels at which the generator was the limit of
// one side, and no others.
func TestLimitedLevels(t *testing.T) {
	slower := func(limited stats.Limited) stats.Comparison {
		return stats.Comparison{
			N:          10,
			Ratio:      0.5,
			Low:        0.4,
			High:       0.6,
			Confidence: 0.95,
			Verdict:    stats.Slower,
			Limited:    limited,
		}
	}
	unproved := slower(stats.BothSides)
	unproved.Verdict = stats.Inconclusive
	answer := Answer(nil, versus(slower(stats.NoSide), slower(stats.FasterSide), unproved))
	for _, want := range []string{
		"slower (0.50 times as many requests per second) at c = 1 and 2; inconclusive",
		"At c = 2 the faster server was as fast as the generator, so the true ratio is further",
		"At c = 3 the slower server was as fast as the generator, so the ratio proves nothing",
	} {
		if !strings.Contains(answer, want) {
			t.Errorf("the answer is\n%s\nwant in it\n%s", answer, want)
		}
	}
}

// TestAnswerOfInvalidServers holds that the answer names the server whose cells prevent it.
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
