//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// severalSegments is a size of requests, in bytes, that may take more than one segment on its way:
// then the last one is not to wait until the others are acknowledged.
const severalSegments = 1024

// prepare sets what the options want of a socket before it is connected.
func prepare(fd int, o *Options) error {
	if o.Window > 0 {
		for _, option := range [...]int{unix.SO_SNDBUF, unix.SO_RCVBUF} {
			if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, o.Window); err != nil {
				return os.NewSyscallError("setsockopt", err)
			}
		}
	}
	if len(o.Body) > severalSegments {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	if o.Bind.IsValid() {
		return os.NewSyscallError("bind", unix.Bind(fd, sockaddr(netip.AddrPortFrom(o.Bind, 0))))
	}
	return nil
}

func sockaddr(address netip.AddrPort) unix.Sockaddr {
	if address.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(address.Port()), Addr: address.Addr().As16()}
}

// dialError is why a connection could not be made, nil if it stands.
func dialError(fd int) error {
	number, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return err
	}
	if number != 0 {
		return syscall.Errno(number)
	}
	return nil
}

// errnoName is the name of a system error, such as "ECONNRESET".
func errnoName(number syscall.Errno) string { return unix.ErrnoName(number) }
