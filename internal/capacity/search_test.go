package capacity

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// world is a server that is made up, with the generator that loads it.
type world struct {
	meets func(rate int) bool // whether the objective is met

	answers float64             // per second at most; 0: as many as arrive
	dies    func(rate int) bool // nil: at no rate
	noise   float64             // the probability that a load tells the opposite
	limit   int                 // of the generator, requests per second; 0: it has none
	takes   time.Duration       // a load; 0: a second
	random  *rand.Rand
	restart bool // whether it starts again once it has died

	dead bool
}

// probe is a prober.
func (w *world) probe(ctx context.Context, rate int) (seen, error) {
	select {
	case <-ctx.Done():
		return seen{}, context.Cause(ctx)
	case <-time.After(max(w.takes, time.Second)):
	}
	p := record.Probe{Rate: rate, Outcome: record.Ended, Answered: float64(rate)}
	if w.dead && !w.restart {
		p.Outcome, p.Answered, p.Reason = record.NotStarted, 0, "it does not start"
		return seen{Probe: p}, nil
	}
	if w.dies != nil && w.dies(rate) {
		w.dead = true
		p.Outcome, p.Answered, p.Reason = record.Crashed, 0, "it ended by itself"
		return seen{Probe: p}, nil
	}
	if w.answers > 0 {
		p.Answered = min(p.Answered, w.answers)
	}
	p.Met = w.meets(rate)
	if w.limit > 0 && rate > w.limit {
		p.Met = false
		return seen{p, "the generator is the limit"}, nil
	}
	if w.random != nil && w.random.Float64() < w.noise {
		p.Met = !p.Met
	}
	return seen{Probe: p}, nil
}

// find searches a world, and checks what holds of each search.
func (w *world) find(t *testing.T, lowest, highest int) record.Search {
	t.Helper()
	s := search{
		probe:   w.probe,
		start:   min(max(firstRate, lowest), highest),
		lowest:  lowest,
		highest: highest,
	}
	began := time.Now()
	found, err := s.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	limit := plan.MaxSearchTime + max(w.takes, time.Second)
	if n := len(found.Probes); n == 0 || n > maxProbes || time.Since(began) > limit {
		t.Errorf("%d loads in %v, want 1 to %d in at most %v", n, time.Since(began), maxProbes,
			limit)
	}
	for _, p := range found.Probes {
		if p.Rate < lowest || p.Rate > highest {
			t.Errorf("a load at %d, want %d to %d", p.Rate, lowest, highest)
		}
	}
	checkRates(t, found.Rates, lowest, highest)
	return found
}

func checkRates(t *testing.T, rates []int, lowest, highest int) {
	t.Helper()
	if len(rates) == 0 || !slices.IsSorted(rates) ||
		len(slices.Compact(slices.Clone(rates))) != len(rates) ||
		rates[0] < lowest || rates[len(rates)-1] > highest {
		t.Errorf("rates %v, want ascending ones from %d to %d, none twice", rates, lowest, highest)
	}
}

// A server that keeps to the objective up to some rate has a narrow bracket around it.
func TestBracketed(t *testing.T) {
	for _, capacity := range []int{1, 2, 3, 17, 99, 199, 200, 201, 1600, 18_400, 700_000} {
		for _, saturates := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				w := world{meets: func(rate int) bool { return rate <= capacity }}
				if saturates {
					w.answers = float64(capacity)
				}
				found := w.find(t, 1, MaxRate)
				low, high := found.Bracket()
				wide := float64(high) > narrow*float64(low) && high-low > 1
				if found.End != record.Bracketed || low > capacity || high <= capacity || wide ||
					len(found.Probes) > 25 {
					t.Errorf("capacity %d: %s between %d and %d by %d loads", capacity, found.End,
						low, high, len(found.Probes))
				}
			})
		}
	}
}

func TestEnds(t *testing.T) {
	always := func(int) bool { return true }
	test := func(name string, w world, want record.SearchEnd, why string, low, high int) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			found := w.find(t, 1, MaxRate)
			gotLow, gotHigh := found.Bracket()
			near := func(got, want int) bool {
				return math.Abs(float64(got-want)) <= narrow*float64(want)-float64(want)+1
			}
			if found.End != want || found.Reason != why || !near(gotLow, low) ||
				!near(gotHigh, high) {
				t.Errorf("%s: %s, %q between %d and %d by %d loads; want %s, %q, %d and %d",
					name, found.End, found.Reason, gotLow, gotHigh, len(found.Probes), want, why,
					low, high)
			}
		})
	}

	test("never", world{meets: func(int) bool { return false }}, record.Unreached,
		"not met at 1 requests per second, the lowest rate: ", 0, 1)
	test("always", world{meets: always}, record.Unbounded,
		"met at 1000000 requests per second, the highest rate", MaxRate, 0)
	test("the generator is the limit", world{meets: always, limit: 9000}, record.Unbounded,
		"at 9051 requests per second, the generator is the limit", 9000, 9000)
	test("it is not", world{meets: func(rate int) bool { return rate <= 5000 }, limit: 9000},
		record.Bracketed, "", 5000, 5000)

	hole := func(rate int) bool { return rate <= 300 || rate > 420 && rate < 9000 }
	test("a hole on the way up", world{meets: hole}, record.Bracketed, "", 300, 300)
	wide := func(rate int) bool { return rate < 3300 || rate > 6300 && rate <= 9000 }
	test("a hole between two steps", world{meets: wide}, record.Bracketed, "", 3300, 3300)

	test("it dies", world{
		meets:   always,
		dies:    func(rate int) bool { return rate > 700 },
		restart: true,
	}, record.Bracketed, "", 700, 700)
	test("it dies for good", world{
		meets: always,
		dies:  func(rate int) bool { return rate > 700 },
	}, record.Exhausted, "the server did not start again: it does not start", 400, 800)
	test("slow", world{meets: func(rate int) bool { return rate <= 700 }, takes: time.Minute},
		record.Exhausted, "not decided after 4m0s", 400, 800)
}

// A load in ten that tells the opposite does not mislead.
func TestNoise(t *testing.T) {
	const searches = 300
	wrong := 0
	for seed := range uint64(searches) {
		synctest.Test(t, func(t *testing.T) {
			w := world{
				meets:  func(rate int) bool { return rate <= 1600 },
				noise:  0.1,
				random: rand.New(rand.NewPCG(seed, 1)),
			}
			found := w.find(t, 1, MaxRate)
			rates := found.Rates
			if rates[0] > 1600 || rates[len(rates)-1] < 1600 {
				wrong++
			}
		})
	}
	if wrong > searches/20 {
		t.Errorf("the rates of %d searches in %d are all on one side of the capacity", wrong,
			searches)
	}
}

func TestSearchEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stopped := errors.New("stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		w := world{meets: func(int) bool { return true }}
		s := search{
			probe:   w.probe,
			start:   firstRate,
			lowest:  1,
			highest: MaxRate,
		}
		time.AfterFunc(2500*time.Millisecond, func() { cancel(stopped) })
		if _, err := s.run(ctx); !errors.Is(err, stopped) || len(s.probes) != 2 {
			t.Errorf("%v after %d loads, want the cause after 2", err, len(s.probes))
		}
	})
}

// FuzzSearch holds that every search ends, with rates to measure at, whatever the server does.
func FuzzSearch(f *testing.F) {
	f.Add([]byte{0xff, 0x0f}, uint8(10), 1, MaxRate)
	f.Add([]byte{}, uint8(0), 100, 100)
	f.Fuzz(func(t *testing.T, response []byte, width uint8, lowest, highest int) {
		lowest = min(max(1, lowest), MaxRate)
		highest = min(max(lowest, highest), MaxRate)
		bit := func(rate int) bool {
			at := int(step(float64(rate))) / max(1, int(width))
			return at/8 < len(response) && response[at/8]>>(at%8)&1 == 1
		}
		synctest.Test(t, func(t *testing.T) {
			w := world{meets: bit}
			w.find(t, lowest, highest)
		})
	})
}

func TestGrid(t *testing.T) {
	for low := 1; low < MaxRate; low = low*5/4 + 1 {
		for _, high := range []float64{float64(low) * 1.05, float64(low) * 2, 0} {
			end := record.Bracketed
			if high == 0 {
				end = record.Unbounded
			}
			rates := Grid(float64(low), high, end)
			checkRates(t, rates, 1, MaxRate)
			if end == record.Unbounded && rates[len(rates)-1] > low {
				t.Errorf("rates %v above %d, the highest that can be made", rates, low)
			}
		}
	}
	if a, b := Grid(1590, 1650, record.Bracketed), Grid(1610, 1700, record.Bracketed); len(a) < 9 ||
		!slices.ContainsFunc(a, func(rate int) bool { return slices.Contains(b, rate) }) {
		t.Errorf("rates %v and %v of similar servers, want some in common", a, b)
	}
}
