//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import (
	"errors"

	"golang.org/x/sys/unix"
)

// wakeup is a pipe to oneself: it is how one goroutine ends another's Wait, on every system alike.
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

// took reports whether the ready descriptor is the pipe's, and empties it if so.
func (k *wakeup) took(fd int) bool {
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

// Wake makes the Wait that runs now, or else the next one, return. A full pipe wakes as well as
// another byte in it.
func (p *Poller) Wake() error {
	_, err := unix.Write(p.wakeup.w, []byte{0})
	if errors.Is(err, unix.EAGAIN) {
		return nil
	}
	return err
}
