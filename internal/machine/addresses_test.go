package machine

import (
	"fmt"
	"net/netip"
	"testing"
)

// What other machines may reach comes first, and nothing twice.
func TestReachableFirst(t *testing.T) {
	var found []netip.Addr
	for _, text := range []string{"127.0.1.1", "fe80::1", "2001:db8::1", "10.0.0.1", "10.0.0.1"} {
		found = append(found, netip.MustParseAddr(text))
	}
	const want = "[10.0.0.1 2001:db8::1 fe80::1 127.0.1.1]"
	if got := fmt.Sprint(reachableFirst(found)); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

// An IPv4 address is one, not one of IPv6 that stands for it.
func TestLookup(t *testing.T) {
	found, err := Lookup(t.Context(), "127.0.0.1")
	if err != nil || len(found) != 1 || found[0] != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("%v, %v; want 127.0.0.1", found, err)
	}
}
