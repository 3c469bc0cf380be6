package poll

import (
	"errors"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Poller watches descriptors. Its methods are safe for concurrent use until Close.
type Poller struct {
	fd     int
	wakeup wakeup
}

// New returns a Poller that watches nothing yet.
func New() (*Poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	p := &Poller{fd: fd}
	if err := p.wakeup.open(p); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return p, nil
}

// Change changes the interest in a descriptor. From None adds the descriptor, and to None removes
// it. A descriptor that is closed is removed automatically.
func (p *Poller) Change(fd int, from, to Interest) error {
	event := unix.EpollEvent{Fd: int32(fd)}
	if to&Readable != 0 {
		event.Events |= unix.EPOLLIN | unix.EPOLLRDHUP
	}
	if to&Writable != 0 {
		event.Events |= unix.EPOLLOUT
	}
	if to&Once != 0 {
		event.Events |= unix.EPOLLONESHOT
	}
	switch {
	case from == to && to&Once == 0:
		return nil
	case from == None:
		return unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &event)
	case to == None:
		return unix.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, fd, &event)
	}
	return unix.EpollCtl(p.fd, unix.EPOLL_CTL_MOD, fd, &event)
}

// Wait fills events with what is ready and returns their number: 0 after the timeout, after Wake or
// after a signal. A negative timeout waits without limit. Events that do not fit are returned by
// the next Wait.
func (p *Poller) Wait(events []Event, timeout time.Duration) (int, error) {
	var raw [Batch]unix.EpollEvent
	got, err := p.wait(raw[:min(Batch, len(events))], timeout)
	if errors.Is(err, unix.EINTR) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}

	n := 0
	for _, r := range raw[:got] {
		if p.wakeup.drained(int(r.Fd)) {
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
	if events&unix.EPOLLRDHUP != 0 {
		ready |= Ended
	}
	return ready
}

// wait calls the kernel. A timeout that is not a whole number of milliseconds needs epoll_pwait2,
// which Linux has since 5.11. On older kernels it is rounded up, so that a short timeout does not
// become a busy loop.
func (p *Poller) wait(raw []unix.EpollEvent, timeout time.Duration) (int, error) {
	if timeout < 0 {
		return unix.EpollWait(p.fd, raw, -1)
	}
	if timeout%time.Millisecond == 0 {
		return unix.EpollWait(p.fd, raw, int(timeout/time.Millisecond))
	}

	limit := unix.NsecToTimespec(timeout.Nanoseconds())
	n, _, errno := unix.Syscall6(
		unix.SYS_EPOLL_PWAIT2,
		uintptr(p.fd),
		uintptr(unsafe.Pointer(&raw[0])),
		uintptr(len(raw)),
		uintptr(unsafe.Pointer(&limit)),
		0,
		0,
	)
	switch errno {
	case 0:
		return int(n), nil
	case unix.ENOSYS:
		return unix.EpollWait(p.fd, raw, int((timeout+time.Millisecond-1)/time.Millisecond))
	}
	return 0, errno
}

// Close closes the Poller's own descriptors. Those that it watched stay open.
func (p *Poller) Close() error { return errors.Join(p.wakeup.close(), unix.Close(p.fd)) }
