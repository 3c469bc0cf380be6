package servermodel

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// Resolve parses "host:port". The host is an IP address or localhost, which means 127.0.0.1. No
// name is looked up, so an address means the same on every machine.
func Resolve(address string) (netip.AddrPort, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("reading the address: %w", err)
	}

	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		const format = "reading the address %q: its host is no IP address and not localhost"
		return netip.AddrPort{}, fmt.Errorf(format, address)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		const format = "reading the address %q: its port is not from 0 to 65535"
		return netip.AddrPort{}, fmt.Errorf(format, address)
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(number)), nil
}
