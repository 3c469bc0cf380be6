//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// dialer begins connections without waiting.
type dialer struct{ address unix.Sockaddr }

// socket returns a new socket for connections to an address.
func (d *dialer) socket(address netip.AddrPort, o *Options) (fd int, err error) {
	d.address = poll.Sockaddr(address)
	fd, err = unix.Socket(poll.Family(address), unix.SOCK_STREAM, 0)
	if err != nil {
		return noSocket, err
	}
	unix.CloseOnExec(fd)
	if err := errors.Join(unix.SetNonblock(fd, true), setOptions(fd, o)); err != nil {
		return noSocket, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

// connect begins a connection. The socket becomes writable when the connection is made or has
// failed; connectError tells which.
func (d *dialer) connect(fd int) error {
	err := unix.Connect(fd, d.address)
	if err != nil && err != unix.EINPROGRESS && err != unix.EINTR {
		return err
	}
	return nil
}

// disconnect reports false: a socket cannot make a second connection here.
func (*dialer) disconnect(int) bool { return false }

// preciseTimers does nothing: timers are precise here.
func preciseTimers() {}
