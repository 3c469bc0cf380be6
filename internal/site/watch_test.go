package site

import (
	"net/netip"
	"reflect"
	"testing"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/node"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// What is read on the machine of a server depends on whether a generator is on it too, by the same
// name or by another one, and on whether it is known at all.
func TestWatched(t *testing.T) {
	test := func(
		name string,
		server spec.Server,
		from []string,
		ids map[string]string,
		cpus cpuset.Set,
		network place.Network,
		known bool,
	) {
		t.Helper()
		s := &Site{experiment: &spec.Experiment{Load: spec.Load{From: from}}}
		s.Places.Here = place.NewHere(".")
		for machine, id := range ids {
			client := &node.Client{}
			s.hosts = append(s.hosts, host{client: client, is: record.Machine{ID: id}})
			s.Places.Named = append(s.Places.Named, place.Named{Place: client, Name: machine})
		}
		if got := s.isKnown(server); got != known {
			t.Errorf("%s: known %v, want %v", name, got, known)
		}
		w := s.watched(server, nil, netip.AddrPort{}, cpuset.Of(0))
		if known && (!reflect.DeepEqual(w.CPUs, cpus) || w.Network != network) {
			t.Errorf("%s: CPUs %v, network %v; want %v, %v", name, w.CPUs, w.Network, cpus, network)
		}
	}
	there := spec.Server{On: "server", CPUs: cpuset.Of(1)}
	here := spec.Server{CPUs: cpuset.Of(1)}
	running := spec.Server{URL: "http://192.0.2.7:80"}
	two := map[string]string{"server": "a", "clients": "b"}
	one := map[string]string{"server": "a", "clients": "a"}
	unknown := map[string]string{"server": "", "clients": ""}
	clients, both := []string{"clients"}, []string{"server", "clients"}
	own, all := cpuset.Of(1), cpuset.Of(0, 1)

	test("one machine", here, nil, nil, all, place.NoNetwork, true)
	test("one machine by names", there, clients, nil, all, place.NoNetwork, true)
	test("another machine", there, clients, two, own, place.Serves, true)
	test("its own machine", there, []string{"server"}, two, all, place.NoNetwork, true)
	test("its own machine and another", there, both, two, all, place.Serves, true)
	test("its own by another name", there, clients, one, all, place.Serves, true)
	test("machines of which nothing is known", there, clients, unknown, own, place.Serves, true)
	test("from this machine", there, nil, two, own, place.Serves, true)
	test("a server here", here, clients, two, own, place.Serves, true)
	test("a running server", running, nil, nil, nil, place.NoNetwork, true)
	test("a running server, from another machine", running, clients, two, nil, 0, false)
}
