package findings

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
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
	slower       = inTen(stats.Slower, 0.5, 0.6, 0.7)
	faster       = inTen(stats.Faster, 1.5, 2, 2.5)
	equivalent   = inTen(stats.Equivalent, 0.95, 1.01, 1.05)
	inconclusive = inTen(stats.Inconclusive, 0.8, 1.01, 1.2)
	unjudged     = inThree(0.6)
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

// checkSaid holds what a headline says first, then, and in small print.
func checkSaid(t *testing.T, a *stats.Analysis, main, second string, small ...string) {
	t.Helper()
	h := NewHeadline(nil, a)
	plain := func(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }
	if got := plain(h.Main.String()); got != main {
		t.Errorf("of %+v\n got %s\nwant %s", a.Comparisons, got, main)
	}
	if got := plain(h.Second.String()); got != second {
		t.Errorf("of %+v, then\n got %s\nwant %s", a.Comparisons, got, second)
	}
	var said []string
	for _, s := range h.Small {
		said = append(said, plain(s.String()))
	}
	for _, want := range small {
		if !slices.Contains(said, want) {
			t.Errorf("of %+v, the small print is\n%q\nwithout\n%q", a.Comparisons, said, want)
		}
	}
}

// TestHeadlineClaimsNoMoreThanTheVerdicts holds the sentences for each mixture of verdicts.
func TestHeadlineClaimsNoMoreThanTheVerdicts(t *testing.T) {
	checkSaid(t, versus(slower, inTen(stats.Slower, 0.6, 0.7, 0.8)),
		"B handles 30–40% fewer requests per second than A at every level.",
		"95% confidence intervals: −50% to −20%; 10 rounds.")
	checkSaid(t, versus(faster),
		"B handles 2.0 times as many requests per second as A at 1 client.",
		"95% confidence intervals: 1.5–2.5×; 10 rounds.")
	checkSaid(t, versus(slower, faster),
		"B is slower than A at 1 client (−40%) and faster at 2 clients (2.0×).",
		"95% confidence intervals: −50% to −30% and 1.5–2.5×; 10 rounds.")
	checkSaid(t, versus(inconclusive, inconclusive),
		"No difference between B and A could be established.",
		"Anything from 20% fewer to 20% more fits the data.")
	checkSaid(t, versus(slower, inconclusive, slower),
		"B handles 40% fewer requests per second than A at 1 and 3 clients.",
		"At 2 clients the result is inconclusive: the estimate is 1% more, but 10 rounds are too "+
			"few to be sure.",
		"95% confidence intervals: −50% to −30%; 10 rounds.")
	checkSaid(t, versus(slower, invalid),
		"B handles 40% fewer requests per second than A at 1 client.",
		"95% confidence intervals: −50% to −30%; 10 rounds.")
	checkSaid(t, versus(invalid, invalid),
		"No comparison of B with A: at every level one of the two is invalid.", "")
	checkSaid(t, versus(unjudged, inThree(0.7)),
		"No conclusion yet: 3 rounds were run, at least 6 are needed.",
		"In these, B handled 30–40% fewer requests per second than A at every level.")
	checkSaid(t, versus(slower, unjudged),
		"B handles 40% fewer requests per second than A at 1 client.",
		"In 3 rounds, too few for a conclusion, B handled 40% fewer requests per second than A "+
			"at 2 clients.")
	checkSaid(t, versus(equivalent, slower),
		"B handles 40% fewer requests per second than A at 2 clients.",
		"The two are within 10% of each other at 1 client.")
	checkSaid(t, versus(equivalent, equivalent),
		"B and A handle the same number of requests per second, within 10%, at every level.",
		"95% confidence intervals: −5% to +5%; 10 rounds.")
	checkSaid(t, versus(settledBy(30)),
		"No difference between B and A could be established.",
		"Anything from 20% fewer to 20% more fits the data. About 30 rounds would probably be "+
			"enough to tell.")
	inEight := slower
	inEight.N = 8
	checkSaid(t, versus(slower, inEight),
		"B handles 40% fewer requests per second than A at every level.",
		"95% confidence intervals: −50% to −30%; 8 to 10 rounds.")
}

// So few rounds as cannot give a verdict, however large a difference is, are not said to show none.
func TestHeadlineOfTooFewRoundsForTheFamily(t *testing.T) {
	inSix := settledBy(8)
	inSix.N = 6
	checkSaid(t, versus(inSix, inSix, inSix, inSix, inSix),
		"No difference between B and A could be established.",
		"So few rounds cannot establish any: 5 comparisons need at least 8 rounds.",
		"Anything from 20% fewer to 20% more fits the data.")

	inFive := settledBy(8)
	inFive.N = 5
	checkSaid(t, versus(inFive),
		"No difference between B and A could be established.",
		"So few rounds cannot establish any: 1 comparison needs at least 6 rounds.",
		"Anything from 20% fewer to 20% more fits the data.")
}

// Where requests may fail, good answers are counted, and every sentence about throughput says so.
func TestHeadlineOfGoodput(t *testing.T) {
	test := func(a *stats.Analysis, want string) {
		t.Helper()
		a.Goodput = true
		got := strings.ReplaceAll(Answer(nil, a), "\u00a0", " ")
		if !strings.Contains(got, want) || strings.Contains(got, "requests per second") {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	test(versus(slower, slower), "B gives 40% fewer good answers per second than A at every level")
	test(versus(equivalent), "B and A give the same number of good answers per second")
	test(versus(unjudged), "B gave 40% fewer good answers per second than A at 1 client")
	rec := labtest.Worlds()["one"].Record(t)
	rec.Experiment.Load.AllowedFailures = 0.1
	test(stats.Analyse(rec), "Server_async_http gives 9,")
}

// TestHeadlineOfOneServer holds that a single server is described and not judged.
func TestHeadlineOfOneServer(t *testing.T) {
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
		if got := NewHeadline(nil, a).Main.String(); got != want {
			t.Errorf("of medians %v\n got %s\nwant %s", medians, got, want)
		}
	}
	test("A handles 9,500 requests per second at 1 client.", 9500)
	test("A handles up to 9,500 requests per second, reached at 2 clients.", 900, 9500, 901)
	test("A handles up to 900 requests per second, reached at 2 clients.", 0, 900)
	test("No result: none of the data are valid.", 0, 0)
}

// A server whose comparisons differ is named with its levels, and none of several is left out.
func TestHeadlineNamesEachServer(t *testing.T) {
	rec := labtest.Worlds()["six"].Record(t)
	second := NewHeadline(nil, stats.Analyse(rec)).Second
	for _, server := range []string{"B", "b", "c d", "c-d", "F"} {
		isNamed := func(p Part) bool { return p.Server == server }
		if !slices.ContainsFunc(second, isNamed) {
			t.Errorf("%s is not named in %s", server, second)
		}
	}
}

// A bound is said of its own levels in small print, and never of a span.
func TestHeadlineOfBounds(t *testing.T) {
	limited := func(c stats.Comparison, side stats.Limited) stats.Comparison {
		c.Limited = side
		return c
	}
	mixed := versus(inTen(stats.Slower, 0.7, 0.76, 0.8),
		limited(inTen(stats.Slower, 0.8, 0.86, 0.9), stats.FasterSide))
	checkSaid(t, mixed,
		"B handles 14–24% fewer requests per second than A at every level.",
		"95% confidence intervals: −30% to −10%; 10 rounds.",
		"* The load generator was the bottleneck for A at 2 clients: the true difference may be "+
			"larger.")
	unproved := versus(slower, limited(inconclusive, stats.BothSides))
	checkSaid(t, unproved,
		"B handles 40% fewer requests per second than A at 1 client.",
		"At 2 clients the two cannot be told apart, because the load generator was the bottleneck.",
		"† The load generator was the bottleneck for the slower server at 2 clients: the ratio "+
			"proves nothing there.")
}

// Data that are invalid or suspect are said to be so in the first sentence that uses them.
func TestHeadlineNamesDoubtfulData(t *testing.T) {
	test := func(main string, a, b []stats.State) {
		t.Helper()
		comparisons := make([]stats.Comparison, len(a))
		for i := range a {
			if a[i] != stats.Invalid && b[i] != stats.Invalid {
				comparisons[i] = slower
			}
		}
		analysis := versus(comparisons...)
		add := func(server string, i int, state stats.State) {
			cell := stats.Cell{Cell: plan.Cell{Server: server, Level: level(i + 1)}, State: state}
			if state == stats.Suspect {
				cell.Suspicions = []stats.Code{stats.Trend}
			}
			analysis.Cells = append(analysis.Cells, cell)
		}
		for i := range a {
			add("A", i, a[i])
			add("B", i, b[i])
		}
		if got := NewHeadline(nil, analysis).Main.String(); got != main {
			t.Errorf("of %v and %v\n got %s\nwant %s", a, b, got, main)
		}
	}
	type states = []stats.State
	valid, suspect, invalid := stats.Valid, stats.Suspect, stats.Invalid
	test("No result: none of the data are valid.",
		states{invalid, invalid}, states{invalid, invalid})
	test("No comparison: the baseline A has no valid data.",
		states{invalid, invalid}, states{valid, invalid})
	test("No comparison of B with A: B has no valid data.",
		states{valid, invalid}, states{invalid, invalid})
	test("No comparison of B with A: at every level one of the two is invalid.",
		states{valid, invalid}, states{invalid, valid})
	test("B (suspect at 2 clients: trend) handles 40% fewer requests per second than A at every "+
		"level.", states{valid, valid}, states{valid, suspect})
	test("B handles 40% fewer requests per second than A (suspect: trend) at every level.",
		states{suspect, suspect}, states{valid, valid})
}

// A claim about a machine that other programs used says so, once.
func TestHeadlineBesideOtherPrograms(t *testing.T) {
	a := versus(slower, slower)
	doubt := func(server string, share float64) stats.Doubt {
		return stats.Doubt{
			Code:     stats.OtherLoad,
			Cell:     plan.Cell{Server: server, Level: level(1)},
			Evidence: stats.OtherPrograms{Share: share},
		}
	}
	a.Warnings = []stats.Warning{{
		Code:  stats.OtherLoad,
		Cells: []stats.Doubt{doubt("A", 0.31), doubt("B", 0.64)},
	}}
	checkSaid(t, a, "B handles 40% fewer requests per second than A at every level.",
		"95% confidence intervals: −50% to −30%; 10 rounds.",
		"Other programs used up to 64% of the cores' time during these trials.")
}
