// Package sizing fixes how many requests a trial has, where an experiment says how long it takes.
// In come an experiment and a way to make loads; out comes a size for each cell. Servers are
// refused that cannot be started, or of which no load can be made.
package sizing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// WithServer calls work with the server of a cell ready, as before a trial, and then ends it as
// after a trial. The time that a trial may take ends the ctx of work. An error means that the
// server was not ready.
type WithServer func(
	ctx context.Context,
	cell plan.Cell,
	work func(ctx context.Context, load Load),
) error

// Needed reports whether the size of a trial depends on how fast a server answers.
func Needed(e *spec.Experiment) bool {
	return slices.ContainsFunc(plan.Levels(e), func(l plan.Level) bool {
		_, known := plan.SizeOf(e, l)
		return !known
	})
}

// Sized is a cell's size.
type Sized struct {
	record.CellSize

	// Failure is why no rate is known: the cell's first load failed. It is nil if that did not.
	Failure error
	// Like is the level whose rate was taken instead.
	Like plan.Level
}

// Cells returns the sizes of all cells, one server after the other, and reports each once it is
// fixed. A control has the sizes of its baseline, so that nothing but chance differs.
func Cells(
	ctx context.Context,
	e *spec.Experiment,
	with WithServer,
	report func(Sized),
) ([]record.CellSize, error) {
	var sizes []record.CellSize
	for _, server := range e.Servers {
		if server.Control != "" {
			sizes = append(sizes, sizesOfControl(sizes, server)...)
			continue
		}
		found, err := sizesOf(ctx, e, server.Name, with, report)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, found...)
	}
	return sizes, nil
}

// sizesOfControl returns the sizes of a control, which follows its baseline.
func sizesOfControl(sizes []record.CellSize, control spec.Server) []record.CellSize {
	var all []record.CellSize
	for _, size := range sizes {
		if size.Server == control.Control {
			size.Server = control.Name
			all = append(all, size)
		}
	}
	return all
}

// sizesOf returns the sizes of a server's cells.
func sizesOf(
	ctx context.Context,
	e *spec.Experiment,
	server string,
	with WithServer,
	report func(Sized),
) ([]record.CellSize, error) {
	var all []Sized
	for _, level := range plan.Levels(e) {
		sized := Sized{CellSize: record.CellSize{Cell: plan.Cell{Server: server, Level: level}}}
		goal := newGoal(e, level)
		err := with(ctx, sized.Cell, func(ctx context.Context, load Load) {
			sized.RequestsPerSecond, sized.Failure = goal.rate(ctx, load)
		})
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			return nil, err
		}

		if sized.Failure == nil {
			sized.Size = goal.size(sized.RequestsPerSecond)
			report(sized)
		}
		all = append(all, sized)
	}
	if err := fillGaps(e, all, report); err != nil {
		return nil, fmt.Errorf("server %q fails at every level, so the number of requests per "+
			"trial cannot be determined: %w", server, err)
	}

	sizes := make([]record.CellSize, len(all))
	for i, sized := range all {
		sizes[i] = sized.CellSize
	}
	return sizes, nil
}

// fillGaps gives each cell whose load failed the rate of the nearest level whose load did not: its
// trials, which will probably fail too, then have a size at least.
func fillGaps(e *spec.Experiment, all []Sized, report func(Sized)) error {
	var failures []error
	for i, sized := range all {
		if sized.Failure == nil {
			continue
		}
		failures = append(failures, fmt.Errorf("%v: %w", sized.Level, sized.Failure))
		if like := nearest(all, i); like >= 0 {
			all[i].Like = all[like].Level
			all[i].Size = newGoal(e, sized.Level).size(all[like].RequestsPerSecond)
			report(all[i])
		}
	}
	if len(failures) == len(all) {
		return errors.Join(failures...)
	}
	return nil
}

// nearest returns the index of the cell without a failure that is nearest to the i-th, -1 if there
// is none.
func nearest(all []Sized, i int) int {
	for distance := 1; distance < len(all); distance++ {
		for _, j := range []int{i - distance, i + distance} {
			if j >= 0 && j < len(all) && all[j].Failure == nil {
				return j
			}
		}
	}
	return -1
}
