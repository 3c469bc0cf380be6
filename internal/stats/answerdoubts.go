package stats

import (
	"cmp"
	"slices"

	"labbook.example/labbook/internal/record"
)

// unexpectedDoubts returns the answers that were not as the experiment expects, in all trials of a
// cell together. Where some may fail, Shed has them.
func unexpectedDoubts(rec *record.Record, cell Cell) []Doubt {
	if cell.Unexpected == 0 || cell.tolerant {
		return nil
	}
	d := Doubt{
		Code:  NotExpected,
		Cell:  cell.Cell,
		Count: cell.Unexpected,
		Of:    cell.Complete,
	}
	before, known := answerBeforeLoad(rec, cell)
	d.AnsweredBefore = known && before == nil
	d.Evidence = before
	if bad := badAnswers(rec, rec.ForCell(cell.Cell)); len(bad.Statuses) > 0 || bad.Bodies > 0 {
		d.Evidence = bad
	}
	return []Doubt{d}
}

// shedDoubts returns the requests of a cell that failed or got an unexpected answer where some may.
func shedDoubts(rec *record.Record, cell Cell) []Doubt {
	count := cell.Failed + cell.Unexpected
	if count == 0 || !cell.tolerant {
		return nil
	}
	return []Doubt{{
		Code:     Shed,
		Cell:     cell.Cell,
		Count:    count,
		Of:       cell.Complete,
		Evidence: badRequests(rec, rec.ForCell(cell.Cell)),
	}}
}

// badRequests returns what is known about the requests of some trials that failed or got an
// unexpected answer.
func badRequests(rec *record.Record, trials []record.Result) BadAnswers {
	bad := badAnswers(rec, trials)
	for _, trial := range trials {
		if trial.Measurement() != nil {
			bad.Faults = bad.Faults.Plus(faultsOf(trial))
		}
	}
	return bad
}

// badAnswers returns what the embedded ab knows about the answers of a cell's trials that were not
// as expected.
func badAnswers(rec *record.Record, trials []record.Result) BadAnswers {
	var bad BadAnswers
	counts := map[int]int{}
	for _, trial := range trials {
		if trial.Load == nil || trial.Load.Detail == nil {
			continue
		}
		server, _ := rec.Experiment.Server(trial.Server)
		for status, n := range trial.Load.Detail.Statuses {
			if !server.Expect.HasStatus(status) {
				counts[status] += int(n)
			}
		}
		for _, fault := range trial.Load.Detail.Faults {
			if fault.Phase == "answer" && fault.Error == "body" {
				bad.Bodies += int(fault.Count)
			}
		}
	}

	for status, n := range counts {
		bad.Statuses = append(bad.Statuses, StatusCount{status, n})
	}
	bad.sort()
	return bad
}

// Plus returns the bad answers of two cells together.
func (b BadAnswers) Plus(other BadAnswers) BadAnswers {
	sum := BadAnswers{Bodies: b.Bodies + other.Bodies, Faults: b.Faults.Plus(other.Faults)}
	for _, s := range slices.Concat(b.Statuses, other.Statuses) {
		same := func(known StatusCount) bool { return known.Status == s.Status }
		if i := slices.IndexFunc(sum.Statuses, same); i >= 0 {
			sum.Statuses[i].Answers += s.Answers
		} else {
			sum.Statuses = append(sum.Statuses, s)
		}
	}
	sum.sort()
	return sum
}

// sort sorts the statuses, the most frequent first.
func (b *BadAnswers) sort() {
	slices.SortFunc(b.Statuses, func(x, y StatusCount) int {
		return cmp.Or(cmp.Compare(y.Answers, x.Answers), cmp.Compare(x.Status, y.Status))
	})
}

// answerBeforeLoad returns the status of the answer before a load with unexpected answers; nil if
// that one was as expected, and explains nothing. known is false if there is no such answer.
func answerBeforeLoad(rec *record.Record, cell Cell) (status Evidence, known bool) {
	server, _ := rec.Experiment.Server(cell.Server)
	for _, trial := range rec.ForCell(cell.Cell) {
		if trial.Answer != nil && rec.Unexpected(trial) > 0 {
			if server.Expect.HasStatus(trial.Answer.Status) {
				return nil, true
			}
			return AnsweredStatus(trial.Answer.Status), true
		}
	}
	return nil, false
}

// uncheckedDoubts reports a cell whose answers the real ab could not compare with what the
// experiment expects.
func uncheckedDoubts(rec *record.Record, cell Cell) []Doubt {
	server, _ := rec.Experiment.Server(cell.Server)
	if rec.Generator.Name != record.InstalledAB || server.Expect.Unseen() == "" {
		return nil
	}
	return []Doubt{cell.doubt(Unchecked, cell.Trials, NotLookedAt{Body: server.Expect.HasBody()})}
}
