package findings

import (
	"strings"
	"testing"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// testReason compares the sentence for a kind of evidence with the wanted one.
func testReason(t *testing.T, w *locale.Printer, evidence stats.Evidence, want string) {
	t.Helper()
	if got := strings.ReplaceAll(Reason(w, evidence), "\u00a0", " "); got != want {
		t.Errorf("Reason(%#v) = %q, want %q", evidence, got, want)
	}
}

func TestReasonOfAnswersAndConnections(t *testing.T) {
	test := func(w *locale.Printer, evidence stats.Evidence, want string) {
		t.Helper()
		testReason(t, w, evidence, want)
	}
	test(nil, stats.Kept{Kept: 1, Answers: 3000}, "1 of 3,000 answers left the connection open")
	test(nil, stats.CutBody{Sent: 6, Announced: 1200},
		"sends 6 of the 1,200 bytes that its Content-Length announces")
	test(nil, stats.FirstBody{Before: 6, Load: 2},
		"6 bytes in the answer before the load, 2 in the first one of the load")
	test(nil, stats.AnswerBytes{Server: 120, Baseline: 100020},
		"120 bytes per answer in the load, the baseline's answers have 100,020")
	test(nil, stats.OneSidedTLS{Server: true}, "asked by TLS, unlike the baseline")
	test(nil, stats.OneSidedTLS{}, "not asked by TLS, unlike the baseline")
	test(nil, stats.OneSidedKeepAlive{Server: true},
		"asked with keep-alive, unlike the baseline")
	test(nil, stats.OneSidedKeepAlive{}, "not asked with keep-alive, unlike the baseline")
	test(nil, stats.Drops{Dropped: 1264, Backlog: 5},
		"1,264 attempts to connect dropped by a queue for 5")
	test(nil, stats.FirstQuarter(1.5),
		"the first quarter of a load took 1.50 times as long as the last one")
	test(nil, stats.FirstQuarter(0.5),
		"the last quarter of a load took 2.00 times as long as the first one")
	test(nil, stats.HeldOpenMS(200.4),
		"still open 200 ms after the answer before the load, in the median")
	test(nil, stats.LateBody{LoadMS: 44, PromptMS: 0.06},
		"the last byte 44 ms after the first one, and 0.1 ms where it was acknowledged at once, "+
			"in the median")
}
