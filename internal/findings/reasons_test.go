package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
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
		"6 bytes in the answer before the load, 2 in the first of the load")
	test(nil, stats.AnswerBytes{Server: 120, Baseline: 100020},
		"120 bytes per answer under load, 100,020 in the baseline's")
	test(nil, stats.OneSidedTLS{Server: true}, "uses TLS, unlike the baseline")
	test(nil, stats.OneSidedTLS{}, "does not use TLS, unlike the baseline")
	test(nil, stats.OneSidedKeepAlive{Server: true},
		"uses keep-alive, unlike the baseline")
	test(nil, stats.OneSidedKeepAlive{}, "does not use keep-alive, unlike the baseline")
	test(nil, stats.Drops{Dropped: 1264, Backlog: 5},
		"1,264 connection attempts dropped; queue length 5")
	test(nil, stats.FirstQuarter(1.5),
		"the first quarter of a load took 1.50 times as long as the last")
	test(nil, stats.FirstQuarter(0.5),
		"the last quarter of a load took 2.00 times as long as the first")
	test(nil, stats.HeldOpenMS(200.4),
		"still open 200 ms after the answer before the load (median)")
	test(nil, stats.LateBody{LoadMS: 44, PromptMS: 0.06},
		"last byte 44 ms after the first; with immediate acknowledgement 0.1 ms (medians)")
}
