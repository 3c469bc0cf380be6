package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/stats"
)

// More rounds are called for only where they would help.
func TestHeadlineSaysWhyNothingIsSettled(t *testing.T) {
	limited, within, correlated := inconclusive, inconclusive, inconclusive
	limited.Limited = stats.SlowerSide
	within.WithinControl = true
	correlated.Dependent = true
	checkSaid(t, versus(slower, inconclusive, correlated, within, limited),
		"B handles 40% fewer requests per second than A at 1 client.",
		"At 2 clients the result is inconclusive: the estimate is 1% more, but 10 rounds are too "+
			"few to be sure. At 3 clients the result is inconclusive: the estimate is 1% more, "+
			"but the rounds depend on each other (correlated). At 4 clients the result is "+
			"inconclusive: the estimate is 1% more, and A differs from itself as much. At 5 "+
			"clients the two cannot be told apart, because the load generator was the bottleneck.")

	proved := slower
	proved.Limited = stats.SlowerSide
	checkSaid(t, versus(slower, proved),
		"B handles 40% fewer requests per second than A at every level.",
		"95% confidence intervals: −50% to −30%; 10 rounds.",
		"† The load generator was the bottleneck for the slower server at 2 clients: the ratio "+
			"proves nothing there.")
}

// What fits the data is said of the comparisons that say anything.
func TestHeadlineLeavesOutWhatProvesNothing(t *testing.T) {
	limited := inTen(stats.Inconclusive, 0.2, 0.5, 0.9)
	limited.Limited = stats.BothSides
	checkSaid(t, versus(inconclusive, limited),
		"No difference between B and A could be established.",
		"Anything from 20% fewer to 20% more fits the data.",
		"† The load generator was the bottleneck for the slower server at 2 clients: the ratio "+
			"proves nothing there.")
}

// answerOf returns the answer of a situation.
func answerOf(t *testing.T, name string) string {
	t.Helper()
	for _, s := range labtest.Situations() {
		if s.Name == name {
			return Answer(nil, stats.Analyse(s.Record(t)))
		}
	}
	t.Fatalf("there is no situation %q", name)
	return ""
}

// In an open loop, throughputs at rates that are sustained equal the rate. They are not compared,
// and no difference in latency is claimed that an interval does not establish.
func TestHeadlineOfArrivals(t *testing.T) {
	for _, name := range []string{"open-all", "open-limit", "open-different", "open-several"} {
		answer := answerOf(t, name)
		if strings.Contains(answer, "same number") || strings.Contains(answer, "within") {
			t.Errorf("%s compares throughputs that equal the rate: %s", name, answer)
		}
		if !strings.Contains(answer, "B takes 2.9–3.0 times as long as A") &&
			!strings.Contains(answer, "B takes 2.9 times as long as A") {
			t.Errorf("%s does not compare latencies: %s", name, answer)
		}
	}
	if answer := answerOf(t, "open-several"); !strings.Contains(answer,
		"no difference in the slowest 1% of requests (p99) of C and A could be established") {
		t.Errorf("a difference in latency is claimed without evidence: %s", answer)
	}
}

// A sentence that does not name its servers says which of their data are suspect, as others do.
func TestHeadlineNamesSuspectDataOfAll(t *testing.T) {
	test := func(name, want string) {
		t.Helper()
		if answer := answerOf(t, name); !strings.Contains(answer, want) {
			t.Errorf("%s: %s\nwant in it: %s", name, answer, want)
		}
	}
	test("open-suspect", "up to 4,000 requests per second "+
		"(B is suspect at 2,000 requests per second: busy-after-load).")
	test("several-in-part", "(B is suspect at 3 clients: busy-after-load).")
}

// Where invalid data leave one comparison, or none, of several servers, it is not the rounds that
// are too few.
func TestHeadlineOfSeveralWithInvalidData(t *testing.T) {
	for name, want := range map[string]string{
		"several-one-usable": "C handles 20–21% fewer requests per second than A at every level.",
		"several-baseline-alone": "No comparison with A: at no level are its data and those of " +
			"another server valid.",
		"several-apart": "No ranking: at no level are the data of three servers valid. " +
			"Compared with A, ",
	} {
		if answer := answerOf(t, name); !strings.Contains(answer, want) ||
			strings.Contains(answer, "rounds were run") {
			t.Errorf("%s: %s\nwant in it: %s", name, answer, want)
		}
	}
}

// Names with commas, quotation marks or an "and" are told apart in lists.
func TestHeadlineQuotesNames(t *testing.T) {
	want := "“go, \"net/http\"”, “nginx; tuned” and “C and D” lead with"
	if answer := answerOf(t, "difficult-names"); !strings.HasPrefix(answer, want) {
		t.Errorf("got %s\nwant first %s", answer, want)
	}
	if got := newSentence(named("a, b")); len(got) != 3 || got[1] != (Part{"a, b", "a, b"}) {
		t.Errorf("the quotation marks belong to the name: %q", got)
	}
}

// A share of a leader's throughput is a lower bound where the generator was the limit.
func TestLeadersMarkBounds(t *testing.T) {
	if answer := answerOf(t, "several-in-part"); !strings.Contains(answer,
		"B reaches at least 90% of that and C 90%") {
		t.Errorf("the share of B is no bound in: %s", answer)
	}
}

// The marks that stand beside numbers in a report have no place in plain text.
func TestAnswerHasNoMarks(t *testing.T) {
	for _, name := range []string{"generator-bound-one", "everything"} {
		answer := answerOf(t, name)
		if !strings.Contains(answer, "The load generator was the bottleneck for ") ||
			strings.ContainsAny(answer, "*†") {
			t.Errorf("%s: %s", name, answer)
		}
	}
}
