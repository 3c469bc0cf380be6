package node

import (
	"context"
	"os"
	"sync"
	"time"

	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/process"
)

// service answers the questions of a run. Each exported method is one question, in the form that
// net/rpc wants; several may be asked at once.
type service struct {
	node Node
	ctx  context.Context // ends with the node

	mu      sync.Mutex
	running map[uint64]context.CancelFunc
	early   map[uint64]bool // cancelled before they began
	over    chan struct{}   // closes when the last of running ends; nil: nothing waits for it
	unlock  func()          // nil: the machine is not locked

	here     *place.Here // as Prepare made it
	children handles[running]
	ports    handles[place.Ports]
	meters   handles[place.Meter]
	said     said
}

func newService(ctx context.Context, n Node) *service {
	return &service{
		node:    n,
		ctx:     ctx,
		running: map[uint64]context.CancelFunc{},
		early:   map[uint64]bool{},
		here:    place.NewHere(""),
	}
}

// Request is a question.
type Request[T any] struct {
	ID     uint64        `json:"id"`                  // by which it can be cancelled
	Within time.Duration `json:"within_ns,omitempty"` // for the answer; 0: no limit
	Args   T             `json:"args"`
}

// Answer is the answer to a Request.
type Answer[T any] struct {
	Value   T        `json:"value"`
	Failure *Failure `json:"failure,omitempty"`
}

// None is nothing to ask with, or to answer.
type None struct{}

// do answers a question by what work returns, which ends early if the question is cancelled.
func do[A, R any](
	s *service,
	q Request[A],
	answer *Answer[R],
	work func(ctx context.Context, args A) (R, error),
) error {
	ctx, done := s.begin(q.ID, q.Within)
	defer done()
	value, err := work(ctx, q.Args)
	answer.Value, answer.Failure = value, failureOf(err)
	return nil
}

// begin returns the context of a question, which done ends.
func (s *service) begin(id uint64, within time.Duration) (ctx context.Context, done func()) {
	ctx, cancel := context.WithCancel(s.ctx)
	if within > 0 {
		ctx, cancel = context.WithTimeout(s.ctx, within)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.early[id] {
		delete(s.early, id)
		cancel()
	}
	s.running[id] = cancel
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, id)
		if len(s.running) == 0 && s.over != nil {
			close(s.over)
			s.over = nil
		}
	}
}

// overLimit is how long questions may take to end with the node: an ab reports once more.
const overLimit = 3 * time.Second

// awaitAnswers waits until the questions have ended that are being answered: each removes what it
// has written. Their context has ended.
func (s *service) awaitAnswers() {
	s.mu.Lock()
	if len(s.running) == 0 {
		s.mu.Unlock()
		return
	}
	over := make(chan struct{})
	s.over = over
	s.mu.Unlock()
	select {
	case <-over:
	case <-time.After(overLimit):
	}
}

// Cancel ends a question before its time. It is still answered.
func (s *service) Cancel(id uint64, _ *None) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.running[id]; cancel != nil {
		cancel()
		return nil
	}
	s.early[id] = true // requests that come together may begin in another order
	return nil
}

// Renew does nothing: that it was asked renews the lease.
func (s *service) Renew(None, *None) error { return nil }

// Time is what the clocks of a machine show.
type Time struct {
	Monotonic time.Duration `json:"monotonic_ns"`
	Wall      int64         `json:"wall_ns"` // since 1970
}

// Time reads the clocks.
func (s *service) Time(_ None, answer *Time) error {
	*answer = clocksHere()
	return nil
}

// Echo returns what it is sent.
func (s *service) Echo(sent []byte, answer *[]byte) error {
	*answer = append([]byte{}, sent...) // nil would be no answer
	return nil
}

// Process tells a process from every other one of its machine, also from those that get its id
// later.
type Process struct {
	PID   int
	Start uint64 // see process.Process; 0 where the system does not tell
}

// Self returns the node's own process.
func (s *service) Self(_ None, answer *Process) error {
	own, _ := process.Read(os.Getpid())
	*answer = Process{PID: os.Getpid(), Start: own.Start}
	return nil
}

// Runs is whether a process still runs.
type Runs struct {
	Known bool // the system tells
	Runs  bool
}

// Runs looks for a process.
func (s *service) Runs(wanted Process, answer *Runs) error {
	found, ok := process.Read(wanted.PID)
	*answer = Runs{
		Known: wanted.Start != 0,
		Runs:  ok && !found.Ended && found.Start == wanted.Start,
	}
	return nil
}

// place returns this machine, as Prepare made it.
func (s *service) place() *place.Here {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.here
}

// close ends what the node has started: all servers at the same time.
func (s *service) close() {
	children := s.children.close()
	for _, c := range children {
		c.Release()
	}
	for _, c := range children {
		c.Stop()
	}
	for _, held := range s.ports.close() {
		held.Close()
	}
	s.awaitAnswers()

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unlock != nil {
		s.unlock()
		s.unlock = nil
	}
}
