//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"
)

// dialer begins connections.
type dialer struct{ address unix.Sockaddr }

// socket makes a socket for connections to an address.
func (d *dialer) socket(address netip.AddrPort, o *Options) (int, error) {
	family := unix.AF_INET
	if !address.Addr().Is4() {
		family = unix.AF_INET6
	}
	d.address = sockaddr(address)
	fd, err := unix.Socket(family, unix.SOCK_STREAM, 0)
	if err != nil {
		return closed, err
	}
	unix.CloseOnExec(fd)
	if err := errors.Join(unix.SetNonblock(fd, true), prepare(fd, o)); err != nil {
		return closed, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

// connect begins a connection. It is made when the socket can be written, or dialError says why
// not.
func (d *dialer) connect(fd int) error {
	err := unix.Connect(fd, d.address)
	if err != nil && err != unix.EINPROGRESS && err != unix.EINTR {
		return err
	}
	return nil
}

// disconnect reports that the socket cannot be used again: here every connection has its own.
func (*dialer) disconnect(int) bool { return false }

// preciseTimers does nothing: timers are precise here.
func preciseTimers() {}
