package report

import (
	"regexp"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

func summaryOf(t *testing.T, rec *record.Record) string {
	t.Helper()
	text, err := Summary(rec, stats.Analyse(rec))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A summary has the answer, the expectations, what is wrong with the data and the comparison, in
// this order.
func TestSummaryParts(t *testing.T) {
	for _, s := range labtest.Expected() {
		rec := s.Record(t)
		text := summaryOf(t, rec)
		parts := []string{"## " + rec.Experiment.Title + "\n", "\n### ", "\n### Expectations\n"}
		if s.Name == "expect-mixed" {
			parts = append(parts, "`not-2xx`", "✗ failed", "? undecided", "– not measured")
		}
		switch {
		case rec.Experiment.Load.OpenLoop():
			parts = append(parts, "\n### Requests per second of A\n", "; open loop, ")
		case s.Against == nil:
			parts = append(parts, "\n### Requests per second at each level\n", "closed loop.")
		}
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %q:\n%s", s.Name, part, text)
			}
		}
	}
	plain := summaryOf(t, labtest.Worlds()["seed"].Record(t))
	if strings.Contains(plain, "Expectations") {
		t.Error("an experiment without expectations has a heading for them")
	}
}

// inSummary matches the tags that a Git host keeps, as a summary writes them.
var inSummary = regexp.MustCompile(`</?(details|summary|br|strong)>`)

// A job that fails beside other programs says so in its summary, although that is no warning.
func TestSummaryOfABusyMachine(t *testing.T) {
	rec := labtest.Worlds()["seed"].Record(t)
	a := stats.Analyse(rec)
	a.Warnings = append(a.Warnings, stats.Warning{
		Code: stats.OtherLoad,
		Cells: []stats.Doubt{{
			Code:     stats.OtherLoad,
			Cell:     a.Cells[0].Cell,
			Evidence: stats.OtherPrograms{Share: 0.82},
		}},
	})
	text, err := Summary(rec, a)
	if err != nil {
		t.Fatal(err)
	}
	const want = "Other programs used up to 82% of the cores' time during these trials."
	if !strings.Contains(string(text), want) {
		t.Errorf("the summary lacks %q:\n%s", want, text)
	}
}

// A summary stands alone: it has no picture, no link and no other tag than those that a Git host
// keeps, whatever servers are called.
func TestSummaryStandsAlone(t *testing.T) {
	worlds := labtest.Worlds()
	for _, s := range labtest.Expected() {
		worlds[s.Name] = s.World
	}
	hostile := worlds["hostile"]
	hostile.Expectations = []spec.Expectation{{
		Metric: "p99_ms",
		Bound:  spec.AtMost,
		Limit:  1,
		Why:    labtest.HostileNames[0] + labtest.HostileNames[1],
		Line:   3,
	}}
	worlds["hostile"] = hostile
	for name, world := range worlds {
		for _, language := range []string{"en", "id"} {
			rec := world.Record(t)
			rec.Experiment.Language = language
			text := summaryOf(t, rec)
			rest := inSummary.ReplaceAllString(text, "")
			for _, bad := range []string{"<", "](", "![", "\u202e", "\x1b"} {
				if i := strings.Index(rest, bad); i >= 0 && !strings.HasSuffix(rest[:i], `\`) &&
					!strings.Contains(rest[max(0, i-1):i+1], `\`) {
					t.Errorf("%s in %s has %q: %.80q", name, language, bad, rest[i:])
				}
			}
			if len(text) > maxSummary {
				t.Errorf("%s in %s: %d bytes", name, language, len(text))
			}
		}
	}
}

// What would make a summary too long is left out, and the summary says so.
func TestSummaryIsShort(t *testing.T) {
	world := labtest.Worlds()["seed"]
	for line := range 600 {
		world.Expectations = append(world.Expectations, spec.Expectation{
			Metric: "failed",
			Bound:  spec.AtMost,
			Limit:  float64(line),
			Why:    strings.Repeat("a reason ", 120),
			Line:   line + 1,
		})
	}
	text := summaryOf(t, world.Record(t))
	if len(text) > maxSummary || !strings.Contains(text, "too long for this summary") ||
		!strings.HasPrefix(text, "## Two servers\n\n### ") {
		t.Errorf("%d bytes: %.200s", len(text), text)
	}
}
