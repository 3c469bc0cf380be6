package servermodel

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// Resolve reads "host:port", where host is an IP literal or localhost, which is 127.0.0.1: no name
// is looked up, so an address means the same on every machine.
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
		return netip.AddrPort{}, fmt.Errorf(
			"reading the address %q: its host is no IP address and not localhost",
			address,
		)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf(
			"reading the address %q: its port is not from 0 to 65535",
			address,
		)
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(number)), nil
}
