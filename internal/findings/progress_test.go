package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

func TestReasonOfAStoppedTrial(t *testing.T) {
	test := func(w *locale.Printer, said string, change func(*record.Progress), want string) {
		t.Helper()
		evidence := stats.Stopped{Said: said}
		change(&evidence.Progress)
		if got := strings.ReplaceAll(Reason(w, evidence), "\u00a0", " "); got != want {
			t.Errorf("Reason(%+v) = %q, want %q", evidence, got, want)
		}
	}
	answered := func(p *record.Progress, n, of int) {
		p.Answered = n
		p.Requests = of
		p.Known = true
	}

	test(nil, "stopped at 2s", func(p *record.Progress) {
		answered(p, 37, 1000)
		p.Waiting = 8
		p.HeldOpen = 2
		p.Cores = 1.9
		p.Threads = 800
		p.UsageKnown = true
	}, "stopped at 2s; 37 of 1,000 requests were answered; in progress: 8 waiting for an answer "+
		"and 2 with a complete answer on a connection that the server kept open; the server "+
		"used 190% of a core and had 800 threads")
	test(nil, "", func(p *record.Progress) {
		answered(p, 90, 100)
		p.AtLeast = true
		p.InWarmup = true
	}, "at least 90 of the warm-up's 100 requests were answered")
	test(nil, "hung", func(p *record.Progress) {
		p.Threads = 1
		p.UsageKnown = true
	}, "hung; the server used 0% of a core and had 1 thread")
	test(nil, "gone", func(p *record.Progress) { answered(p, 1, 0) },
		"gone; 1 request was answered")
	test(locale.For("id"), "", func(p *record.Progress) {
		answered(p, 0, 1000)
		p.Connecting = 5
	}, "0 dari 1.000 permintaan terjawab; masih berlangsung: 5 sedang menyambung")
}
