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
	ready  []unix.EpollEvent // reused by Wait
}

// New gives a poller that hands out at most batch events at a time.
func New(batch int) (*Poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	p := &Poller{fd: fd, ready: make([]unix.EpollEvent, batch)}
	if err := p.wakeup.open(p); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return p, nil
}

// Change turns what is wanted of a descriptor from what it was into something else. From None it is
// taken in; to None it is taken out. Closing a descriptor takes it out by itself.
func (p *Poller) Change(fd int, from, to Interest) error {
	event := unix.EpollEvent{Fd: int32(fd)}
	if to&Readable != 0 {
		event.Events |= unix.EPOLLIN
	}
	if to&Writable != 0 {
		event.Events |= unix.EPOLLOUT
	}
	switch {
	case from == to:
		return nil
	case from == None:
		return unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &event)
	case to == None:
		return unix.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, fd, &event)
	}
	return unix.EpollCtl(p.fd, unix.EPOLL_CTL_MOD, fd, &event)
}

// Wait fills events with what is ready and tells how many there are: 0 after the timeout, after Wake, or
// after a signal. A negative timeout waits for ever. Events beyond the poller's batch come next time.
func (p *Poller) Wait(events []Event, timeout time.Duration) (int, error) {
	got, err := unix.EpollWait(p.fd, p.ready[:min(len(p.ready), len(events))], milliseconds(timeout))
	if errors.Is(err, unix.EINTR) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range p.ready[:got] {
		if p.wakeup.took(int(r.Fd)) {
			continue
		}
		events[n] = Event{FD: int(r.Fd), Ready: readiness(r.Events)}
		n++
	}
	return n, nil
}

func readiness(events uint32) Interest {
	if events&(unix.EPOLLERR|unix.EPOLLHUP) != 0 {
		return Readable | Writable
	}
	var ready Interest
	if events&unix.EPOLLIN != 0 {
		ready |= Readable
	}
	if events&unix.EPOLLOUT != 0 {
		ready |= Writable
	}
	return ready
}

// milliseconds rounds up, so that a short timeout does not become a busy loop.
func milliseconds(timeout time.Duration) int {
	if timeout < 0 {
		return -1
	}
	return int((timeout + time.Millisecond - 1) / time.Millisecond)
}

// Close gives the poller's own descriptors back; those that it watched stay open.
func (p *Poller) Close() error { return errors.Join(p.wakeup.close(), unix.Close(p.fd)) }
