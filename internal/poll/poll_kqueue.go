//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package poll

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// Poller watches descriptors. Change and Wait belong to one goroutine; Wake may be called by any.
type Poller struct {
	fd     int
	wakeup wakeup
	ready  []unix.Kevent_t // reused by Wait
}

// New gives a poller that hands out at most batch events at a time.
func New(batch int) (*Poller, error) {
	fd, err := unix.Kqueue()
	if err != nil {
		return nil, err
	}
	unix.CloseOnExec(fd)
	p := &Poller{fd: fd, ready: make([]unix.Kevent_t, batch)}
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
		had, wants := from&f.interest != 0, to&f.interest != 0
		if had == wants {
			continue
		}
		flags := unix.EV_ADD
		if had {
			flags = unix.EV_DELETE
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

// Wait fills events with what is ready and tells how many there are: 0 after the timeout, after Wake, or
// after a signal. A negative timeout waits for ever. Events beyond the poller's batch come next time.
func (p *Poller) Wait(events []Event, timeout time.Duration) (int, error) {
	var limit *unix.Timespec
	if timeout >= 0 {
		spec := unix.NsecToTimespec(int64(timeout))
		limit = &spec
	}
	got, err := unix.Kevent(p.fd, nil, p.ready[:min(len(p.ready), len(events))], limit)
	if errors.Is(err, unix.EINTR) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range p.ready[:got] {
		if p.wakeup.took(int(r.Ident)) {
			continue
		}
		ready := Readable
		if r.Filter == unix.EVFILT_WRITE {
			ready = Writable
		}
		events[n] = Event{FD: int(r.Ident), Ready: ready}
		n++
	}
	return n, nil
}

// Close gives the poller's own descriptors back; those that it watched stay open.
func (p *Poller) Close() error { return errors.Join(p.wakeup.close(), unix.Close(p.fd)) }
