//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// oneSegment is a size of requests, in bytes, that surely fit into one TCP segment. The last of
// several segments must not wait until the others are acknowledged (Nagle's algorithm).
const oneSegment = 1024

// setOptions prepares a socket that is not connected yet.
func setOptions(fd int, o *Options) error {
	if o.Window > 0 {
		for _, option := range [...]int{unix.SO_SNDBUF, unix.SO_RCVBUF} {
			if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, o.Window); err != nil {
				return os.NewSyscallError("setsockopt", err)
			}
		}
	}
	if len(o.Body) > oneSegment {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	if o.Bind.IsValid() {
		local := poll.Sockaddr(netip.AddrPortFrom(o.Bind, 0))
		return os.NewSyscallError("bind", unix.Bind(fd, local))
	}
	return nil
}

// connectError returns why a connection could not be made, or nil if it was made.
func connectError(fd int) error {
	number, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return err
	}
	if number != 0 {
		return syscall.Errno(number)
	}
	return nil
}

// errnoName returns the name of a system error, such as "ECONNRESET".
func errnoName(number syscall.Errno) string { return unix.ErrnoName(number) }
