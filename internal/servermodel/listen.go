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

	"labbook.example/labbook/internal/poll"
)

// backlog is the requested length of the accept queue, longer than any useful concurrency. The
// kernel limits it to somaxconn.
const backlog = 4096

// listen returns a listening socket and the address that it is bound to. It never looks up a name.
// SO_REUSEADDR lets a server start again while connections that it closed are in TIME_WAIT, and
// beside a socket that only reserves the port. The options are set in addition.
func listen(address string, options ...int) (fd int, bound *net.TCPAddr, err error) {
	where, err := Resolve(address)
	if err != nil {
		return noListener, nil, err
	}
	fd, err = unix.Socket(poll.Family(where), unix.SOCK_STREAM, 0)
	if err != nil {
		return noListener, nil, os.NewSyscallError("socket", err)
	}
	unix.CloseOnExec(fd)

	for _, option := range append(options, unix.SO_REUSEADDR) {
		set := unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, 1)
		err = errors.Join(err, os.NewSyscallError("setsockopt", set))
	}
	if err := errors.Join(err, noDelay(fd), bind(fd, where)); err != nil {
		return noListener, nil, errors.Join(err, unix.Close(fd))
	}
	bound, err = localAddress(fd)
	if err != nil {
		return noListener, nil, errors.Join(err, unix.Close(fd))
	}
	return fd, bound, nil
}

// noListener stands for a listening socket that is closed.
const noListener = -1

// noDelay sets TCP_NODELAY on a listening socket, from which the connections inherit it. Without
// it, the second of two small answers would wait until the client acknowledged the first.
func noDelay(fd int) error {
	err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	return os.NewSyscallError("setsockopt", err)
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

// localAddress returns the address that a socket is bound to, with the port that the system chose
// if port 0 was requested.
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
// something that a closing connection frees: descriptors or memory.
func exhausted(err error) bool {
	return errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE) ||
		errors.Is(err, unix.ENOBUFS) || errors.Is(err, unix.ENOMEM)
}

// transient reports whether accept failed because of one connection or a signal, so that the next
// call may succeed.
func transient(err error) bool {
	return errors.Is(err, unix.EINTR) || errors.Is(err, unix.ECONNABORTED) ||
		errors.Is(err, unix.EPROTO)
}

// errFull means that the max number of connections is open.
var errFull = errors.New("the limit of connections is reached")

// acceptLog prints, at most once a minute, why no more connections are accepted. They wait in the
// kernel's queue. When that is full, the clients' systems retry by themselves.
type acceptLog struct {
	stderr io.Writer
	last   time.Time
}

const acceptLogEvery = time.Minute

func (l *acceptLog) print(why error) {
	if now := time.Now(); now.Sub(l.last) > acceptLogEvery {
		fmt.Fprintf(l.stderr, "accepting: %v; waiting for connections to close\n", why)
		l.last = now
	}
}

// maxConnections is the max number of connections of a server that has enough descriptors.
const maxConnections = 20_000

// reserved is how many descriptors are kept for everything but connections, if there are enough.
const reserved = 64

// connectionLimit returns how many connections a server may have.
func connectionLimit() int {
	var limit unix.Rlimit
	err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit)
	if err != nil || limit.Cur > maxConnections+reserved {
		return maxConnections
	}
	return int(limit.Cur - min(reserved, limit.Cur/8))
}
