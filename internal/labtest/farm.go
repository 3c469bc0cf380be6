package labtest

import (
	"slices"
	"strings"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// farmWorlds are records that were joined of rounds, each measured alone: on two machines that are
// not alike, and on two pairs of machines.
func farmWorlds() map[string]World {
	plain := World{
		Head:    headAt("[1, 10]"),
		Servers: twoServers,
		Rounds:  12,
		Trial:   onFarm,
		Header:  joinedOfTwo,
	}
	pairs := machineWorlds()["machines"]
	pairs.Header = joinedOfPairs
	return map[string]World{"farm": plain, "farm-pairs": pairs}
}

// joinedOfTwo makes a record one of rounds on two machines, of which the seventh is missing.
func joinedOfTwo(h *record.Header) {
	h.Joined = &record.Joined{}
	for round := 1; round <= h.Rounds; round++ {
		if round != 7 {
			h.Joined.Rounds = append(h.Joined.Rounds, record.JoinedRound{
				Round:   round,
				Machine: 1 + round%2,
				Started: h.Started.Add(time.Duration(round/2) * time.Minute),
			})
		}
	}
	for n, id := range []string{"a", "b"} {
		m := record.JoinedMachine{ID: strings.Repeat(id, 16), Environment: h.Environment}
		if n > 0 {
			m.Environment.CPU = "Another CPU <of> *long* `name`"
			m.Environment.Cores, m.Environment.Kernel = 8, "6.1"
		}
		h.Joined.Machines = append(h.Joined.Machines, m)
	}
	h.Environment.CPU, h.Environment.Kernel, h.Environment.Cores = "", "", 8
}

// joinedOfPairs makes a record one of rounds that pairs of machines measured: the server of the
// second pair has another CPU.
func joinedOfPairs(h *record.Header) {
	onThree(h)
	joinedOfTwo(h)
	var all [][]record.Machine
	for n := range h.Joined.Machines {
		m := &h.Joined.Machines[n]
		m.Environment, m.Machines = record.Environment{}, append(m.Machines, h.Machines...)
		if n > 0 {
			m.Machines[0].Environment.CPU = "Another CPU"
		}
		all = append(all, m.Machines)
	}
	h.Machines = record.CommonMachines(all)
}

// planned returns the trials of a record: those of the rounds that were joined, or all.
func planned(e *spec.Experiment, h record.Header) []plan.Trial {
	return slices.DeleteFunc(plan.New(e), func(trial plan.Trial) bool {
		return h.Joined != nil && h.Joined.MachineOf(trial.Round) == 0
	})
}

// onFarm is a clean trial on one of two machines, of which one is a quarter faster than the other.
func onFarm(trial plan.Trial) record.Result {
	rate := 8000 + 400*float64(trial.Level.Value)
	if trial.Server == twoServers[1] {
		rate /= 2
	}
	if trial.Round%2 == 1 {
		rate *= 1.25
	}
	return Reported(trial, scattered(rate, trial))
}
