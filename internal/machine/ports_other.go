//go:build !linux

package machine

import (
	"net"
	"net/netip"
)

// reserve only checks that the address is free. How a bound socket and a listening one share a port
// differs by system, and has been tried on Linux only.
func reserve(address netip.AddrPort) (reservation, error) {
	listener, err := net.Listen("tcp", address.String())
	if err != nil {
		return reservation{}, err
	}
	return reservation{}, listener.Close()
}

// onlyTimeWait returns false: this system does not tell.
func onlyTimeWait(netip.AddrPort) bool { return false }

// owner returns "": this system does not tell.
func owner(netip.AddrPort) string { return "" }
