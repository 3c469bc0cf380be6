package machine

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
)

// Addresses returns the IP addresses that this machine's own name means to it, those that other
// machines may reach first: on Debian a host's name is at first an address of its loopback.
func Addresses(ctx context.Context) ([]netip.Addr, error) {
	name, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("asking this machine for its name: %w", err)
	}
	found, err := Lookup(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("looking up this machine's own name: %w", err)
	}
	return found, nil
}

// Lookup returns the IP addresses that the name of a host means on this machine, those that other
// machines may reach first. There is at least one.
func Lookup(ctx context.Context, name string) ([]netip.Addr, error) {
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", name)
	if err != nil {
		return nil, err
	}
	for i, ip := range found {
		found[i] = ip.Unmap()
	}
	return reachableFirst(found), nil
}

// reachableFirst returns addresses in an order in which other machines may try them: those of the
// loopback and of one link are last, and otherwise IPv4 goes first.
func reachableFirst(found []netip.Addr) []netip.Addr {
	rank := func(ip netip.Addr) int {
		switch {
		case ip.IsLoopback():
			return 3
		case ip.IsLinkLocalUnicast():
			return 2
		case ip.Is6():
			return 1
		}
		return 0
	}
	sorted := slices.Clone(found)
	slices.SortStableFunc(sorted, func(a, b netip.Addr) int { return rank(a) - rank(b) })
	return slices.Compact(sorted)
}
