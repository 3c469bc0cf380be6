//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import "golang.org/x/sys/unix"

// Read reads what is there from a non-blocking socket. 0 bytes and no error are the end of what the
// peer sends, EAGAIN says that nothing is there yet.
func Read(fd int, p []byte) (int, error) { return unix.Read(fd, p) }

// Write sends what fits to a non-blocking socket, which may be less than p. EAGAIN says that there
// is no room yet.
func Write(fd int, p []byte) (int, error) { return unix.Write(fd, p) }

// Close closes a socket; every Poller forgets it by that. There is nothing left that could be lost.
func Close(fd int) { _ = unix.Close(fd) }
