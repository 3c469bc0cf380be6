// Package load is the embedded ab: it loads one URL from a number of connections, in a closed loop
// or in an open one, and reports as ApacheBench does. In come ab's arguments, out come ab's text,
// files and exit code, and JSON. Readiness loops drive the connections, goroutines do for TLS;
// every request is counted once; what was measured is reported however the load ends.
package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"labbook/internal/abtext"
)

// banner says who is speaking: not Apache's program, but one that is used like it.
const banner = `This is labbook ab, which speaks as ApacheBench, Version 2.3
Part of Labbook, a notebook for load experiments. It is no product of
The Apache Software Foundation; see labbook ab -h for the flags it knows.
`

// Main runs one command line of ab, of which args is what follows the program's name, and gives its
// exit code. When ctx ends, as it does on Ctrl-C, the load stops and what was measured is reported.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parse(args)
	var no *refused
	switch {
	case errors.As(err, &no):
		fmt.Fprintln(stderr, no.text)
		if no.usage {
			fmt.Fprint(stderr, usageText)
		}
		return no.code
	case c.help:
		fmt.Fprint(stderr, usageText)
		return exitUsage
	case c.version:
		fmt.Fprint(stdout, banner)
		return 0
	}
	return c.Options.run(ctx, stdout, stderr)
}

// run makes the load and reports it.
func (o Options) run(ctx context.Context, stdout, stderr io.Writer) int {
	if size := len(requestBytes(o)) - len(o.Body); size > maxRequest {
		fmt.Fprint(stderr, "Request too long\n\n")
		return exitStopped
	}
	if err := o.fits(); err != nil {
		fmt.Fprintln(stderr, err)
		return exitDescriptors
	}
	quiet := o.Quiet || o.Requests <= 150
	fmt.Fprintf(stdout, "%s\nBenchmarking %s (be patient)%s", banner, o.Host,
		map[bool]string{true: "...", false: "\n"}[quiet])
	addresses, err := o.resolve(ctx)
	if err != nil {
		fmt.Fprintf(
			stderr,
			"apr_sockaddr_info_get() for %s: Name or service not known (670002)\n",
			o.Host,
		)
		return exitResolver
	}
	e := newEngine(o, addresses)
	o.listen(e, quiet, stdout, stderr)
	if o.Verbosity >= 2 {
		e.log(fmt.Sprintf("INFO: %s header == \n---\n%s\n---\n", o.Method, e.request))
	}
	before := usedCPU()
	counted, ending := e.run(ctx)
	if counted == nil {
		fmt.Fprintf(stderr, "labbook ab: %v\n", ending)
		return exitStopped
	}
	r := &result{
		options:  o,
		tally:    counted,
		document: e.document.Load(),
		security: e.security.Load(),
		began:    e.began,
		taken:    time.Duration(counted.ended),
		wall:     time.Since(e.began),
	}
	r.cpu = usedCPU().since(before)
	r.end(ending)
	return r.conclude(quiet, stdout, stderr)
}

// spareDescriptors are those that a load needs beside its connections: the standard three, pollers
// and their pipes, files.
const spareDescriptors = 16

// fits reports whether this process may have as many connections.
func (o *Options) fits() error {
	limit, known := descriptors()
	if needed := uint64(o.Concurrency + spareDescriptors); known && needed > limit {
		return fmt.Errorf(
			"socket: Too many open files (24)\nlabbook ab: -c %d needs %d descriptors, and this process "+
				"may have %d: raise that with ulimit -n, or take fewer connections",
			o.Concurrency,
			needed,
			limit,
		)
	}
	return nil
}

// listen prints what the engine tells while it runs, each line whole.
func (o *Options) listen(e *engine, quiet bool, stdout, stderr io.Writer) {
	var mu sync.Mutex
	e.log = func(text string) { mu.Lock(); defer mu.Unlock(); io.WriteString(stdout, text) }
	if quiet {
		return
	}
	step := int64(max(100, o.Requests/10))
	e.notice = func(done int64) {
		if done%step == 0 {
			mu.Lock()
			defer mu.Unlock()
			fmt.Fprintf(stderr, "Completed %d requests\n", done)
		}
	}
}

// end settles how the load ended.
func (r *result) end(ending error) {
	var dead *fatal
	switch {
	case errors.As(ending, &dead):
		r.ending, r.reason, r.code = "failed", dead.text, dead.code
	case errors.Is(ending, errLimit):
		r.ending = "limit"
	case ending != nil:
		r.ending, r.code = "interrupted", exitStopped
	default:
		r.ending = "complete"
	}
}

// conclude prints the report, then why the load ended early if it did, and gives the exit code.
func (r *result) conclude(quiet bool, stdout, stderr io.Writer) int {
	o, complete := &r.options, r.tally.complete()
	if quiet {
		fmt.Fprint(stdout, "..done\n")
	} else {
		fmt.Fprintf(stderr, "Finished %d requests\n", complete)
	}
	if r.reason != "" {
		fmt.Fprintln(stderr, r.reason)
	}
	if warning := r.limit(); warning != "" {
		fmt.Fprint(stderr, warning)
	}
	if complete > 0 || r.reason == "" { // as ab: a report of nothing helps nobody
		fmt.Fprint(stdout, "\n\n")
		layout := abtext.Layout{
			NoPercentiles: o.NoTable,
			NoDeviations:  o.NoSpread,
			BodySent:      o.Body != nil,
		}
		if err := abtext.Format(stdout, r.measurement(), r.percentiles(), layout); err != nil {
			return exitStopped // nobody is left to read
		}
	}
	if !r.writeFiles(stderr) {
		return exitStopped
	}
	return r.code
}

// writeFiles writes what -e, -g and --json ask for, and reports whether it could.
func (r *result) writeFiles(stderr io.Writer) bool {
	good := true
	for _, file := range []struct {
		name, what string
		always     bool // also where nothing is complete
		write      func(io.Writer) error
	}{
		{r.options.CSV, "CSV", false, r.csv},
		{r.options.Gnuplot, "gnuplot", false, r.gnuplot},
		{r.options.JSON, "JSON", true, r.writeJSON},
	} {
		if file.name == "" || r.tally.complete() == 0 && !file.always {
			continue
		}
		if err := create(file.name, file.write); err != nil {
			doing := "write"
			var path *fs.PathError
			if errors.As(err, &path) {
				doing, err = path.Op, path.Err
			}
			fmt.Fprintf(stderr, "Cannot %s %s output file: %v\n", doing, file.what, err)
			good = false
		}
	}
	return good
}

// csv writes ab's -e file.
func (r *result) csv(w io.Writer) error { return abtext.FormatPercentiles(w, r.percentiles()) }

// create writes a file.
func create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// resolve looks the host up once, so that no connection waits for a name.
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
