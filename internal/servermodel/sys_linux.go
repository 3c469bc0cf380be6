package servermodel

import (
	"time"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// readSoon reads what the socket holds, or what arrives before its read timeout.
func readSoon(fd int, p []byte) (int, error) { return unix.Read(fd, p) }

// acceptWithTimeout accepts the next connection without waiting for one. The connection is blocking
// and has the listening socket's read timeout.
func acceptWithTimeout(listener int) (int, error) { return acceptNow(listener, false) }

// setReadTimeout sets how long readSoon waits on the connections that come from the listening
// socket.
func setReadTimeout(listener int, d time.Duration) error {
	limit := unix.NsecToTimeval(d.Nanoseconds())
	return unix.SetsockoptTimeval(listener, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit)
}

// acceptNow accepts the next connection from a non-blocking listening socket, without waiting for
// one. It goes to the kernel directly, like the calls of package poll.
func acceptNow(listener int, nonblocking bool) (int, error) {
	flags := unix.SOCK_CLOEXEC
	if nonblocking {
		flags |= unix.SOCK_NONBLOCK
	}
	fd, _, errno := unix.RawSyscall6(unix.SYS_ACCEPT4,
		uintptr(listener), 0, 0, uintptr(flags), 0, 0)
	return result(fd, errno)
}

// accept waits for the next connection. The connection is blocking.
func accept(listener int) (int, error) {
	fd, _, errno := unix.Syscall6(unix.SYS_ACCEPT4,
		uintptr(listener), 0, 0, unix.SOCK_CLOEXEC, 0, 0)
	return result(fd, errno)
}

func result(n uintptr, errno unix.Errno) (int, error) {
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}

// sleep blocks the calling thread: its goroutine is locked to it, so the thread waits in the kernel
// until the runtime's timer wakes it. Unlike nanosleep, which the runtime takes for a short call,
// it gives up its slot for running Go code at once.
func sleep(d time.Duration) { time.Sleep(d) }

// receive waits for bytes from a blocking socket. Those of a new connection are usually there.
func receive(fd int, p []byte) (int, error) {
	n, err := poll.Read(fd, p)
	if err == unix.EAGAIN {
		return unix.Read(fd, p)
	}
	return n, err
}

// send sends to a blocking socket, and waits if there is no room. Usually there is.
func send(fd int, p []byte) (int, error) {
	n, err := poll.Write(fd, p)
	if err == unix.EAGAIN {
		return unix.Write(fd, p)
	}
	return n, err
}
