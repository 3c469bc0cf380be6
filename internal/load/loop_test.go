//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// newTestLoop returns a loop without sockets, whose connections wait for responses to requests that
// were due at the given times. ended holds the error that ended the load.
func newTestLoop(t *testing.T, o Options, due ...time.Duration) (l *loop, ended *error) {
	t.Helper()
	o.Requests = len(due)
	o.Concurrency = len(due)
	o.Timeout = time.Second
	e := newEngine(o, nil)
	ended = new(error)
	e.cancel = func(err error) { *ended = err }
	l, err := newLoop(e, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)

	l.free = nil
	for i := range l.conns {
		c := &l.conns[i]
		e.takeTicket()
		c.exchange.start(due[i], due[i])
		c.state = receiving
		l.deadlines.add(c)
	}
	return l, ended
}

// TestDeadlines lets the deadlines of three requests pass, which were due at 0, 300 and 600 ms and
// may take a second.
func TestDeadlines(t *testing.T) {
	const ms = time.Millisecond
	test := func(o Options, lastHeard, now time.Duration, want jsonRequests, wantEnd string) {
		t.Helper()
		l, ended := newTestLoop(t, o, 0, 300*ms, 600*ms)
		l.now = now
		l.lastHeard = lastHeard
		l.expire()

		l.countUnfinished()
		if diff := cmp.Diff(want, l.counts.json()); diff != "" {
			t.Errorf("heard at %v, now %v (-want +got):\n%s", lastHeard, now, diff)
		}
		end := ""
		if *ended != nil {
			end = (*ended).Error()
		}
		if end != wantEnd {
			t.Errorf("heard at %v, now %v: the load ended with %q, want %q",
				lastHeard, now, end, wantEnd)
		}
	}
	failed := func(n int64) jsonRequests {
		requests := jsonRequests{Complete: n, Failed: jsonFailed{Receive: n}, Unfinished: 3 - n}
		if n < 3 {
			requests.UnfinishedIn = map[string]int64{phaseWait: 3 - n}
		}
		return requests
	}
	const serverGone = "apr_pollset_poll: " + expired

	test(resilient, 900*ms, 999*ms, failed(0), "")
	test(resilient, 900*ms, 1000*ms, failed(1), "")
	test(resilient, 900*ms, 1300*ms, failed(2), "")
	test(resilient, 900*ms, 1899*ms, failed(3), "")
	test(resilient, 0, 1000*ms, failed(0), serverGone) // nothing was heard for a second
	test(Options{}, 900*ms, 1000*ms, failed(0), serverGone)
	test(Options{Rate: 1}, 0, 1000*ms, failed(1), "")
}

func TestWaitTime(t *testing.T) {
	test := func(now, want time.Duration, due ...time.Duration) {
		t.Helper()
		l, _ := newTestLoop(t, Options{}, due...)
		l.now = now
		if got := l.waitTime(); got != want {
			t.Errorf("requests due at %v, now %v: %v, want %v", due, now, got, want)
		}
	}
	const ms = time.Millisecond
	test(0, -1)
	test(0, 1001*ms, 0)
	test(100*ms, 901*ms, 0, 50*ms)
	test(100*ms+time.Microsecond, 900*ms, 0)
	test(1000*ms, 1*ms, 0)
	test(1500*ms, 0, 0)
}

func TestDeadlinesQueue(t *testing.T) {
	var conns [4]conn
	var d deadlines
	test := func(want ...*conn) {
		t.Helper()
		var forth, back []*conn
		for c := d.first; c != nil; c = c.later {
			forth = append(forth, c)
		}
		for c := d.last; c != nil; c = c.earlier {
			back = append([]*conn{c}, back...)
		}
		same := func(got []*conn) bool {
			return cmp.Equal(want, got, cmp.Comparer(func(a, b *conn) bool { return a == b }))
		}
		if !same(forth) || !same(back) {
			t.Errorf("queue %p, backwards %p, want %p", forth, back, want)
		}
	}
	a, b, c, e := &conns[0], &conns[1], &conns[2], &conns[3]
	test()
	for _, added := range []*conn{a, b, c, e} {
		d.add(added)
	}
	test(a, b, c, e)
	d.remove(b)
	test(a, c, e)
	d.remove(a)
	test(c, e)
	d.add(a)
	test(c, e, a)
	d.remove(a)
	d.remove(c)
	d.remove(e)
	test()
}
