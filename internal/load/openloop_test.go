package load

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"
)

// stalling answers at once, but for one stall: requests that come in the second after the first
// half second are all answered when it is over.
func stalling() handler {
	var once sync.Once
	var from time.Time
	return func(s *server, conn *net.TCPConn, number int) {
		if !s.hear(conn) {
			return
		}
		once.Do(func() { from = time.Now().Add(stallAfter) })
		if now := time.Now(); now.After(from) && now.Before(from.Add(stall)) {
			select {
			case <-time.After(from.Add(stall).Sub(now)):
			case <-s.over:
			}
		}
		conn.Write([]byte(good))
	}
}

const stallAfter, stall = 500 * time.Millisecond, time.Second

// TestOpenLoopSeesAStall loads a server that stalls for the second of two seconds. Half of the
// arrivals fall into the stall, evenly, so their response times are even from nothing to the whole
// of it: the percentiles are known, however few connections there are. A closed loop asks less
// meanwhile, and sees next to nothing.
func TestOpenLoopSeesAStall(t *testing.T) {
	for _, connections := range []int{400, 7} {
		s := listen(t, stalling())
		r, report := reported(t, "--rate", "200", "-n", "400", "-c", fmt.Sprint(connections),
			"http://"+s.address+"/")
		if report.Requests.Good != 400 || *report.Requests.Unsent != 0 || r.m.ArrivalRate != 200 {
			t.Fatalf("%+v, want 400 good answers\n%s", report.Requests, r.stderr)
		}
		if queued := *report.Requests.Queued > 0; queued != (connections < 100) {
			t.Errorf(
				"%d connections: %d arrivals waited for one",
				connections,
				*report.Requests.Queued,
			)
		}
		for p, share := range map[string]float64{"66": 0.32, "75": 0.50, "90": 0.80, "99": 0.98} {
			got := time.Duration(report.Times["total"].Percentiles[p])
			want := time.Duration(share * float64(stall))
			// Too short is wrong on any machine; a slow one may add a little.
			if got < want-20*time.Millisecond || got > want+stall/4 {
				t.Errorf("%d connections: p%s = %v, want %v", connections, p, got, want)
			}
		}
	}
	s := listen(t, stalling())
	_, closed := reported(t, "-t", "2", "-c", "7", "http://"+s.address+"/")
	if p99 := time.Duration(closed.Times["total"].Percentiles["99"]); p99 > stall/4 {
		t.Errorf(
			"a closed loop's p99 = %v: it should hide the stall, or this test shows nothing",
			p99,
		)
	}
}

// TestArrivalsThatCannotBeSent has a server that never answers: each connection is taken until its
// deadline, and what finds none in that time is counted as unsent.
func TestArrivalsThatCannotBeSent(t *testing.T) {
	t.Parallel()
	s := listen(t, quiet)
	_, report := reported(
		t,
		"--rate",
		"5000",
		"-n",
		"6000",
		"-c",
		"1",
		"-s",
		"1",
		"http://"+s.address+"/",
	)
	q := report.Requests
	if *q.Unsent == 0 || q.Complete+*q.Unsent != 6000 || q.Failed.Receive != q.Complete ||
		q.Good != 0 {
		t.Errorf("%+v with %d unsent, want 6000 in all, failed or not sent", q, *q.Unsent)
	}
	if report.Ending != "complete" {
		t.Errorf("it ended %q: %s", report.Ending, report.Reason)
	}
}

// TestOpenLoopInterrupted stops a load in its middle: what was due is in one of the counts.
func TestOpenLoopInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := listen(t, func(s *server, conn *net.TCPConn, number int) {
		if number == 20 {
			cancel()
		}
		if number >= 10 {
			quiet(s, conn, number)
			return
		}
		says(good)(s, conn, number)
	})
	r := abUntil(t, ctx, "--rate", "1000", "-n", "100000", "-c", "15", "http://"+s.address+"/")
	if r.code != 1 || r.m.Complete != 10 || r.m.Unsent > 1000 {
		t.Errorf(
			"code %d, %d complete, %d unsent, want 1 and 10\n%s",
			r.code,
			r.m.Complete,
			r.m.Unsent,
			r.stdout,
		)
	}
}

// TestOpenLoopGoesOnWithoutAServer refuses every connection after the first answers: arrivals do
// not stop.
func TestOpenLoopGoesOnWithoutAServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { // ends after its second answer
		defer close(done)
		defer listener.Close()
		for range 2 {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			says(good)(&server{}, conn.(*net.TCPConn), 0)
			conn.Close()
		}
	}()
	r, report := reported(
		t,
		"--rate",
		"50",
		"-n",
		"20",
		"-c",
		"1",
		"http://"+listener.Addr().String()+"/",
	)
	<-done
	q := report.Requests
	if q.Good != 2 || q.Good+q.Failed.Connect+q.Failed.Receive != 20 ||
		report.Ending != "complete" {
		t.Errorf("%+v, %s, want 2 answered and 18 refused\n%s", q, report.Ending, r.stderr)
	}
}
