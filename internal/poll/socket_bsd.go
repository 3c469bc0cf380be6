//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import "golang.org/x/sys/unix"

// Read reads what a non-blocking socket holds. 0 bytes without an error mean that the peer has
// ended its half of the connection; EAGAIN means that nothing has arrived yet.
func Read(fd int, p []byte) (int, error) { return unix.Read(fd, p) }

// Write sends as much of p as a non-blocking socket accepts. EAGAIN means that it has no room yet.
func Write(fd int, p []byte) (int, error) { return unix.Write(fd, p) }

// Close closes a socket, and every Poller forgets it. Errors are ignored: no data can be lost.
func Close(fd int) { _ = unix.Close(fd) }
