package stats

import (
	"testing"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// offered returns a trial in which 1000 requests arrived within a second, and all were answered in
// that time; nearly all of them in 5 ms.
func offered() record.Result {
	r := record.Result{
		Trial: plan.Trial{
			Order: 1,
			Round: 1,
			Cell: plan.Cell{
				Server: "A",
				Level:  plan.Level{Kind: plan.Rate, Value: 1000},
			},
		},
		Outcome:       record.Ended,
		PercentilesMS: make([]float64, 101),
		Load:          &record.Call{Measurement: &abtext.Measurement{Complete: 1000}},
	}
	for i := range r.PercentilesMS {
		r.PercentilesMS[i] = 5
	}
	taking(&r, time.Second)
	return r
}

// taking sets how long all requests of a trial took together.
func taking(r *record.Result, d time.Duration) {
	m := r.Load.Measurement
	m.TimeTakenSeconds = d.Seconds()
	m.RequestsPerSecond = float64(m.Complete) / d.Seconds()
}

// slowFrom sets the slowest response times of a trial, from a percentile on.
func slowFrom(r *record.Result, percentile int, ms float64) {
	for i := percentile; i < len(r.PercentilesMS); i++ {
		r.PercentilesMS[i] = ms
	}
}

// testObjective reports whether a trial that was changed keeps to a limit of 50 ms, where 5% of the
// requests may fail.
func testObjective(t *testing.T, name, percentile string, want bool, change func(*record.Result)) {
	t.Helper()
	o := spec.Objective{Percentile: percentile, Within: 50 * time.Millisecond}
	e := &spec.Experiment{
		Servers: []spec.Server{{Name: "A"}},
		Load: spec.Load{
			Requests:        1000,
			Capacity:        &o,
			AllowedFailures: 0.05,
			Grid:            map[string][]int{"A": {1000}},
		},
	}
	r := offered()
	change(&r)
	rec := record.New(record.Header{Rounds: 1}, e, r)
	if got := MeetsObjective(rec, r, o); got != want {
		t.Errorf("%s: met: %v, want %v", name, got, want)
	}
	if trial, ok := rateTrial(rec, r); !ok || trial.score <= 0 != want {
		t.Errorf("%s: score %v, want met: %v", name, trial.score, want)
	}
}

func TestMeetsObjective(t *testing.T) {
	t.Parallel()
	same := func(*record.Result) {}
	testObjective(t, "as fast as it can be", "p99", true, same)
	testObjective(t, "its p99 is the limit", "p99", true, func(r *record.Result) {
		slowFrom(r, 99, 50)
	})
	testObjective(t, "its p99 is above it", "p99", false, func(r *record.Result) {
		slowFrom(r, 99, 50.1)
	})

	// Few answers at the end are late, and the objective allows that.
	testObjective(t, "the last answer took 0.5 s", "p99", true, func(r *record.Result) {
		slowFrom(r, 100, 500)
		taking(r, 1500*time.Millisecond)
	})
	// A queue that grows from the middle on is none that was kept up with.
	testObjective(t, "half of the answers are late", "p50", false, func(r *record.Result) {
		slowFrom(r, 51, 500)
		taking(r, 1500*time.Millisecond)
	})
	late := func(d time.Duration) func(*record.Result) {
		return func(r *record.Result) {
			slowFrom(r, 95, 80)
			taking(r, time.Second+d)
		}
	}
	const ms = time.Millisecond
	testObjective(t, "the last answer is as late as it may be", "p90", true, late(50*ms))
	testObjective(t, "and 1% more", "p90", true, late(60*ms))
	testObjective(t, "and 2% more", "p90", false, late(72*ms))
}

// What may fail is answered.
func TestMeetsObjectiveWithFailures(t *testing.T) {
	t.Parallel()
	shedding := func(bad int64) func(*record.Result) {
		return func(r *record.Result) {
			slowFrom(r, 99, 60) // so that the p99 does not tell
			r.Load.Detail = &record.Detail{
				Complete:          1000,
				Good:              1000 - bad,
				Unexpected:        &bad,
				GoodPercentilesMS: r.PercentilesMS,
			}
		}
	}
	testObjective(t, "4% are shed", "p90", true, shedding(40))
	testObjective(t, "6% are shed", "p90", false, shedding(60))
	refusing := func(n int) func(*record.Result) {
		return func(r *record.Result) {
			slowFrom(r, 99, 60)
			m := r.Load.Measurement
			m.Complete, m.Failed, m.FailedConnect = 1000-n, n, n
			taking(r, time.Second)
		}
	}
	testObjective(t, "4% of the connections are refused", "p90", true, refusing(40))
	testObjective(t, "6% of them", "p90", false, refusing(60))
	testObjective(t, "4% are shed, and it fell behind", "p90", false, func(r *record.Result) {
		shedding(40)(r)
		taking(r, 1200*time.Millisecond)
	})
}
