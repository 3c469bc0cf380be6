package load

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// dialer begins connections without waiting. Its calls never block, so they go to the kernel
// directly, see package poll. It keeps the address in the kernel's form from one to the next.
type dialer struct {
	address  netip.AddrPort
	inet4    unix.RawSockaddrInet4
	inet6    unix.RawSockaddrInet6
	reusable bool // a socket can make further connections, see disconnect
}

// socket returns a new socket for connections to an address.
func (d *dialer) socket(address netip.AddrPort, o *Options) (fd int, err error) {
	if d.address != address {
		d.setAddress(address, o)
	}
	s, _, errno := unix.RawSyscall(unix.SYS_SOCKET, uintptr(poll.Family(address)),
		unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if errno != 0 {
		return noSocket, errno
	}
	fd = int(s)
	if err := setOptions(fd, o); err != nil {
		return noSocket, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

// setAddress converts an address to the kernel's form.
func (d *dialer) setAddress(address netip.AddrPort, o *Options) {
	d.address = address
	d.reusable = address.Addr().IsLoopback() && !o.Bind.IsValid()
	if address.Addr().Is4() {
		d.inet4 = unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: address.Addr().As4()}
		putPort(&d.inet4.Port, address.Port())
		return
	}
	d.inet6 = unix.RawSockaddrInet6{Family: unix.AF_INET6, Addr: address.Addr().As16()}
	putPort(&d.inet6.Port, address.Port())
}

// putPort writes a port in network byte order.
func putPort(to *uint16, port uint16) {
	binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(to))[:], port)
}

// connect begins a connection. The socket becomes writable when the connection is made or has
// failed; connectError tells which.
func (d *dialer) connect(fd int) error {
	sockaddr, size := unsafe.Pointer(&d.inet4), unsafe.Sizeof(d.inet4)
	if !d.address.Addr().Is4() {
		sockaddr, size = unsafe.Pointer(&d.inet6), unsafe.Sizeof(d.inet6)
	}
	_, _, errno := unix.RawSyscall(unix.SYS_CONNECT, uintptr(fd), uintptr(sockaddr), size)
	if errno != 0 && errno != unix.EINPROGRESS && errno != unix.EINTR {
		return errno
	}
	return nil
}

// unspecified is the address that dissolves a socket's association, see connect(2).
var unspecified = unix.RawSockaddr{Family: unix.AF_UNSPEC}

// disconnect ends a connection whose server has ended its half, and reports whether the socket can
// make another connection. Otherwise the socket must be closed.
//
// On the wire both look the same, but a new socket costs an eighth more CPU time. Reuse needs the
// server's last acknowledgement to be here already, which is so only within this machine: until it
// arrives, the kernel still needs the socket for the old connection.
func (d *dialer) disconnect(fd int) bool {
	if !d.reusable {
		return false
	}
	_, _, errno := unix.RawSyscall(unix.SYS_SHUTDOWN, uintptr(fd), unix.SHUT_WR, 0)
	if errno != 0 {
		return false
	}

	var peer unix.RawSockaddrInet6
	size := uint32(unsafe.Sizeof(peer))
	_, _, errno = unix.RawSyscall(unix.SYS_GETPEERNAME, uintptr(fd),
		uintptr(unsafe.Pointer(&peer)), uintptr(unsafe.Pointer(&size)))
	if errno != unix.ENOTCONN {
		return false // the connection has not ended yet
	}

	_, _, errno = unix.RawSyscall(unix.SYS_CONNECT, uintptr(fd),
		uintptr(unsafe.Pointer(&unspecified)), unsafe.Sizeof(unspecified))
	return errno == 0
}

// preciseTimers makes the calling thread wait to the microsecond. By default, the kernel ends a
// wait up to 50 µs late to end several at once, which would delay every arrival of an open loop.
func preciseTimers() {
	// If this fails, arrivals are sent late, which times.late shows.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
}
