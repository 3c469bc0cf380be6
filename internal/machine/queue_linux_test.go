package machine

import (
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
	"labbook.example/labbook/internal/record"
)

// listening returns the address of a socket that listens with a backlog and never accepts.
func listening(t *testing.T, ip string, backlog int) netip.AddrPort {
	t.Helper()
	address := netip.AddrPortFrom(netip.MustParseAddr(ip), 0)
	fd, err := unix.Socket(poll.Family(address), unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		t.Cleanup(func() { unix.Close(fd) })
		err = unix.Bind(fd, poll.Sockaddr(address))
	}
	if err == nil {
		err = unix.Listen(fd, backlog)
	}
	if err != nil {
		t.Skipf("cannot listen on %s: %v", ip, err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := 0
	switch name := name.(type) {
	case *unix.SockaddrInet4:
		port = name.Port
	case *unix.SockaddrInet6:
		port = name.Port
	}
	return netip.AddrPortFrom(address.Addr(), uint16(port))
}

// connect begins a connection and does not wait for it.
func connect(t *testing.T, address netip.AddrPort) {
	t.Helper()
	const kind = unix.SOCK_STREAM | unix.SOCK_CLOEXEC | unix.SOCK_NONBLOCK
	fd, err := unix.Socket(poll.Family(address), kind, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Connect(fd, poll.Sockaddr(address)); err != nil && err != unix.EINPROGRESS {
		t.Fatal(err)
	}
}

// needDiagnosis skips a test where the kernel does not describe its sockets.
func needDiagnosis(t *testing.T) {
	t.Helper()
	if _, err := listeningSockets(unix.AF_INET); err != nil {
		t.Skipf("the kernel does not describe its sockets: %v", err)
	}
}

// A full queue drops what comes, and only its own drops are counted.
func TestAcceptQueue(t *testing.T) {
	needDiagnosis(t)
	for _, ip := range []string{"127.0.0.1", "::1"} {
		full, idle := listening(t, ip, 2), listening(t, ip, 7)
		for range 10 {
			connect(t, full)
		}

		got := AcceptQueue(full)
		// On a busy machine the kernel may look at a connection later.
		for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
			if got = AcceptQueue(full); got == nil || got.Dropped > 0 {
				break
			}
		}
		if got == nil || got.Backlog != 2 || got.Dropped < 1 {
			t.Errorf("%s, full: %+v, want drops from a backlog of 2", ip, got)
		}
		if got := AcceptQueue(idle); got == nil || *got != (record.AcceptQueue{Backlog: 7}) {
			t.Errorf("%s, idle: %+v, want no drops from a backlog of 7", ip, got)
		}
	}
}

// A server that listens on all addresses is found by the one that is asked.
func TestAcceptQueueOfAllAddresses(t *testing.T) {
	needDiagnosis(t)
	for _, ip := range []string{"0.0.0.0", "::"} {
		at := listening(t, ip, 9)
		asked := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), at.Port())
		if got := AcceptQueue(asked); got == nil || got.Backlog != 9 {
			t.Errorf("%s: %+v, want a backlog of 9", ip, got)
		}
	}
	if got := AcceptQueue(netip.MustParseAddrPort("127.0.0.1:1")); got != nil {
		t.Errorf("where nothing listens: %+v, want nothing", *got)
	}
}

// What the kernel sends is read within its bounds.
func FuzzParseQueue(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, diagMessageBytes))
	f.Add(append(make([]byte, diagMessageBytes), 40, 0, 7, 0))
	f.Fuzz(func(t *testing.T, m []byte) {
		if q, ok := parseQueue(m); ok && q.dropped < 0 {
			t.Errorf("%d drops", q.dropped)
		}
	})
}
