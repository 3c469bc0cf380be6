package servermodel

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// listenMany returns n sockets that listen on the same address. The kernel spreads new connections
// among them.
//
// The port is first bound without SO_REUSEPORT. With that option, a port that another server of the
// same user has would be no error, and that server would get half of the connections.
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
