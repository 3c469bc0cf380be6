package spec

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// expectations reads every [[expect]]. The rest of the experiment is known: an expectation names
// its servers and levels, and may bound only what the experiment can measure.
func (t *table) expectations(e *Experiment, load, design *table) []Expectation {
	var all []Expectation
	for _, x := range t.all(expectSection) {
		reader := &expectationReader{x, e, load, design}
		expectation, ok := reader.read()
		if !ok {
			continue
		}
		for _, earlier := range all {
			reader.checkTogether(expectation, earlier)
		}
		all = append(all, expectation)
	}
	return all
}

// expectationReader reads one [[expect]].
type expectationReader struct {
	*table
	e            *Experiment
	load, design *table // of the experiment
}

// read returns the expectation. ok is false if any of it was refused.
func (r *expectationReader) read() (x Expectation, ok bool) {
	r.checkKeys()
	before := len(r.doc.problems)
	x = Expectation{
		Server: r.server(),
		Levels: r.levels(),
		Why:    r.reason(),
		Line:   r.at.line,
	}
	var known bool
	x.Metric, known = r.metric()
	r.oneOf(boundKeys...)
	for _, key := range boundKeys {
		if r.has(key) {
			x.Bound = Bound(key)
		}
	}
	x.Than = r.than(x.Bound)
	if known {
		x.Limit = r.limit(x)
	}
	if len(r.doc.problems) > before || len(r.refused) > 0 {
		return x, false
	}

	r.checkDirection(x)
	r.checkServers(x)
	r.checkKnown(x)
	return x, len(r.refused) == 0
}

// metric reads what is bounded. ok is false if it is none of the numbers that can be.
func (r *expectationReader) metric() (name string, ok bool) {
	k := r.section.key("metric")
	if !r.has("metric") {
		r.refuse("metric", "missing; allowed: %s", list(k.choices))
		return "", false
	}
	name, ok = r.stringOf("metric", list(k.choices))
	if !ok {
		return "", false
	}
	if slices.Contains(k.choices, name) {
		return name, true
	}
	advice := metricAdvice(name)
	if advice == "" {
		advice = "; allowed: " + list(k.choices)
	}
	r.refuse("metric", "found %s%s", showValue(name), advice)
	return "", false
}

// server reads the name of a server under test. "" is every server.
func (r *expectationReader) server() string {
	var names []string
	complete := true
	for _, s := range r.e.Tested() {
		complete = complete && s.Name != ""
		names = append(names, s.Name)
	}
	name, ok := r.stringOf("server", "the name of a server in quotes")
	if !r.has("server") || !ok || !complete { // a server's name was refused
		return name
	}
	if !slices.Contains(names, name) {
		r.refuse("server", "found %s, and no server under test has that name; allowed: %s%s",
			showValue(name), list(names), DidYouMean(name, names))
	}
	return name
}

// levels reads some of the experiment's levels, which are one number or an array. nil is all.
func (r *expectationReader) levels() []int {
	if !r.has("level") {
		return nil
	}
	if r.load.has("capacity") {
		r.refuse("level", "found with a capacity on line %d, which is one number per server; "+
			"allowed: no level", r.load.line("capacity"))
		return nil
	}
	k := r.section.key("level")
	levels, what := r.e.Load.Concurrency, "concurrency"
	if r.e.Load.OpenLoop() || r.load.has("rate") {
		levels, what = r.e.Load.Rate, "rate"
	}
	known := len(levels) > 0 && !r.load.refused[what] && !r.load.refused["requests"]

	items, isArray := r.values["level"].([]any)
	if !isArray {
		items = []any{r.values["level"]}
	}
	if len(items) == 0 {
		r.refuse("level", "found an empty array; allowed: one or more levels")
	}
	var found []int
	for i, item := range items {
		line := r.line("level")
		if isArray {
			line = r.at.find("level").nth(i).line
		}
		n, ok := item.(int64)
		switch {
		case !ok || n < k.min || n > k.max || known && !slices.Contains(levels, int(n)):
			allowed := k.allowed()
			if known {
				allowed = fmt.Sprintf("the levels of the experiment, its %s: %s; one of them, "+
					"or an array", what, tomlOf(levels))
			}
			r.refuseAt(line, "level", "found %s; allowed: %s", describeUnless[int64](item), allowed)
		case slices.Contains(found, int(n)):
			r.refuseAt(line, "level", "found %d again; allowed: each level once", n)
		default:
			found = append(found, int(n))
		}
	}
	return found
}

// reason reads the author's reason.
func (r *expectationReader) reason() string {
	why, ok := r.oneLine("why")
	switch {
	case ok && strings.TrimSpace(why) == "":
		r.refuse("why", "found an empty string; allowed: one line of text, or no such key")
	case len(why) > maxWhy:
		r.refuse("why", "found %s, %d bytes; allowed: at most %d bytes",
			showValue(why), len(why), maxWhy)
	}
	return strings.TrimSpace(why)
}

// than reads what a ratio is to.
func (r *expectationReader) than(bound Bound) Than {
	if !bound.OfRatio() {
		if r.has("than") && bound != "" {
			r.refuse("than", "found beside %s on line %d; %s",
				bound, r.line(string(bound)), besideRatio)
		}
		return NoRatio
	}
	return Than(r.choice("than"))
}

// limit reads the limit itself. Which numbers are allowed depends on what is bounded.
func (r *expectationReader) limit(x Expectation) float64 {
	b, _ := boundableNamed(x.Metric)
	key := string(x.Bound)
	switch {
	case x.Bound == "":
		return 0
	case b.form == count && x.Bound != AtMost:
		r.refuse(key, "found with %s, an exact count of what went wrong; allowed: at_most",
			quote(x.Metric))
		return 0
	case b.form == share && x.Bound.OfRatio():
		r.refuse(key, "found with %s, a share, which has no ratio; allowed: at_least, at_most",
			quote(x.Metric))
		return 0
	}

	allowed, within := "a number above 0", above0
	switch {
	case x.Bound.OfRatio():
		allowed += ", such as 0.95 for 5% less"
	case b.form == count:
		allowed, within = "a whole number of 0 or more, of "+b.unit+" in all rounds", isCount
	case b.form == share:
		allowed, within = "a number above 0 and at most 1, such as 0.99 for 99%", isShare
	default:
		allowed += ", in " + b.unit + r.inUnit(key, b.unit)
	}
	k := r.section.key(key)
	return r.number(k, within, allowed)
}

func above0(x float64) bool  { return x > 0 && x <= maxLimit }
func isShare(x float64) bool { return x > 0 && x <= 1 }
func isCount(x float64) bool { return x >= 0 && x <= maxLimit && x == math.Trunc(x) }

// inUnit returns the end of a problem with a limit that is a text such as "20ms": the number to
// write instead, or "".
func (r *expectationReader) inUnit(key, unit string) string {
	text, _ := r.values[key].(string)
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil || d <= 0 {
		return ""
	}
	switch unit {
	case "milliseconds":
		return "; write " + key + " = " + showLimit(float64(d)/float64(time.Millisecond))
	case "microseconds":
		return "; write " + key + " = " + showLimit(float64(d)/float64(time.Microsecond))
	}
	return ""
}

// showLimit returns a number as a person would write it in the file.
func showLimit(x float64) string { return strings.TrimSuffix(showValue(x), ".0") }

// checkDirection refuses a ratio to an earlier version that only a worse server would meet. An
// expectation of other numbers may be a hypothesis: that a server is slower than the baseline.
func (r *expectationReader) checkDirection(x Expectation) {
	if x.Than != ThanBefore || x.Bound.Lower() == x.Higher() {
		return
	}
	better, instead := "lower", "ratio_at_most, such as 1.05"
	if x.Higher() {
		better, instead = "higher", "ratio_at_least, such as 0.95"
	}
	r.refuse(string(x.Bound), "found with %s, of which a %s number is better: a version that "+
		"improves would fail; allowed: %s", quote(x.Metric), better, instead)
}

// checkServers refuses a ratio to the baseline where there is no other server.
func (r *expectationReader) checkServers(x Expectation) {
	if x.Than != ThanBaseline || r.design.refused["baseline"] {
		return
	}
	baseline := r.e.Design.Baseline
	switch {
	case x.Server == baseline:
		r.refuse("server", "found %s, which is the baseline: its ratio to itself is 1; "+
			`allowed: another server, or than = "before"`, showValue(x.Server))
	case x.Server == "" && len(r.e.Tested()) == 1:
		r.refuse(string(x.Bound), "found with one server, and a ratio is to another one, the "+
			`baseline; allowed: with a second [[server]], or than = "before"`)
	}
}

// checkTogether refuses an expectation that repeats an earlier one, or that no number can meet
// beside it.
func (r *expectationReader) checkTogether(x, earlier Expectation) {
	sameNumber := x.Metric == earlier.Metric && x.Than == earlier.Than
	if !sameNumber || len(r.refused) > 0 {
		return
	}
	if x.Bound == earlier.Bound {
		if x.Server == earlier.Server && r.sameLevels(x, earlier) {
			r.refuseAt(r.at.line, "", "found a second %s for the same %s, as on line %d; "+
				"allowed: one", x.Bound, quote(x.Metric), earlier.Line)
		}
		return
	}

	lower, upper := x, earlier
	if earlier.Bound.Lower() {
		lower, upper = earlier, x
	}
	if lower.Limit < upper.Limit || !r.overlap(x, earlier) {
		return
	}
	r.refuse(string(x.Bound), "found %s, and %s = %s of the same number on line %d; allowed: "+
		"limits with numbers between them", showLimit(x.Limit), earlier.Bound,
		showLimit(earlier.Limit), earlier.Line)
}

// sameLevels reports whether two expectations are about the same levels.
func (r *expectationReader) sameLevels(x, y Expectation) bool {
	return slices.Equal(r.levelsOf(x), r.levelsOf(y))
}

// overlap reports whether two expectations are both about some cell.
func (r *expectationReader) overlap(x, y Expectation) bool {
	if x.Server != "" && y.Server != "" && x.Server != y.Server {
		return false
	}
	ofY := r.levelsOf(y)
	return slices.ContainsFunc(r.levelsOf(x), func(n int) bool { return slices.Contains(ofY, n) })
}

// levelsOf returns the levels of an expectation in ascending order.
func (r *expectationReader) levelsOf(x Expectation) []int {
	levels := x.Levels
	if r.load.has("capacity") {
		return []int{0} // the only one
	}
	if levels == nil {
		levels = slices.Concat(r.e.Load.Concurrency, r.e.Load.Rate) // one of them is empty
	}
	return slices.Sorted(slices.Values(levels))
}
