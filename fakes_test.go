package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/command"
	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/site"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/startup"
	"labbook.example/labbook/internal/team"
)

// The tests of trials measure with servers and an ab that are functions, on a clock that jumps to
// the next event: a trial that runs into its timeout of a minute takes no time. What happens is
// logged in a few words, so that a test can say what must happen, and in which order.

// lab is a session of fakes. It is also the machine that they run on.
type lab struct {
	*trialRunner
	*place.Here
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

	// unused is what AwaitUnused returns; nil: no error.
	unused func() error

	// processes are the ids of a server's processes.
	processes []int

	current *fakeChild // the server that was asked last
	targets []string   // that were asked
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

func (c *fakeChild) Exited() bool { return c.exited || c.Ended() }

func (c *fakeChild) Serving(at netip.AddrPort) []int {
	return machine.Serving(at, slices.Values(c.lab.processes))
}

func (c *fakeChild) Listener(at netip.AddrPort) (machine.Listener, error) {
	return machine.CheckListener(at, slices.Values(c.lab.processes))
}

func (c *fakeChild) Elsewhere(at netip.AddrPort) string {
	return machine.Elsewhere(at, slices.Values(c.lab.processes))
}

func (c *fakeChild) Unbound(_ netip.AddrPort, cpus cpuset.Set) (int, cpuset.Set) {
	for _, pid := range c.lab.processes {
		if more := machine.CPUsOf(pid).Minus(cpus); len(more) > 0 {
			return pid, more
		}
	}
	return 0, nil
}

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
	l.Here = place.NewHere(".")
	places := place.Places{Here: l}
	s := &session{
		experiment: e,
		trials:     plan.New(e),
		site:       &site.Site{Places: places},
		servers:    newServers(e, places, nil),
	}
	l.trialRunner = newTrialRunner(s)
	l.loader = func(i plan.Instrument) loader { return fakeLoader{l, i} }
	return l
}

// Start starts a server of a command: the fake has the name of its last word.
func (l *lab) Start(s spec.Server, output *startup.Output) (place.Child, error) {
	if _, err := command.OfServer(s, l.Folder); err != nil {
		return nil, err
	}
	c := &fakeChild{
		lab:    l,
		name:   s.Command[len(s.Command)-1],
		done:   make(chan struct{}),
		stderr: output,
	}
	c.log("start")
	l.started(c)
	l.current = c
	return c, nil
}

// AwaitUnused waits for nothing.
func (l *lab) AwaitUnused(machine.Port, time.Duration) error {
	if l.unused == nil {
		return nil
	}
	return l.unused()
}

// Ask asks the server that was started last.
func (l *lab) Ask(ctx context.Context, s spec.Server, _ bool) (*record.Answer, error) {
	l.targets = append(l.targets, s.Request.Target())
	return l.answer(ctx, l.current)
}

// fakeLoader is an ab in one of its two roles.
type fakeLoader struct {
	*lab
	instrument plan.Instrument
}

func (f fakeLoader) Load(ctx context.Context, c generator.Call) (team.Output, error) {
	warmup := !slices.Contains(c.Args, generator.PercentilesFile)
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
	out := generator.Output{Call: record.Call{
		Argv:        c.Args,
		ExitCode:    code,
		Text:        text,
		WallSeconds: time.Since(began).Seconds(),
	}}
	measurement, err := abtext.Parse(text)
	if err == nil {
		out.Call.Measurement = &measurement
	} else {
		out.Problem = err.Error()
	}
	return team.Output{Output: out}, nil
}

// serve lets a server answer the requests of a call for as long as ctx allows.
func (f fakeLoader) serve(ctx context.Context, c generator.Call) string {
	began, requests := time.Now(), c.Requests
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

// happened returns the events since the last call: "start a, warm up a, load a, stop a".
func (l *lab) happened() string {
	events := strings.Join(l.events, ", ")
	l.events = nil
	return events
}
