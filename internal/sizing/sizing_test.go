package sizing

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// experiment has servers of these names, at two levels, and a control of the first one.
func experiment(names ...string) *spec.Experiment {
	e := &spec.Experiment{Load: spec.Load{Duration: time.Second, Concurrency: []int{1, 2}}}
	for _, name := range names {
		e.Servers = append(e.Servers, spec.Server{Name: name})
	}
	e.Servers = append(e.Servers, spec.Server{Name: "again", Control: names[0]})
	return e
}

// fixed returns the sizes of an experiment's cells in one line, and what was reported. Each cell is
// a server of its own.
func fixed(
	t *testing.T,
	e *spec.Experiment,
	cells map[string]*server,
) (sizes, reported string, err error) {
	t.Helper()
	with := func(ctx context.Context, c plan.Cell, work func(context.Context, Load)) error {
		s := cells[c.String()]
		if s == nil {
			return errors.New(c.Server + " does not start")
		}
		work(ctx, s.load)
		return nil
	}
	var said, all []string
	synctest.Test(t, func(t *testing.T) {
		var found []record.CellSize
		found, err = Cells(t.Context(), e, with, func(s Sized) {
			text := fmt.Sprint(s.Cell)
			if s.Failure != nil {
				text += fmt.Sprintf(" like %v: %v", s.Like, s.Failure)
			}
			said = append(said, text)
		})
		for _, s := range found {
			all = append(all, fmt.Sprintf("%v %d", s.Cell, s.Requests))
		}
	})
	return strings.Join(all, ", "), strings.Join(said, ", "), err
}

func TestCells(t *testing.T) {
	const ms = time.Millisecond
	test := func(name string, cells map[string]*server, want, said, problem string) {
		t.Helper()
		sizes, reported, err := fixed(t, experiment("a", "b"), cells)
		if sizes != want || reported != said || err == nil && problem != "" ||
			err != nil && err.Error() != problem {
			t.Errorf("%s: %s; reported: %s; %v\nwant %s; %s; %s",
				name, sizes, reported, err, want, said, problem)
		}
	}

	test("each cell has a size of its own, and the control that of its baseline",
		map[string]*server{
			"a c=1": {each: ms}, "a c=2": {each: 2 * ms},
			"b c=1": {each: 10 * ms}, "b c=2": {each: 20 * ms},
		},
		"a c=1 1000, a c=2 500, b c=1 100, b c=2 50, again c=1 1000, again c=2 500",
		"a c=1, a c=2, b c=1, b c=2", "")

	test("a level that fails is like the nearest",
		map[string]*server{
			"a c=1": {fails: 1}, "a c=2": {each: ms}, "b c=1": {each: ms}, "b c=2": {fails: 1},
		},
		"a c=1 1000, a c=2 1000, b c=1 1000, b c=2 1000, again c=1 1000, again c=2 1000",
		"a c=2, a c=1 like c=2: it fails, b c=1, b c=2 like c=1: it fails", "")

	test("a server that fails at every level",
		map[string]*server{
			"a c=1": {each: ms}, "a c=2": {each: ms}, "b c=1": {fails: 1}, "b c=2": {fails: 1},
		},
		"", "a c=1, a c=2",
		"server \"b\" fails at every level, so the number of requests per trial cannot be "+
			"determined: "+
			"c=1: it fails\nc=2: it fails")

	test("a server that does not start", map[string]*server{}, "", "", "a does not start")
}

func TestNearest(t *testing.T) {
	test := func(failed string, i, want int) {
		t.Helper()
		var all []Sized
		for _, c := range failed {
			s := Sized{}
			if c == 'x' {
				s.Failure = errFails
			}
			all = append(all, s)
		}
		if got := nearest(all, i); got != want {
			t.Errorf("nearest to %d in %q: %d, want %d", i, failed, got, want)
		}
	}
	test("xx.x.", 0, 2)
	test("xx.x.", 3, 2)
	test(".xxx.", 3, 4)
	test("xxx", 1, -1)
	test("x", 0, -1)
}

func TestNeeded(t *testing.T) {
	test := func(e spec.Experiment, want bool) {
		t.Helper()
		if got := Needed(&e); got != want {
			t.Errorf("%+v, %+v: %v, want %v", e.Load, e.Design, got, want)
		}
	}
	closed, open := []int{1}, []int{1000}
	test(spec.Experiment{Load: spec.Load{Requests: 9, Concurrency: closed}}, false)
	test(spec.Experiment{Load: spec.Load{Duration: time.Second, Concurrency: closed}}, true)
	test(spec.Experiment{Load: spec.Load{Duration: time.Second, Rate: open}}, false)
	test(spec.Experiment{
		Load:   spec.Load{Requests: 9, Concurrency: closed},
		Design: spec.Design{WarmupTime: time.Second},
	}, true)
}

// Once its context ends, nothing more is tried, and the cause is the error.
func TestCellsEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	tried := 0
	with := func(context.Context, plan.Cell, func(context.Context, Load)) error {
		tried++
		cancel(errFails)
		return nil
	}
	silent := func(Sized) {}
	sizes, err := Cells(ctx, experiment("a", "b"), with, silent)
	if !errors.Is(err, errFails) || sizes != nil || tried != 1 {
		t.Errorf("%v, %v after %d cells; want the cause after one", sizes, err, tried)
	}
}
