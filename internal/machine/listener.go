package machine

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"labbook.example/labbook/internal/failure"
)

// listener is a socket that listens for TCP connections.
type listener struct {
	address netip.AddrPort // an IPv4 address in IPv6 form is an IPv4 address here
	inode   string         // as in the links of /proc/PID/fd
}

// CheckUnused returns an error if something accepts connections at the address of a server that is
// about to be started. The error names the process if the system tells.
func CheckUnused(port Port) error {
	// The kernel knows best, and at once. It also refuses an address because of closed connections.
	r, err := reserve(port.Address)
	r.close()
	if inUse(err) && len(listenersAt(port.Address)) > 0 {
		return portTakenError(port, err)
	}
	if accepts(port.Address) {
		const hint = "stop it, or give the server another address in the spec"
		by := cmp.Or(owner(port.Address), unnamed)
		return failure.Machine(hint, "server %q: %s is taken by %s", port.Server, port.Text, by)
	}
	return nil
}

// Listener is what is known of the process that accepts the connections to a server's address.
type Listener struct {
	PID     int  // of one of the server's processes; 0 if it is not known
	Outside bool // it is none of the server's processes, but in a container or stands for one
}

// CheckListener returns what accepts the connections to a server's address. It is an error if that
// is another process than those of the server, and the error names it. There is none where the
// system does not tell: the descriptors of another user's process cannot be read.
func CheckListener(address netip.AddrPort, server iter.Seq[int]) (Listener, error) {
	own, other := accepting(address, server)
	switch {
	case other.pid == 0:
		return Listener{PID: own}, nil
	case other.name == containerProxy || inContainer(other.pid):
		return Listener{Outside: true}, nil
	}
	const format = "%s listens at its address, and the server's command did not start that " +
		"process: stop it, or let the command itself be the server, or set external = true if " +
		"the command asks that process to be the server"
	return Listener{}, fmt.Errorf(format, other)
}

// accepting returns the process that accepts the connections to an address: own is its id if it is
// one of the server's, and other is the process if it is not. Both are zero if it is not known.
func accepting(address netip.AddrPort, server iter.Seq[int]) (own int, other namedProcess) {
	sockets := map[string]bool{}
	for _, l := range listenersAt(address) {
		sockets[l.inode] = true
	}
	if len(sockets) == 0 {
		return 0, namedProcess{}
	}

	for pid := range server {
		held, ok := socketsOf(pid)
		if !ok {
			return 0, namedProcess{}
		}
		for _, inode := range held {
			delete(sockets, inode)
		}
		if len(sockets) == 0 {
			return pid, namedProcess{}
		}
	}
	return 0, holder(slices.Sorted(maps.Keys(sockets)))
}

// Serving returns the processes of a server, and the one that accepts the connections to its
// address if that is another, such as the server in a container that a command has started.
func Serving(address netip.AddrPort, server iter.Seq[int]) []int {
	pids := slices.Collect(server)
	if _, other := accepting(address, slices.Values(pids)); other.pid != 0 {
		pids = append(pids, other.pid)
	}
	return pids
}

// containerProxy is the program that listens for a container of Docker. Like the container itself,
// it is started by Docker's daemon and not by the command that runs the container.
const containerProxy = "docker-proxy"

// namedProcess is a process with its name; the zero value if it is not known.
type namedProcess struct {
	name string
	pid  int
}

// String returns the process as people name it, "nginx (pid 12)"; "" if it is not known.
func (p namedProcess) String() string {
	if p.pid == 0 {
		return ""
	}
	return fmt.Sprintf("%s (pid %d)", p.name, p.pid)
}

// Elsewhere returns the end of the message that a server does not answer at its address: on which
// other ones its processes listen. It is "" if there are none, or the system does not tell.
func Elsewhere(address netip.AddrPort, server iter.Seq[int]) string {
	found := elsewhere(address, server)
	switch len(found) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("; its process listens on %v: write that as its address", found[0])
	}
	return "; its process listens on " + joined(found)
}

// SamePort returns the end of the message that a server does not answer at its address: on which
// other addresses any process listens at this port. It is "" if there are none, or the system does
// not tell.
func SamePort(address netip.AddrPort) string {
	all := listeners(tableIPv4, tableIPv6)
	here := answering(all, address)
	var found []netip.AddrPort
	for _, l := range all {
		if l.address.Port() == address.Port() && !slices.Contains(here, l) {
			found = append(found, l.address)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return fmt.Sprintf("; a process listens on %s: write that in its url", joined(found))
}

// joined returns addresses as people list them.
func joined(addresses []netip.AddrPort) string {
	var texts []string
	for _, address := range addresses {
		texts = append(texts, address.String())
	}
	return strings.Join(texts, " and ")
}

// elsewhere returns the addresses on which processes listen and do not accept the connections to an
// address.
func elsewhere(address netip.AddrPort, processes iter.Seq[int]) []netip.AddrPort {
	all := listeners(tableIPv4, tableIPv6)
	here := answering(all, address)
	var found []netip.AddrPort
	for pid := range processes {
		held, _ := socketsOf(pid) // what cannot be read is not known to listen
		for _, l := range all {
			if slices.Contains(held, l.inode) && !slices.Contains(here, l) {
				found = append(found, l.address)
			}
		}
	}
	slices.SortFunc(found, netip.AddrPort.Compare)
	return slices.Compact(found)
}

// The tables of TCP sockets on Linux.
const (
	tableIPv4 = "/proc/net/tcp"
	tableIPv6 = "/proc/net/tcp6"
)

// listenersAt returns the listeners that accept the connections to an address. The table of IPv6 is
// only read if that of IPv4 has none: to find its end, the kernel passes all IPv4 connections.
func listenersAt(address netip.AddrPort) []listener {
	found := answering(listeners(tableIPv4), address)
	if len(found) == 0 {
		found = answering(listeners(tableIPv6), address)
	}
	return found
}

// answering returns the listeners that accept the connections to an address: those that are bound
// to exactly this address. If there is none, those that are bound to all addresses of its family,
// and after them those that are bound to [::], which accept IPv4 too unless they refuse it.
func answering(all []listener, address netip.AddrPort) []listener {
	unspecified := netip.IPv6Unspecified()
	if address.Addr().Is4() {
		unspecified = netip.IPv4Unspecified()
	}

	for _, ip := range []netip.Addr{address.Addr(), unspecified, netip.IPv6Unspecified()} {
		var found []listener
		for _, l := range all {
			if l.address == netip.AddrPortFrom(ip, address.Port()) {
				found = append(found, l)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}
