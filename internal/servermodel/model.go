// Package servermodel holds the server models under test. In comes a model's name and an address,
// out come HTTP answers until the context ends. Every model gives the same answers: they differ
// only in how they wait. What they need is Linux, macOS or BSD; elsewhere all but one are refused
// by name.
package servermodel

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Body is what the path "/" answers, unless Work asks for another length: then it is repeated, or
// cut.
const Body = "hello\n"

// Config is what a model is told when it starts.
type Config struct {
	Address string              // host:port to bind; an IP literal or localhost; port 0: any free one
	Workers int                 // of reactors, thread-pool and prefork; 0: as many as the model takes by itself
	Work    Work                // what a request to the path "/" costs
	Stderr  io.Writer           // for the rare complaint; nil: none
	Ready   func(addr net.Addr) // called once, when connections are accepted; nil: nobody asks

	// WorkerArgs are the arguments with which prefork starts the running program again as one of
	// its workers, which has to call ServeWorker.
	WorkerArgs []string

	// For tests; zero: what is usual.
	patience patience
	most     int // connections at a time
}

// model is one row of the table of models.
type model struct {
	name    string
	summary string // one line, for --help
	workers bool   // Config.Workers means something to it
	loop    bool   // Work.Blocking does
	serve   func(ctx context.Context, config Config) error
}

var models = []model{
	{"async", "one thread, an event loop over non-blocking sockets", false, true, serveAsync},
	{
		"reactors",
		"an event loop a core, each with connections of its own",
		true,
		true,
		serveReactors,
	},
	{"thread", "an OS thread a connection, blocking sockets", false, false, serveThread},
	{
		"thread-pool",
		"a fixed number of OS threads, a queue of ready connections",
		true,
		false,
		serveThreadPool,
	},
	{"prefork", "a fixed number of processes that accept on one socket", true, false, servePrefork},
	{
		"goroutine",
		"net/http as people use it: a goroutine a connection",
		false,
		false,
		serveGoroutine,
	},
}

// Names lists the models.
func Names() []string {
	names := make([]string, len(models))
	for i, m := range models {
		names[i] = m.name
	}
	return names
}

// Summary describes a model in one line, "" for one that does not exist.
func Summary(name string) string { return find(name).summary }

// TakesWorkers reports whether the model has a number of workers that can be chosen.
func TakesWorkers(name string) bool { return find(name).workers }

// HasLoop reports whether the model has an event loop, which blocking work would stop.
func HasLoop(name string) bool { return find(name).loop }

// find gives a model's row, an empty one for a model that does not exist.
func find(name string) model {
	for _, m := range models {
		if m.name == name {
			return m
		}
	}
	return model{}
}

// ConfigError is something that was asked for and does not exist: no other machine would mend it.
type ConfigError struct{ error }

func refuse(format string, args ...any) error { return ConfigError{fmt.Errorf(format, args...)} }

// Check refuses, with a ConfigError, an unknown model, an address that is none, and a configuration
// that means nothing to the model.
func Check(name string, config Config) error {
	m := find(name)
	_, err := Resolve(config.Address)
	w := config.Work
	switch {
	case m.serve == nil:
		return refuse("unknown model %q; allowed: %s", name, strings.Join(Names(), ", "))
	case err != nil:
		return ConfigError{err}
	case config.Workers != 0 && !m.workers:
		return refuse("model %s has no number of workers to choose", name)
	case w.Blocking && !m.loop:
		return refuse("model %s has no event loop to block", name)
	case config.Workers < 0 || w.Body < 0 || w.CPU < 0 || w.Wait < 0:
		return refuse("found a number below 0; allowed: 0 and more")
	}
	return nil
}

// Serve binds the address and answers until ctx ends; then it lets the requests that are under way
// end and returns nil, with every connection, thread and process of it gone. What Check refuses,
// and a port that is taken, are errors.
func Serve(ctx context.Context, name string, config Config) error {
	if err := Check(name, config); err != nil {
		return err
	}
	if config.Stderr == nil {
		config.Stderr = io.Discard
	}
	if config.Ready == nil {
		config.Ready = func(net.Addr) {}
	}
	// The runtime opens descriptors of its own at the first wait on a timer, and dies where it
	// cannot. It does so now, before connections can have taken the last one.
	time.Sleep(time.Nanosecond)
	if err := find(name).serve(ctx, config); err != nil {
		return fmt.Errorf("model %s: %w", name, err)
	}
	return nil
}
