package labtest

import (
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// The server of a run with --against, and its older version, which is the baseline.
const (
	commitBefore = "89abcdef0123456789abcdef0123456789abcdef"
	serverNow    = "shop"
)

const shop = `[[server]]
name = "shop"
command = ["bin/shop", "--port", "45000"]
address = "127.0.0.1:45000"
`

// anotherServer has a command, too, so that --against needs --server.
const anotherServer = `[[server]]
name = "cart"
command = ["bin/cart", "--port", "46000"]
address = "127.0.0.1:46000"
`

// against are runs of one server at two versions.
func against() []Situation {
	open := againstOlder("against-open", arrivingUpTo(map[string]float64{"A": 9000, "B": 2500}))
	open.Head = OpenHead
	open.Ways += anotherServer
	return []Situation{
		againstOlder("against-slower", times(0.8).trial(0.02)),
		againstOlder("against-much-slower", times(0.3).trial(0.02)),
		againstOlder("against-much-faster", byFactor(muchFaster).trial(0.02)),
		againstOlder("against-sides", byFactor(fasterWithMany).trial(0.02)),
		againstOlder("against-mixed", byFactor(settledAtSome).unsteady(5, 8)),
		againstOlder("against-same", times(1.01).trial(0.02)),
		againstOlder("against-nothing-settled", times(0.97).unsteady(1, 3, 5, 8, 10)),
		againstOlder("against-too-few", times(0.8).trial(0.02)).inRounds(2),
		againstOlder("against-generator-bound", times(0.97).bound("A", "B")),
		againstOlder("against-control", times(0.8).trial(0.02)).designed("control = true\n"),
		againstOlder("against-suspect", busyAfterwards(times(0.6), "B", 5)),
		open,
		ofItself("against-itself", times(1.01).trial(0.02)),
		ofItself("against-itself-unsteady", times(0.97).unsteady(5, 8)),
		ofItself("against-itself-different", byFactor(slowerThanBefore).trial(0.02)),
	}
}

// againstOlder returns a situation of one server, B to the trial, and its older version, which is
// A.
func againstOlder(name string, trial func(plan.Trial) record.Result) Situation {
	before := spec.AtCommit(serverNow, commitBefore)
	s := closedLoop(name, nil, func(t plan.Trial) record.Result {
		server := t.Server
		t.Server = "B"
		if rest, ok := strings.CutPrefix(server, before); ok {
			t.Server = "A" + rest
		}
		r := trial(t)
		r.Server = server
		return r
	})
	s.Ways = shop
	s.Against = &record.Against{Server: serverNow, Rev: "main", Commit: commitBefore}
	return s
}

// ofItself returns a situation of a server beside the very same version of it.
func ofItself(name string, trial func(plan.Trial) record.Result) Situation {
	s := againstOlder(name, func(t plan.Trial) record.Result {
		r := trial(t)
		r.Usage.CPUSeconds = new(0.00001 * requests)
		return r
	})
	s.Against.Rev = "HEAD"
	s.Header = func(h *record.Header) { h.Source = &record.Source{Commit: commitBefore} }
	return s
}
