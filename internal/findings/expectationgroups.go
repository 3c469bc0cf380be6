package findings

import (
	"cmp"
	"slices"
	"unicode"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// Expectations are all checks of an analysis as a reader meets them.
type Expectations struct {
	Summary  string // "1 of 12 checks failed: p99 latency of app at 50 clients."
	Counts   string // "Of 12 checks, 1 failed, 1 is undecided and 10 are met."
	Worst    stats.Outcome
	Groups   []ExpectationGroup // those with the worst outcome first
	Unjudged []string           // what would judge the others
}

// ExpectationGroup is one expectation with its checks, the worst first.
type ExpectationGroup struct {
	Title string // "p99 latency: at most 20 ms"
	Why   string // the author's reason; may be ""
	Line  int    // in the spec
	Worst stats.Outcome
	Rows  []CheckRow
}

// CheckRow is a check, or several that are alike, of one server.
type CheckRow struct {
	Check
	Server string
	At     string // "at 50 clients", "at every level"
	Checks int
}

// Mark returns the mark of the worst outcome: "✗".
func (e Expectations) Mark() string { return outcomeMarks[e.Worst] }

// WorstFirst are the outcomes in the order in which a reader needs them.
var WorstFirst = []stats.Outcome{
	stats.CheckFailed,
	stats.CheckUndecided,
	stats.CheckNotMeasured,
	stats.CheckWithheld,
	stats.CheckMet,
}

// byOutcome compares two outcomes, the worse first.
func byOutcome(x, y stats.Outcome) int {
	return cmp.Compare(slices.Index(WorstFirst, x), slices.Index(WorstFirst, y))
}

// NewExpectations returns the checks of an analysis by their expectations.
func NewExpectations(w *locale.Printer, a *stats.Analysis) Expectations {
	e := Expectations{
		Summary:  failedChecks(w, a),
		Counts:   outcomeCounts(w, a.Checks),
		Worst:    worstOf(a.Checks),
		Unjudged: notJudged(w, a),
	}
	if e.Summary == "" {
		e.Summary = e.Counts
	}
	for first := 0; first < len(a.Checks); {
		isOther := func(c stats.Check) bool { return !isSame(c, a.Checks[first]) }
		n := slices.IndexFunc(a.Checks[first:], isOther)
		if n < 0 {
			n = len(a.Checks) - first
		}
		e.Groups = append(e.Groups, newGroup(w, a, a.Checks[first:first+n]))
		first += n
	}
	slices.SortStableFunc(e.Groups, func(x, y ExpectationGroup) int {
		return byOutcome(x.Worst, y.Worst)
	})
	return e
}

// isSame reports whether two checks are of the same expectation.
func isSame(x, y stats.Check) bool {
	return x.Expectation.Line == y.Expectation.Line &&
		x.Expectation.Metric == y.Expectation.Metric &&
		x.Expectation.Bound == y.Expectation.Bound && x.Expectation.Limit == y.Expectation.Limit
}

// worstOf returns the worst outcome of some checks; "" of none.
func worstOf(checks []stats.Check) stats.Outcome {
	if len(checks) == 0 {
		return ""
	}
	return slices.MinFunc(checks, func(x, y stats.Check) int {
		return byOutcome(x.Outcome, y.Outcome)
	}).Outcome
}

// newGroup returns the checks of one expectation.
func newGroup(w *locale.Printer, a *stats.Analysis, checks []stats.Check) ExpectationGroup {
	e := checks[0].Expectation
	g := ExpectationGroup{
		Title: capitalised(w.Sprintf(measureOf(a, e).name)) + ": " + limitOf(w, a, e),
		Why:   e.Why,
		Line:  e.Line,
		Worst: worstOf(checks),
	}
	for _, outcome := range WorstFirst {
		for _, server := range a.Servers {
			var of []stats.Check
			for _, c := range checks {
				if c.Cell.Server == server && c.Outcome == outcome {
					of = append(of, c)
				}
			}
			for _, alike := range alikes(of) {
				g.Rows = append(g.Rows, newCheckRow(w, a, alike))
			}
		}
	}
	return g
}

// lowerFirst returns the name of a metric in a sentence. An acronym keeps its capital.
func lowerFirst(name string) string {
	if runes := []rune(name); len(runes) > 1 && unicode.IsLower(runes[1]) {
		return string(unicode.ToLower(runes[0])) + string(runes[1:])
	}
	return name
}

// capitalised returns the name of a metric at the beginning of a line. A percentile has no capital:
// "p99 latency".
func capitalised(name string) string {
	if len(name) > 1 && name[0] == 'p' && unicode.IsDigit(rune(name[1])) {
		return name
	}
	return upperFirst(name)
}

// maxSingle is how many checks of a server have a row each although they are not met.
const maxSingle = 3

// alikes returns checks of one server and one outcome in groups that can share a row: those that
// are met, and others if they are many.
func alikes(checks []stats.Check) [][]stats.Check {
	var groups [][]stats.Check
	for _, c := range checks {
		i := slices.IndexFunc(groups, func(g []stats.Check) bool { return isAlike(g[0], c) })
		single := c.Outcome != stats.CheckMet && len(checks) <= maxSingle
		if i < 0 || single {
			groups = append(groups, []stats.Check{c})
		} else {
			groups[i] = append(groups[i], c)
		}
	}
	return groups
}

// isAlike reports whether two checks have the same outcome for the same reason.
func isAlike(x, y stats.Check) bool {
	return x.Reason == y.Reason && (x.N == y.N || x.Reason != stats.TooFewRounds) &&
		(x.Confidence > 0) == (y.Confidence > 0) &&
		(x.Outcome == stats.CheckWithheld || containsLimit(x) == containsLimit(y))
}

// newCheckRow returns a row of checks of one server that are alike.
func newCheckRow(w *locale.Printer, a *stats.Analysis, checks []stats.Check) (row CheckRow) {
	c := checks[0]
	row = CheckRow{
		Check:  NewCheck(w, a, c),
		Server: c.Cell.Server,
		At:     atLevels(w, checkedLevels(checks), a.Levels),
		Checks: len(checks),
	}
	if len(checks) == 1 {
		return row
	}
	row.Title = titleOf(w, a, checks)
	row.Detail = detailOf(w, checks)
	defer row.setFinding(w, a)
	if !c.HasFound() {
		return row
	}

	m := measureOf(a, c.Expectation)
	format := func(value float64) string { return m.value(w, value, c.Expectation.Limit) }
	low, high := extent(checks, func(c stats.Check) float64 { return c.Found })
	row.Found = w.Span(low, high, format)
	if c.Confidence > 0 {
		low, _ = extent(checks, func(c stats.Check) float64 { return c.Low })
		_, high = extent(checks, func(c stats.Check) float64 { return c.High })
		row.Interval = w.Span(low, high, format)
	}
	return row
}

// titleOf names checks of one server: "p99 latency of app at 10 and 50 clients".
func titleOf(w *locale.Printer, a *stats.Analysis, checks []stats.Check) string {
	var all []plan.Level // a single level is always named
	if len(checks) > 1 {
		all = a.Levels
	}
	name := lowerFirst(w.Sprintf(measureOf(a, checks[0].Expectation).name))
	if a.Objective != nil && checks[0].Expectation.Metric == stats.Throughput.Key {
		return w.Sprintf("%s of %s (%s)", name, checks[0].Cell.Server, Objective(w, a))
	}
	return w.Sprintf("%s of %s %s", name, checks[0].Cell.Server,
		atLevels(w, checkedLevels(checks), all))
}

func checkedLevels(checks []stats.Check) []plan.Level {
	levels := make([]plan.Level, len(checks))
	for i, c := range checks {
		levels[i] = c.Cell.Level
	}
	return levels
}

// outcomeCounts returns how many checks have which outcome; "" if there are none.
func outcomeCounts(w *locale.Printer, checks []stats.Check) string {
	count := map[stats.Outcome]int{}
	for _, c := range checks {
		count[c.Outcome]++
	}
	if len(count) == 1 {
		n := len(checks)
		switch checks[0].Outcome {
		case stats.CheckFailed:
			return w.Count(n, "The only check failed.", "All %s checks failed.")
		case stats.CheckUndecided:
			return w.Count(n, "The only check is undecided.", "All %s checks are undecided.")
		case stats.CheckWithheld:
			return withheldChecks(w, n)
		case stats.CheckNotMeasured:
			return w.Count(n, "The only check was not measured.",
				"None of the %s checks was measured.")
		}
		return w.Count(n, "The only check is met.", "All %s checks are met.")
	}

	var clauses []string
	add := func(outcome stats.Outcome, one, many locale.Message) {
		if n := count[outcome]; n > 0 {
			clauses = append(clauses, w.Count(n, one, many))
		}
	}
	add(stats.CheckFailed, "1 failed", "%s failed")
	add(stats.CheckUndecided, "1 is undecided", "%s are undecided")
	add(stats.CheckNotMeasured, "1 was not measured", "%s were not measured")
	add(stats.CheckWithheld, "1 is decided after the last round",
		"%s are decided after the last round")
	add(stats.CheckMet, "1 is met", "%s are met")
	if len(clauses) == 0 {
		return ""
	}
	return w.Sprintf("Of %s checks, %s.", w.Integer(len(checks)), w.List(clauses))
}

// failedChecks states how many checks failed, and the first of them; "" if none did.
func failedChecks(w *locale.Printer, a *stats.Analysis) string {
	var failed, first []stats.Check
	for _, c := range a.Checks {
		if c.Outcome != stats.CheckFailed {
			continue
		}
		failed = append(failed, c)
		if isSame(failed[0], c) && failed[0].Cell.Server == c.Cell.Server {
			first = append(first, c)
		}
	}
	if len(failed) == 0 {
		return ""
	}

	where := titleOf(w, a, first)
	if more := len(failed) - len(first); more > 0 {
		where = w.Sprintf("%s, and %s more", where, w.Integer(more))
	}
	if len(a.Checks) == 1 {
		return w.Sprintf("The only check failed: %s.", where)
	}
	return w.Sprintf("%s of %s checks failed: %s.", w.Integer(len(failed)),
		w.Integer(len(a.Checks)), where)
}

// notJudged states, a sentence for each reason, which expectations this record cannot be checked
// for, and what would judge them.
func notJudged(w *locale.Printer, a *stats.Analysis) []string {
	var lines []string
	for _, e := range a.Unjudged {
		lines = append(lines, w.Integer(e.Line))
	}
	if len(lines) == 0 {
		return nil
	}
	where := w.Sprintf("line %s", lines[0])
	if len(lines) > 1 {
		where = w.Sprintf("lines %s", w.List(lines))
	}
	if a.Against != nil {
		return []string{w.Sprintf("Not judged in this run (%s), which measured two versions of %s "+
			"alone. Run without --against to judge the rest.", where, a.Against.Server)}
	}
	return []string{w.Sprintf("Not judged in this run (%s), which measured no earlier version. "+
		"Run with --against COMMIT to compare with one.", where)}
}

// containsLimit reports whether the limit of a check is in its interval.
func containsLimit(c stats.Check) bool {
	return c.Confidence > 0 && c.Low <= c.Expectation.Limit && c.Expectation.Limit <= c.High
}

// largest returns the largest number that some checks have; 0 if one has none.
func largest(checks []stats.Check, of func(stats.Check) int) int {
	low, high := extent(checks, of)
	if low == 0 {
		return 0
	}
	return high
}
