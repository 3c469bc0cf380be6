//go:build linux

package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"labbook.example/labbook/bench/rig"
)

// loadTimeout bounds one call of a generator. One that takes longer is killed, and its trial is
// invalid.
const loadTimeout = 30 * time.Second

// warmUp lets a server grow its buffers and threads before the measured load: as many connections,
// few requests. It uses ab for both loads, because wrk cannot run for less than a second.
func warmUp(ctx context.Context, l rig.Load, url string) error {
	requests := max(500, 2*l.Concurrency)
	argv := abCommand(requests, l.Concurrency, url)
	if l.KeepAlive {
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

// generate loads the server once: with keep-alive by wrk for some seconds (HTTP/1.1), otherwise by
// ab with a number of requests (HTTP/1.0). It returns the generator's own numbers, and the CPU time
// that the generator used.
func generate(
	ctx context.Context,
	l rig.Load,
	url string,
	o options,
) (rig.Answered, time.Duration, error) {
	argv := wrkCommand(o.seconds, l.Concurrency, url)
	requests := max(o.requests, l.Concurrency)
	if !l.KeepAlive {
		argv = abCommand(requests, l.Concurrency, url)
	}
	text, cpu, err := rig.Generate(ctx, loadTimeout, argv)
	if err != nil {
		return rig.Answered{}, cpu, err
	}

	var answers rig.Answered
	if l.KeepAlive {
		answers, err = rig.ParseWrk(text)
	} else {
		answers, err = rig.ParseAB(text, requests)
	}
	return answers, cpu, err
}

func wrkCommand(seconds, concurrency int, url string) []string {
	return []string{
		"wrk",
		"-t1",
		"-c" + strconv.Itoa(concurrency),
		fmt.Sprintf("-d%ds", seconds),
		"--timeout", "5s",
		url,
	}
}

func abCommand(requests, concurrency int, url string) []string {
	return []string{
		"ab",
		"-q",
		"-s", "5",
		"-n", strconv.Itoa(requests),
		"-c", strconv.Itoa(concurrency),
		url,
	}
}
