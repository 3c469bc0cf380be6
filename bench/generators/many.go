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

	"labbook.example/labbook/bench/rig"
)

// The load with many connections at a time. It needs the descriptors in the generator and again in
// the server: one per connection, and some for everything else.
const (
	manyConcurrency = 10_000
	manyRequests    = 20_000
	manyDescriptors = manyConcurrency + 100
)

// measureMany makes labbook hold many connections. Every request must be answered.
func (b bench) measureMany(ctx context.Context, out, progress io.Writer) error {
	if err := enoughDescriptors(ctx); err != nil {
		return err
	}
	var problems []error
	for _, keepAlive := range []bool{false, true} {
		l := rig.Load{KeepAlive: keepAlive, Concurrency: manyConcurrency}
		fmt.Fprintf(progress, "labbook, %v: %d requests\n", l, manyRequests)
		r := b.once(ctx, named("labbook"), l, manyRequests, loadTimeout)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		verdict := "complete"
		if r.Problem != nil {
			verdict = "not complete"
			problems = append(problems, fmt.Errorf("%v: %w", l, r.Problem))
		}
		fmt.Fprintf(out, "labbook, %v, %d requests: %s: %v\n", l, manyRequests, verdict, r)
	}
	return errors.Join(problems...)
}

// enoughDescriptors asks for the limit of a child of this program: Go raises the limit for this
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
