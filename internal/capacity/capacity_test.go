package capacity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// experiment returns one that looks for the capacity of two servers, the first of which has a
// control.
func experiment() *spec.Experiment {
	return &spec.Experiment{
		Servers: []spec.Server{{Name: "a"}, {Name: "b"}, {Name: "again", Control: "a"}},
		Load: spec.Load{
			Requests:    1000,
			Capacity:    &spec.Objective{Percentile: "p99", Within: 50 * time.Millisecond},
			Connections: 100,
			Timeout:     time.Minute,
		},
		Design: spec.Design{Rounds: 6, Warmup: 500},
	}
}

// answer returns the result of a trial of a server that takes so many requests per second.
func answer(e *spec.Experiment, trial plan.Trial, limit float64) record.Result {
	rate := float64(trial.Level.Value)
	percentiles := make([]float64, 101)
	for i := range percentiles {
		percentiles[i] = 1
		if rate > limit {
			percentiles[i] += float64(i)
		}
	}
	m := abtext.Measurement{Complete: e.Load.Requests, RequestsPerSecond: min(rate, limit)}
	m.TimeTakenSeconds = float64(m.Complete) / m.RequestsPerSecond
	return record.Result{
		Trial:         trial,
		Outcome:       record.Ended,
		Load:          &record.Call{Measurement: &m, WallSeconds: m.TimeTakenSeconds},
		PercentilesMS: percentiles,
	}
}

// told keeps what is reported.
type told struct{ probes, searches []string }

func (t *told) Probed(server string, _ record.Probe) { t.probes = append(t.probes, server) }

func (t *told) Searched(found record.Search) {
	t.searches = append(t.searches, found.Server)
}

// Each server has rates around its own capacity, and a control those of its baseline.
func TestSearches(t *testing.T) {
	limits := map[string]float64{"a": 1000, "b": 5000}
	try := func(_ context.Context, e *spec.Experiment, trial plan.Trial) (record.Result, error) {
		if cells := plan.Cells(e); len(cells) != 1 || cells[0] != trial.Cell {
			t.Errorf("the cells %v, want %v alone", cells, trial.Cell)
		}
		size, _ := plan.SizeOf(e, trial.Level)
		if most := max(1000, trial.Level.Value); size.Requests > most || size.Warmup > 500 {
			t.Errorf("%+v, want no more than a trial has", size)
		}
		return answer(e, trial, limits[trial.Server]), nil
	}
	var report told
	e := experiment()
	found, err := Searches(t.Context(), e, record.Header{}, nil, try, &report)
	if err != nil || len(found) != 3 {
		t.Fatalf("%d searches, %v", len(found), err)
	}
	for i, want := range []string{"a", "b", "again"} {
		s := found[i]
		if s.Server != want || s.End != record.Bracketed || len(s.Rates) < 5 {
			t.Errorf("search %d is of %s, %s with rates %v; want %s", i, s.Server, s.End, s.Rates,
				want)
		}
		if limit := limits[want]; limit > 0 {
			low, high := s.Bracket()
			if float64(low) > limit || float64(high) <= limit {
				t.Errorf("%s: between %d and %d, want around %v", want, low, high, limit)
			}
		}
	}
	if diff := cmp.Diff(found[0].Rates, found[2].Rates); diff != "" || found[2].Probes != nil {
		t.Errorf("the control has %d loads, and its rates differ:\n%s", len(found[2].Probes), diff)
	}
	if e.Load.Grid != nil || len(report.probes) != len(found[0].Probes)+len(found[1].Probes) {
		t.Errorf("the experiment was changed, or %d loads were reported", len(report.probes))
	}
	if diff := cmp.Diff([]string{"a", "b"}, report.searches); diff != "" {
		t.Errorf("reported searches:\n%s", diff)
	}
}

// queueing returns the result of a trial of a server that does nothing but queue what it cannot
// answer at once: the last of n requests waits n ÷ limit - n ÷ rate.
func queueing(e *spec.Experiment, trial plan.Trial, limit float64) record.Result {
	r := answer(e, trial, limit)
	late := float64(e.Load.Requests) / r.Measurement().RequestsPerSecond
	late -= float64(e.Load.Requests) / float64(trial.Level.Value)
	for i := range r.PercentilesMS {
		r.PercentilesMS[i] = 1 + 1000*late*float64(i)/100
	}
	return r
}

// A server that is fast enough to answer all requests of a trial within the limit, however late it
// begins, has the capacity that it would have in a longer one. In 1000 requests, one that answers
// 20,000 per second would meet a limit of 50 ms at every rate.
func TestFewRequestsAtHighRates(t *testing.T) {
	const limit = 20_000
	try := func(_ context.Context, e *spec.Experiment, trial plan.Trial) (record.Result, error) {
		return queueing(e, trial, limit), nil
	}
	e := experiment()
	e.Servers = e.Servers[:1]
	test := func(within time.Duration, most float64) {
		t.Helper()
		e.Load.Capacity.Within = within
		found, err := Searches(t.Context(), e, record.Header{}, nil, try, &told{})
		if err != nil || len(found) != 1 || found[0].End != record.Bracketed {
			t.Fatalf("%v: %+v, %v; want a bracket", within, found, err)
		}
		if low, high := found[0].Bracket(); low < limit || float64(high) > most*limit {
			t.Errorf("%v: between %d and %d, want %d and at most %v times as many", within, low,
				high, limit, most)
		}
	}
	test(2*time.Second, 1.2) // a load of 2 s would meet it at every rate
	test(500*time.Millisecond, 1.2)
	test(50*time.Millisecond, 1.12)

	e.Load.Grid = map[string][]int{"a": {500, 1000, 1001, 20_000}}
	e.Design.Warmup = 500
	var got []plan.Size
	for _, size := range Sizes(e) {
		got = append(got, size.Size)
	}
	want := []plan.Size{{Requests: 1001, Warmup: 500}, {Requests: 20_000, Warmup: 500}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sizes of the trials, -want +got:\n%s", diff)
	}
}

// Wherever a search is stopped, it goes on as if it had not been: no load is made twice, each has a
// number of its own, from which random arrivals follow, and the same rates are found.
func TestStoppedSearchGoesOn(t *testing.T) {
	limits := map[string]float64{"a": 1000, "b": 5000}
	stopped := errors.New("stopped")
	var orders []int // of all loads since it was cleared
	search := func(dir string, most int) (found []record.Search, loads int, err error) {
		kept, err := record.OpenSearch(dir, record.Header{Schema: record.Schema}, false)
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		try := func(_ context.Context, e *spec.Experiment, at plan.Trial) (record.Result, error) {
			if loads == most {
				return record.Result{}, stopped
			}
			loads++
			orders = append(orders, at.Order)
			return answer(e, at, limits[at.Server]), nil
		}
		found, err = Searches(t.Context(), experiment(), record.Header{}, kept, try, &told{})
		return found, loads, err
	}
	want, all, err := search(t.TempDir(), -1)
	if err != nil {
		t.Fatal(err)
	}
	unstopped := orders
	for most := range all + 1 {
		dir := t.TempDir()
		orders = nil
		_, before, err := search(dir, most)
		if before != most || most < all && !errors.Is(err, stopped) {
			t.Fatalf("%d loads before the stop, %v; want %d", before, err, most)
		}
		got, after, err := search(dir, -1)
		if err != nil || before+after != all {
			t.Errorf("%d and %d loads, %v; want %d in all", before, after, err, all)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("stopped after %d loads (-want +got):\n%s", most, diff)
		}
		if !slices.Equal(orders, unstopped) {
			t.Errorf("stopped after %d loads: their numbers are %v, want %v", most, orders,
				unstopped)
		}
	}
}

// A server that does not start ends the run.
func TestNeverStarts(t *testing.T) {
	try := func(_ context.Context, _ *spec.Experiment, trial plan.Trial) (record.Result, error) {
		return record.Result{
			Trial:        trial,
			Outcome:      record.NotStarted,
			Reason:       "it ended",
			ServerStderr: "no such module",
		}, nil
	}
	found, err := Searches(t.Context(), experiment(), record.Header{}, nil, try, &told{})
	const want = `server "a": it ended; it said: no such module`
	if code, _ := failure.CodeAndHint(err); code != failure.ExitMachine || err.Error() != want {
		t.Errorf("%v, error %v with code %d; want %q with %d", found, err, code, want,
			failure.ExitMachine)
	}
}

// What no trial can go on after ends the search.
func TestTryFails(t *testing.T) {
	stuck := errors.New("stuck")
	try := func(context.Context, *spec.Experiment, plan.Trial) (record.Result, error) {
		return record.Result{}, stuck
	}
	_, err := Searches(t.Context(), experiment(), record.Header{}, nil, try, &told{})
	if !errors.Is(err, stuck) {
		t.Errorf("error %v, want %v", err, stuck)
	}
}

// The record tells why a load did not meet the objective.
func TestReasons(t *testing.T) {
	e := experiment()
	e.Load.Grid = map[string][]int{"a": {1000}}
	trial := plan.Trial{Cell: plan.Cells(e)[0]}
	test := func(want string, met bool, change func(*record.Result)) {
		t.Helper()
		r := answer(e, trial, 2000)
		change(&r)
		was := judge(record.Header{}, e, r)
		if was.Reason != want || was.Met != met {
			t.Errorf("met: %v, reason %q; want %v, %q", was.Met, was.Reason, met, want)
		}
	}
	test("", true, func(*record.Result) {})
	test("its p99 was 70 ms", false, func(r *record.Result) { r.PercentilesMS[99] = 70 })
	test("its p99 was 1329 ms", false, func(r *record.Result) { r.PercentilesMS[99] = 1329.4 })
	test("3 requests could not be sent", false, func(r *record.Result) {
		r.Load.Measurement.Unsent, r.Load.Measurement.Complete = 3, 997
	})
	test("2 answers failed or were not as expected", false, func(r *record.Result) {
		r.Load.Measurement.Failed = 2
	})
	test("it ended by itself", false, func(r *record.Result) {
		r.Outcome, r.Reason, r.Load = record.Crashed, "it ended by itself", nil
	})

	// Where a median may hide that a queue grew, the rate of the answers tells.
	e.Load.Capacity.Percentile = "p50"
	test("it answered 900 per second", false, func(r *record.Result) {
		r.PercentilesMS[99], r.Load.Measurement.RequestsPerSecond = 120, 900
	})
}

// The generator is the limit where it had no time to spare and the server had.
func TestGeneratorIsTheLimit(t *testing.T) {
	e := experiment()
	e.Load.Grid = map[string][]int{"a": {1000}}
	trial := plan.Trial{Cell: plan.Cells(e)[0]}
	test := func(generator, server float64, want bool) {
		t.Helper()
		r := answer(e, trial, 800)
		seconds := r.Load.WallSeconds
		r.Load.Process = &record.Account{UserSeconds: generator * seconds, WallSeconds: seconds}
		r.Usage = &record.Usage{CPUSeconds: new(server * seconds)}
		h := record.Header{Environment: record.Environment{Cores: 4}}
		was := judge(h, e, r)
		if got := strings.HasPrefix(was.limit, "the load generator used "); got != want || was.Met {
			t.Errorf("generator %v, server %v: %q", generator, server, was.limit)
		}
	}
	test(0.97, 1.2, true)
	test(0.6, 1.2, false)
	test(0.97, 3.9, false)
}
