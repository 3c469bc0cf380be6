package findings

import (
	"cmp"
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// faultNames name the ways in which requests fail, in a list with the number of each.
var faultNames = map[stats.FaultKind]locale.Message{
	stats.FaultRefused:        "connection refused: %s",
	stats.FaultNotConnected:   "connection failed: %s",
	stats.FaultConnectTimeout: "connection timed out: %s",
	stats.FaultNoHandshake:    "TLS handshake failed: %s",
	stats.FaultNotSent:        "request not written: %s",
	stats.FaultNoAnswer:       "closed without an answer: %s",
	stats.FaultResetBefore:    "reset before an answer: %s",
	stats.FaultCutOff:         "closed during an answer: %s",
	stats.FaultResetWithin:    "reset during an answer: %s",
	stats.FaultResetAfter:     "reset after a complete answer: %s",
	stats.FaultExcess:         "extra bytes after the body: %s",
	stats.FaultOtherLength:    "different length from the first: %s",
	stats.FaultNotHTTP:        "not HTTP: %s",
	stats.FaultTimeout:        "no complete answer in time: %s",
	stats.FaultHeldOpen:       "kept open after a complete answer: %s",
	stats.FaultBroken:         "connection broken: %s",
	stats.FaultException:      "exception on a connection: %s",
	stats.FaultOther:          "other: %s",
}

// faultsReason lists the ways in which requests failed, the most frequent first.
func faultsReason(w *locale.Printer, evidence stats.Evidence) string {
	faults, ok := evidence.(stats.Faults)
	if !ok {
		return ""
	}
	var kinds []stats.FaultKind
	for kind, n := range faults {
		if n > 0 {
			kinds = append(kinds, stats.FaultKind(kind))
		}
	}
	slices.SortStableFunc(kinds, func(a, b stats.FaultKind) int {
		return cmp.Compare(faults[b], faults[a])
	})

	var parts []string
	for _, kind := range kinds {
		parts = append(parts, w.Sprintf(faultNames[kind], w.Integer(faults[kind])))
	}
	return strings.Join(parts, ", ")
}
