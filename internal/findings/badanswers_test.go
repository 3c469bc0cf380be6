package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

func TestReasonOfBadAnswers(t *testing.T) {
	test := func(w *locale.Printer, evidence stats.Evidence, want string) {
		t.Helper()
		if got := Reason(w, evidence); got != want {
			t.Errorf("%#v: %s, want %s", evidence, got, want)
		}
	}
	answered := func(status, n int) stats.StatusCount {
		return stats.StatusCount{Status: status, Answers: n}
	}
	test(nil, stats.BadRequests{Bad: 1200, Requests: 20000, Allowed: 1000},
		"1,200 of 20,000 requests failed or got an unexpected answer (allowed: 1,000)")
	test(nil, stats.BadRequests{
		Bad:      12,
		Requests: 100,
		Allowed:  5,
		Answers: stats.BadAnswers{
			Statuses: []stats.StatusCount{answered(503, 10)},
			Faults:   stats.Faults{stats.FaultRefused: 2},
		},
	}, "12 of 100 requests failed or got an unexpected answer (allowed: 5); status 503: 10, "+
		"connection refused: 2")
	test(nil, stats.BadAnswers{Bodies: 3}, "unexpected body: 3")
	test(nil, stats.BadAnswers{
		Statuses: []stats.StatusCount{
			answered(429, 1200),
			answered(500, 4),
			answered(502, 3),
			answered(503, 2),
			answered(400, 1),
			answered(401, 1),
		},
		Bodies: 1,
		Faults: stats.Faults{stats.FaultCutOff: 7},
	}, "status 429: 1,200, status 500: 4, status 502: 3, status 503: 2, other "+
		"statuses: 2, unexpected body: 1, closed during an answer: 7")
	test(locale.For("id"),
		stats.BadAnswers{Statuses: []stats.StatusCount{answered(429, 1200)}},
		"status 429: 1.200")
	test(nil, stats.NotLookedAt{Body: true}, "ab does not check bodies")
	test(nil, stats.NotLookedAt{}, "ab only distinguishes 2xx from all other statuses")
}

// The remedy depends on whether the server answered as expected at all: then the path is right. Two
// servers may need different ones.
func TestRemedyOfUnexpectedAnswers(t *testing.T) {
	doubt := func(server string, count int, before bool) stats.Doubt {
		return stats.Doubt{
			Code:           stats.NotExpected,
			Cell:           plan.Cell{Server: server},
			Count:          count,
			Of:             100,
			AnsweredBefore: before,
		}
	}
	test := func(want string, cells ...stats.Doubt) {
		t.Helper()
		var got []string
		a := &stats.Analysis{Warnings: []stats.Warning{{Code: stats.NotExpected, Cells: cells}}}
		for _, d := range Doubts(nil, &record.Record{}, a) {
			remedy := "?"
			switch {
			case strings.Contains(d.Means, "Check the path"):
				remedy = "path"
			case strings.Contains(d.Means, "The path is right"):
				remedy = "server"
			}
			got = append(got, d.Where[:1]+" "+remedy)
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("%+v: %q, want %q", cells, text, want)
		}
	}
	test("A path", doubt("A", 100, false))
	test("A server", doubt("A", 99, false)) // one of 100 was as expected
	test("A server", doubt("A", 100, true)) // the one before the load was
	test("B path, A server", doubt("A", 3, true), doubt("B", 100, false))
}
