//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// Poller watches descriptors. Its methods are safe for concurrent use until Close.
type Poller struct {
	fd     int
	wakeup wakeup
}

// New returns a Poller that watches nothing yet.
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

// Change changes the interest in a descriptor. From None adds the descriptor, and to None removes
// it. A descriptor that is closed is removed automatically.
func (p *Poller) Change(fd int, from, to Interest) error {
	filters := [...]struct {
		interest Interest
		filter   int
	}{
		{Readable, unix.EVFILT_READ},
		{Writable, unix.EVFILT_WRITE},
	}
	var changes [2]unix.Kevent_t
	n := 0
	for _, f := range filters {
		// A filter with Once may have been reported already, and then it is gone. So it is never
		// deleted, only added again.
		had := from&f.interest != 0 && from&Once == 0
		wants := to&f.interest != 0
		if had == wants {
			continue
		}

		flags := unix.EV_ADD
		switch {
		case had:
			flags = unix.EV_DELETE
		case to&Once != 0:
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

// Wait fills events with what is ready and returns their number: 0 after the timeout, after Wake or
// after a signal. A negative timeout waits without limit. Events that do not fit are returned by
// the next Wait.
func (p *Poller) Wait(events []Event, timeout time.Duration) (int, error) {
	var limit *unix.Timespec
	if timeout >= 0 {
		spec := unix.NsecToTimespec(int64(timeout))
		limit = &spec
	}
	var raw [Batch]unix.Kevent_t
	got, err := unix.Kevent(p.fd, nil, raw[:min(Batch, len(events))], limit)
	if errors.Is(err, unix.EINTR) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}

	n := 0
	for _, r := range raw[:got] {
		if p.wakeup.drained(int(r.Ident)) {
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

// Close closes the Poller's own descriptors. Those that it watched stay open.
func (p *Poller) Close() error { return errors.Join(p.wakeup.close(), unix.Close(p.fd)) }
