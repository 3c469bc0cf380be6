//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// Poller watches descriptors. Any goroutine may call its methods, at any time until Close.
type Poller struct {
	fd     int
	wakeup wakeup
}

// New gives a poller that watches nothing yet.
func New() (*Poller, error) {
	fd, err := unix.Kqueue()
	if err != nil {
		return nil, err
	}
	unix.CloseOnExec(fd)
	p := &Poller{fd: fd}
	if err := p.wakeup.open(p); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return p, nil
}

// Change turns what is wanted of a descriptor from what it was into something else. From None it is
// taken in; to None it is taken out. Closing a descriptor takes it out by itself.
func (p *Poller) Change(fd int, from, to Interest) error {
	var changes [2]unix.Kevent_t
	n := 0
	for _, f := range [...]struct {
		interest Interest
		filter   int
	}{{Readable, unix.EVFILT_READ}, {Writable, unix.EVFILT_WRITE}} {
		// What was asked once may have been told, and with that forgotten: it is never taken out,
		// only asked again.
		had, wants := from&f.interest != 0 && from&Once == 0, to&f.interest != 0
		if had == wants {
			continue
		}
		flags := unix.EV_ADD
		if had {
			flags = unix.EV_DELETE
		} else if to&Once != 0 {
			flags |= unix.EV_ONESHOT
		}
		unix.SetKevent(&changes[n], fd, f.filter, flags)
		n++
	}
	if n == 0 {
		return nil
	}
	_, err := unix.Kevent(p.fd, changes[:n], nil, nil)
	return err
}

// Wait fills events with what is ready and tells how many there are: 0 after the timeout, after
// Wake, or after a signal. A negative timeout waits for ever. Events for which there is no room
// come next time.
func (p *Poller) Wait(events []Event, timeout time.Duration) (int, error) {
	var limit *unix.Timespec
	if timeout >= 0 {
		spec := unix.NsecToTimespec(int64(timeout))
		limit = &spec
	}
	var told [Batch]unix.Kevent_t
	got, err := unix.Kevent(p.fd, nil, told[:min(Batch, len(events))], limit)
	if errors.Is(err, unix.EINTR) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range told[:got] {
		if p.wakeup.took(int(r.Ident)) {
			continue
		}
		ready := Readable
		if r.Filter == unix.EVFILT_WRITE {
			ready = Writable
		} else if r.Flags&unix.EV_EOF != 0 {
			ready |= Ended
		}
		events[n] = Event{FD: int(r.Ident), Ready: ready}
		n++
	}
	return n, nil
}

// Close gives the poller's own descriptors back; those that it watched stay open.
func (p *Poller) Close() error { return errors.Join(p.wakeup.close(), unix.Close(p.fd)) }
