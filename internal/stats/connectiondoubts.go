package stats

import (
	"slices"

	"labbook.example/labbook/internal/record"
)

// backlogDoubts reports a server that accepted connections too slowly for its listener's queue. The
// system then drops them, and their clients try again after a second or more. ab does not count
// that: the clients that were let in get all answers, so the rate is that of fewer clients. One
// drop is enough: a client that waits for a second weighs as much as a thousand fast answers.
func backlogDoubts(cell Cell) []Doubt {
	if cell.dropping == 0 {
		return nil
	}
	return []Doubt{cell.doubt(Backlog, cell.dropping, cell.drops)}
}

// sumDrops returns in how many trials the system dropped attempts to connect, and what.
func sumDrops(trials []record.Result) (dropping int, sum Drops) {
	for _, trial := range trials {
		if trial.Queue == nil || trial.Queue.Dropped == 0 {
			continue
		}
		dropping++
		sum.Dropped += trial.Queue.Dropped
		sum.Backlog = trial.Queue.Backlog
	}
	return dropping, sum
}

// heldOpenDoubts reports a server that holds a connection open after its answer, while ab waits for
// the end of the connection: each request then takes as long as the server's timer. All trials
// count, since those of such a server often run into their timeout. A load whose answers took less
// contradicts the one before it, which met a server that had just started.
func heldOpenDoubts(rec *record.Record, cell Cell) []Doubt {
	trials := rec.ForCell(cell.Cell)
	ms, ok := medianOf(trials, heldOpen)
	if !ok {
		return nil
	}
	held := newSample(trials, heldOpen)
	long := len(held.Values) - held.countBelow(minHeldOpenMS)
	inLoad := cell.Of(P50)
	if ms < minHeldOpenMS || inLoad.N > 0 && inLoad.Median < minHeldOpenMS {
		return nil
	}
	return []Doubt{cell.doubt(HeldOpen, long, HeldOpenMS(ms))}
}

// heldOpen is how long the connection stayed open after the answer before the load.
var heldOpen = &Metric{
	Unit: Milliseconds,
	value: func(r record.Result) (float64, bool) {
		if r.Answer == nil || r.Answer.HeldOpenMS == nil {
			return 0, false
		}
		return *r.Answer.HeldOpenMS, true
	},
}

// delayedAckDoubts reports a server that sends an answer in two parts without TCP_NODELAY. The
// second part then waits until the client has acknowledged the first, which it delays by about
// 40 ms. So in the load the last byte comes about 40 ms after the first one while neither side has
// anything to do. A server that is late by itself is late before the load too, where each part was
// acknowledged at once.
//
// A thousand answers of 44 ms each do not fit into the usual timeout. Where no trial is clean, all
// trials count.
func delayedAckDoubts(rec *record.Record, cell Cell) []Doubt {
	trials := cell.clean
	if len(trials) == 0 {
		trials = rec.ForCell(cell.Cell)
	}
	inLoad, ok := medianOf(trials, lateBody)
	before, known := medianOf(trials, promptBody)
	if !ok || !known ||
		inLoad < minDelayedAckMS || inLoad > maxDelayedAckMS || before > maxPromptBodyMS {
		return nil
	}
	for _, busy := range []*Metric{GeneratorShare, serverCores} {
		if share, ok := medianOf(trials, busy); ok && share > maxWaitingShare {
			return nil
		}
	}
	times := newSample(trials, lateBody)
	late := len(times.Values) - times.countBelow(minDelayedAckMS)
	evidence := LateBody{LoadMS: inLoad, PromptMS: before}
	return []Doubt{cell.doubt(DelayedAck, late, evidence)}
}

// medianOf returns the median of a metric over the trials of which it is known. ok is false if
// there is none.
func medianOf(trials []record.Result, metric *Metric) (value float64, ok bool) {
	values := newSample(trials, metric).Values
	if len(values) == 0 {
		return 0, false
	}
	slices.Sort(values)
	return median(values), true
}

// bodyInLoad returns the time from an answer's first byte to its last one: the median of a load.
func bodyInLoad(r record.Result) (float64, bool) {
	m := r.Measurement()
	if m == nil || m.Processing.Median <= 0 { // ab prints no median with -S
		return 0, false
	}
	return m.Processing.Median - m.Waiting.Median, true
}

// bodyBefore returns the same of the answer before the load. Where ab waits for the end of the
// connection, its last byte is late by that.
func bodyBefore(r record.Result) (float64, bool) {
	if r.Answer == nil || r.Answer.BodyMS == nil {
		return 0, false
	}
	ms := *r.Answer.BodyMS
	if r.Answer.HeldOpenMS != nil {
		ms += *r.Answer.HeldOpenMS
	}
	return ms, true
}

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
