package spec

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// A spec names machines by the part that they have in the experiment, such as "server". Which host
// that is depends on the site, and stands in a file of its own: see ReadMachines. Without that file
// every name is this machine.

const (
	maxMachineName = 63 // bytes: a label of a host name

	allowedMachine = "the name of a machine: up to 63 small letters, digits and hyphens, a " +
		"letter first and no hyphen last"
	exampleMachine = "server" // in hints

	whyNotJoined = "the percentiles of several real ab cannot be joined"
)

// isMachineName reports whether a text may name a machine. It is never an IP address, and never the
// full name of a host, which has dots.
func isMachineName(name string) bool {
	return isHostLabel(name) && name[0] >= 'a' && name[0] <= 'z' && name != "localhost"
}

// machineAdvice returns the end of a problem with the name of a machine.
func (t *table) machineAdvice(found string) string {
	here, host := "without this key it is this machine", "the machines file, see labbook --machines"
	if t.section == machineSection {
		here, host = "launch = [] is this machine", "launch"
	}
	lower := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(found), "_", "-"))
	switch name := lower[strings.LastIndex(lower, "@")+1:]; {
	case lower == "localhost":
		return "; " + here
	case isMachineName(lower) && lower != found:
		return "; write " + quote(lower)
	case isIP(name), isHostName(name):
		return "; write a name for its part in the experiment, such as " + quote(exampleMachine) +
			": which host that is stands in " + host
	}
	return ""
}

// machineName refuses what may not name a machine, and returns what may.
func (t *table) machineName(line int, key string, value any) string {
	name, ok := value.(string)
	switch {
	case !ok:
		t.refuseAt(line, key, "found %s; allowed: %s", describe(value), allowedMachine)
		return ""
	case !isMachineName(name):
		t.refuseAt(line, key, "found %s; allowed: %s%s",
			showValue(name), allowedMachine, t.machineAdvice(name))
		return ""
	}
	return name
}

// on reads the machine that a server runs on. It is "" for this one.
func (t *table) on() string {
	if !t.has("on") {
		return ""
	}
	return t.machineName(t.line("on"), "on", t.values["on"])
}

// from reads the machines from which the load comes, and the line of their key. There are none for
// this one.
func (t *table) from() (names []string, line int) {
	if !t.has("from") {
		return nil, 0
	}
	return t.machineNames(), t.line("from")
}

// machineNames reads the names of from.
func (t *table) machineNames() []string {
	items, ok := t.values["from"].([]any)
	switch {
	case !ok:
		if name := t.machineName(t.line("from"), "from", t.values["from"]); name != "" {
			return []string{name}
		}
		return nil
	case len(items) == 0:
		t.refuse("from", "found an empty array; allowed: one machine or more; leave the key out "+
			"for this machine")
	}

	var names []string
	for i, item := range items {
		line := t.at.find("from").nth(i).line
		name := t.machineName(line, "from", item)
		switch {
		case name == "":
		case slices.Contains(names, name):
			t.refuseAt(line, "from", "found %s again; allowed: each machine once; how many hosts "+
				"one name stands for is the count of the machines file", quote(name))
		default:
			names = append(names, name)
		}
	}
	return names
}

// checkSeveral refuses the real ab for a load from several machines: it prints percentiles, and
// those of several parts do not make those of the whole.
func (t *table) checkSeveral(e *Experiment, design *table) {
	if len(e.Load.From) < 2 {
		return
	}
	if e.Load.Generator == GeneratorAB {
		t.refuse("generator", `found "ab" with %d machines in from on line %d, and %s; `+
			`allowed: "auto", "embedded"`, len(e.Load.From), t.line("from"), whyNotJoined)
	}
	if e.Design.Calibrate {
		design.refuse("calibrate", "found true with %d machines in from on line %d, and %s; "+
			"allowed: false", len(e.Load.From), t.line("from"), whyNotJoined)
	}
}

// refuseHost refuses an address whose host is neither an IP address nor the machine that the server
// is on.
func (t *table) refuseHost(address, host, port, on string) {
	if t.refused["on"] && isMachineName(host) && isPort(port) {
		return // it may be the machine that was meant
	}
	allowed, advice := allowedAddress, ""
	if on != "" {
		allowed = allowedAddressOn(on)
	}
	switch lower := strings.ToLower(host); {
	case !isPort(port):
	case on != "" && isHostName(lower):
		advice = "; write " + quote(net.JoinHostPort(on, port))
	case isMachineName(host):
		advice = "; if that is another machine, write on = " + quote(host) + " as well"
	case isHostName(lower):
		advice = "; write on = " + quote(exampleMachine) + " and address = " +
			quote(net.JoinHostPort(exampleMachine, port)) +
			": which host that is stands in the machines file, see labbook --machines"
	}
	t.refuse("address", "found %s; allowed: %s%s", showValue(address), allowed, advice)
}

// allowedAddressOn returns what the address of a server on a machine may be.
func allowedAddressOn(machine string) string {
	return fmt.Sprintf(`%q, or "IP:PORT" with an IP address of that machine, and a port from 1 to `+
		"65535", machine+":PORT")
}

// checkReached refuses a server whose address is one of its own machine only, while load comes from
// another machine: there, the address means that other machine itself.
func (t *table) checkReached(s Server, from []string) {
	host, port, err := net.SplitHostPort(s.Address)
	ip := hostIP(host)
	if err != nil || !ip.IsLoopback() && !ip.IsUnspecified() {
		return
	}
	elsewhere := func(machine string) bool { return machine != s.On }
	if i := slices.IndexFunc(from, elsewhere); i >= 0 {
		t.refuseUnreached(s, port, "machine "+quote(from[i]))
	} else if len(from) == 0 && s.On != "" {
		t.refuseUnreached(s, port, "this machine")
	}
}

// refuseUnreached refuses the address of a server that another machine does not reach.
func (t *table) refuseUnreached(s Server, port, other string) {
	key, shown := "address", s.Address
	if s.URL != "" {
		key, shown = "url", s.URL
	}
	allowed := ""
	switch {
	case s.URL != "":
		allowed = "an address at which every machine of from reaches the server"
	case s.On != "":
		allowed = allowedAddressOn(s.On) + "; write " + quote(net.JoinHostPort(s.On, port))
	default:
		allowed = "an address that can be reached from there; write on = " + quote(exampleMachine) +
			" and address = " + quote(net.JoinHostPort(exampleMachine, port))
	}
	t.refuse(key, "found %s, which only programs on the same machine reach, and load comes from "+
		"%s; allowed: %s", showValue(shown), other, allowed)
}

// Machines returns the machines that the experiment names, each once: those of its servers, then
// those of its load. Without any, all takes place on this machine.
func (e *Experiment) Machines() []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, s := range e.Servers {
		add(s.On)
	}
	for _, name := range e.Load.From {
		add(name)
	}
	return names
}

// SetHosts fixes the IP address of every machine for a run: connections are made to it, and servers
// listen at it, wherever an address has the name of its machine. With no hosts at all every machine
// is this one, at 127.0.0.1. It returns an error for a machine that has no usable IP address, and
// for two servers that would then listen at one address.
func (e *Experiment) SetHosts(hosts map[string]netip.Addr) error {
	for i, s := range e.Servers {
		if s.On == "" {
			continue
		}
		ip, ok := hosts[s.On]
		if hosts == nil {
			ip, ok = hostIP(localhost), true
		}
		if !ok || ip.Zone() != "" || ip.IsUnspecified() {
			return fmt.Errorf("machine %q: found the IP address %v; allowed: one at which other "+
				"machines reach it, without a zone", s.On, ip)
		}
		e.Servers[i].IP = ip.Unmap().String()
	}
	return e.checkEndpoints()
}

// HideIP returns text with the name of the server's machine in the place of its IP address: a
// record is made to be published.
func (s Server) HideIP(text string) string {
	if s.IP == "" || s.Endpoint() == s.Address {
		return text
	}
	text = strings.ReplaceAll(text, "["+s.IP+"]", s.On)
	var shown strings.Builder
	for {
		before, after, found := strings.Cut(text, s.IP)
		shown.WriteString(before)
		switch {
		case !found:
			return shown.String()
		case endsNumber(before) || beginsNumber(after): // of another address
			shown.WriteString(s.IP)
		default:
			shown.WriteString(s.On)
		}
		text = after
	}
}

// endsNumber reports whether an IP address that follows the text would be a part of a longer one.
func endsNumber(text string) bool {
	return text != "" && strings.Contains(hexDigits+".", text[len(text)-1:])
}

// beginsNumber reports whether an IP address before the text would be a part of a longer one.
func beginsNumber(text string) bool {
	return text != "" && (strings.Contains(hexDigits, text[:1]) ||
		len(text) > 1 && text[0] == '.' && strings.Contains(hexDigits, text[1:2]))
}

const hexDigits = "0123456789abcdefABCDEF"

// checkEndpoints returns an error for two servers that listen at one address once the names of
// machines are IP addresses.
func (e *Experiment) checkEndpoints() error {
	started := e.Started()
	for i, s := range started {
		for _, other := range started[:i] {
			inTurn := s.OlderOf == other.Name || other.OlderOf == s.Name
			if s.On == other.On || inTurn || !sameAddress(s.Endpoint(), other.Endpoint()) {
				continue
			}
			return Problems{{
				File: e.Name,
				Line: s.Line,
				Message: fmt.Sprintf("server %q: found %s, the same port as %s of the server on "+
					"line %d, because the machines %s and %s are one; allowed: an address of "+
					"its own", s.Name, s.Address, other.Address, other.Line,
					machineText(s.On), machineText(other.On)),
				Hint: "name the machines with --machines, or give each server a port of its own",
			}}
		}
	}
	return nil
}

// machineText returns how a problem names a machine.
func machineText(name string) string {
	if name == "" {
		return "labbook's own"
	}
	return quote(name)
}
