//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"
)

func TestSockaddr(t *testing.T) {
	test := func(address string, family int, want unix.Sockaddr) {
		t.Helper()
		parsed := netip.MustParseAddrPort(address)
		unexported := cmpopts.IgnoreUnexported(unix.SockaddrInet4{}, unix.SockaddrInet6{})
		if diff := cmp.Diff(want, Sockaddr(parsed), unexported); diff != "" {
			t.Errorf("Sockaddr(%s) (-want +got):\n%s", address, diff)
		}
		if got := Family(parsed); got != family {
			t.Errorf("Family(%s) = %d, want %d", address, got, family)
		}
	}
	test("127.0.0.1:80", unix.AF_INET,
		&unix.SockaddrInet4{Port: 80, Addr: [4]byte{127, 0, 0, 1}})
	test("[::1]:45000", unix.AF_INET6,
		&unix.SockaddrInet6{Port: 45000, Addr: [16]byte{15: 1}})
}
