package node

import (
	"context"
	"net/netip"
	"reflect"
	"sync"
	"time"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
)

// child is the process of a server that a node runs.
type child struct {
	c     *Client
	id    uint64
	grace time.Duration // of the server, to end

	done  chan struct{}
	ended Ended // valid once done is closed

	mu   sync.Mutex
	last string // what was fetched of its output
}

func newChild(c *Client, id uint64, grace time.Duration) *child {
	ch := &child{
		c:     c,
		id:    id,
		grace: grace,
		done:  make(chan struct{}),
	}
	go ch.follow() // ends with the server, or when the node is lost or left
	return ch
}

// follow waits until the server has ended. Nothing is sent for that until it has. Of a node that is
// lost, how a server of it ended is not known, and never said: the run ends with the node.
func (ch *child) follow() {
	var err error
	ch.ended, err = ask[uint64, Ended](context.Background(), ch.c, "Wait", ch.id, 0)
	if err != nil {
		ch.ended = Ended{Ending: process.Ending{
			Code:      -1,
			Signal:    "unknown, because its machine was lost",
			Unguarded: true,
		}}
	}
	close(ch.done)
}

// about asks about the server, and returns the zero value if that is lost.
func about[R any](ch *child, method string) R {
	ctx := context.Background()
	answer, _ := ask[Of, R](ctx, ch.c, method, Of{ch.id}, ch.c.times.question)
	return answer
}

// at asks about the server's processes and an address.
func at[R any](ch *child, method string, address netip.AddrPort, cpus cpuset.Set) (R, error) {
	args := At{Of{ch.id}, address, cpus}
	return ask[At, R](context.Background(), ch.c, method, args, ch.c.times.question)
}

// printed returns the end of what the server has printed.
func (ch *child) printed() string {
	if ch.Ended() {
		if ch.ended.Output != nil {
			return string(ch.ended.Output)
		}
		return ch.remembered()
	}
	ctx := context.Background()
	text, err := ask[Of, []byte](ctx, ch.c, "Output", Of{ch.id}, ch.c.times.question)
	switch {
	case err != nil:
		return ch.remembered()
	case text == nil: // it has ended meanwhile
		<-ch.done
		return string(ch.ended.Output)
	}
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.last = string(text)
	return ch.last
}

func (ch *child) remembered() string {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.last
}

// Done implements place.Child.
func (ch *child) Done() <-chan struct{} { return ch.done }

// Ended implements place.Child.
func (ch *child) Ended() bool {
	select {
	case <-ch.done:
		return true
	default:
		return false
	}
}

// Exited implements place.Child.
func (ch *child) Exited() bool { return ch.Ended() || about[bool](ch, "Exited") }

// Ending implements place.Child.
func (ch *child) Ending() process.Ending {
	<-ch.done
	return ch.ended.Ending
}

// Account implements place.Child.
func (ch *child) Account() *record.Account {
	<-ch.done
	return ch.ended.Account
}

// Snapshot implements place.Child. Its time is one of ours: what lies between two snapshots of the
// same machine is by the clock of that machine.
func (ch *child) Snapshot() *process.Snapshot {
	if ch.Ended() {
		return nil
	}
	shot := about[*Snapshot](ch, "Snapshot")
	if shot == nil {
		return nil
	}
	taken := ch.c.began.Add(shot.Taken)
	return &process.Snapshot{Taken: taken, Processes: shot.Processes}
}

// Suspend implements place.Child.
func (ch *child) Suspend() { about[None](ch, "Suspend") }

// Resume implements place.Child.
func (ch *child) Resume() { about[None](ch, "Resume") }

// Release implements place.Child.
func (ch *child) Release() {
	if !ch.Ended() {
		about[None](ch, "Release")
	}
}

// killLimit is how long a server may take to end beyond its grace: processes that were killed take
// a moment, and those that cannot be killed another.
const killLimit = 10 * time.Second

// Stop implements place.Child.
func (ch *child) Stop() {
	ch.Release()
	select {
	case <-ch.done:
	case <-time.After(ch.grace + killLimit + ch.c.times.question):
		ch.c.lose(errNotStopped)
		<-ch.done
	}
}

// Listener implements place.Child.
func (ch *child) Listener(address netip.AddrPort) (machine.Listener, error) {
	return at[machine.Listener](ch, "Listener", address, nil)
}

// Elsewhere implements place.Child.
func (ch *child) Elsewhere(address netip.AddrPort) string {
	text, _ := at[string](ch, "Elsewhere", address, nil)
	return text
}

// Unbound implements place.Child.
func (ch *child) Unbound(address netip.AddrPort, cpus cpuset.Set) (pid int, more cpuset.Set) {
	u, _ := at[Unbound](ch, "Unbound", address, cpus)
	return u.PID, u.More
}

// Meter implements place.Place. Of a node that is lost, nothing is filled in.
func (c *Client) Meter(watched place.Watched) place.Meter {
	args := Metered{CPUs: watched.CPUs, At: watched.At, Network: watched.Network}
	if server, ok := watched.Server.(*child); ok && server.c == c {
		args.Child = server.id
	}
	id, _ := ask[Metered, uint64](context.Background(), c, "Meter", args, c.times.question)
	return meter{c, id}
}

// meter is a place.Meter of a node.
type meter struct {
	c  *Client
	id uint64
}

// Stop implements place.Meter.
func (m meter) Stop(result *record.Result) {
	ctx := context.Background()
	read, err := ask[uint64, record.Result](ctx, m.c, "StopMeter", m.id, m.c.times.question)
	if err == nil {
		fillIn(result, read)
	}
}

// fillIn sets the fields of a result that another one has.
func fillIn(result *record.Result, with record.Result) {
	to, from := reflect.ValueOf(result).Elem(), reflect.ValueOf(with)
	for i := range from.NumField() {
		if !from.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
}
