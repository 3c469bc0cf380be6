package main

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// asksInTwoWays adds a second way of asking to the one server of a lab. The returned function
// returns the requests that were asked since its last call.
func asksInTwoWays(l *lab, second spec.Request) (asked func() string) {
	e := l.experiment
	other := e.Servers[0]
	other.Name, other.Same, other.Request = "b", "a", second
	e.Servers = append(e.Servers, other)
	l.trials = plan.New(e)

	return func() string {
		all := strings.Join(l.targets, ", ")
		l.targets = nil
		return all
	}
}

// One process answers all ways of asking it. It lives as long as the spec's restart says: a trial,
// a round, or the run.
func TestOneProcessForAllWays(t *testing.T) {
	trial := func(server string) string {
		return fmt.Sprintf("start a, warm up a, load a, stop a / %s", server)
	}
	test := func(restart spec.Restart, want ...string) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			l := newLab(restart)
			asked := asksInTwoWays(l, spec.Request{Method: "GET", Path: "/b"})
			places := []struct {
				server string
				round  int
			}{{"a", 1}, {"b", 1}, {"b", 2}, {"a", 2}}
			for i, place := range places {
				planned := l.trials[0]
				planned.Server, planned.Round = place.server, place.round
				result, err := l.next(t.Context(), planned)
				if err != nil || result.Outcome != record.Ended {
					t.Fatalf("%s, trial %d: %s, %v", restart, i, result.Outcome, err)
				}
				if got := l.happened() + " / " + asked(); got != want[i] {
					t.Errorf("%s, trial %d: happened: %s; want: %s", restart, i, got, want[i])
				}
			}
			l.servers.stopAll()
		})
	}
	const (
		fresh   = "start a, warm up a, load a, suspend a / "
		resumed = "resume a, warm up a, load a, suspend a / "
		again   = "stop a, " + fresh
	)
	test(spec.RestartTrial, trial("/"), trial("/b"), trial("/b"), trial("/"))
	test(spec.RestartRound, fresh+"/", resumed+"/b", again+"/b", resumed+"/")
	test(spec.RestartNever, fresh+"/", resumed+"/b", resumed+"/b", resumed+"/")
}

// What a server prints may quote what it was asked earlier, in another way.
func TestServerHidesTheValuesOfAllWays(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	l := newLab(spec.RestartNever)
	secret := spec.Request{Method: "GET", Path: "/", Query: "key=${LABBOOK_TEST_TOKEN}"}
	asksInTwoWays(l, secret)
	if _, _, err := l.servers.ready(t.Context(), "b", 1); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(l.current.stderr, "GET /?key=s3cret")
	server, _, err := l.servers.ready(t.Context(), "a", 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := server.output.String(), "GET /?key=${LABBOOK_TEST_TOKEN}"; got != want {
		t.Errorf("the server said %q, want %q", got, want)
	}
	l.servers.stopAll()
}
