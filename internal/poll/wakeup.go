//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import (
	"errors"

	"golang.org/x/sys/unix"
)

// wakeup is a pipe that the Poller watches itself. A byte written to it ends a Wait in another
// goroutine, in the same way on every system.
type wakeup struct{ r, w int }

func (k *wakeup) open(p *Poller) error {
	var ends [2]int
	if err := unix.Pipe(ends[:]); err != nil {
		return err
	}
	k.r, k.w = ends[0], ends[1]

	for _, fd := range ends {
		unix.CloseOnExec(fd)
		if err := unix.SetNonblock(fd, true); err != nil {
			return errors.Join(err, k.close())
		}
	}
	if err := p.Change(k.r, None, Readable); err != nil {
		return errors.Join(err, k.close())
	}
	return nil
}

// drained reports whether a ready descriptor is the pipe, and empties it if so.
func (k *wakeup) drained(fd int) bool {
	if fd != k.r {
		return false
	}
	var buffer [64]byte
	for {
		if n, err := unix.Read(k.r, buffer[:]); n < len(buffer) || err != nil {
			return true
		}
	}
}

func (k *wakeup) close() error { return errors.Join(unix.Close(k.r), unix.Close(k.w)) }

// Wake makes the current Wait return, or the next one if there is none. If the pipe is full, enough
// bytes are in it already.
func (p *Poller) Wake() error {
	_, err := unix.Write(p.wakeup.w, []byte{0})
	if errors.Is(err, unix.EAGAIN) {
		return nil
	}
	return err
}
