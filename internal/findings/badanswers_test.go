package findings

import (
	"testing"

	"labbook/internal/locale"
	"labbook/internal/stats"
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
		"1,200 of 20,000 requests failed or got another answer than expected; allowed: 1,000")
	test(nil, stats.BadAnswers{Bodies: 3}, "without the expected body: 3")
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
		Failed: 7,
	}, "answered 429: 1,200, answered 500: 4, answered 502: 3, answered 503: 2, "+
		"other statuses: 2, without the expected body: 1, failed: 7")
	test(locale.For("id"),
		stats.BadAnswers{Statuses: []stats.StatusCount{answered(429, 1200)}},
		"dijawab 429: 1.200")
	test(nil, stats.NotLookedAt{Body: true}, "ab does not look at bodies")
	test(nil, stats.NotLookedAt{}, "ab tells only 2xx from all other statuses")
}
