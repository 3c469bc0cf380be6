package stats

import "labbook.example/labbook/internal/record"

// FaultKind is a way in which requests fail.
type FaultKind int

// The ways in which requests fail, in the order of a request's phases.
const (
	FaultRefused        FaultKind = iota // the connection was refused
	FaultNotConnected                    // it could not be made for another reason
	FaultConnectTimeout                  // it was not made in time
	FaultNoHandshake                     // TLS could not be agreed on
	FaultNotSent                         // the request could not be written
	FaultNoAnswer                        // the connection ended before the first byte of an answer
	FaultResetBefore                     // it was reset before that
	FaultCutOff                          // it ended within an answer
	FaultResetWithin                     // it was reset within an answer
	FaultResetAfter                      // it was reset after a whole answer
	FaultExcess                          // bytes followed a body where the next answer should begin
	FaultOtherLength                     // the body was as long as no other
	FaultNotHTTP                         // the bytes were not an answer of HTTP
	FaultTimeout                         // the answer was not whole in time
	FaultHeldOpen                        // it was whole, and the connection had not ended in time
	FaultBroken                          // ab's "Receive": the connection broke, somewhere
	FaultException                       // ab's "Exceptions": the poll of a socket failed
	FaultOther                           // anything else

	faultKinds // how many there are
)

// Faults is how many requests failed in each way.
type Faults [faultKinds]int

// faultsOf returns in which ways the requests of a trial failed. The embedded ab tells them apart;
// the real one has four classes, and can count one request in two. It is zero where only their
// number is known.
func faultsOf(trial record.Result) (f Faults) {
	if trial.Load != nil && trial.Load.Detail != nil {
		for _, fault := range trial.Load.Detail.Faults {
			if kind, failed := faultKind(fault); failed {
				f[kind] += int(fault.Count)
			}
		}
		return f
	}

	m := trial.Measurement()
	f[FaultNotConnected] = m.FailedConnect
	f[FaultNotSent] = m.WriteErrors
	f[FaultBroken] = m.FailedReceive
	f[FaultOtherLength] = m.FailedLength
	f[FaultException] = m.FailedExceptions
	return f
}

// faultKind classifies a fault of the embedded ab. docs/ab.md lists its phases and names. It
// reports false for an answer that is not as expected, whose request has not failed.
func faultKind(fault record.Fault) (kind FaultKind, failed bool) {
	if kind, ok := namedFaults[fault.Error]; ok {
		return kind, true
	}
	kinds, ok := phaseFaults[fault.Phase]
	if !ok {
		return FaultOther, true
	}
	switch fault.Error {
	case "deadline":
		return kinds.late, true
	case "ECONNRESET":
		return kinds.reset, true
	case "status", "body":
		return 0, false
	}
	return kinds.other, true
}

// namedFaults are the faults that mean the same in every phase.
var namedFaults = map[string]FaultKind{
	"ECONNREFUSED": FaultRefused,
	"empty":        FaultNoAnswer,
	"truncated":    FaultCutOff,
	"excess":       FaultExcess,
	"length":       FaultOtherLength,
	"malformed":    FaultNotHTTP,
}

// phaseFaults are the faults of each phase: a deadline that passed, a reset, and anything else.
var phaseFaults = map[string]struct{ late, reset, other FaultKind }{
	"connect":   {FaultConnectTimeout, FaultNotConnected, FaultNotConnected},
	"handshake": {FaultConnectTimeout, FaultNoHandshake, FaultNoHandshake},
	"send":      {FaultTimeout, FaultNotSent, FaultNotSent},
	"wait":      {FaultTimeout, FaultResetBefore, FaultBroken},
	"receive":   {FaultTimeout, FaultResetWithin, FaultBroken},
	"close":     {FaultHeldOpen, FaultResetAfter, FaultBroken},
	"answer":    {FaultOther, FaultOther, FaultOther},
}

// Plus returns the sum of two counts.
func (f Faults) Plus(other Faults) Faults {
	for kind, n := range other {
		f[kind] += n
	}
	return f
}

func (Faults) isEvidence() {}
