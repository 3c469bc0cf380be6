package findings

import (
	"fmt"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// Check is a check of an expectation in words: the same ones wherever it is shown. Names of servers
// are as the spec has them.
type Check struct {
	Outcome stats.Outcome
	Mark    string // of the outcome: "✗"
	Word    string // for the outcome: "failed"

	Title    string // "p99 latency of app at 50 clients"
	Limit    string // "at most 20 ms", "at least 0.95 times the value of app @ 1a2b3c4"
	Found    string // "21.43 ms"; "" if nothing was measured
	Interval string // "20.91–22.04 ms"; "" if there is none
	Detail   string // why the outcome is what it is, or what would decide it; may be ""

	Why  string // the author's reason for the expectation; may be ""
	Line int    // of the expectation in the spec

	finding string // what was found and what is expected
}

// String returns the check in one line, without the author's reason: "failed: p99 latency of app at
// 50 clients: 21.43 ms (95% CI 20.91–22.04 ms); limit: at most 20 ms; adjusted p = 0.0039".
func (c Check) String() string { return c.Word + ": " + c.Sentence() }

// Sentence returns what String does without the outcome.
func (c Check) Sentence() string {
	if c.Detail == "" {
		return c.finding
	}
	return c.finding + "; " + c.Detail
}

// Checks returns all checks of an analysis in words, in the order of the spec.
func Checks(w *locale.Printer, a *stats.Analysis) []Check {
	all := make([]Check, len(a.Checks))
	for i, c := range a.Checks {
		all[i] = NewCheck(w, a, c)
	}
	return all
}

// NewCheck returns a check of an analysis in words.
func NewCheck(w *locale.Printer, a *stats.Analysis, c stats.Check) Check {
	e, m := c.Expectation, measureOf(a, c.Expectation)
	words := Check{
		Outcome: c.Outcome,
		Mark:    outcomeMarks[c.Outcome],
		Word:    w.Sprintf(outcomeWords[c.Outcome]),
		Title:   titleOf(w, a, []stats.Check{c}),
		Limit:   limitOf(w, a, e),
		Detail:  detailOf(w, []stats.Check{c}),
		Why:     e.Why,
		Line:    e.Line,
	}
	if c.HasFound() {
		format := func(value float64) string { return m.value(w, value, e.Limit) }
		words.Found = foundOf(w, a, c, format(c.Found))
		if c.Confidence > 0 {
			words.Interval = intervalOf(w, c, format)
		}
	}
	words.setFinding(w, a)
	return words
}

// foundOf returns what was found of a check, as the limit that it is where a capacity was beyond
// all rates, or may be higher.
func foundOf(w *locale.Printer, a *stats.Analysis, c stats.Check, found string) string {
	of := a.Capacity(c.Cell.Server)
	switch {
	case of == nil || c.Expectation.Metric != stats.Throughput.Key:
	case c.Expectation.Bound.OfRatio():
	case of.AtMost:
		return w.Sprintf("at most %s", found)
	case a.MayTakeMore(c.Cell.Server):
		return w.Sprintf("at least %s", found)
	}
	return found
}

// intervalOf returns the interval of a check, with one end where a capacity may be beyond all
// rates; "" if it has none.
func intervalOf(w *locale.Printer, c stats.Check, format func(float64) string) string {
	if c.OpenLow && c.OpenHigh {
		return ""
	}
	if end, ok := openEnd(c.OpenLow, c.OpenHigh, format(c.Low), format(c.High)); ok {
		return end
	}
	return w.Span(c.Low, c.High, format)
}

// setFinding puts what was found and what is expected into one sentence.
func (c *Check) setFinding(w *locale.Printer, a *stats.Analysis) {
	parts := []string{w.Sprintf("limit: %s", c.Limit)}
	if c.Found != "" {
		found := c.Found
		if c.Interval != "" {
			found = fmt.Sprintf("%s (%s)", found,
				w.Sprintf("%s CI %s", w.Percentage(a.Confidence), c.Interval))
		}
		parts = []string{found, parts[0]}
	}
	c.finding = c.Title + ": " + strings.Join(parts, "; ")
}

// outcomeMarks are the outcomes as characters.
var outcomeMarks = map[stats.Outcome]string{
	stats.CheckMet:         "✓",
	stats.CheckFailed:      "✗",
	stats.CheckUndecided:   "?",
	stats.CheckNotMeasured: Nothing,
	stats.CheckWithheld:    "…",
}

// outcomeWords are the outcomes as readers see them.
var outcomeWords = map[stats.Outcome]locale.Message{
	stats.CheckMet:         "met",
	stats.CheckFailed:      "failed",
	stats.CheckUndecided:   "undecided",
	stats.CheckNotMeasured: "not measured",
	stats.CheckWithheld:    "after the last round",
}

// limitOf returns what an expectation allows: "at most 20 ms".
func limitOf(w *locale.Printer, a *stats.Analysis, e spec.Expectation) string {
	limit := measureOf(a, e).limit(w, e.Limit)
	text := w.Sprintf("at most %s", limit)
	if e.Bound.Lower() {
		text = w.Sprintf("at least %s", limit)
	}
	switch e.Than {
	case spec.ThanBaseline:
		return w.Sprintf("%s times the value of %s", text, a.Baseline)
	case spec.ThanBefore:
		if a.Against == nil {
			return w.Sprintf("%s times the value before", text)
		}
		return w.Sprintf("%s times the value at %s", text, ShortCommit(a.Against.Commit))
	}
	return text
}

// detailOf returns why checks that are alike have their outcome, and what would decide them; "" if
// there is nothing to add.
func detailOf(w *locale.Printer, checks []stats.Check) string {
	var parts []string
	if text := reasonOfChecks(w, checks); text != "" {
		parts = append(parts, text)
	}
	if checks[0].Outcome != stats.CheckUndecided {
		return strings.Join(parts, "; ")
	}
	runs := largest(checks, func(c stats.Check) int { return c.RunsNeeded })
	rounds := largest(checks, func(c stats.Check) int { return c.RoundsNeeded })
	switch {
	case runs > 0:
		parts = append(parts,
			w.Sprintf("about %s runs would probably decide it", w.Integer(runs)))
	case rounds > 0:
		parts = append(parts,
			w.Sprintf("about %s rounds would probably decide it", w.Integer(rounds)))
	}
	return strings.Join(parts, "; ")
}

// reasonOfChecks returns why checks that are alike have their outcome; "" if that is plain.
func reasonOfChecks(w *locale.Printer, checks []stats.Check) string {
	c := checks[0]
	if c.Outcome == stats.CheckWithheld {
		return ""
	}
	switch c.Reason {
	case stats.InvalidData:
		return w.Sprintf("the data are invalid")
	case stats.TooFewRounds:
		return w.Count(c.N, "1 valid round is too few", "%s valid rounds are too few")
	case stats.UnknownNumber:
		return w.Sprintf("this number is not known")
	case stats.NotAllCounted:
		return w.Sprintf("some trials ended without a report")
	case stats.NotComparable:
		return w.Sprintf("the two records do not ask the same of it")
	case stats.NoYardstick:
		return w.Sprintf("no yardstick tells the server's change from the machine's")
	}
	if text := reasonOfUndecided(w, c.Reason); text != "" {
		return text
	}
	switch {
	case c.Confidence == 0:
		return ""
	case c.Outcome == stats.CheckFailed:
		return w.Sprintf("adjusted p %s", adjustedP(w, checks))
	case c.Outcome != stats.CheckUndecided:
		return ""
	case containsLimit(c):
		return w.Sprintf("the confidence interval contains the limit")
	}
	return w.Sprintf("beyond the limit, but not significantly after the correction for all "+
		"checks (adjusted p %s)", adjustedP(w, checks))
}

// reasonOfUndecided returns why a check is undecided although its interval is on one side of the
// limit; "" for another reason.
func reasonOfUndecided(w *locale.Printer, reason stats.CheckReason) string {
	switch reason {
	case stats.LimitedByGenerator:
		return w.Sprintf("the load generator was the bottleneck, so the true value is not known")
	case stats.LimitedByNetwork:
		return w.Sprintf("the network was the bottleneck, so the true value is not known")
	case stats.LimitedByArrivals:
		return w.Sprintf("no more requests arrived, so how many it could handle is not known")
	case stats.BeyondRates:
		return w.Sprintf("the capacity may be beyond the rates that were measured")
	case stats.LikeControl:
		return w.Sprintf("the baseline differs from itself as much (A/A test)")
	case stats.DependentRounds:
		return w.Sprintf("the rounds depend on each other (correlated), so they say less than " +
			"their number")
	}
	return ""
}

// adjustedP returns the adjusted p of a check, "= 0.0039", or the largest of several, "≤ 0.0039".
func adjustedP(w *locale.Printer, checks []stats.Check) string {
	_, largest := extent(checks, func(c stats.Check) float64 { return c.Adjusted })
	p := w.PValue(largest)
	switch {
	case strings.HasPrefix(p, "<"):
		return p
	case len(checks) > 1:
		return "≤ " + p
	}
	return "= " + p
}

// ShortCommit returns the hash of a commit as it is in names.
func ShortCommit(commit string) string { return commit[:min(len(commit), 7)] }
