//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// listenMany returns one listening socket n times. SO_REUSEPORT does not spread connections here.
func listenMany(address string, n int) (fds []int, bound *net.TCPAddr, err error) {
	fd, bound, err := listen(address)
	if err != nil {
		return nil, nil, err
	}

	fds = []int{fd}
	for len(fds) < n {
		fd, err := unix.Dup(fds[0])
		if err != nil {
			for _, fd := range fds {
				err = errors.Join(err, unix.Close(fd))
			}
			return nil, nil, err
		}
		unix.CloseOnExec(fd)
		fds = append(fds, fd)
	}
	return fds, bound, nil
}
