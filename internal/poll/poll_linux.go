package poll

import (
	"errors"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Poller watches descriptors. Any goroutine may call its methods, at any time until Close.
type Poller struct {
	fd     int
	wakeup wakeup
}

// New gives a poller that watches nothing yet.
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

// Change turns what is wanted of a descriptor from what it was into something else. From None it is
// taken in; to None it is taken out. Closing a descriptor takes it out by itself.
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

// Wait fills events with what is ready and tells how many there are: 0 after the timeout, after
// Wake, or after a signal. A negative timeout waits for ever. Events for which there is no room
// come next time.
func (p *Poller) Wait(events []Event, timeout time.Duration) (int, error) {
	var told [Batch]unix.EpollEvent
	got, err := p.wait(told[:min(Batch, len(events))], timeout)
	if errors.Is(err, unix.EINTR) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range told[:got] {
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
	if events&unix.EPOLLRDHUP != 0 {
		ready |= Ended
	}
	return ready
}

// wait asks the kernel. A timeout that is no whole number of milliseconds needs epoll_pwait2, which
// kernels have from 5.11 on; on older ones it is rounded up, so that a short timeout does not
// become a busy loop.
func (p *Poller) wait(told []unix.EpollEvent, timeout time.Duration) (int, error) {
	if timeout < 0 {
		return unix.EpollWait(p.fd, told, -1)
	}
	if timeout%time.Millisecond == 0 {
		return unix.EpollWait(p.fd, told, int(timeout/time.Millisecond))
	}
	limit := unix.NsecToTimespec(timeout.Nanoseconds())
	n, _, errno := unix.Syscall6(
		unix.SYS_EPOLL_PWAIT2,
		uintptr(p.fd),
		uintptr(unsafe.Pointer(&told[0])),
		uintptr(len(told)),
		uintptr(unsafe.Pointer(&limit)),
		0,
		0,
	)
	switch errno {
	case 0:
		return int(n), nil
	case unix.ENOSYS:
		return unix.EpollWait(p.fd, told, int((timeout+time.Millisecond-1)/time.Millisecond))
	}
	return 0, errno
}

// Close gives the poller's own descriptors back; those that it watched stay open.
func (p *Poller) Close() error { return errors.Join(p.wakeup.close(), unix.Close(p.fd)) }
