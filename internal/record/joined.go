package record

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Joined is of which parts a record was made: of rounds that were measured alone, each on some
// machine, at any time. Nothing is known of one round from when another one was measured: they have
// no common clock, and may have run at the same time.
type Joined struct {
	Rounds   []JoinedRound   `json:"rounds"` // ascending; others of the plan are missing
	Machines []JoinedMachine `json:"machines"`
}

// JoinedRound is a round that was measured alone.
type JoinedRound struct {
	Round   int       `json:"round"`   // its number in the plan, from 1
	Machine int       `json:"machine"` // its place in Machines, from 1
	Started time.Time `json:"started,omitzero"`
}

// JoinedMachine is a machine that measured some of the rounds, or several that did so together.
type JoinedMachine struct {
	ID          string      `json:"id,omitempty"` // as Header.MachineID
	Environment Environment `json:"environment"`
	Machines    []Machine   `json:"machines,omitempty"` // as Header.Machines
}

// IsSame reports whether two machines are the same one, as far as is known. Two that are alike and
// of which one is unknown are taken to be the same: that claims less.
func (m JoinedMachine) IsSame(other JoinedMachine) bool {
	if len(m.Machines) != len(other.Machines) || len(m.Differences(other)) > 0 {
		return false
	}
	same := func(a, b string) bool { return a == "" || b == "" || a == b }
	for i := range m.Machines {
		if !same(m.Machines[i].ID, other.Machines[i].ID) {
			return false
		}
	}
	return same(m.ID, other.ID)
}

// Differences returns in what two machines are not alike.
func (m JoinedMachine) Differences(other JoinedMachine) []Difference {
	all := append(m.Environment.differences(other.Environment),
		memoryDifference(m.Environment, other.Environment))
	all = append(all, machineDifferences(m.Machines, other.Machines)...)
	return slices.DeleteFunc(all, Difference.equal)
}

// memoryDifference compares the memory of two machines. What a kernel takes for itself differs a
// little.
func memoryDifference(a, b Environment) Difference {
	const alike = 0.03
	low, high := min(a.MemoryBytes, b.MemoryBytes), max(a.MemoryBytes, b.MemoryBytes)
	d := Difference{What: "memory"}
	if low > 0 && float64(high-low) > alike*float64(high) {
		d.Recorded, d.Now = fmt.Sprint(a.MemoryBytes), fmt.Sprint(b.MemoryBytes)
	}
	return d
}

// Alike reports whether no machine is known to differ from another one.
func (j *Joined) Alike() bool {
	return !slices.ContainsFunc(j.Machines, func(m JoinedMachine) bool {
		return len(j.Machines[0].Differences(m)) > 0
	})
}

// Missing returns the rounds of a plan of so many rounds that are not joined, ascending.
func (j *Joined) Missing(rounds int) []int {
	if j == nil {
		return nil
	}
	var missing []int
	for round := 1; round <= rounds; round++ {
		if !j.has(round) {
			missing = append(missing, round)
		}
	}
	return missing
}

func (j *Joined) has(round int) bool {
	return slices.ContainsFunc(j.Rounds, func(r JoinedRound) bool { return r.Round == round })
}

// MachineOf returns the machine that measured a round, from 1; 0 if it is not known, or if all
// rounds are of one run.
func (j *Joined) MachineOf(round int) int {
	if j == nil {
		return 0
	}
	for _, r := range j.Rounds {
		if r.Round == round {
			return r.Machine
		}
	}
	return 0
}

// RoundsOf returns the rounds that a machine measured, ascending.
func (j *Joined) RoundsOf(machine int) []int {
	var rounds []int
	for _, r := range j.Rounds {
		if r.Machine == machine {
			rounds = append(rounds, r.Round)
		}
	}
	return rounds
}

// valid reports whether a record of so many rounds can have been joined as it says.
func (j *Joined) valid(rounds int) bool {
	if j == nil {
		return true
	}
	before := 0
	for _, r := range j.Rounds {
		if r.Round <= before || r.Round > rounds || r.Machine < 1 || r.Machine > len(j.Machines) {
			return false
		}
		before = r.Round
	}
	return len(j.Rounds) > 0
}

// applyTo makes an experiment what was measured: its rounds are those that are joined, and each of
// them began with servers that were started for it.
func (j *Joined) applyTo(e *spec.Experiment) error {
	if j == nil {
		return nil
	}
	if e.Design.Restart == spec.RestartNever {
		e.Design.Restart = spec.RestartRound
	}
	return e.SetRounds(len(j.Rounds))
}

// Planned returns the trials that the record is to hold, in the plan's order.
func (rec *Record) Planned() []plan.Trial {
	whole := *rec.Experiment
	whole.Design.Rounds = rec.Rounds
	return slices.DeleteFunc(plan.New(&whole), func(t plan.Trial) bool {
		return rec.OnlyRound > 0 && t.Round != rec.OnlyRound ||
			rec.Joined != nil && !rec.Joined.has(t.Round)
	})
}

// WriteJoined writes a record that was made of parts into a folder, which it creates if it is
// missing. A folder that holds anything but a joined record, all of whose rounds are among the new
// ones, is refused, and nothing is written.
func WriteJoined(dir string, header Header, results []Result) error {
	if err := checkJoinFolder(dir, header); err != nil {
		return err
	}
	unlock, err := LockFolder(dir, "labbook join")
	if err != nil {
		return err
	}
	defer unlock()
	if err := checkJoinFolder(dir, header); err != nil { // a run may have ended since
		return err
	}

	writer, err := Create(dir, header)
	if err != nil {
		return err
	}
	for _, result := range results {
		if err := writer.Append(result); err != nil {
			return errors.Join(err, writer.Discard())
		}
	}
	return writer.Finish()
}

// checkJoinFolder returns an error if a folder holds anything that a joined record must not
// replace.
func checkJoinFolder(dir string, header Header) error {
	before, err := remade{
		is:    func(h Header) bool { return h.Joined != nil },
		other: "was not joined",
		made:  "joined",
	}.in(dir)
	if err != nil || before == nil {
		return err
	}
	return checkReplaced(dir, before.Header, header)
}

// checkReplaced returns an error if a joined record has something that the one which is to replace
// it does not have.
func checkReplaced(dir string, old, now Header) error {
	if old.Spec.Text != now.Spec.Text {
		return notReplaced("%s holds the joined record of another spec, %s", dir, old.Spec.Name)
	}
	for _, r := range old.Joined.Rounds {
		if !now.Joined.has(r.Round) {
			return notReplaced("%s holds a joined record with round %d, which is not among these "+
				"parts", dir, r.Round)
		}
	}
	return nil
}
