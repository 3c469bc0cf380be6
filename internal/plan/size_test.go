package plan

import (
	"testing"
	"time"

	"labbook.example/labbook/internal/spec"
)

func TestSizeOf(t *testing.T) {
	test := func(e *spec.Experiment, want Size, known bool) {
		t.Helper()
		size, ok := SizeOf(e, Levels(e)[0])
		if ok != known || known && size != want {
			t.Errorf("%+v, %+v: %+v, known: %v; want %+v, %v",
				e.Load, e.Design, size, ok, want, known)
		}
	}
	closed := func(load spec.Load, design spec.Design, want Size, known bool) {
		t.Helper()
		load.Concurrency = []int{5}
		test(&spec.Experiment{Load: load, Design: design}, want, known)
	}
	open := func(rate int, load spec.Load, design spec.Design, want Size) {
		t.Helper()
		load.Rate = []int{rate}
		test(&spec.Experiment{Load: load, Design: design}, want, true)
	}
	const s = time.Second

	closed(spec.Load{Requests: 20}, spec.Design{Warmup: 3}, Size{20, 3}, true)
	closed(spec.Load{Duration: s}, spec.Design{Warmup: 3}, Size{}, false)
	closed(spec.Load{Requests: 20}, spec.Design{WarmupTime: s}, Size{}, false)

	open(4000, spec.Load{Requests: 20}, spec.Design{Warmup: 3}, Size{20, 3})
	open(4000, spec.Load{Duration: 10 * s}, spec.Design{Warmup: 3}, Size{40_000, 3})
	open(4000, spec.Load{Requests: 20}, spec.Design{WarmupTime: s / 2}, Size{20, 2000})
	open(1, spec.Load{Duration: s / 10}, spec.Design{WarmupTime: s / 1000}, Size{1, 1})
	open(3, spec.Load{Duration: 500 * time.Millisecond}, spec.Design{}, Size{2, 0})
	open(1_000_000, spec.Load{Duration: 10 * s}, spec.Design{}, Size{10_000_000, 0})

	// At a low rate, a trial has the requests that the objective's percentile needs.
	capacity := func(rate int, load spec.Load, want Size) {
		t.Helper()
		load.Capacity = &spec.Objective{Percentile: "p99", Within: s}
		load.Grid = map[string][]int{"A": {rate}}
		test(&spec.Experiment{Load: load}, want, true)
	}
	capacity(100, spec.Load{Duration: 2 * s}, Size{1000, 0})
	capacity(4000, spec.Load{Duration: 2 * s}, Size{8000, 0})
	capacity(100, spec.Load{Requests: 5000}, Size{5000, 0})
}
