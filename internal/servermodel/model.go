// Package servermodel contains the server models under test. A model's name and an address go in,
// and HTTP answers come out until the context ends. All models answer alike; they differ only in
// how they wait. Unknown models and meaningless configurations are refused. All models but one need
// Linux, macOS or BSD.
package servermodel

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Body is the answer to the path "/". If Work.Body sets another length, it is repeated or cut.
const Body = "hello\n"

// Config is the configuration of a server.
type Config struct {
	// Address is host:port. The host is an IP address or localhost; port 0 is any free port.
	Address string
	// Workers is the number of loops, threads or processes of reactors, thread-pool and prefork.
	// 0 is the model's own choice.
	Workers int
	Work    Work      // of a request to the path "/"
	Stderr  io.Writer // for rare warnings; may be nil

	// Ready is called once, when the server accepts connections. It may be nil.
	Ready func(addr net.Addr)

	// WorkerArgs are the arguments with which prefork starts the running program as one of its
	// workers. The program must then call ServeWorker.
	WorkerArgs []string

	// Set only by tests; zero is the default.
	timeouts timeouts
	maxConns int
}

// model is one row of the table of models.
type model struct {
	name       string
	summary    string // one line, for --help
	hasWorkers bool   // Config.Workers is allowed
	hasLoop    bool   // Work.Blocking is allowed
	serve      func(ctx context.Context, config Config) error
}

var models = []model{
	{
		name:    "async",
		summary: "one thread, an event loop over non-blocking sockets",
		hasLoop: true,
		serve:   serveAsync,
	},
	{
		name:       "reactors",
		summary:    "an event loop per core, each with its own connections",
		hasWorkers: true,
		hasLoop:    true,
		serve:      serveReactors,
	},
	{
		name:    "thread",
		summary: "an OS thread per connection, blocking sockets",
		serve:   serveThread,
	},
	{
		name:       "thread-pool",
		summary:    "a fixed number of OS threads, a queue of ready connections",
		hasWorkers: true,
		serve:      serveThreadPool,
	},
	{
		name:       "prefork",
		summary:    "a fixed number of processes that accept on one socket",
		hasWorkers: true,
		serve:      servePrefork,
	},
	{
		name:    "goroutine",
		summary: "net/http as people use it: a goroutine per connection",
		serve:   serveGoroutine,
	},
}

// Names returns the names of the models.
func Names() []string {
	names := make([]string, len(models))
	for i, m := range models {
		names[i] = m.name
	}
	return names
}

// Summary describes a model in one line. It is "" for an unknown model.
func Summary(name string) string { return find(name).summary }

// find returns the row of a model; an empty one for an unknown model.
func find(name string) model {
	for _, m := range models {
		if m.name == name {
			return m
		}
	}
	return model{}
}

// ConfigError means that the configuration makes no sense on any machine.
type ConfigError struct{ error }

func configError(format string, args ...any) error {
	return ConfigError{fmt.Errorf(format, args...)}
}

// Check returns a ConfigError for an unknown model, a malformed address, or a setting that the
// model does not have.
func Check(name string, config Config) error {
	m := find(name)
	_, err := Resolve(config.Address)
	w := config.Work
	switch {
	case m.serve == nil:
		return configError("unknown model %q; allowed: %s", name, strings.Join(Names(), ", "))
	case err != nil:
		return ConfigError{err}
	case config.Workers != 0 && !m.hasWorkers:
		return configError("model %s has no number of workers to choose", name)
	case w.Blocking && !m.hasLoop:
		return configError("model %s has no event loop to block", name)
	case config.Workers < 0 || w.Body < 0 || w.CPU < 0 || w.Wait < 0:
		return configError("found a number below 0; allowed: 0 and more")
	}
	return nil
}

// Serve binds the address and answers until ctx ends. Then it finishes the requests in progress,
// ends all its connections, threads and processes, and returns nil. It returns an error for what
// Check refuses and for a port that is in use.
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

	// At the first wait for a timer, Go's runtime opens descriptors of its own. It crashes if there
	// are none left, so it must do that before connections can take the last one.
	time.Sleep(time.Nanosecond)
	if err := find(name).serve(ctx, config); err != nil {
		return fmt.Errorf("model %s: %w", name, err)
	}
	return nil
}
