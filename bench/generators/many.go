//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// The load with many connections at a time, and the descriptors that it needs in the generator and
// again in the server: one a connection, and some for all else.
const (
	manyConcurrency = 10_000
	manyRequests    = 20_000
	manyDescriptors = manyConcurrency + 100
)

// measureMany has labbook hold many connections; every request must be answered.
func (b bench) measureMany(ctx context.Context, out, progress io.Writer) error {
	if err := enoughDescriptors(ctx); err != nil {
		return err
	}
	var problems []error
	for _, keepAlive := range []bool{false, true} {
		l := load{keepAlive, manyConcurrency}
		fmt.Fprintf(progress, "labbook, %v: %d requests\n", l, manyRequests)
		r := b.once(ctx, combination{generators[0], l}, manyRequests, loadTimeout)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		verdict := "complete"
		if r.problem != nil {
			verdict = "not complete"
			problems = append(problems, fmt.Errorf("%v: %w", l, r.problem))
		}
		fmt.Fprintf(out, "labbook, %v, %d requests: %s: %v\n", l, manyRequests, verdict, r)
	}
	return errors.Join(problems...)
}

// enoughDescriptors asks what a child of this program may open: Go raises the limit for this
// program alone.
func enoughDescriptors(ctx context.Context) error {
	text, err := exec.CommandContext(ctx, "sh", "-c", "ulimit -n").Output()
	if err != nil {
		return fmt.Errorf("asking for the limit of open files: %w", err)
	}
	return checkDescriptors(strings.TrimSpace(string(text)))
}

func checkDescriptors(limit string) error {
	if limit == "unlimited" {
		return nil
	}
	n, err := strconv.Atoi(limit)
	if err != nil {
		return fmt.Errorf("the limit of open files: %w", err)
	}
	if n < manyDescriptors {
		return fmt.Errorf(
			"%d connections need a limit of %d open files; this shell was refused more than %d",
			manyConcurrency,
			manyDescriptors,
			n,
		)
	}
	return nil
}
