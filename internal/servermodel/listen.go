//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"labbook/internal/poll"
)

// backlog is the accept queue that is asked for, above any concurrency that ab is good for. The
// kernel cuts it to somaxconn.
const backlog = 4096

// listen binds the address and nothing more, and gives the socket and the address that it got.
// SO_REUSEADDR lets a server start again while connections that it closed are in TIME_WAIT, and
// beside a socket that only holds the port. The options are those that the socket gets beside it.
func listen(address string, options ...int) (fd int, bound *net.TCPAddr, err error) {
	where, err := Resolve(address)
	if err != nil {
		return -1, nil, err
	}
	fd, err = unix.Socket(poll.Family(where), unix.SOCK_STREAM, 0)
	if err != nil {
		return -1, nil, os.NewSyscallError("socket", err)
	}
	unix.CloseOnExec(fd)
	for _, option := range append(options, unix.SO_REUSEADDR) {
		err = errors.Join(err,
			os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, 1)))
	}
	if err := errors.Join(err, noDelay(fd), bind(fd, where)); err != nil {
		return -1, nil, errors.Join(err, unix.Close(fd))
	}
	bound, err = localAddress(fd)
	if err != nil {
		return -1, nil, errors.Join(err, unix.Close(fd))
	}
	return fd, bound, nil
}

// noListener stands for a listening socket that is closed.
const noListener = -1

// noDelay sets up a listening socket, and by that the connections that come from it. Without
// TCP_NODELAY, the second of two small answers would wait until the client acknowledged the first.
func noDelay(fd int) error {
	return os.NewSyscallError(
		"setsockopt",
		unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1),
	)
}

func bind(fd int, where netip.AddrPort) error {
	if err := unix.Bind(fd, poll.Sockaddr(where)); err != nil {
		return fmt.Errorf("binding %v: %w", where, err)
	}
	if err := unix.Listen(fd, backlog); err != nil {
		return fmt.Errorf("listening on %v: %w", where, err)
	}
	return nil
}

// localAddress is the address that a socket is bound to, with the port that port 0 became.
func localAddress(fd int) (*net.TCPAddr, error) {
	name, err := unix.Getsockname(fd)
	switch name := name.(type) {
	case *unix.SockaddrInet4:
		return &net.TCPAddr{IP: net.IP(name.Addr[:]), Port: name.Port}, nil
	case *unix.SockaddrInet6:
		return &net.TCPAddr{IP: net.IP(name.Addr[:]), Port: name.Port}, nil
	}
	return nil, os.NewSyscallError("getsockname", err)
}

// exhausted reports whether accept failed because the process or the machine has run out of
// something that comes back when a connection closes: descriptors or memory.
func exhausted(err error) bool {
	return errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE) ||
		errors.Is(err, unix.ENOBUFS) || errors.Is(err, unix.ENOMEM)
}

// passing reports whether accept failed only for one connection, or for a signal: the next call may
// do.
func passing(err error) bool {
	return errors.Is(err, unix.EINTR) || errors.Is(err, unix.ECONNABORTED) ||
		errors.Is(err, unix.EPROTO)
}

// errFull says that as many connections are open as there may be.
var errFull = errors.New("the limit of connections is reached")

// complaint says why no more connections are accepted for now, but not again and again. They wait
// in the kernel's queue; once that is full, their clients ask again by themselves.
type complaint struct {
	stderr io.Writer
	said   time.Time
}

// complaintEvery is how often the same may be said.
const complaintEvery = time.Minute

func (c *complaint) say(why error) {
	if now := time.Now(); now.Sub(c.said) > complaintEvery {
		fmt.Fprintf(c.stderr, "accepting: %v; waiting for connections to close\n", why)
		c.said = now
	}
}

// usualLimit is how many connections a server holds at most, if it has the descriptors for them.
const usualLimit = 20_000

// reserve is how many descriptors are left for everything but connections, where that many can be
// spared.
const reserve = 64

// mostConnections is how many connections a server may hold.
func mostConnections() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil ||
		limit.Cur > usualLimit+reserve {
		return usualLimit
	}
	return int(limit.Cur - min(reserve, limit.Cur/8))
}
