package servermodel

import "golang.org/x/sys/unix"

// accept takes the next connection, in one call with its flags.
func accept(listener int, nonblocking bool) (int, error) {
	flags := unix.SOCK_CLOEXEC
	if nonblocking {
		flags |= unix.SOCK_NONBLOCK
	}
	fd, _, err := unix.Accept4(listener, flags)
	return fd, err
}
