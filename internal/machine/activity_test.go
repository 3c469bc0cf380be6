package machine

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
)

func TestParseTicks(t *testing.T) {
	test := func(line string, want *record.Ticks) {
		t.Helper()
		if diff := cmp.Diff(want, parseTicks(line)); diff != "" {
			t.Errorf("parseTicks(%q) differs (-want +got):\n%s", line, diff)
		}
	}
	// user nice system idle iowait irq softirq steal guest guest_nice; user includes guest.
	test("cpu  10 1 20 60 3 2 3 1 5 0", &record.Ticks{Busy: 37, Steal: 1, All: 100})
	test("cpu  10 1 20 60", nil)
	test("cpu0 10 1 20 60 3 2 3 1", nil)
	test("cpu  10 1 20 x 3 2 3 1", nil)
	test("cpu  10 1 20 -60 3 2 3 1", nil)
	test("", nil)
}

func TestTicksBetween(t *testing.T) {
	early := &record.Ticks{Busy: 10, Steal: 1, All: 100}
	late := &record.Ticks{Busy: 25, Steal: 3, All: 120}
	test := func(name string, before, after, want *record.Ticks) {
		t.Helper()
		if diff := cmp.Diff(want, TicksBetween(before, after)); diff != "" {
			t.Errorf("%s: ticks differ (-want +got):\n%s", name, diff)
		}
	}
	test("forwards", early, late, &record.Ticks{Busy: 15, Steal: 2, All: 20})
	test("backwards", late, early, nil)
	test("from an unknown moment", nil, late, nil)
	test("to an unknown moment", early, nil, nil)
	test("no time", early, early, nil)
}

func TestParseTimeWaits(t *testing.T) {
	got := parseTimeWaits(
		"sockets: used 90\nTCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1\nUDP: inuse 1 mem 0\n",
	)
	if got == nil || *got != 12 {
		t.Errorf("parseTimeWaits = %v, want 12", got)
	}
	if got := parseTimeWaits("UDP: inuse 1 tw 3\n"); got != nil {
		t.Errorf("parseTimeWaits without TCP = %v, want nil", *got)
	}
}

// A run that is interrupted while the machine is watched ends at once.
func TestBusyShareEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if share := BusyShare(ctx, time.Hour); share != nil && (*share < 0 || *share > 1) {
		t.Errorf("BusyShare = %v, want a share", *share)
	}
}
