package servermodel

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls on sockets that never wait go to the kernel directly: Go's usual way prepares for a call that
// waits, which costs a twentieth of an answer.

// readNow reads what is there from a socket.
func readNow(fd int, p []byte) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&p[0])),
		uintptr(len(p)), unix.MSG_DONTWAIT, 0, 0)
	return result(n, errno)
}

// readSoon reads what is there or comes within the socket's patience.
func readSoon(fd int, p []byte) (int, error) { return unix.Read(fd, p) }

// acceptPatient takes the next connection, as acceptNow does; the connection is a blocking one.
func acceptPatient(listener int) (int, error) { return acceptNow(listener, false) }

// setPatience says how long readSoon waits on the connections that come from the listening socket.
func setPatience(listener int, d time.Duration) error {
	limit := unix.NsecToTimeval(d.Nanoseconds())
	return unix.SetsockoptTimeval(listener, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit)
}

// writeNow sends what fits to a socket. A peer that is gone is an error and no signal.
func writeNow(fd int, p []byte) (int, error) {
	n, _, errno := unix.RawSyscall6(
		unix.SYS_SENDTO,
		uintptr(fd),
		uintptr(unsafe.Pointer(&p[0])),
		uintptr(len(p)),
		unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT,
		0,
		0,
	)
	return result(n, errno)
}

// acceptNow takes the next connection from a non-blocking listening socket, without waiting for one.
func acceptNow(listener int, nonblocking bool) (int, error) {
	flags := unix.SOCK_CLOEXEC
	if nonblocking {
		flags |= unix.SOCK_NONBLOCK
	}
	fd, _, errno := unix.RawSyscall6(unix.SYS_ACCEPT4, uintptr(listener), 0, 0, uintptr(flags), 0, 0)
	return result(fd, errno)
}

// closeNow closes a socket. There is nothing left that could be lost.
func closeNow(fd int) { _, _, _ = unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0) }

// accept waits for the next connection; the connection is a blocking one.
func accept(listener int) (int, error) {
	fd, _, errno := unix.Syscall6(unix.SYS_ACCEPT4, uintptr(listener), 0, 0, unix.SOCK_CLOEXEC, 0, 0)
	return result(fd, errno)
}

func result(n uintptr, errno unix.Errno) (int, error) {
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}

// sleep keeps the calling thread waiting, as a blocking call does.
func sleep(d time.Duration) {
	left := unix.NsecToTimespec(d.Nanoseconds())
	for unix.Nanosleep(&left, &left) == unix.EINTR {
	}
}

// send sends to a blocking socket, and waits until there is room. Most often there is.
func send(fd int, p []byte) (int, error) {
	n, err := writeNow(fd, p)
	if err == unix.EAGAIN {
		return unix.Write(fd, p)
	}
	return n, err
}
