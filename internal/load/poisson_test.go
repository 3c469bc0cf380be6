package load

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// randomArrivals returns a schedule of random arrivals.
func randomArrivals(rate float64, n int64) *schedule {
	return &schedule{
		rate:     rate,
		spacing:  PoissonArrivals,
		seed:     1,
		arrivals: n,
		timeout:  time.Minute,
	}
}

// allOf returns when the arrivals of one loop of several are due.
func allOf(s *schedule, first, stride int64) []time.Duration {
	var all []time.Duration
	for a := newArrivals(s, first, stride); a.left(); a.skip() {
		all = append(all, a.nextDue())
	}
	return all
}

// All arrivals are due in the time that as many even ones take, so that the rate is what was asked.
// Several loops share them.
func TestRandomArrivals(t *testing.T) {
	s := randomArrivals(2000, 1001)
	all := allOf(s, 0, 1)
	const takes = 1001 * time.Second / 2000
	if len(all) != 1001 || !slices.IsSorted(all) || all[1000] > takes || all[1000] < takes*99/100 {
		t.Errorf("%d arrivals until %v, want 1001 until a little before %v",
			len(all), all[len(all)-1], takes)
	}
	var shared []time.Duration
	for loop := range int64(3) {
		shared = append(shared, allOf(s, loop, 3)...)
	}
	slices.Sort(shared)
	if diff := cmp.Diff(all, shared); diff != "" {
		t.Errorf("arrivals of one loop and of three:\n%s", diff)
	}

	other := *s
	other.seed = 2
	if slices.Equal(all, allOf(&other, 0, 1)) {
		t.Error("two seeds have the same arrivals")
	}
	fast := *s
	fast.rate *= 2
	for i, due := range allOf(&fast, 0, 1) {
		if d := all[i] - 2*due; d < -2 || d > 2 {
			t.Fatalf("arrival %d at twice the rate: %v, not half of %v", i, due, all[i])
		}
	}
}

// Generators draw arrivals of their own, and together those are one Poisson process: the gaps vary
// as those of one generator do. What an even share of them had would vary less.
func TestRandomArrivalsOfSeveralGenerators(t *testing.T) {
	const rate, n, generators = 1000.0, 40_001, 4
	var all []time.Duration
	seen := map[time.Duration]int{}
	for number := 1; number <= generators; number++ {
		s := randomArrivals(rate, 0)
		s.share = Share{Number: number, Of: generators}
		s.arrivals = int64(s.share.own(n))
		own := allOf(s, 0, 1)
		all = append(all, own...)
		seen[own[0]]++
		if last := own[len(own)-1]; last > time.Duration((n+generators)*1e9/rate) {
			t.Errorf("generator %d: the last arrival is due at %v", number, last)
		}
	}
	slices.Sort(all)
	if len(all) != n || len(seen) != generators {
		t.Fatalf("%d arrivals of %d different streams", len(all), len(seen))
	}
	squares := 0.0
	for i := 1; i < n; i++ {
		gap := (all[i] - all[i-1]).Seconds() * rate
		squares += gap * gap
	}
	if got, limit := squares/n, 5*math.Sqrt(20.0/n); math.Abs(got-2) > limit {
		t.Errorf("mean square of the gaps %.3f, want that of exponential ones, 2 ± %.3f",
			got, limit)
	}
}

// Arrivals that are due at the same time are sent one after the other, without a wait between them,
// and each counts from its own moment.
func TestBurst(t *testing.T) {
	s := randomArrivals(1000, 100)
	due := allOf(s, 0, 1)
	counts := newTally(Options{Timeout: s.timeout})
	a := newArrivals(s, 0, 1)
	now := due[9]
	for i := range 10 {
		got, ok := a.take(&counts, 0, now)
		if !ok || got != due[i] {
			t.Fatalf("arrival %d: %v, %v, want %v", i, got, ok, due[i])
		}
	}
	if _, ok := a.take(&counts, 0, now); ok || a.nextDue() != due[10] {
		t.Errorf("an arrival was sent before it was due, or the next is not due at %v", due[10])
	}
	if counts.late.max != now-due[0] || counts.queued != 0 || counts.lastDue != now {
		t.Errorf("%v late, %d queued, last due %v", counts.late.max, counts.queued, counts.lastDue)
	}
	a.drop(&counts, due[19])
	if counts.unsent != 10 || counts.lastDue != due[19] {
		t.Errorf("%d unsent until %v, want the ten that were due until %v",
			counts.unsent, counts.lastDue, due[19])
	}
}

// Half of the time of a schedule is a stall: random arrivals see it as even ones do.
func TestRandomArrivalsSeeAStall(t *testing.T) {
	s := randomArrivals(20_000, 40_000)
	counts := simulateOpenLoop(s, 40_000)
	if counts.complete() != 40_000 || counts.late.max != 0 {
		t.Fatalf("%d complete, %v late", counts.complete(), counts.late.max)
	}
	for p, want := range map[float64]time.Duration{
		45: 0, 75: 500 * time.Millisecond, 90: 800 * time.Millisecond, 99: 980 * time.Millisecond,
	} {
		got := counts.total.percentile(p)
		if math.Abs(float64(got-want)) > float64(20*time.Millisecond) {
			t.Errorf("p%v = %v, want %v", p, got, want)
		}
	}
}

// The last arrivals of several generators are due at other times. A generator ended as much later
// as the last arrival of all was due later than its own.
func TestRandomLoadOfSeveralGenerators(t *testing.T) {
	const rate, requests, took = 10_000.0, 4000, 5 * time.Millisecond
	for _, generators := range []int{1, 2, 5} {
		var results []*result
		for number := 1; number <= generators; number++ {
			s := randomArrivals(rate, 0)
			s.share = Share{Number: number, Of: generators}
			s.arrivals = int64(s.share.own(requests))
			var own []madeUp
			for _, due := range allOf(s, 0, 1) {
				own = append(own, madeUp{due: due, complete: due + took, kind: 11})
			}
			r := madeBy(20, own, own[len(own)-1].complete)
			r.options.Rate, r.options.Share = rate, s.share
			r.options.Arrivals, r.options.Seed = PoissonArrivals, s.seed
			r.counts.lastDue = own[len(own)-1].due
			results = append(results, r)
		}
		j, err := Join(partsOf(t, results...))
		if err != nil {
			t.Fatal(err)
		}
		share := j.Measurement.RequestsPerSecond / rate * (1 + took.Seconds()*rate/requests)
		if math.Abs(share-1) > 0.003 || j.Measurement.Arrivals != "poisson" {
			t.Errorf("%d generators, %q: the server kept up with %.4f of the rate, want 1",
				generators, j.Measurement.Arrivals, share)
		}

		if generators > 1 {
			results[1].options.Seed = 2
			_, err := Join(partsOf(t, results...))
			if err == nil || !strings.Contains(err.Error(), "seed: found 2; allowed: 1") {
				t.Errorf("parts with two seeds: %v", err)
			}
			results[1].options.Seed, results[1].options.Arrivals = 1, EvenArrivals
			_, err = Join(partsOf(t, results...))
			if err == nil || !strings.Contains(err.Error(), "arrivals: found ; allowed: poisson") {
				t.Errorf("parts with even and with random arrivals: %v", err)
			}
		}
	}
}

// A real load says what its arrivals were, by readiness and over TLS.
func TestLoadOfRandomArrivals(t *testing.T) {
	t.Parallel()
	test := func(url string) {
		t.Helper()
		r, report := abJSON(t, "--rate", "2000", "--arrivals", "poisson", "--seed", "5",
			"-n", "200", "-c", "20", url)
		if r.code != 0 || report.Requests.Good != 200 || *report.Requests.Unsent != 0 {
			t.Fatalf("%s: code %d, %+v\n%s", url, r.code, report.Requests, r.stderr)
		}
		if report.Call.Arrivals != "poisson" || report.Call.Seed != 5 ||
			r.m.Arrivals != "poisson" || r.m.ArrivalRate != 2000 {
			t.Errorf("%s: %+v, %q at %v", url, report.Call, r.m.Arrivals, r.m.ArrivalRate)
		}
		const line = "Arrival rate:           2000.00 [#/sec] (open loop, Poisson arrivals)\n"
		if !strings.Contains(r.stdout, line) {
			t.Errorf("%s: the text has no line %q:\n%s", url, line, r.stdout)
		}
	}
	test(startServer(t, respond(good)).url())
	address, _ := startTLSServer(t)
	test("https://" + address + "/")
}
