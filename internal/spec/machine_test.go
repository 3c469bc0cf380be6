package spec

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// onMachines has its servers and its load on machines.
const onMachines = `
[load]
from = ["clients", "spare"]

[design]
control = true
baseline = "A"

[[server]]
name = "A"
model = "async"
on = "server"
address = "server:45000"

[[server]]
name = "A, kept alive"
same = "A"
keepalive = true

[[server]]
name = "B"
command = ["b"]
tls = true
on = "other"
address = "other:46000"

[[server]]
name = "C"
model = "async"
on = "other"
address = "192.0.2.1:47000"

[[server]]
name = "D"
url = "http://192.0.2.2"
`

func parseOnMachines(t *testing.T) *Experiment {
	t.Helper()
	e, err := Parse("x.toml", onMachines)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Other ways to ask a server, and the control, run where it runs.
func TestMachines(t *testing.T) {
	e := parseOnMachines(t)
	var on []string
	for _, s := range e.Servers {
		on = append(on, s.On)
	}
	want := []string{"server", "server", "other", "other", "", "server"}
	if diff := cmp.Diff(want, on); diff != "" {
		t.Errorf("the servers run on (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"clients", "spare"}, e.Load.From); diff != "" {
		t.Errorf("the load comes from (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"server", "other", "clients", "spare"}, e.Machines()); diff != "" {
		t.Errorf("machines (-want +got):\n%s", diff)
	}
	if !e.OnlyEmbedded() {
		t.Error("the real ab can make a load from several machines")
	}

	one, err := Parse("x.toml", strings.Replace(onMachines, `["clients", "spare"]`, `"clients"`, 1))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(one.Load.From, []string{"clients"}) || one.OnlyEmbedded() {
		t.Errorf("load from %q, only by the embedded ab: %v", one.Load.From, one.OnlyEmbedded())
	}
}

// An experiment without machines takes place on this one.
func TestNoMachines(t *testing.T) {
	e, err := Parse("x.toml", oneServer)
	if err != nil {
		t.Fatal(err)
	}
	if names := e.Machines(); len(names) > 0 || e.Load.From != nil || e.Servers[0].On != "" {
		t.Errorf("machines %q, load from %q, server on %q", names, e.Load.From, e.Servers[0].On)
	}
	if err := e.SetHosts(nil); err != nil || e.Servers[0].IP != "" {
		t.Errorf("the server's IP address is %q (%v)", e.Servers[0].IP, err)
	}
}

// An experiment whose servers run on machines of its own needs no consent for them, but for those
// that are running already.
func TestRemoteOnMachines(t *testing.T) {
	remote := parseOnMachines(t).Remote()
	if len(remote) != 1 || !strings.Contains(remote[0].Message, `"D"`) {
		t.Errorf("remote servers: %v, want only D", remote)
	}
}

// Where only the name of a machine is known, it is shown; for a run its IP address takes its place,
// and the server still sees the name.
func TestEndpointOnMachines(t *testing.T) {
	e := parseOnMachines(t)
	a := e.Servers[1]
	if a.Endpoint() != "server:45000" || a.TargetURL() != "http://server:45000/" ||
		a.Headers() != nil || a.ListenAddress() != "server:45000" {
		t.Errorf("in a record: %s, %s, %v", a.Endpoint(), a.TargetURL(), a.Headers())
	}

	hosts := map[string]netip.Addr{
		"server": netip.MustParseAddr("192.0.2.7"),
		"other":  netip.MustParseAddr("2001:db8::1"),
	}
	if err := e.SetHosts(hosts); err != nil {
		t.Fatal(err)
	}
	a, b := e.Servers[1], e.Servers[2]
	if a.Endpoint() != "192.0.2.7:45000" || a.TargetURL() != "http://192.0.2.7:45000/" ||
		a.ListenAddress() != "192.0.2.7:45000" || a.Address != "server:45000" {
		t.Errorf("in a run: %s, %s, %s", a.Endpoint(), a.TargetURL(), a.Address)
	}
	if diff := cmp.Diff([]Header{{"Host", "server:45000"}}, a.Headers()); diff != "" {
		t.Errorf("headers in a run (-want +got):\n%s", diff)
	}
	if b.TargetURL() != "https://[2001:db8::1]:46000/" || b.Headers()[0].Value != "other" {
		t.Errorf("in a run with TLS: %s, %v", b.TargetURL(), b.Headers())
	}
	if got := e.Servers[3].Endpoint(); got != "192.0.2.1:47000" {
		t.Errorf("an IP address in the spec became %s", got)
	}
	if got := e.Servers[4].Endpoint(); got != "192.0.2.2:80" {
		t.Errorf("the address of a running server became %s", got)
	}
}

// Without a machines file every machine is this one.
func TestEveryMachineIsThisOne(t *testing.T) {
	e := parseOnMachines(t)
	if err := e.SetHosts(nil); err != nil {
		t.Fatal(err)
	}
	if got := e.Servers[0].TargetURL(); got != "http://127.0.0.1:45000/" {
		t.Errorf("the URL is %s", got)
	}
	if got := e.Servers[5].Endpoint(); got != "127.0.0.1:45000" {
		t.Errorf("the control is at %s", got)
	}
}

func TestSetHostsRefuses(t *testing.T) {
	test := func(name string, hosts map[string]netip.Addr, want string) {
		t.Run(name, func(t *testing.T) {
			err := parseOnMachines(t).SetHosts(hosts)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("SetHosts gives %v, want %q", err, want)
			}
		})
	}
	server := netip.MustParseAddr("192.0.2.7")
	test("a machine without a host", map[string]netip.Addr{"server": server}, `machine "other"`)
	test("a zone", map[string]netip.Addr{
		"server": server,
		"other":  netip.MustParseAddr("fe80::1%eth0"),
	}, "without a zone")
	test("all addresses", map[string]netip.Addr{
		"server": server,
		"other":  netip.MustParseAddr("0.0.0.0"),
	}, "without a zone")
}

// Servers on different machines may have one port, but not where those machines are one.
func TestOnePortOnTwoMachines(t *testing.T) {
	const twice = "[[server]]\nname = 'A'\nmodel = 'async'\non = 'a'\naddress = 'a:1'\n" +
		"[[server]]\nname = 'B'\nmodel = 'async'\non = 'b'\naddress = 'b:1'\n"
	e, err := Parse("x.toml", twice)
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string]netip.Addr{
		"a": netip.MustParseAddr("192.0.2.7"),
		"b": netip.MustParseAddr("192.0.2.8"),
	}
	if err := e.SetHosts(hosts); err != nil {
		t.Error(err)
	}
	const want = `x.toml:6: server "B": found b:1, the same port as a:1 of the server on line 1, ` +
		`because the machines "b" and "a" are one; allowed: an address of its own (name the ` +
		`machines with --machines, or give each server a port of its own)`
	if err := e.SetHosts(nil); err == nil || err.Error() != want {
		t.Errorf("SetHosts gives\n%v, want\n%s", err, want)
	}
}
