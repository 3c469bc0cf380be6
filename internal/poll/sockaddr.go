//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// Sockaddr returns an address in the form of package unix.
func Sockaddr(address netip.AddrPort) unix.Sockaddr {
	port := int(address.Port())
	if address.Addr().Is4() {
		return &unix.SockaddrInet4{Port: port, Addr: address.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: port, Addr: address.Addr().As16()}
}

// Family returns the family of the sockets for an address.
func Family(address netip.AddrPort) int {
	if address.Addr().Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}
