package terminal

import (
	"fmt"
	"strings"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// A server that fails in every trial has few lines, and one that tells how many there were.
func TestFailuresAreGathered(t *testing.T) {
	t.Parallel()
	test := func(trials int, outcome record.Outcome, want string) {
		t.Helper()
		var out strings.Builder
		p := NewProgress(&out, false, twelve())
		out.Reset()
		for i := range trials {
			r := record.Result{Trial: trial, Outcome: outcome, Reason: "exit status 1"}
			r.Order, r.Level = i*12+1, plan.Level{Kind: plan.Rate, Value: 100 + i}
			p.Begin(r.Trial)
			p.End(r)
		}
		p.Finish()
		p.Finish()
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		said := min(trials, maxFailureLines)
		if got := strings.Join(lines[said:], "\n"); got != want {
			t.Errorf("%d trials %s: after %d lines %q, want %q", trials, outcome, said, got, want)
		}
		for i, line := range lines[:said] {
			if at := fmt.Sprintf("a r=%d", 100+i); !strings.Contains(line, at) {
				t.Errorf("line %d is %q, want %q in it", i, line, at)
			}
		}
	}
	test(1, record.Crashed, "")
	test(5, record.Crashed, "")
	test(6, record.Crashed, "… a: 1 more trial (crashed)")
	test(85, record.NotStarted, "… a: 80 more trials (not started)")
	test(8, record.GivenUp, "… a: 3 more levels (given up)")
}
