package compare

import (
	"fmt"
	"strings"
	"testing"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// expecting is a spec with expectations of an earlier version.
func expecting(expectations ...string) string {
	return head + twoServers + "\n[[expect]]\n" + strings.Join(expectations, "\n[[expect]]\n")
}

const throughputAsBefore = `metric = "requests_per_second"
than = "before"
ratio_at_least = 0.9
`

func outcomes(checks []stats.Check) string {
	var all []string
	for _, c := range checks {
		text := fmt.Sprintf("%s %v %s %s", c.Expectation.Metric, c.Cell, c.Outcome, c.Reason)
		all = append(all, strings.TrimSpace(text))
	}
	return strings.Join(all, "\n")
}

// An expectation of an earlier version is checked by the change relative to the yardstick, however
// fast the machine is, and never of the yardstick itself.
func TestChecksOfAnEarlierVersion(t *testing.T) {
	r := rates(scatter)
	older := side(t, head+twoServers, r)
	test := func(name string, newer Side, yardstick, want string) {
		t.Helper()
		if got := outcomes(compared(t, older, newer, yardstick).Checks()); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
	now := func(text string, rate rates) Side { return side(t, text, rate) }
	machine := r.times("", 0.5)
	test("a slower machine", now(expecting(throughputAsBefore), machine), "",
		"requests_per_second mine c=1 met\nrequests_per_second mine c=10 met")
	test("a slower server", now(expecting(throughputAsBefore), r.times("mine", 0.8)), "",
		"requests_per_second mine c=1 failed\nrequests_per_second mine c=10 failed")
	test("a server at the limit", now(expecting(throughputAsBefore), r.times("mine", 0.9)), "",
		"requests_per_second mine c=1 undecided\nrequests_per_second mine c=10 undecided")
	test("one level of the yardstick", now(expecting(throughputAsBefore+"level = 10\n"+
		"server = \"async\"\n"), r), "", "requests_per_second async c=10 undecided no-yardstick")
	test("what no record has", now(expecting(strings.NewReplacer("requests_per_second", "p99_ms",
		"ratio_at_least", "ratio_at_most").Replace(throughputAsBefore)), r), "",
		"p99_ms mine c=1 not-measured unknown\np99_ms mine c=10 not-measured unknown")
	test("asked otherwise", now(strings.Replace(expecting(throughputAsBefore),
		`command = `, "path = \"/x\"\ncommand = ", 1), r), "",
		"requests_per_second async c=1 undecided no-yardstick\n"+
			"requests_per_second async c=10 undecided no-yardstick\n"+
			"requests_per_second mine c=1 not-measured not-comparable\n"+
			"requests_per_second mine c=10 not-measured not-comparable")
	test("nothing of it", now(head+twoServers, r), "", "")
	atNine := strings.Replace(expecting(throughputAsBefore), "[1, 10]", "[1, 9]", 1)
	test("another level", now(atNine, r), "", "requests_per_second mine c=1 met\n"+
		"requests_per_second mine c=9 not-measured unknown")

	unknown := now(expecting(throughputAsBefore), r)
	unknown.Record.Program = &record.Program{SHA256: "else"}
	unknown.Record.Models = strings.Repeat("0", 64)
	test("no yardstick", unknown, "", "requests_per_second async c=1 undecided no-yardstick\n"+
		"requests_per_second async c=10 undecided no-yardstick\n"+
		"requests_per_second mine c=1 undecided no-yardstick\n"+
		"requests_per_second mine c=10 undecided no-yardstick")
	test("a named yardstick", unknown, "mine",
		"requests_per_second async c=1 met\nrequests_per_second async c=10 met")

	against := now(expecting(throughputAsBefore), r)
	against.Record.Against = &record.Against{Server: "mine", Commit: "0123456789"}
	test("judged by the run itself", against, "", "")
}

// A check of fewer than six rounds is not measured, as in one record.
func TestChecksOfFewRounds(t *testing.T) {
	few := strings.Replace(expecting(throughputAsBefore), "rounds = 10", "rounds = 5", 1)
	c := compared(t, side(t, few, scatter), side(t, few, scatter), "")
	want := "requests_per_second mine c=1 not-measured too-few-rounds\n" +
		"requests_per_second mine c=10 not-measured too-few-rounds"
	if got := outcomes(c.Checks()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if r := c.Cells[2].Relative; !r.HasInterval() || r.Verdict != stats.NoVerdict {
		t.Errorf("five rounds: %+v, want an interval and no verdict", r)
	}
}

// The checks have what was found, and Holm's correction is over all of them.
func TestNumbersOfChecks(t *testing.T) {
	r := rates(scatter)
	newer := side(t, expecting(throughputAsBefore), r.times("mine", 0.8))
	checks := compared(t, side(t, head+twoServers, r), newer, "").Checks()
	for _, c := range checks {
		if c.Found < 0.79 || c.Found > 0.81 || c.Low > c.Found || c.High < c.Found ||
			c.High >= 0.9 || c.Confidence < 0.95 || c.N != 10 {
			t.Errorf("%+v, want about 0.8 of ten rounds", c)
		}
		if c.Adjusted < c.P || c.Adjusted > 2*c.P+1e-12 {
			t.Errorf("p = %v, adjusted for two checks %v", c.P, c.Adjusted)
		}
	}
}
