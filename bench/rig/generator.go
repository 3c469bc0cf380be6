//go:build linux

package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"labbook.example/labbook/internal/abtext"
)

// Answered is what a generator reports of its load.
type Answered struct {
	Requests          int
	RequestsPerSecond float64
}

// Generate runs a generator to its end, and returns what it wrote and the CPU time that it used.
// After limit it is killed, together with all that it started.
func Generate(
	ctx context.Context,
	limit time.Duration,
	argv []string,
) (text string, cpu time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	command := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var stdout, stderr bytes.Buffer
	command.Stdout = &stdout
	command.Stderr = &stderr
	// A group of its own: Ctrl-C is for this program to handle. The system kills the generator when
	// the thread that started it ends, at the latest with this program, so we stay on the thread.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	err = command.Run()
	if command.ProcessState == nil {
		return "", 0, err
	}
	cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
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

// ParseWrk reads wrk's text. wrk names errors only if there are some, and exits with 0 even then.
func ParseWrk(text string) (Answered, error) {
	if found := wrkErrors.FindAllString(text, -1); found != nil {
		for i := range found {
			found[i] = strings.TrimSpace(found[i])
		}
		return Answered{}, errors.New(strings.Join(found, "; "))
	}
	requests := wrkRequests.FindStringSubmatch(text)
	rate := wrkRate.FindStringSubmatch(text)
	if requests == nil || rate == nil {
		return Answered{}, fmt.Errorf("wrk's text holds no result: %q", text)
	}
	n, err := strconv.Atoi(requests[1])
	if err != nil {
		return Answered{}, fmt.Errorf("wrk's count: %w", err)
	}
	perSecond, err := strconv.ParseFloat(rate[1], 64)
	if err != nil {
		return Answered{}, fmt.Errorf("wrk's rate: %w", err)
	}
	if n == 0 || perSecond == 0 {
		return Answered{}, errors.New("wrk got no answer")
	}
	return Answered{n, perSecond}, nil
}

// ParseAB reads ab's text and refuses a measurement in which anything failed.
func ParseAB(text string, requests int) (Answered, error) {
	m, err := abtext.Parse(text)
	if err != nil {
		return Answered{}, err
	}
	if m.Complete != requests || m.Failed > 0 || m.Non2xx > 0 || m.WriteErrors > 0 {
		return Answered{}, fmt.Errorf(
			"of %d requests %d were answered, %d failed, %d were not 2xx, %d not written",
			requests,
			m.Complete,
			m.Failed,
			m.Non2xx,
			m.WriteErrors,
		)
	}
	return Answered{m.Complete, m.RequestsPerSecond}, nil
}
