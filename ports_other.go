//go:build !linux

package main

import (
	"net"
	"net/netip"
)

// holdPort only looks whether the address is free: how a bound socket and a listening one share a
// port differs by system, and it was found out for Linux alone.
func holdPort(address netip.AddrPort) (hold, error) {
	listener, err := net.Listen("tcp", address.String())
	if err != nil {
		return hold{}, err
	}
	return hold{}, listener.Close()
}

// lingers is not known here.
func lingers(netip.AddrPort) bool { return false }

// holder is not known here.
func holder(netip.AddrPort) string { return "" }
