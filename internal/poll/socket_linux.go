package poll

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls on sockets that never wait go to the kernel directly: Go's usual way prepares for a
// call that waits, which costs a twentieth of an answer.

// Read reads what is there from a socket, without waiting for more; p must not be empty. 0 bytes
// and no error are the end of what the peer sends, EAGAIN says that nothing is there yet.
func Read(fd int, p []byte) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&p[0])),
		uintptr(len(p)), unix.MSG_DONTWAIT, 0, 0)
	return result(n, errno)
}

// Write sends what fits to a socket, which may be less than p; p must not be empty. A peer that is
// gone is an error and no signal, EAGAIN says that there is no room yet.
func Write(fd int, p []byte) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&p[0])),
		uintptr(len(p)), unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT, 0, 0)
	return result(n, errno)
}

// Close closes a socket; every Poller forgets it by that. There is nothing left that could be lost.
func Close(fd int) { _, _, _ = unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0) }

func result(n uintptr, errno unix.Errno) (int, error) {
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}
