package process

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// working is a server that works at some times after the load, with one core, and rests otherwise.
func working(spans ...time.Duration) func(since time.Duration) time.Duration {
	return func(since time.Duration) (used time.Duration) {
		for i := 0; i < len(spans); i += 2 {
			if since > spans[i] {
				used += min(since, spans[i+1]) - spans[i]
			}
		}
		return used
	}
}

// How many windows are watched depends on the server's work, and on what it did in its last trial
// that was watched to the end.
func TestIdleWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := IdleWatch{Window: 50 * ms}
		test := func(name, server string, open int, uses func(time.Duration) time.Duration,
			want int) {
			t.Helper()
			began := time.Now()
			take := func() *Snapshot {
				now := time.Since(began)
				return &Snapshot{
					Taken:     time.Now(),
					Processes: map[int]Process{1: {CPU: uses(now), Threads: 1}},
				}
			}
			s := TrialSnapshots{BeforeLoad: take(), LoadEnd: take()}
			w.Watch(context.Background(), &s, Idle{Server: server, Open: open, Take: take})
			wait := time.Duration(want)*w.Window + time.Duration(open)*CloseAllowance
			if got := len(s.Quiet) - 1; got != want || time.Since(began) != wait {
				t.Errorf("%s: %d windows in %v, want %d in %v",
					name, got, time.Since(began), want, wait)
			}
		}
		rests := working()
		test("a server's first trial", "a", 0, rests, 6)
		test("its second", "a", 0, rests, 1)
		test("with connections to close", "a", 100, rests, 1)
		test("it works until it rests", "a", 0, working(0, 70*ms), 4)
		test("it works in every second window", "a", 0, working(
			0, 50*ms, 100*ms, 150*ms, 200*ms, 250*ms,
		), 6)
		test("it rests", "a", 0, rests, 6)
		test("it rests again", "a", 0, rests, 1)
		test("it never rests", "a", 0, working(0, time.Second), 6)

		puts := working(150*ms, 180*ms)
		test("the first trial of one that puts off work", "b", 0, puts, 6)
		test("its second", "b", 0, puts, 6)
		test("nothing was put off", "b", 0, rests, 6)
		test("nor in the trial before", "b", 0, puts, 1)
	})
}

// A server that ends meanwhile has the windows until then, and its next trial is watched again.
func TestIdleWatchOfAServerThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := IdleWatch{Window: 50 * ms}
		ended := make(chan struct{})
		take := func() *Snapshot { return snapshotAt(time.Since(time.Now()), 0, 1, 1, 1) }
		s := TrialSnapshots{BeforeLoad: take(), LoadEnd: take()}
		time.AfterFunc(120*ms, func() { close(ended) })
		w.Watch(context.Background(), &s, Idle{Server: "a", Take: take, Ended: ended})
		if len(s.Quiet) != 3 || w.rests["a"] {
			t.Errorf("%d snapshots, rests %v; want three, and false", len(s.Quiet), w.rests["a"])
		}

		s = TrialSnapshots{LoadEnd: nil}
		w.Watch(context.Background(), &s, Idle{Server: "a", Take: take, Ended: ended})
		if len(s.Quiet) != 0 {
			t.Errorf("%d snapshots of a server of which nothing is known", len(s.Quiet))
		}
	})
}
