package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

func TestEveryFaultHasAName(t *testing.T) {
	for kind := range (stats.Faults{}) {
		if faultNames[stats.FaultKind(kind)] == "" {
			t.Errorf("kind %d of faults has no name", kind)
		}
	}
}

func TestFaultsReason(t *testing.T) {
	test := func(w *locale.Printer, faults stats.Faults, want string) {
		t.Helper()
		if got := Reason(w, faults); got != want {
			t.Errorf("%v: %q, want %q", faults, got, want)
		}
	}
	faults := stats.Faults{stats.FaultResetAfter: 3, stats.FaultCutOff: 1200}
	test(nil, faults, "closed during an answer: 1,200, reset after a complete answer: 3")
	test(locale.For("id"), faults,
		"ditutup di tengah jawaban: 1.200, direset sesudah jawaban lengkap: 3")
	test(nil, stats.Faults{stats.FaultBroken: 2, stats.FaultNotSent: 2},
		"request not written: 2, connection broken: 2") // as many: in the order of the phases
}

// The faults of several levels are one sum.
func TestFaultsOfSeveralLevels(t *testing.T) {
	at := func(clients int, faults stats.Faults) stats.Doubt {
		level := plan.Level{Kind: plan.Concurrency, Value: clients}
		return stats.Doubt{
			Code:     stats.Failed,
			Cell:     plan.Cell{Server: "A", Level: level},
			Count:    1,
			Of:       10,
			Evidence: faults,
		}
	}
	got := reasonOf(nil, []stats.Doubt{
		at(1, stats.Faults{stats.FaultNoAnswer: 1}),
		at(5, stats.Faults{stats.FaultNoAnswer: 2, stats.FaultTimeout: 4}),
	})
	if want := "no complete answer in time: 4, closed without an answer: 3"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	mixed := reasonOf(nil, []stats.Doubt{
		at(1, stats.Faults{stats.FaultNoAnswer: 1}),
		{Cell: at(5, stats.Faults{}).Cell, Evidence: stats.IncompleteRequests{Complete: 1}},
	})
	if !strings.HasPrefix(mixed, "at 1 client: closed without an answer: 1; at 5 clients: ") {
		t.Errorf("%q, want the reasons of both levels", mixed)
	}
}
