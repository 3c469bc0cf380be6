package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommonEnvironment(t *testing.T) {
	busy, quiet := 0.3, 0.1
	a := Environment{CPU: "A", Cores: 4, Kernel: "6.1"}
	b := Environment{CPU: "B", Cores: 8, Kernel: "6.1"}
	c := Environment{CPU: "B", Cores: 2, Kernel: "6.1"}
	a.BusyBefore, b.BusyBefore, c.Hypervisor = &quiet, &busy, true

	got := CommonEnvironment([]Environment{a, b, c})
	if got.Kernel != "6.1" || got.CPU != "" {
		t.Errorf("%+v: want the kernel that all have, and no CPU", got)
	}
	if got.Cores != 8 || !got.Hypervisor || got.BusyBefore == nil || *got.BusyBefore != busy {
		t.Errorf("%+v: want 8 cores, a virtual machine, 30%% busy", got)
	}
	if alone := CommonEnvironment([]Environment{a}); alone != a {
		t.Errorf("of one machine: %+v, want it as it is", alone)
	}
}

func TestSameMachine(t *testing.T) {
	test := func(a, b JoinedMachine, want bool) {
		t.Helper()
		if got := a.IsSame(b); got != want {
			t.Errorf("%+v and %+v: same %v, want %v", a, b, got, want)
		}
		if got := b.IsSame(a); got != want {
			t.Errorf("the other way round: same %v, want %v", got, want)
		}
	}
	env := Environment{CPU: "A", Cores: 4, MemoryBytes: 8_000_000_000}
	little, much := env, env
	little.MemoryBytes, much.MemoryBytes = 7_990_000_000, 16_000_000_000

	test(JoinedMachine{ID: "1", Environment: env}, JoinedMachine{ID: "1", Environment: env}, true)
	test(JoinedMachine{ID: "1", Environment: env}, JoinedMachine{ID: "2", Environment: env}, false)
	test(JoinedMachine{ID: "1", Environment: env}, JoinedMachine{Environment: env}, true)
	test(JoinedMachine{Environment: env}, JoinedMachine{Environment: little}, true)
	test(JoinedMachine{Environment: env}, JoinedMachine{Environment: much}, false)
	test(JoinedMachine{Environment: env, Machines: []Machine{{Name: "s", ID: "a"}}},
		JoinedMachine{Environment: env, Machines: []Machine{{Name: "s", ID: "b"}}}, false)
}

func TestMissingRounds(t *testing.T) {
	j := &Joined{Rounds: []JoinedRound{{Round: 2, Machine: 1}, {Round: 4, Machine: 2}}}
	if got := j.Missing(5); !slices.Equal(got, []int{1, 3, 5}) {
		t.Errorf("Missing = %v, want 1, 3 and 5", got)
	}
	if got := (*Joined)(nil).Missing(5); got != nil {
		t.Errorf("a record of one run lacks the rounds %v", got)
	}
	if j.MachineOf(4) != 2 || j.MachineOf(3) != 0 || !slices.Equal(j.RoundsOf(1), []int{2}) {
		t.Errorf("round 4 is of machine %d, round 3 of %d, machine 1 has %v",
			j.MachineOf(4), j.MachineOf(3), j.RoundsOf(1))
	}
}

func TestImpossibleJoined(t *testing.T) {
	machines := make([]JoinedMachine, 2)
	test := func(want bool, rounds ...JoinedRound) {
		t.Helper()
		j := &Joined{Rounds: rounds, Machines: machines}
		if got := j.valid(3); got != want {
			t.Errorf("%+v: valid %v, want %v", rounds, got, want)
		}
	}
	test(true, JoinedRound{Round: 1, Machine: 1}, JoinedRound{Round: 3, Machine: 2})
	test(false)
	test(false, JoinedRound{Round: 1, Machine: 3})
	test(false, JoinedRound{Round: 1})
	test(false, JoinedRound{Round: 4, Machine: 1})
	test(false, JoinedRound{Round: 2, Machine: 1}, JoinedRound{Round: 2, Machine: 1})
}

// TestImpossibleOnlyRound holds that a record of one round alone is refused if its plan has no such
// round: what is joined of it could not be read again.
func TestImpossibleOnlyRound(t *testing.T) {
	test := func(round int, want string) {
		t.Helper()
		h := header()
		h.OnlyRound = round
		line, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if _, err := Decode(bytes.NewReader(line)); err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("round %d: error %q, want %q", round, got, want)
		}
	}
	last := header().Rounds
	test(last, "")
	test(last+1, fmt.Sprintf("the header says round %d alone; allowed: 1 to %d", last+1, last))
	test(-1, "the header says round -1 alone")
}

func TestCommonMachines(t *testing.T) {
	part := func(id, cpu string, rtt float64) []Machine {
		return []Machine{{
			Name:              "server",
			Launcher:          "ssh",
			ID:                id,
			Environment:       Environment{CPU: cpu, Kernel: "6.1", Cores: 4},
			RTTMS:             &rtt,
			WallOffsetSeconds: &rtt,
		}}
	}
	first := part("a", "A", 0.2)
	got := CommonMachines([][]Machine{first, part("b", "B", 0.3)})[0]
	if got.Environment.CPU != "" || got.Environment.Kernel != "6.1" || got.ID != "a" {
		t.Errorf("%+v: want no CPU, the kernel that both have, and the first ID", got)
	}
	if *got.RTTMS != 0.3 || got.WallOffsetSeconds != nil || got.Launcher != "ssh" {
		t.Errorf("%+v: want a round trip of 0.3 ms, no wall clock, and ssh", got)
	}
	if first[0].Environment.CPU != "A" || *first[0].RTTMS != 0.2 {
		t.Errorf("the part itself was changed: %+v", first[0])
	}
	if alone := CommonMachines([][]Machine{first}); !cmp.Equal(alone, first) {
		t.Errorf("of one part: %+v, want it as it is", alone)
	}
}

func TestRoundsText(t *testing.T) {
	test := func(want string, rounds ...int) {
		t.Helper()
		if got := RoundsText(rounds); got != want {
			t.Errorf("RoundsText(%v) = %q, want %q", rounds, got, want)
		}
	}
	test("round 3 is", 3)
	test("rounds 1–3 are", 1, 2, 3)
	test("rounds 1–3 and 7 are", 1, 2, 3, 7)
	test("rounds 1, 3–4 and 7 are", 1, 3, 4, 7)
}
