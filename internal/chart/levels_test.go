package chart

import (
	"math"
	"testing"

	"labbook.example/labbook/internal/plan"
)

func levelsOf(values ...int) (levels []plan.Level) {
	for _, v := range values {
		levels = append(levels, plan.Level{Kind: plan.Concurrency, Value: v})
	}
	return levels
}

// A line bends where its levels are, whichever server it is of: equal servers have equal lines.
func TestMediansAreAtTheirLevels(t *testing.T) {
	t.Parallel()
	e := many(4, 5, 5)
	e.rate = func(_, level int) float64 { return 5000 + 100*float64(level) }
	a := e.analysis()
	s := sourceOf(a)
	x, small := s.levelScale(600, 20, 20), s.levelScale(200, 60, 10)
	for _, place := range []func(plan.Level) float64{x.place, small.place} {
		for server, l := range s.levelLines(place, s.throughput()) {
			for i, m := range l.marks {
				if want := place(a.Levels[i]); m.at != want {
					t.Errorf("server %d, level %v: the line is at %v, want %v", server, m.level,
						m.at, want)
				}
			}
		}
	}
}

// What arrives at an open loop is the rate itself: a straight line, if rates are placed as numbers.
func TestArrivalsAreStraight(t *testing.T) {
	t.Parallel()
	test := func(log bool, rates ...int) {
		t.Helper()
		x := newLevelScale(nil, levelsOf(rates...), 600, 20, 20)
		if x.log != log {
			t.Fatalf("%v: logarithmic %v, want %v", rates, x.log, log)
		}
		guide := x.guide("all that arrives", arrivals)
		if !log && len(guide.marks) != 2 {
			t.Errorf("%v: the line has %d points, want its ends", rates, len(guide.marks))
		}
		for _, m := range guide.marks {
			level := plan.Level{Kind: plan.Concurrency, Value: int(math.Round(m.value))}
			if got, want := x.place(level), m.at; math.Abs(got-want) > 2 {
				t.Errorf("%v: the rate %v is drawn at %v, want %v", rates, m.value, want, got)
			}
		}
	}
	test(false, 2000, 4000, 8000, 16000, 24000)
	test(true, 10, 100, 1000, 10_000)
}
