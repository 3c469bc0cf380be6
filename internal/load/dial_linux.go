package load

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// dialer begins connections, by calls that never wait and so go to the kernel directly, see package
// poll. It keeps what they need from one to the next.
type dialer struct {
	address netip.AddrPort
	again   bool // sockets can be used again
	inet4   unix.RawSockaddrInet4
	inet6   unix.RawSockaddrInet6
}

// socket makes a socket for connections to an address.
func (d *dialer) socket(address netip.AddrPort, o *Options) (int, error) {
	if d.address != address {
		d.take(address, o)
	}
	family := unix.AF_INET
	if !address.Addr().Is4() {
		family = unix.AF_INET6
	}
	s, _, errno := unix.RawSyscall(unix.SYS_SOCKET, uintptr(family),
		unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if errno != 0 {
		return closed, errno
	}
	fd := int(s)
	if err := prepare(fd, o); err != nil {
		return closed, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

// connect begins a connection. It is made when the socket can be written, or dialError says why
// not.
func (d *dialer) connect(fd int) error {
	raw, size := unsafe.Pointer(&d.inet4), unsafe.Sizeof(d.inet4)
	if !d.address.Addr().Is4() {
		raw, size = unsafe.Pointer(&d.inet6), unsafe.Sizeof(d.inet6)
	}
	_, _, errno := unix.RawSyscall(unix.SYS_CONNECT, uintptr(fd), uintptr(raw), size)
	if errno != 0 && errno != unix.EINPROGRESS && errno != unix.EINTR {
		return errno
	}
	return nil
}

// nowhere is the address that dissolves a socket's connection.
var nowhere = unix.RawSockaddr{Family: unix.AF_UNSPEC}

// disconnect says goodbye on a connection that the server has ended, and reports whether the socket
// can make the next one. On the wire that is what closing it is, and a new socket costs an eighth
// more CPU. It is done within this machine only, where the server's last acknowledgement mostly is
// here at once. If it is not, the socket is still needed for it, and must be closed instead.
func (d *dialer) disconnect(fd int) bool {
	if !d.again {
		return false
	}
	if _, _, errno := unix.RawSyscall(unix.SYS_SHUTDOWN, uintptr(fd), unix.SHUT_WR, 0); errno != 0 {
		return false
	}
	var peer unix.RawSockaddrInet6
	size := uint32(unsafe.Sizeof(peer))
	if _, _, errno := unix.RawSyscall(unix.SYS_GETPEERNAME, uintptr(fd), uintptr(unsafe.Pointer(&peer)),
		uintptr(unsafe.Pointer(&size))); errno != unix.ENOTCONN {
		return false // there still is one
	}
	_, _, errno := unix.RawSyscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&nowhere)),
		unsafe.Sizeof(nowhere))
	return errno == 0
}

// take puts an address into the kernel's form.
func (d *dialer) take(address netip.AddrPort, o *Options) {
	d.address = address
	d.again = address.Addr().IsLoopback() && !o.Bind.IsValid()
	if address.Addr().Is4() {
		d.inet4 = unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: address.Addr().As4()}
		binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(&d.inet4.Port))[:], address.Port())
		return
	}
	d.inet6 = unix.RawSockaddrInet6{Family: unix.AF_INET6, Addr: address.Addr().As16()}
	binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(&d.inet6.Port))[:], address.Port())
}

// preciseTimers lets the calling thread wait to the microsecond. Usually the kernel ends a wait up
// to 50 µs late, to end several at once, which every arrival of an open loop would be late by.
func preciseTimers() {
	_ = unix.Prctl(
		unix.PR_SET_TIMERSLACK,
		1,
		0,
		0,
		0,
	) // without it an arrival is late, and counted as that
}
