package machine

import (
	"net/netip"
	"slices"
	"testing"
)

// TestAnswering finds which of several listeners a connection reaches.
func TestAnswering(t *testing.T) {
	test := func(name, address string, bound []string, want ...string) {
		t.Helper()
		var all []listener
		for _, text := range bound {
			all = append(all, listener{netip.MustParseAddrPort(text), text})
		}
		var got []string
		for _, l := range answering(all, netip.MustParseAddrPort(address)) {
			got = append(got, l.inode)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %s is answered by %v, want %v", name, address, got, want)
		}
	}
	const loopback = "127.0.0.1:80"
	test("none", loopback, nil)
	test("another port", loopback, []string{"127.0.0.1:81", "0.0.0.0:81"})
	test("another address", loopback, []string{"127.0.0.2:80", "[::1]:80"})
	test("exactly the address", loopback, []string{"0.0.0.0:80", loopback, "[::]:80"}, loopback)
	test("several sockets", loopback, []string{loopback, loopback}, loopback, loopback)
	test("all of IPv4 before all", loopback, []string{"[::]:80", "0.0.0.0:80"}, "0.0.0.0:80")
	test("all", loopback, []string{"[::]:80"}, "[::]:80")
	test("IPv6", "[::1]:80", []string{loopback, "[::1]:80", "[::]:80"}, "[::1]:80")
	test("all, by IPv6", "[::1]:80", []string{"0.0.0.0:80", "[::]:80"}, "[::]:80")
}
