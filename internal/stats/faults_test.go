package stats

import (
	"testing"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/record"
)

// TestFaultKinds holds what each fault of the embedded ab means.
func TestFaultKinds(t *testing.T) {
	test := func(phase, name string, want FaultKind) {
		t.Helper()
		fault := record.Fault{Phase: phase, Error: name, Count: 1}
		if got, failed := faultKind(fault); got != want || !failed {
			t.Errorf("%s, %s: kind %d, failed %v, want %d", phase, name, got, failed, want)
		}
	}
	test("connect", "ECONNREFUSED", FaultRefused)
	test("connect", "ETIMEDOUT", FaultNotConnected)
	test("connect", "ECONNRESET", FaultNotConnected)
	test("connect", "deadline", FaultConnectTimeout)
	test("handshake", "tls: first record does not look like a TLS handshake", FaultNoHandshake)
	test("send", "EPIPE", FaultNotSent)
	test("send", "deadline", FaultTimeout)
	test("wait", "ECONNRESET", FaultResetBefore)
	test("wait", "deadline", FaultTimeout)
	test("receive", "ECONNRESET", FaultResetWithin)
	test("receive", "deadline", FaultTimeout)
	test("receive", "EIO", FaultBroken)
	test("close", "ECONNRESET", FaultResetAfter)
	test("close", "deadline", FaultHeldOpen)
	test("answer", "empty", FaultNoAnswer)
	test("answer", "truncated", FaultCutOff)
	test("answer", "excess", FaultExcess)
	test("answer", "length", FaultOtherLength)
	test("answer", "malformed", FaultNotHTTP)
	test("answer", "something", FaultOther)
	test("a phase of the future", "ECONNRESET", FaultOther)

	for _, name := range []string{"status", "body"} {
		if _, failed := faultKind(record.Fault{Phase: "answer", Error: name}); failed {
			t.Errorf("an answer of unexpected %s counts as failed", name)
		}
	}
}

// TestFaultsOfATrial takes them from the embedded ab's counts or from ab's text.
func TestFaultsOfATrial(t *testing.T) {
	test := func(call record.Call, want Faults) {
		t.Helper()
		if got := faultsOf(record.Result{Load: &call}); got != want {
			t.Errorf("%+v: %v, want %v", call, got, want)
		}
	}
	text := &abtext.Measurement{
		Failed:           10,
		FailedConnect:    1,
		FailedReceive:    2,
		FailedLength:     3,
		FailedExceptions: 4,
		WriteErrors:      5,
	}
	test(record.Call{Measurement: text}, Faults{
		FaultNotConnected: 1,
		FaultBroken:       2,
		FaultOtherLength:  3,
		FaultException:    4,
		FaultNotSent:      5,
	})
	test(record.Call{Measurement: text, Detail: &record.Detail{Faults: []record.Fault{
		{Phase: "close", Error: "ECONNRESET", Count: 7},
		{Phase: "answer", Error: "truncated", Count: 2},
		{Phase: "answer", Error: "status", Count: 9},
		{Phase: "answer", Error: "empty", Count: 1},
	}}}, Faults{FaultResetAfter: 7, FaultCutOff: 2, FaultNoAnswer: 1})
	test(record.Call{Measurement: &abtext.Measurement{Failed: 3}}, Faults{})
}

// TestFaultsAreAddedUp over all failed trials of a cell.
func TestFaultsAreAddedUp(t *testing.T) {
	r := change(rec(10), 3, func(r *record.Result) {
		r.Load.Measurement.Failed = 2
		r.Load.Measurement.FailedLength = 2
	})
	got := Analyse(r).Warnings[0].Cells[0]
	if want := (Faults{FaultOtherLength: 6}); got.Evidence != want || got.Count != 3 {
		t.Errorf("the doubt is %+v, want 3 trials with %v", got, want)
	}
}
