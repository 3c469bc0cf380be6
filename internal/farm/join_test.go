package farm

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
)

// partOf writes a round of a made-up experiment of three rounds, as --only-round leaves it, and
// returns its folder.
func partOf(t *testing.T, round int, change func(*record.Header)) string {
	t.Helper()
	whole := labtest.World{
		Head:    "[load]\nrequests = 1000\nconcurrency = [1]\n",
		Servers: []string{"a", "b"},
		Rounds:  3,
		Trial:   labtest.Good,
	}.Record(t)
	h := whole.Header
	h.OnlyRound, h.Trials, h.MachineID = round, 2, "1111111111111111"
	if change != nil {
		change(&h)
	}
	dir := filepath.Join(t.TempDir(), fmt.Sprint("part-", round))
	w, err := record.Create(dir, h)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range whole.Results {
		if r.Round == round {
			if err := w.Append(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// onAnother makes a part one of another machine.
func onAnother(h *record.Header) {
	h.MachineID, h.Environment.CPU, h.Environment.Cores = "2222222222222222", "Another CPU", 16
}

func mustJoin(t *testing.T, parts ...string) (record.Header, []record.Result) {
	t.Helper()
	header, results, err := Join(parts, true)
	if err != nil {
		t.Fatal(err)
	}
	return header, results
}

// TestJoinInAnyOrder holds that a joined record does not depend on the order in which its parts are
// named, nor on whether some were joined before.
func TestJoinInAnyOrder(t *testing.T) {
	one, two, three := partOf(t, 1, nil), partOf(t, 2, onAnother), partOf(t, 3, nil)
	header, results := mustJoin(t, one, two, three)
	if header.Trials != 6 || len(results) != 6 || header.OnlyRound != 0 || header.MachineID != "" {
		t.Errorf("%d of %d trials, round %d, machine %q; want 6 of 6 of no single round or machine",
			len(results), header.Trials, header.OnlyRound, header.MachineID)
	}
	ordered := func(a, b record.Result) int { return a.Order - b.Order }
	if !slices.IsSortedFunc(results, ordered) {
		t.Error("the trials are not in the order of the plan")
	}
	j := header.Joined
	if len(j.Machines) != 2 || j.MachineOf(1) != 1 || j.MachineOf(2) != 2 || j.MachineOf(3) != 1 {
		t.Errorf("joined %+v; want rounds 1 and 3 on one machine, round 2 on another", j)
	}
	if env := header.Environment; env.CPU != "" || env.Cores != 16 || env.Kernel == "" {
		t.Errorf("environment %+v; want what both machines have, and the most cores", env)
	}

	again, same := mustJoin(t, three, one, two)
	checkSame(t, header, again, results, same)
	before := filepath.Join(t.TempDir(), "joined")
	early, some := mustJoin(t, three, one)
	if missing := early.Joined.Missing(early.Rounds); !slices.Equal(missing, []int{2}) {
		t.Errorf("missing %v, want round 2", missing)
	}
	if err := record.WriteJoined(before, early, some); err != nil {
		t.Fatal(err)
	}
	again, same = mustJoin(t, before, two)
	checkSame(t, header, again, results, same)
}

func checkSame(t *testing.T, header, again record.Header, results, same []record.Result) {
	t.Helper()
	if diff := cmp.Diff(header, again); diff != "" {
		t.Errorf("the header differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(results, same); diff != "" {
		t.Errorf("the trials differ (-want +got):\n%s", diff)
	}
}

// TestJoinOfLongerPlan holds that rounds of a longer plan are known to have been added.
func TestJoinOfLongerPlan(t *testing.T) {
	shorter := func(h *record.Header) { h.Rounds = 2 }
	one, two, three := partOf(t, 1, shorter), partOf(t, 2, shorter), partOf(t, 3, nil)
	header, _ := mustJoin(t, one, two, three)
	if header.Rounds != 3 || !slices.Equal(header.Looks, []int{2}) {
		t.Errorf("%d rounds, looks after %v; want 3, after 2", header.Rounds, header.Looks)
	}
	header, _ = mustJoin(t, one, two)
	if header.Rounds != 2 || header.Looks != nil {
		t.Errorf("%d rounds, looks after %v; want 2, and none", header.Rounds, header.Looks)
	}
}

// TestJoinRefuses holds that all reasons are given at once, each with the part.
func TestJoinRefuses(t *testing.T) {
	one, two := partOf(t, 1, nil), partOf(t, 2, nil)
	test := func(parts []string, want ...string) {
		t.Helper()
		_, _, err := Join(parts, false)
		text := ""
		if err != nil {
			text = err.Error()
		}
		for _, reason := range want {
			if !strings.Contains(text, reason) {
				t.Errorf("error %q\nwant %q in it", text, reason)
			}
		}
		if got := strings.Count(text, "\n  "); got != len(want) {
			t.Errorf("%d reasons, want %d: %s", got, len(want), text)
		}
	}
	test([]string{one, two}, "round 3 is missing, of 3 in the plan")
	three := partOf(t, 3, nil)
	test([]string{one, two, three})
	test([]string{one, two, one, three}, "round 1 is in several parts: "+one+", "+one)

	spaced := partOf(t, 3, func(h *record.Header) {
		h.Spec.Text = strings.Replace(h.Spec.Text, "= 1000", "=  1000", 1)
	})
	test([]string{one, two, spaced}, spaced+`: spec, line 2: found "requests =  1000", but `+
		`"requests = 1000" in `+one)
	program := partOf(t, 3, func(h *record.Header) { h.Labbook = "v0.2.0" })
	test([]string{program, one, two, "nowhere"}, "nowhere: no such folder",
		program+`: labbook: found "v0.2.0", but "v0.1.0" in `+one)
}
