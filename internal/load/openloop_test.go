package load

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"
)

// In the simulated tests, a server responds at once but stalls for the second of two seconds: what
// is sent then is answered when the second is over.
const (
	stallStart = 500 * time.Millisecond
	stallEnd   = 1500 * time.Millisecond
)

// simulatedResponse returns when the response to a request sent at a time is complete.
func simulatedResponse(sent time.Duration) time.Duration {
	if sent >= stallStart && sent < stallEnd {
		return stallEnd
	}
	return sent
}

// TestOpenLoopSeesAStall makes an open loop on a simulated clock. Half of the arrivals fall into
// the stall, evenly, so their response times are even from nothing to all of it, however few
// connections there are.
func TestOpenLoopSeesAStall(t *testing.T) {
	test := func(connections int, queued int64) {
		t.Helper()
		s := schedule{rate: 200, arrivals: 400, timeout: time.Minute}
		counts := simulateOpenLoop(&s, connections)
		for p, want := range map[float64]time.Duration{
			0: 0, 49: 0, 66: 325 * time.Millisecond, 75: 505 * time.Millisecond,
			90: 805 * time.Millisecond, 99: 985 * time.Millisecond, 100: time.Second,
		} {
			got := counts.total.percentile(p)
			if !near(float64(got), float64(want)) {
				t.Errorf("%d connections: p%v = %v, want %v", connections, p, got, want)
			}
		}
		if counts.complete() != 400 || counts.queued != queued || counts.late.max != 0 {
			t.Errorf("%d connections: %d complete, %d queued, %v late, want 400, %d and 0",
				connections, counts.complete(), counts.queued, counts.late.max, queued)
		}
	}
	test(400, 0)
	test(7, 193) // seven of the 200 arrivals in the stall find a free connection
}

// simulateOpenLoop makes all requests of a schedule, each on the connection that is free first.
func simulateOpenLoop(s *schedule, connections int) *tally {
	counts := newTally(Options{Timeout: s.timeout})
	a := newArrivals(s, 0, 1)
	freeSince := make([]time.Duration, connections)
	for a.left() {
		first := 0
		for i, since := range freeSince {
			if since < freeSince[first] {
				first = i
			}
		}
		now := max(a.nextDue(), freeSince[first])
		due, ok := a.take(&counts, freeSince[first], now)
		if !ok {
			break
		}

		var x exchange
		x.start(due, now)
		freeSince[first] = simulatedResponse(now)
		x.record(&counts, freeSince[first])
	}
	return &counts
}

// TestClosedLoopHidesAStall makes a closed loop on the same clock: it asks less during the stall,
// so only one response time per connection shows it.
func TestClosedLoopHidesAStall(t *testing.T) {
	const connections, serviceTime = 7, 5 * time.Millisecond
	counts := newTally(Options{Timeout: time.Minute})
	for range connections {
		for now := time.Duration(0); now < 2*time.Second; {
			var x exchange
			x.start(now, now)
			now = simulatedResponse(now) + serviceTime
			x.record(&counts, now)
		}
	}
	if p99 := counts.total.percentile(99); !near(float64(p99), float64(serviceTime)) {
		t.Errorf("p99 = %v, want %v", p99, serviceTime)
	}
	if counts.total.max != stallEnd-stallStart+serviceTime {
		t.Errorf("maximum = %v, want the whole stall", counts.total.max)
	}
}

// stallingServer responds at once, but from a request on it stalls for a time.
type stallingServer struct {
	after   int           // requests before the stall
	stall   time.Duration // its planned length
	release chan struct{} // closed when it is over

	mu       sync.Mutex
	received int
	measured time.Duration // its true length
}

func (s *stallingServer) handle(server *server, conn *net.TCPConn, _ int) {
	if !server.readRequest(conn) {
		return
	}
	if s.stalls() {
		<-s.release
	}
	conn.Write([]byte(good))
}

// stalls counts a request and reports whether it has to wait. The first that has to starts the
// stall.
func (s *stallingServer) stalls() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received++
	if s.received == s.after+1 {
		start := time.Now()
		time.AfterFunc(s.stall, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.measured = time.Since(start)
			close(s.release)
		})
	}
	return s.received > s.after
}

// TestOpenLoopSeesARealStall compares response times with the length of a stall as the server
// measured it. Its lower bounds are valid on a machine of any speed:
//
//   - When the stall began, 21 requests had been sent, so number 20 was due, counted from 0.
//   - So number 20+j was due at most j intervals after the stall began.
//   - All requests but the first 20 that the server read were answered after the stall.
//   - So the j-th longest response time, counted from 0, is at least the stall less j intervals.
func TestOpenLoopSeesARealStall(t *testing.T) {
	if testing.Short() {
		t.Skip("makes two loads of half a second")
	}
	t.Parallel()
	const rate, arrivals = 200, 100
	test := func(connections int, wantQueued bool) {
		t.Helper()
		stalling := &stallingServer{
			after:   20,
			stall:   300 * time.Millisecond,
			release: make(chan struct{}),
		}
		s := startServer(t, stalling.handle)
		r, report := abJSON(t, "--rate", fmt.Sprint(rate), "-n", fmt.Sprint(arrivals),
			"-c", fmt.Sprint(connections), s.url())
		q := report.Requests
		if q.Good != arrivals || *q.Unsent != 0 || r.m.ArrivalRate != rate {
			t.Fatalf("%+v, want %d good responses\n%s", q, arrivals, r.stderr)
		}
		if queued := *q.Queued > 0; queued != wantQueued {
			t.Errorf("%d connections: %d arrivals waited for one", connections, *q.Queued)
		}
		for p, longest := range map[string]int{"66": 33, "75": 24, "90": 9, "99": 0} {
			got := time.Duration(report.Times["total"].Percentiles[p])
			want := stalling.measured - time.Duration(longest)*time.Second/rate
			if float64(got) < 0.999*float64(want) { // the histogram's precision
				t.Errorf("%d connections: p%s = %v, want at least %v", connections, p, got, want)
			}
		}
	}
	test(arrivals, false)
	test(7, true)
}

// TestArrivalsThatCannotBeSent has a server that never responds. The only connection is taken until
// its request's deadline; arrivals that have waited for as long are counted as unsent.
func TestArrivalsThatCannotBeSent(t *testing.T) {
	t.Parallel()
	s := startServer(t, neverRespond)
	_, report := abJSON(t, "--rate", "5000", "-n", "1500", "-c", "1", "-s", "1", s.url())
	q := report.Requests
	if *q.Unsent == 0 || q.Complete+*q.Unsent != 1500 || q.Failed.Receive != q.Complete ||
		q.Good != 0 {
		t.Errorf("%+v with %d unsent, want 1500 in all, failed or not sent", q, *q.Unsent)
	}
	if report.Ending != "complete" {
		t.Errorf("it ended %q: %s", report.Ending, report.Reason)
	}
}

// TestAdmit proves which arrivals are sent, and what is counted of them, without a clock.
func TestAdmit(t *testing.T) {
	const ms = time.Millisecond
	s := schedule{rate: 1, arrivals: 1, timeout: 100 * ms}
	test := func(name string, due, freeSince, now time.Duration, sent bool, want tally) {
		t.Helper()
		got := newTally(Options{Timeout: s.timeout})
		if ok := s.admit(&got, due, freeSince, now); ok != sent {
			t.Errorf("%s: sent %v, want %v", name, ok, sent)
		}
		if got.unsent != want.unsent || got.queued != want.queued ||
			got.late.max != want.late.max {
			t.Errorf("%s: %d unsent, %d queued, %v late, want %d, %d, %v", name,
				got.unsent, got.queued, got.late.max, want.unsent, want.queued, want.late.max)
		}
	}
	test("in time", 50*ms, 0, 50*ms, true, tally{})
	test("late by the generator", 50*ms, 0, 53*ms, true, tally{late: times{max: 3 * ms}})
	test("queued", 50*ms, 80*ms, 80*ms, true, tally{queued: 1})
	test("queued, then late", 50*ms, 80*ms, 81*ms, true,
		tally{queued: 1, late: times{max: ms}})
	test("just in time", 50*ms, 149*ms, 149*ms, true, tally{queued: 1})
	test("too late", 50*ms, 150*ms, 150*ms, false, tally{unsent: 1})
}

// TestArrivalsThatWereDropped ends a load at a time: what was due by then is unsent, and the rest
// has not arrived.
func TestArrivalsThatWereDropped(t *testing.T) {
	s := schedule{rate: 10, arrivals: 100, timeout: time.Second}
	counts := newTally(Options{Timeout: s.timeout})
	for number := range int64(3) { // as three loops share them
		a := newArrivals(&s, number, 3)
		a.drop(&counts, 2*time.Second)
	}
	if counts.unsent != 21 {
		t.Errorf("%d unsent, want those due from 0 to 2 s: 21", counts.unsent)
	}
}

// TestOpenLoopInterrupted stops a load in the middle: what was due is in one of the counts. When
// connection 24 is made, the 15 connections wait for the responses 10 to 24, so the first 10
// requests are complete.
func TestOpenLoopInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := startServer(t, func(s *server, conn *net.TCPConn, number int) {
		if number == 24 {
			cancel()
		}
		firstThen(10, respond(good), neverRespond)(s, conn, number)
	})
	began := time.Now()
	r := abWithContext(t, ctx, "--rate", "1000", "-n", "100000", "-c", "15", s.url())
	due := 1 + int(time.Since(began)/time.Millisecond) // at most, at 1000 per second
	if r.code != 1 || r.m.Complete != 10 || r.m.Complete+r.m.Unsent > due {
		t.Errorf("code %d, %d complete, %d unsent of at most %d, want 1 and 10\n%s",
			r.code, r.m.Complete, r.m.Unsent, due, r.stdout)
	}
}

// TestOpenLoopGoesOnWithoutAServer refuses every connection after the first responses: arrivals do
// not stop.
func TestOpenLoopGoesOnWithoutAServer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	// As long as the port has a connection, no other program's server is given it.
	held, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	accepted, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()

	ended := make(chan struct{})
	go func() { // ends after its second response
		defer close(ended)
		defer listener.Close()
		for range 2 {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			respond(good)(&server{}, conn.(*net.TCPConn), 0)
			conn.Close()
		}
	}()
	r, report := abJSON(t, "--rate", "50", "-n", "20", "-c", "1",
		"http://"+listener.Addr().String()+"/")
	<-ended
	q := report.Requests
	if q.Good != 2 || q.Good+q.Failed.Connect+q.Failed.Receive != 20 ||
		report.Ending != "complete" {
		t.Errorf("%+v, %s, want 2 good and 18 refused\n%s", q, report.Ending, r.stderr)
	}
}
