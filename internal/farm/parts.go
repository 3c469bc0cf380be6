package farm

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// part is what a folder or a file has of an experiment: a round that was measured alone, or rounds
// that were joined before.
type part struct {
	name       string // as the user named it
	rec        *record.Record
	unfinished bool
}

// rounds returns the rounds that a part holds.
func (p part) rounds() []int {
	if p.rec.OnlyRound > 0 {
		return []int{p.rec.OnlyRound}
	}
	var all []int
	for _, r := range p.rec.Joined.Rounds {
		all = append(all, r.Round)
	}
	return all
}

// machineOf returns the machine that measured a round of the part.
func (p part) machineOf(round int) record.JoinedMachine {
	if p.rec.OnlyRound > 0 {
		return record.JoinedMachine{
			ID:          p.rec.MachineID,
			Environment: p.rec.Environment,
			Machines:    p.rec.Machines,
		}
	}
	return p.rec.Joined.Machines[p.rec.Joined.MachineOf(round)-1]
}

// round returns a round of the part without its machine.
func (p part) round(round int) record.JoinedRound {
	if p.rec.OnlyRound > 0 {
		return record.JoinedRound{Round: round, Started: p.rec.Started}
	}
	at := slices.IndexFunc(p.rec.Joined.Rounds, func(r record.JoinedRound) bool {
		return r.Round == round
	})
	return p.rec.Joined.Rounds[at]
}

// missing returns the trials of the part that are not in its record.
func (p part) missing() []plan.Trial { return p.rec.Remaining(p.rec.Planned()) }

// readPart reads the record of a part: of a folder, or the record itself. One that did not end is
// read as far as it came.
func readPart(name string) (part, error) {
	dir := name
	if base := filepath.Base(name); base == record.FileName || base == record.PartName {
		dir = filepath.Dir(name)
	}
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return part{}, errors.New("no such folder")
	case err != nil:
		return part{}, err
	case !info.IsDir():
		return part{}, errors.New("found a file; allowed: a folder that --only-round wrote")
	}

	rec, err := record.Read(dir)
	unfinished := errors.Is(err, fs.ErrNotExist)
	if unfinished {
		rec, err = record.ReadUnfinished(dir)
		_, there := record.Unfinished(dir)
		switch {
		case err == nil && rec == nil && there:
			return part{}, errors.New("found a run that has no trial yet; allowed: one that has " +
				"ended")
		case err == nil && rec == nil:
			return part{}, fmt.Errorf("found no %s", record.FileName)
		}
	}
	switch {
	case err != nil:
		return part{}, err
	case rec.OnlyRound == 0 && rec.Joined == nil:
		return part{}, errors.New("found the record of a whole run; allowed: one round that " +
			"--only-round measured, or joined ones")
	}
	return part{name, rec, unfinished}, nil
}

// byRound sorts parts by their first round, so that the joined record does not depend on the order
// in which a shell names them.
func byRound(a, b part) int {
	return cmp.Or(cmp.Compare(a.rounds()[0], b.rounds()[0]), cmp.Compare(a.name, b.name))
}
