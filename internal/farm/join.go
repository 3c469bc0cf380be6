package farm

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
)

// Join makes one record of parts, each of them a folder that --only-round wrote, or one that was
// joined before. If they do not fit, the error names all reasons. With partial, rounds and trials
// may be missing: what was measured is joined, and the record tells what is not there.
func Join(names []string, partial bool) (record.Header, []record.Result, error) {
	parts, reasons := readParts(names)
	reasons = append(reasons, differing(parts)...)
	reasons = append(reasons, twice(parts)...)
	var lacking []string
	if len(reasons) == 0 {
		lacking = incomplete(parts)
	}
	switch {
	case len(reasons) > 0:
		reasons = append(reasons, incomplete(parts)...)
		return refuse(reasons, "join parts of one experiment, measured by the same program; "+
			"nothing was written")
	case len(lacking) > 0 && !partial:
		return refuse(lacking, "measure what is missing with --only-round, or resume it with "+
			"the command that began it; --partial joins what there is, and the report names "+
			"what is missing")
	}

	header := joinHeaders(parts)
	var results []record.Result
	for _, p := range parts {
		results = append(results, p.rec.Results...)
		results = append(results, p.rec.Calibrated...)
	}
	slices.SortStableFunc(results, func(a, b record.Result) int {
		return cmp.Compare(a.Order, b.Order)
	})
	return header, results, nil
}

func refuse(reasons []string, hint string) (record.Header, []record.Result, error) {
	text := "the parts do not make one record:\n  " + strings.Join(reasons, "\n  ")
	return record.Header{}, nil, failure.New(failure.ExitUsage, errors.New(text), hint)
}

// joinHeaders returns the header of the joined record. Its parts are alike in all but the machine,
// and sorted by their rounds.
func joinHeaders(parts []part) record.Header {
	h := parts[0].rec.Header
	h.OnlyRound, h.MachineID, h.Trials = 0, "", 0
	h.Joined = &record.Joined{}
	var environments []record.Environment
	var machines [][]record.Machine
	for _, p := range parts {
		h.Trials += p.rec.Trials
		if s := p.rec.Source; s != nil && s.Dirty && h.Source != nil {
			h.Source = s
		}
		if started := p.rec.Started; h.Started.After(started) {
			h.Started = started
		}
		environments = append(environments, p.rec.Environment)
		machines = append(machines, p.rec.Machines)
		for _, round := range p.rounds() {
			r := p.round(round)
			r.Machine = placeOf(h.Joined, p.machineOf(round))
			h.Joined.Rounds = append(h.Joined.Rounds, r)
		}
	}
	slices.SortFunc(h.Joined.Rounds, func(a, b record.JoinedRound) int {
		return cmp.Compare(a.Round, b.Round)
	})
	h.Environment = record.CommonEnvironment(environments)
	h.Machines = record.CommonMachines(machines)
	h.Rounds, h.Looks = plans(parts)
	return h
}

// plans returns how many rounds the longest plan of the parts has, and the numbers of rounds after
// which it was made longer: the results of the shorter ones could be seen before.
func plans(parts []part) (rounds int, looks []int) {
	held := 0
	for _, p := range parts {
		held += len(p.rounds())
		looks = append(append(looks, p.rec.Looks...), p.rec.Rounds)
	}
	slices.Sort(looks)
	looks = slices.Compact(looks)
	rounds = looks[len(looks)-1]
	looks = slices.DeleteFunc(looks, func(look int) bool { return look >= min(rounds, held) })
	if len(looks) == 0 {
		return rounds, nil
	}
	return rounds, looks
}

// placeOf returns the place of a machine among those of a joined record, from 1. It is added if it
// is not there yet.
func placeOf(j *record.Joined, m record.JoinedMachine) int {
	at := slices.IndexFunc(j.Machines, m.IsSame)
	if at < 0 {
		j.Machines = append(j.Machines, m)
		at = len(j.Machines) - 1
	}
	return at + 1
}
