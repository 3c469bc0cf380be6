package stats

import (
	"slices"

	"labbook.example/labbook/internal/record"
)

// failureDoubts returns what failed in the trials of a cell, one doubt per code in the order in
// which the codes first occurred.
func failureDoubts(rec *record.Record, cell Cell) []Doubt {
	var doubts []Doubt
	for _, trial := range rec.ForCell(cell.Cell) {
		code, evidence := failure(rec, trial)
		if code == "" {
			continue
		}
		i := slices.IndexFunc(doubts, func(d Doubt) bool { return d.Code == code })
		if i < 0 {
			i = len(doubts)
			d := cell.doubt(code, 0, evidence)
			if trial.Imported == nil && rec.Joined == nil { // or else they have no order in time
				d.First = trial.Order
			}
			doubts = append(doubts, d)
		}
		if sum, ok := doubts[i].Evidence.(Faults); ok && doubts[i].Count > 0 {
			if more, ok := evidence.(Faults); ok {
				doubts[i].Evidence = sum.Plus(more)
			}
		}
		doubts[i].Count++
	}
	return doubts
}

// wrongClock returns what was wrong with the clock of a load, with the name of the machine that
// made it, where the spec has one.
func wrongClock(trial record.Result, fault record.ClockFault) Evidence {
	if len(trial.Generators) == 1 && trial.Generators[0].Machine != "" {
		return AtMachine{Machine: trial.Generators[0].String(), Evidence: WrongClock(fault)}
	}
	return WrongClock(fault)
}

// failure returns how a trial failed; the code is "" if it did not. Answers that are not as
// expected are not a failure here, unless there are more than the experiment allows: they are
// counted one by one, under NotExpected or Shed.
func failure(rec *record.Record, trial record.Result) (Code, Evidence) {
	if fault := rec.ClockFault(trial); fault != nil &&
		(trial.Outcome == record.Ended || trial.Outcome == record.Aborted) {
		return Clock, wrongClock(trial, *fault)
	}
	if trial.Outcome != record.Ended {
		return Code(trial.Outcome), stopped(trial)
	}

	m := trial.Measurement()
	requests, known := rec.Requests(trial)
	tolerant := rec.Experiment.Load.AllowedFailures > 0
	switch {
	case m == nil:
		return Aborted, NoReport{}
	case tolerant && rec.Bad(trial) > rec.AllowedBad(trial):
		return TooManyFailures, BadRequests{
			Bad:      rec.Bad(trial),
			Requests: requests,
			Allowed:  rec.AllowedBad(trial),
			Answers:  badRequests(rec, []record.Result{trial}),
		}
	case !tolerant && m.Failed > 0 || m.WriteErrors > 0:
		if faults := faultsOf(trial); faults != (Faults{}) {
			return Failed, faults
		}
		return Failed, FailedRequests{m.Failed, m.WriteErrors}
	case m.Unsent > 0:
		return Unsent, UnsentArrivals(m.Unsent)
	case m.RequestsPerSecond <= 0:
		return Aborted, NoRate{}
	case rec.Made(trial) != requests && known:
		return Failed, IncompleteRequests{m.Complete, requests}
	}
	return "", nil
}

// stopped returns why a trial did not end, and how far it came if that is known.
func stopped(trial record.Result) Evidence {
	p := trial.Progress()
	switch trial.Outcome {
	case record.TimedOut, record.Aborted, record.Crashed:
		if p.Known || p.UsageKnown {
			return Stopped{trial.Reason, p}
		}
	}
	if trial.Reason == "" {
		return nil
	}
	return Said(trial.Reason)
}

// missingDoubts returns the trials of a cell that the record does not hold.
func missingDoubts(cell Cell) []Doubt {
	missing := cell.Rounds - cell.Trials
	if missing <= 0 {
		return nil
	}
	return []Doubt{cell.doubt(Missing, missing, nil)}
}
