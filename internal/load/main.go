// Package load is the embedded ab: a load generator for HTTP servers that is called like
// ApacheBench and reports like it.
//
// ab's arguments go in: a URL, the number of requests, the number of connections, and, for an open
// loop, a rate. ab's text, files and exit code come out, and everything measured as JSON.
// Flags of ab that are not implemented are refused by name; so is a load that needs more
// descriptors than the process may have.
//
// Every request is counted exactly once, and what was measured is reported however the load ends.
package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// banner names the program: it is used like Apache's, but it is another one.
const banner = `This is labbook ab, which speaks as ApacheBench, Version 2.3
Part of Labbook, a notebook for load experiments. It is no product of
The Apache Software Foundation; see labbook ab -h for the flags it knows.
`

// Main runs a command line of ab and returns its exit code. args are the arguments after the name
// of the program. When ctx ends, as it does on Ctrl-C, the load stops and what was measured is
// reported.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parse(args)
	var refusal *usageError
	switch {
	case errors.As(err, &refusal):
		fmt.Fprintln(stderr, refusal.text)
		if refusal.showUsage {
			fmt.Fprint(stderr, usageText)
		}
		return refusal.code
	case c.help:
		fmt.Fprint(stderr, usageText)
		return exitUsage
	case c.version:
		fmt.Fprint(stdout, banner)
		return 0
	}
	return c.options.run(ctx, stdout, stderr)
}

// run makes the load, reports it, and returns the exit code.
func (o Options) run(ctx context.Context, stdout, stderr io.Writer) int {
	sent, err := o.withValues()
	if err != nil {
		fmt.Fprintf(stderr, "labbook ab: --env: %v\n", err)
		return exitStopped
	}
	request := requestBytes(sent)
	if header := len(request) - len(o.Body); header > maxRequest {
		fmt.Fprint(stderr, "Request too long\n\n")
		return exitStopped
	}
	if err := o.checkDescriptors(); err != nil {
		fmt.Fprintln(stderr, err)
		return exitDescriptors
	}
	if err := o.checkStart(); err != nil {
		fmt.Fprintln(stderr, err)
		return exitStopped
	}

	quiet := o.quiet()
	o.printHead(stdout, quiet)
	addresses, err := o.resolve(ctx)
	if err != nil {
		fmt.Fprintf(stderr, "apr_sockaddr_info_get() for %s: "+
			"Name or service not known (670002)\n", o.Host)
		return exitResolver
	}

	e := newEngine(o, addresses)
	e.request = request
	e.attachOutput(quiet, stdout, stderr)
	if o.Verbosity >= 2 {
		e.log(fmt.Sprintf("INFO: %s header == \n---\n%s\n---\n", o.Method, requestBytes(o)))
	}
	counts, ending := e.run(ctx)
	if counts == nil {
		fmt.Fprintf(stderr, "labbook ab: %v\n", ending)
		return exitStopped
	}

	r := &result{
		options:  o,
		counts:   counts,
		document: e.document.Load(),
		tls:      e.security.Load().lines(&o),
		began:    e.began,
		start:    e.start,
		taken:    counts.ended,
		wall:     time.Since(e.began),
	}
	r.cpu = usedCPU().since(e.cpu)
	r.setEnding(ending)
	return r.conclude(quiet, stdout, stderr)
}

// maxQuietRequests is the largest load for which ab reports no progress.
const maxQuietRequests = 150

// quiet reports whether the load prints no progress.
func (o *Options) quiet() bool { return o.Quiet || o.Requests <= maxQuietRequests }

// progressStep returns how many requests are complete between two lines of progress.
func (o *Options) progressStep() int64 { return int64(max(100, o.Requests/10)) }

// resolve looks up the host once, so that no connection waits for its name.
func (o *Options) resolve(ctx context.Context) ([]netip.AddrPort, error) {
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", o.Host)
	if err != nil {
		return nil, err
	}
	addresses := make([]netip.AddrPort, len(found))
	for i, ip := range found {
		addresses[i] = netip.AddrPortFrom(ip.Unmap(), uint16(o.Port))
	}
	return addresses, nil
}

// spareDescriptors are needed besides those of the connections: the standard three, the pollers
// and their pipes, and files.
const spareDescriptors = 16

// checkDescriptors returns an error if this process may not have enough descriptors.
func (o *Options) checkDescriptors() error {
	limit, ok := descriptorLimit()
	needed := uint64(o.Concurrency + spareDescriptors)
	if !ok || needed <= limit {
		return nil
	}
	return fmt.Errorf("socket: Too many open files (24)\n"+
		"labbook ab: -c %d needs %d descriptors, and this process may have %d: "+
		"raise that with ulimit -n, or take fewer connections", o.Concurrency, needed, limit)
}

// attachOutput makes the engine print what -v asks for, and its progress unless quiet is set. Loops
// and streams call it concurrently; each text is printed in one piece.
func (e *engine) attachOutput(quiet bool, stdout, stderr io.Writer) {
	var mu sync.Mutex
	e.log = func(text string) {
		mu.Lock()
		defer mu.Unlock()
		io.WriteString(stdout, text)
	}
	if quiet {
		return
	}

	step := e.options.progressStep()
	e.progress = func(completed int64) {
		if completed%step != 0 {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(stderr, "Completed %d requests\n", completed)
	}
}
