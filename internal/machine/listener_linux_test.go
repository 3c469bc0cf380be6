package machine

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/failure"
)

// Listeners come first in a table. What follows the first connection is not read.
func TestReadListeners(t *testing.T) {
	row := func(address, state, inode string) string {
		const rest = "00000000:00000000 00:00000000 00000000 0 0"
		return fmt.Sprintf("   0: %s 00000000:0000 %s %s %s 1\n", address, state, rest, inode)
	}
	loopback := word(0x7F000001)
	table := "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when … inode\n" +
		row(loopback+":1F90", "0A", "11") +
		row(loopback+":1F90", "03", "12") +
		row("00000000:1F91", "0A", "13") +
		"   3: too short\n" +
		row("nonsense", "0A", "14") +
		row(loopback+":1F90", "06", "0") +
		row(loopback+":1F92", "0A", "15")
	want := []listener{
		{netip.MustParseAddrPort("127.0.0.1:8080"), "11"},
		{netip.MustParseAddrPort("0.0.0.0:8081"), "13"},
	}
	if got := readListeners(strings.NewReader(table)); !slices.Equal(got, want) {
		t.Errorf("the listeners are %v, want %v", got, want)
	}
}

// word returns how this machine writes four bytes of an address.
func word(bytes uint32) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], bytes)
	return fmt.Sprintf("%08X", binary.NativeEndian.Uint32(b[:]))
}

func TestParseSocketAddress(t *testing.T) {
	test := func(text, want string) {
		t.Helper()
		address, ok := parseSocketAddress(text)
		if !ok || address != netip.MustParseAddrPort(want) {
			t.Errorf("%s is %v, %v; want %s", text, address, ok, want)
		}
	}
	const zero = "00000000"
	test(word(0x7F000001)+":AFC8", "127.0.0.1:45000")
	test(zero+zero+zero+word(1)+":0050", "[::1]:80")
	test(word(0x20010DB8)+zero+zero+word(0x12)+":0050", "[2001:db8::12]:80")
	test(zero+zero+word(0xFFFF)+word(0x7F000001)+":0050", "127.0.0.1:80")

	for _, text := range []string{"", ":", "7F000001", "7F0001:0050", "7F000001:10050", "x:0050"} {
		if address, ok := parseSocketAddress(text); ok {
			t.Errorf("%q is %v, want no address", text, address)
		}
	}
}

func TestCheckUnusedNamesTheListener(t *testing.T) {
	taken := listen(t)
	err := CheckUnused(port(taken.Addr()))

	code, hint := failure.CodeAndHint(err)
	want := fmt.Sprintf("%v is taken by ", taken.Addr())
	pid := fmt.Sprintf("(pid %d)", os.Getpid())
	if code != failure.ExitMachine || hint == "" ||
		!strings.Contains(err.Error(), want) || !strings.HasSuffix(err.Error(), pid) {
		t.Errorf("CheckUnused: %v, code %d, hint %q; want %q and %q", err, code, hint, want, pid)
	}

	taken.Close()
	if err := CheckUnused(port(taken.Addr())); err != nil {
		t.Errorf("CheckUnused of a free port: %v, want no error", err)
	}
}

// The reservation of a run is no listener, nor is a socket that listens for IPv6 only in the way of
// an IPv4 address.
func TestCheckUnusedAllowsWhatIsNotInTheWay(t *testing.T) {
	free := unused(t)
	reserved, err := Reserve(t.Context(), []Port{port(free)}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer reserved.Close()
	if err := CheckUnused(port(free)); err != nil {
		t.Errorf("CheckUnused of a reserved port: %v, want no error", err)
	}

	number := free.(*net.TCPAddr).Port
	six, err := net.Listen("tcp6", fmt.Sprintf("[::]:%d", number)) // for IPv6 only, in Go
	if err != nil {
		t.Skipf("no IPv6 here: %v", err)
	}
	defer six.Close()
	if err := CheckUnused(port(free)); err != nil {
		t.Errorf("CheckUnused beside a socket for IPv6: %v, want no error", err)
	}
}

func TestCheckListener(t *testing.T) {
	socket := listen(t)
	address := netip.MustParseAddrPort(socket.Addr().String())
	test := func(name string, processes []int, want string) {
		t.Helper()
		_, err := CheckListener(address, slices.Values(processes))
		if want == "" && err != nil || want != "" && !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	own, other := os.Getpid(), os.Getppid()
	stranger := fmt.Sprintf("(pid %d) listens at its address", own)
	test("the server itself", []int{own}, "")
	test("what the server started", []int{other, own}, "")
	test("another process", []int{other}, stranger)
	test("no process is left", nil, stranger)

	socket.Close()
	test("nothing listens that we see", []int{other}, "")
}

// What listens is one of the server's processes, and the right one.
func TestListenerOfAServer(t *testing.T) {
	address := netip.MustParseAddrPort(listen(t).Addr().String())
	own, other := os.Getpid(), os.Getppid()
	got, err := CheckListener(address, slices.Values([]int{other, own}))
	if want := (Listener{PID: own}); err != nil || got != want {
		t.Errorf("CheckListener: %+v, %v; want %+v", got, err, want)
	}
}

// TestElsewhere tells where a server listens instead.
func TestElsewhere(t *testing.T) {
	socket := listen(t)
	server := slices.Values([]int{os.Getpid()})

	got := Elsewhere(netip.MustParseAddrPort("127.0.0.1:1"), server)
	want := "; its process listens on " + socket.Addr().String() + ": write that as its address"
	if got != want {
		t.Errorf("found %q, want %q", got, want)
	}

	here := netip.MustParseAddrPort(socket.Addr().String())
	if got := Elsewhere(here, server); got != "" {
		t.Errorf("of a server that listens at its address: %q, want nothing", got)
	}
}

// TestSamePort tells which other address has a listener at the same port.
func TestSamePort(t *testing.T) {
	socket := listen(t)
	here := netip.MustParseAddrPort(socket.Addr().String())
	if got := SamePort(here); got != "" {
		t.Errorf("of the address that it listens on: %q, want nothing", got)
	}

	got := SamePort(netip.AddrPortFrom(netip.IPv6Loopback(), here.Port()))
	want := "; a process listens on " + here.String() + ": write that in its url"
	if got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}
