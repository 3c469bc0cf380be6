package stats

import "labbook/internal/record"

// notKeptDoubts reports a server that was asked to keep its connections open for further requests
// and mostly did not: each of its answers then pays for a new connection.
func notKeptDoubts(cell Cell) []Doubt {
	kept, answers, ok := keptAnswers(cell.clean)
	if !ok || float64(kept) >= minKept*float64(answers) {
		return nil
	}
	few := 0
	for _, trial := range cell.clean {
		m := trial.Measurement()
		if float64(m.KeepAliveCount) < minKept*float64(m.Complete) {
			few++
		}
	}
	return []Doubt{cell.doubt(NotKept, few, Kept{Kept: kept, Answers: answers})}
}

// KeptOpen returns after how many of a server's answers the connection stayed open, over all clean
// trials. ok is false if keep-alive was not asked for, or if no trial is clean.
func (a *Analysis) KeptOpen(server string) (kept, answers int, ok bool) {
	for _, cell := range a.CellsOf(server) {
		k, n, asked := keptAnswers(cell.clean)
		kept, answers, ok = kept+k, answers+n, ok || asked
	}
	return kept, answers, ok
}

// keptAnswers returns after how many answers the connection stayed open. ok is false if keep-alive
// was not asked for. ab counts the last answer of a connection too, if the server would have kept
// it open.
func keptAnswers(trials []record.Result) (kept, answers int, ok bool) {
	for _, trial := range trials {
		if m := trial.Measurement(); m != nil && m.KeepAlive {
			kept += m.KeepAliveCount
			answers += m.Complete
		}
	}
	return kept, answers, answers > 0
}
