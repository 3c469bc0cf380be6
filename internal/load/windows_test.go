package load

import (
	"cmp"
	"container/heap"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// doneExactly returns how many of the requests were done by a time.
func doneExactly(requests []madeUp, at time.Duration) float64 {
	done := 0.0
	for _, r := range requests {
		share := float64(at-r.due) / float64(r.complete-r.due)
		done += min(max(share, 0), 1)
	}
	return done
}

// At the edges of windows what was done is known to the thousandth, whatever was folded or added.
func TestWindows(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	for _, length := range []time.Duration{100 * time.Millisecond, 3 * time.Second, time.Hour} {
		requests := someRequests(random, 2000, length)
		one, several := newWindows(), []*windows{newWindows(), newWindows(), newWindows()}
		for i, r := range requests {
			one.record(r.due, r.complete)
			several[min(i/700, 2)].record(r.due, r.complete)
		}
		slices.SortFunc(several, func(a, b *windows) int { return cmp.Compare(b.shift, a.shift) })
		several[2].add(several[0])
		several[2].add(several[1])

		for _, w := range []*windows{one, several[2]} {
			n := len(w.list)
			if n > maxWindows || length > time.Second && n < maxWindows/2 {
				t.Errorf("%v: %d windows of %v", length, n, w.width())
			}
			sum := int64(0)
			for i, more := range w.thousandths(2000) {
				sum += more
				want := doneExactly(requests, time.Duration(i+1)*w.width())
				if got := float64(sum) / 1000; math.Abs(got-want) > 0.001 {
					t.Fatalf("%v: %v requests were done in %d windows, want %v",
						length, got, i, want)
				}
			}
			if sum != 2000*1000 {
				t.Errorf("%v: %d thousandths of 2000 requests", length, sum)
			}
		}
	}
}

// However long a load is, to note its requests allocates nothing.
func TestWindowsDoNotAllocate(t *testing.T) {
	w := newWindows()
	at := time.Duration(0)
	if n := testing.AllocsPerRun(10_000, func() {
		w.record(at, at+time.Second)
		at += time.Second
	}); n != 0 {
		t.Errorf("a request allocates %v times", n)
	}
	if w.width() < 10_000*time.Second/maxWindows {
		t.Errorf("%d windows of %v are shorter than the load", len(w.list), w.width())
	}
}

// simulation is a closed loop of several generators against one server: a worker that is free takes
// the request that came first, and all take equally long. So the true throughput is known exactly.
type simulation struct {
	service    time.Duration
	workers    int
	generators []simulated
}

// simulated is a generator.
type simulated struct {
	clients, requests int
	start             time.Duration
	path              time.Duration // a round trip to the server
}

// client is when a client's next request arrives at the server.
type client struct {
	generator   int
	due, arrive time.Duration
}

// queue has the clients by when their requests arrive.
type queue []client

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool { return q[i].arrive < q[j].arrive }

func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

func (q *queue) Push(x any) { *q = append(*q, x.(client)) }

func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// run returns the results of the generators.
func (s simulation) run() []*result {
	var q queue
	left := make([]int, len(s.generators))
	requests := make([][]madeUp, len(s.generators))
	next := func(generator int, at time.Duration) {
		if left[generator] > 0 {
			left[generator]--
			arrive := at + s.generators[generator].path/2
			heap.Push(&q, client{generator: generator, due: at, arrive: arrive})
		}
	}
	for i, g := range s.generators {
		left[i] = g.requests
		for range g.clients {
			next(i, g.start)
		}
	}

	free := make([]time.Duration, s.workers)
	for len(q) > 0 {
		c := heap.Pop(&q).(client)
		worker := slices.Index(free, slices.Min(free))
		free[worker] = max(free[worker], c.arrive) + s.service
		g := s.generators[c.generator]
		complete := free[worker] + g.path/2
		requests[c.generator] = append(requests[c.generator],
			madeUp{due: c.due - g.start, complete: complete - g.start, kind: 11})
		next(c.generator, complete)
	}

	var results []*result
	for i, g := range s.generators {
		r := madeBy(g.clients, requests[i], requests[i][len(requests[i])-1].complete)
		r.taken = r.counts.ended
		r.start.began += int64(g.start)
		results = append(results, r)
	}
	return results
}

// rates returns what three ways to tell the throughput of a load of several generators make of it.
func (s simulation) rates(t *testing.T) (joined, sumOfRates, overAll float64) {
	t.Helper()
	results := s.run()
	j, err := Join(partsOf(t, results...))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range j.Parts {
		sumOfRates += part.RequestsPerSecond
	}
	m := j.Measurement
	return m.RequestsPerSecond, sumOfRates, float64(m.Complete) / m.TimeTakenSeconds
}

// A server that keeps up with an open loop is seen to, however many generators make it.
func TestServerThatKeepsUpWithSeveralGenerators(t *testing.T) {
	const (
		rate     = 10_000.0
		requests = 1000
		took     = 5 * time.Millisecond
	)
	for _, generators := range []int{1, 2, 4, 7} {
		var results []*result
		for number := 1; number <= generators; number++ {
			s := schedule{rate: rate, share: Share{number, generators}}
			var own []madeUp
			for i := range int64(s.share.own(requests)) {
				own = append(own, madeUp{due: s.due(i), complete: s.due(i) + took, kind: 11})
			}
			r := madeBy(20, own, own[len(own)-1].complete)
			r.options.Rate, r.options.Share = rate, s.share
			results = append(results, r)
		}
		j, err := Join(partsOf(t, results...))
		if err != nil {
			t.Fatal(err)
		}

		// As docs/method.md defines it.
		share := j.Measurement.RequestsPerSecond / rate * (1 + took.Seconds()*rate/requests)
		if math.Abs(share-1) > 0.002 {
			t.Errorf("%d generators: the server kept up with %.4f of the rate, want 1",
				generators, share)
		}
	}
}

func TestThroughputOfSeveralGenerators(t *testing.T) {
	const ms = time.Millisecond
	saturated := simulation{service: ms, workers: 4} // 4000 requests per second in all
	idle := simulation{service: 5 * ms, workers: 1000}
	test := func(name string, s simulation, want float64, others bool, generators ...simulated) {
		t.Helper()
		s.generators = generators
		joined, sum, all := s.rates(t)
		if off := math.Abs(joined/want - 1); off > 0.002 {
			t.Errorf("%s: %.1f requests per second, want %.1f within 0.2%%", name, joined, want)
		}
		wrong := math.Abs(sum/want-1) > 0.05 || math.Abs(all/want-1) > 0.05
		if wrong != others {
			t.Errorf("%s: the generators' rates sum up to %.1f, and all requests ÷ the whole "+
				"time is %.1f; one of them is wrong by 5%%: %v, want %v",
				name, sum, all, wrong, others)
		}
	}
	test("saturated, one generator", saturated, 4000, false, simulated{20, 4000, 0, 0})
	test("saturated, equal paths", saturated, 4000, false,
		simulated{10, 2000, 0, 0},
		simulated{10, 2000, 0, 0})
	test("saturated, one path of 5 ms", saturated, 4000, true,
		simulated{10, 2000, 0, 0},
		simulated{10, 2000, 0, 5 * ms})
	test("saturated, started 200 ms apart", saturated, 4000, true,
		simulated{10, 2000, 0, 0},
		simulated{10, 2000, 200 * ms, 0})
	test("saturated, four generators", saturated, 4000, true,
		simulated{10, 2000, 0, 0},
		simulated{5, 1000, 3 * ms, ms},
		simulated{5, 1000, 20 * ms, 0},
		simulated{10, 2000, 0, 5 * ms})

	// All clients ask at the same time, again and again. Of 20 requests per client the last one is
	// under way when the first generator ends.
	test("idle, equal paths", idle, 100/0.005, false,
		simulated{50, 1000, 0, 0},
		simulated{50, 1000, 0, 0})
	test("idle, started 1.5 ms apart", idle, 100/0.005, false,
		simulated{50, 1000, 0, 0},
		simulated{50, 1000, 3 * ms / 2, 0})
	test("idle, one path of 5 ms", idle, 50/0.005+50/0.010, true,
		simulated{50, 1000, 0, 0},
		simulated{50, 1000, 0, 5 * ms})
}
