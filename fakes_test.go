package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// The tests of trials measure with servers and an ab that are functions, on a clock that jumps to
// the next event: a trial that runs into its timeout of a minute takes no time. What happens is
// logged in a few words, so that a test can say what must happen, and in which order.

// lab is a session of fakes.
type lab struct {
	*trialRunner
	events []string

	// ab is what ab does with a call: it returns its exit code and what it printed.
	ab func(ctx context.Context, server *fakeChild, warmup bool) (code int, text string)
	// takes, if it is set, is how long a server takes for one request of a closed loop with one
	// client. It replaces ab: a load takes as long as its requests, or until its end.
	takes func(server *fakeChild) time.Duration
	// answer is what a server says to the question before the load.
	answer func(ctx context.Context, server *fakeChild) (*record.Answer, error)
	// started is called for each server that is started.
	started func(server *fakeChild)

	// processes are the ids of a server's processes.
	processes []int

	current *fakeChild // the server that was asked last
}

// fakeChild is the process of a server.
type fakeChild struct {
	lab     *lab
	name    string
	done    chan struct{}
	exited  bool         // although what it started still runs
	threads atomic.Int64 // more than one
	ending  process.Ending
	stderr  io.Writer
}

func (c *fakeChild) log(event string) { c.lab.events = append(c.lab.events, event+" "+c.name) }

func (c *fakeChild) Done() <-chan struct{}    { return c.done }
func (c *fakeChild) Ending() process.Ending   { return c.ending }
func (c *fakeChild) Account() *record.Account { return &record.Account{WallSeconds: 1} }
func (c *fakeChild) Suspend()                 { c.log("suspend") }
func (c *fakeChild) Resume()                  { c.log("resume") }
func (c *fakeChild) Release()                 {}

func (c *fakeChild) InGroup(int) bool { return true }

func (c *fakeChild) Exited() bool { return c.exited || c.Ended() }

func (c *fakeChild) Processes() iter.Seq[int] { return slices.Values(c.lab.processes) }

func (c *fakeChild) Ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

func (c *fakeChild) Stop() {
	c.log("stop")
	c.end(process.Ending{Code: -1, Signal: "terminated"})
}

func (c *fakeChild) Snapshot() *process.Snapshot {
	if c.Ended() {
		return nil
	}
	return &process.Snapshot{
		Taken:     time.Now(),
		Processes: map[int]process.Process{1: {Threads: 1 + int(c.threads.Load())}},
	}
}

// end ends the process, unless it has ended already.
func (c *fakeChild) end(how process.Ending) {
	if !c.Ended() {
		c.ending = how
		close(c.done)
	}
}

// crash ends the process by itself, with last words.
func (c *fakeChild) crash() {
	fmt.Fprint(c.stderr, "out of luck")
	c.end(process.Ending{Code: 9})
}

// goodReport is what ab prints of a load without a failure.
var goodReport = abReport(20)

func abReport(complete int) string { return abReportOf(complete, 20*time.Millisecond) }

func abReportOf(complete int, took time.Duration) string {
	var text strings.Builder
	_ = abtext.Format(&text, abtext.Measurement{
		Complete:          complete,
		Concurrency:       1,
		TimeTakenSeconds:  took.Seconds(),
		RequestsPerSecond: float64(complete) / took.Seconds(),
	}, nil, abtext.Layout{}) // a strings.Builder does not fail
	return text.String()
}

// newLab returns a session of one server, a, at one level, in which everything works.
func newLab(restart spec.Restart) *lab {
	l := &lab{
		ab:      func(context.Context, *fakeChild, bool) (int, string) { return 0, goodReport },
		started: func(*fakeChild) {},
		answer: func(context.Context, *fakeChild) (*record.Answer, error) {
			return &record.Answer{Status: 200}, nil
		},
	}
	e := &spec.Experiment{
		Servers: []spec.Server{{
			Name:         "a",
			Command:      []string{"/bin/sh", "a"},
			Address:      "127.0.0.1:1",
			Request:      spec.Request{Method: "GET", Path: "/"},
			StartTimeout: 10 * time.Second,
		}},
		Load: spec.Load{
			Requests:    20,
			Concurrency: []int{1},
			Timeout:     time.Minute,
		},
		Design: spec.Design{Rounds: 2, Warmup: 5, Restart: restart},
	}
	s := &session{experiment: e, trials: plan.New(e), servers: newServers(e, ".", nil)}
	s.servers.start = l.start
	s.servers.ask = l.ask
	l.trialRunner = newTrialRunner(s)
	l.loader = func(i plan.Instrument) loader { return fakeLoader{l, i} }
	return l
}

func (l *lab) start(command process.Command) (child, error) {
	c := &fakeChild{
		lab:    l,
		name:   command.Argv[len(command.Argv)-1],
		done:   make(chan struct{}),
		stderr: command.Stderr,
	}
	c.log("start")
	l.started(c)
	l.current = c
	return c, nil
}

func (l *lab) ask(ctx context.Context, _ spec.Server) (*record.Answer, error) {
	return l.answer(ctx, l.current)
}

// fakeLoader is an ab in one of its two roles.
type fakeLoader struct {
	*lab
	instrument plan.Instrument
}

func (f fakeLoader) run(ctx context.Context, c call) (output, error) {
	warmup := !slices.Contains(c.args, percentilesFile)
	event := "load"
	if warmup {
		event = "warm up"
	}
	if f.instrument != plan.Own {
		event += " by " + string(f.instrument)
	}
	f.current.log(event)

	began := time.Now()
	code, text := 0, ""
	if f.takes != nil {
		text = f.serve(ctx, c)
	} else {
		code, text = f.ab(ctx, f.current, warmup)
	}
	out := output{call: record.Call{
		Argv:        c.args,
		ExitCode:    code,
		Text:        text,
		WallSeconds: time.Since(began).Seconds(),
	}}
	measurement, err := abtext.Parse(text)
	if err == nil {
		out.call.Measurement = &measurement
	}
	out.err = err
	return out, nil
}

// serve lets a server answer the requests of a call for as long as ctx allows.
func (f fakeLoader) serve(ctx context.Context, c call) string {
	began, requests := time.Now(), requestsOf(c)
	answered, each := 0, f.takes(f.current)
	select {
	case <-time.After(time.Duration(requests) * each):
		answered = requests
	case <-f.current.done:
	case <-ctx.Done():
		answered = int(time.Since(began) / each)
	}
	return abReportOf(answered, time.Since(began))
}

// requestsOf returns the -n of a call.
func requestsOf(c call) int {
	n, _ := strconv.Atoi(c.args[slices.Index(c.args, "-n")+1])
	return n
}

// happened returns the events since the last call: "start a, warm up a, load a, stop a".
func (l *lab) happened() string {
	events := strings.Join(l.events, ", ")
	l.events = nil
	return events
}
