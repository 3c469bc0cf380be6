//go:build linux

package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"labbook/bench/rig"
)

// generator is a program that loads a server.
type generator string

const (
	wrk generator = "wrk" // HTTP/1.1, connections stay open, a number of seconds
	ab  generator = "ab"  // HTTP/1.0, a connection a request, a number of requests
)

// load is one generator at one concurrency.
type load struct {
	generator   generator
	concurrency int
}

func (l load) String() string { return fmt.Sprintf("%s c=%d", l.generator, l.concurrency) }

// loadTimeout bounds one call of a generator: one that takes longer is killed and its trial is
// invalid.
const loadTimeout = 30 * time.Second

// warmUp lets a server grow its buffers and threads before the measured load: as many connections,
// few requests. It is ab for both generators, because wrk cannot run for less than a second.
func (l load) warmUp(ctx context.Context, url string) error {
	requests := max(500, 2*l.concurrency)
	argv := abCommand(requests, l.concurrency, url)
	if l.generator == wrk {
		argv = append([]string{argv[0], "-k"}, argv[1:]...)
	}
	text, _, err := rig.Generate(ctx, loadTimeout, argv)
	if err == nil {
		_, err = rig.ParseAB(text, requests)
	}
	if err != nil {
		return fmt.Errorf("warm-up: %w", err)
	}
	return nil
}

// run loads the server once and gives the generator's own numbers, with the CPU time that it used
// itself.
func (l load) run(ctx context.Context, url string, o options) (rig.Answered, time.Duration, error) {
	if l.generator == wrk {
		text, cpu, err := rig.Generate(
			ctx,
			loadTimeout,
			[]string{"wrk", "-t1", "-c" + strconv.Itoa(l.concurrency),
				fmt.Sprintf("-d%ds", o.seconds), "--timeout", "5s", url},
		)
		if err != nil {
			return rig.Answered{}, cpu, err
		}
		a, err := rig.ParseWrk(text)
		return a, cpu, err
	}
	requests := max(o.requests, l.concurrency)
	text, cpu, err := rig.Generate(ctx, loadTimeout, abCommand(requests, l.concurrency, url))
	if err != nil {
		return rig.Answered{}, cpu, err
	}
	a, err := rig.ParseAB(text, requests)
	return a, cpu, err
}

func abCommand(requests, concurrency int, url string) []string {
	return []string{
		"ab",
		"-q",
		"-s",
		"5",
		"-n",
		strconv.Itoa(requests),
		"-c",
		strconv.Itoa(concurrency),
		url,
	}
}
