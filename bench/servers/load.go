//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"labbook/internal/abtext"
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

// loadTimeout bounds one call of a generator: one that takes longer is killed and its trial is invalid.
const loadTimeout = 30 * time.Second

// answered is what a generator says of its load.
type answered struct {
	requests          int
	requestsPerSecond float64
}

// warmUp lets a server grow its buffers and threads before the measured load: as many connections, few
// requests. It is ab for both generators, because wrk cannot run for less than a second.
func (l load) warmUp(ctx context.Context, url string) error {
	requests := max(500, 2*l.concurrency)
	argv := abCommand(requests, l.concurrency, url)
	if l.generator == wrk {
		argv = append([]string{argv[0], "-k"}, argv[1:]...)
	}
	text, _, err := generate(ctx, argv)
	if err == nil {
		_, err = parseAB(text, requests)
	}
	if err != nil {
		return fmt.Errorf("warm-up: %w", err)
	}
	return nil
}

// run loads the server once and gives the generator's own numbers, with the CPU time that it used itself.
func (l load) run(ctx context.Context, url string, o options) (answered, time.Duration, error) {
	if l.generator == wrk {
		text, cpu, err := generate(ctx, []string{"wrk", "-t1", "-c" + strconv.Itoa(l.concurrency),
			fmt.Sprintf("-d%ds", o.seconds), "--timeout", "5s", url})
		if err != nil {
			return answered{}, cpu, err
		}
		a, err := parseWrk(text)
		return a, cpu, err
	}
	requests := max(o.requests, l.concurrency)
	text, cpu, err := generate(ctx, abCommand(requests, l.concurrency, url))
	if err != nil {
		return answered{}, cpu, err
	}
	a, err := parseAB(text, requests)
	return a, cpu, err
}

func abCommand(requests, concurrency int, url string) []string {
	return []string{"ab", "-q", "-s", "5", "-n", strconv.Itoa(requests), "-c", strconv.Itoa(concurrency), url}
}

// generate runs a generator to its end and gives what it wrote and the CPU time that it used.
func generate(ctx context.Context, argv []string) (string, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	// A group of its own, so that Ctrl-C is this program's to answer; and it does not outlive us.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	err := command.Run()
	if command.ProcessState == nil {
		return "", 0, err
	}
	cpu := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	if cause := ctx.Err(); cause != nil {
		return "", cpu, fmt.Errorf("%s was stopped: %w", argv[0], cause)
	}
	if err != nil {
		return "", cpu, fmt.Errorf("%s: %w: %s", argv[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return stdout.String(), cpu, nil
}

var (
	wrkRequests = regexp.MustCompile(`(?m)^\s*(\d+) requests in `)
	wrkRate     = regexp.MustCompile(`(?m)^Requests/sec:\s*([0-9.]+)$`)
	wrkErrors   = regexp.MustCompile(`(?m)^\s*(Socket errors:.*|Non-2xx or 3xx responses:.*)$`)
)

// parseWrk reads wrk's text. wrk tells of errors only if there are some, and ends with 0 even then.
func parseWrk(text string) (answered, error) {
	if found := wrkErrors.FindAllString(text, -1); found != nil {
		for i := range found {
			found[i] = strings.TrimSpace(found[i])
		}
		return answered{}, errors.New(strings.Join(found, "; "))
	}
	requests, rate := wrkRequests.FindStringSubmatch(text), wrkRate.FindStringSubmatch(text)
	if requests == nil || rate == nil {
		return answered{}, fmt.Errorf("wrk's text holds no result: %q", text)
	}
	n, err := strconv.Atoi(requests[1])
	if err != nil {
		return answered{}, fmt.Errorf("wrk's count: %w", err)
	}
	perSecond, err := strconv.ParseFloat(rate[1], 64)
	if err != nil {
		return answered{}, fmt.Errorf("wrk's rate: %w", err)
	}
	if n == 0 || perSecond == 0 {
		return answered{}, errors.New("wrk got no answer")
	}
	return answered{n, perSecond}, nil
}

// parseAB reads ab's text and refuses a measurement in which anything failed.
func parseAB(text string, requests int) (answered, error) {
	m, err := abtext.Parse(text)
	if err != nil {
		return answered{}, err
	}
	if m.Complete != requests || m.Failed > 0 || m.Non2xx > 0 || m.WriteErrors > 0 {
		return answered{}, fmt.Errorf("of %d requests %d were answered, %d failed, %d were not 2xx, %d not written",
			requests, m.Complete, m.Failed, m.Non2xx, m.WriteErrors)
	}
	return answered{m.Complete, m.RequestsPerSecond}, nil
}
