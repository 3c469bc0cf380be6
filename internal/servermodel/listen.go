//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// listen binds the address and nothing more, and gives the socket and the address that it got.
// SO_REUSEADDR lets a server start again while connections that it closed are in TIME_WAIT, and
// beside a socket that only holds the port.
func listen(address string) (fd int, bound net.Addr, err error) {
	where, err := Resolve(address)
	if err != nil {
		return -1, nil, err
	}
	family := unix.AF_INET6
	if where.Addr().Is4() {
		family = unix.AF_INET
	}
	fd, err = unix.Socket(family, unix.SOCK_STREAM, 0)
	if err != nil {
		return -1, nil, os.NewSyscallError("socket", err)
	}
	unix.CloseOnExec(fd)
	if err := errors.Join(
		os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)),
		bind(fd, where)); err != nil {
		return -1, nil, errors.Join(err, unix.Close(fd))
	}
	bound, err = localAddress(fd)
	if err != nil {
		return -1, nil, errors.Join(err, unix.Close(fd))
	}
	return fd, bound, nil
}

func bind(fd int, where netip.AddrPort) error {
	if err := unix.Bind(fd, sockaddr(where)); err != nil {
		return fmt.Errorf("binding %v: %w", where, err)
	}
	return os.NewSyscallError("listen", unix.Listen(fd, backlog))
}

func sockaddr(where netip.AddrPort) unix.Sockaddr {
	if where.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(where.Port()), Addr: where.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(where.Port()), Addr: where.Addr().As16()}
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

// prepare sets up an accepted connection. Without TCP_NODELAY, the second of two small answers would wait
// until the client acknowledged the first.
func prepare(fd int) {
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1) // without it answers are slower, not wrong
}

// exhausted reports whether accept failed because the process or the machine has run out of
// something that comes back when a connection closes: descriptors or memory.
func exhausted(err error) bool {
	return errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE) ||
		errors.Is(err, unix.ENOBUFS) || errors.Is(err, unix.ENOMEM)
}

// passing reports whether accept failed only for one connection, or for a signal: the next call may do.
func passing(err error) bool {
	return errors.Is(err, unix.EINTR) || errors.Is(err, unix.ECONNABORTED) || errors.Is(err, unix.EPROTO)
}
