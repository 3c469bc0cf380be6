package stats

import (
	"labbook/internal/locale"
	"labbook/internal/record"
)

// What the machine may do before the first trial, and beside the trials, without a note.
const (
	mostBusyBefore = 0.15
	mostTimeWaits  = 1000
	hostBoundShare = 0.95
	mostSteal      = 0.02
)

// hostNotes gives the codes of what the machine did before the first trial.
func hostNotes(env record.Environment) []Code {
	var notes []Code
	if env.BusyBefore != nil && *env.BusyBefore > mostBusyBefore {
		notes = append(notes, BusyHost)
	}
	if env.TimeWait != nil && *env.TimeWait > mostTimeWaits {
		notes = append(notes, TimeWait)
	}
	return notes
}

// ticks adds up what the machine did during some trials. A trial alone has too few of them to tell.
func ticks(trials []record.Result) (sum record.Ticks) {
	for _, trial := range trials {
		if t := trial.Host; t != nil {
			sum.Busy, sum.Steal, sum.All = sum.Busy+t.Busy, sum.Steal+t.Steal, sum.All+t.All
		}
	}
	return sum
}

// hostDoubts gives the codes of what the machine did during a cell's clean trials.
func hostDoubts(cell Cell, w *locale.Printer) []codedDoubt {
	var found []codedDoubt
	add := func(code Code, share float64, reason locale.Message) {
		found = append(found, codedDoubt{code, Doubt{
			Cell:   cell.Cell,
			Count:  cell.Clean(),
			Of:     cell.Rounds,
			Reason: w.Sprintf(reason, w.Percent(share, 0)),
		}})
	}
	t := cell.host
	if t.All == 0 {
		return nil
	}
	if busy := float64(t.Busy) / float64(t.All); busy >= hostBoundShare {
		add(HostBound, busy, "%s of all cores' time was busy, together")
	}
	if steal := float64(t.Steal) / float64(t.All); steal > mostSteal {
		add(Steal, steal, "%s of all cores' time went to other guests, together")
	}
	return found
}
