package servermodel

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// listenMany binds n sockets to the address, among which the kernel spreads new connections. With
// SO_REUSEPORT the port of another server of the same user would be no error but half of its
// connections, so the port is bound without it first.
func listenMany(address string, n int) (fds []int, bound *net.TCPAddr, err error) {
	alone, bound, err := listen(address)
	if err != nil {
		return nil, nil, err
	}
	if err := unix.Close(alone); err != nil {
		return nil, nil, err
	}
	for range n {
		fd, _, err := listen(bound.String(), unix.SO_REUSEPORT)
		if err != nil {
			for _, fd := range fds {
				err = errors.Join(err, unix.Close(fd))
			}
			return nil, nil, err
		}
		fds = append(fds, fd)
	}
	return fds, bound, nil
}
