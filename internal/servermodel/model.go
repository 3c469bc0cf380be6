// Package servermodel holds the server models under test. In comes a model's name and an address, out come
// HTTP answers until the context ends. Every model gives the same answers: they differ only in how
// they wait. What they need is Linux, macOS or BSD; elsewhere a model is refused by name.
package servermodel

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Config is what a model is told when it starts.
type Config struct {
	Address string              // host:port to bind; an IP literal or localhost; port 0: any free one
	Stderr  io.Writer           // for the rare complaint; nil: none
	Ready   func(addr net.Addr) // called once, when connections are accepted; nil: nobody asks
}

// model is one row of the table of models.
type model struct {
	name    string
	summary string // one line, for --help
	serve   func(ctx context.Context, config Config) error
}

var models = []model{
	{"async", "one thread, a readiness loop over non-blocking sockets", serveAsync},
	{"thread", "an OS thread a connection, blocking sockets", serveThread},
}

// idleTimeout is how long a connection may be silent before it is closed, so that dead peers do not
// stay for ever.
const idleTimeout = 60 * time.Second

// backlog is the accept queue that is asked for, above any concurrency that ab is good for. The
// kernel cuts it to somaxconn.
const backlog = 4096

// Names lists the models.
func Names() []string {
	names := make([]string, len(models))
	for i, m := range models {
		names[i] = m.name
	}
	return names
}

// Summary describes a model in one line, "" for one that does not exist.
func Summary(name string) string {
	for _, m := range models {
		if m.name == name {
			return m.summary
		}
	}
	return ""
}

// Serve binds the address and answers until ctx ends; then it returns nil, with every connection and
// thread of it gone. An unknown model, an address that is none, and a port that is taken are errors.
func Serve(ctx context.Context, name string, config Config) error {
	if config.Stderr == nil {
		config.Stderr = io.Discard
	}
	if config.Ready == nil {
		config.Ready = func(net.Addr) {}
	}
	// The runtime opens descriptors of its own at the first wait on a timer, and dies where it cannot. It does
	// so now, before connections can have taken the last one.
	time.Sleep(time.Nanosecond)
	for _, m := range models {
		if m.name == name {
			if err := m.serve(ctx, config); err != nil {
				return fmt.Errorf("model %s: %w", name, err)
			}
			return nil
		}
	}
	return fmt.Errorf("unknown model %q; allowed: %s", name, strings.Join(Names(), ", "))
}
