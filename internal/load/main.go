// Package load is the embedded ab: it loads one URL from a number of closed-loop connections and reports as
// ApacheBench does. In come ab's arguments, out come ab's text, files and exit code. A goroutine serves each
// connection; every request is counted once; what was measured is reported however the load ends.
package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"labbook/internal/abtext"
)

// banner says who is speaking: not Apache's program, but one that is used like it.
const banner = `This is labbook ab, which speaks as ApacheBench, Version 2.3
Part of Labbook, a notebook for load experiments. It is no product of
The Apache Software Foundation; see labbook ab -h for the flags it knows.
`

// Main runs one command line of ab, of which args is what follows the program's name, and gives its exit
// code. When ctx ends, as it does on Ctrl-C, the load stops and what was measured is reported.
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
		fmt.Fprintln(stderr, "Request too long")
		return exitStopped
	}
	quiet := o.Quiet || o.Requests <= 150
	fmt.Fprintf(
		stdout,
		"%s\nBenchmarking %s (be patient)%s",
		banner,
		o.Host,
		map[bool]string{true: "...", false: "\n"}[quiet],
	)
	addresses, err := o.resolve(ctx)
	if err != nil {
		fmt.Fprintf(stderr, "apr_sockaddr_info_get() for %s: Name or service not known (670002)\n", o.Host)
		return exitResolver
	}
	var mu sync.Mutex // keeps the lines of several connections apart
	e := &engine{options: o, addresses: addresses, notice: func(int) {},
		log: func(text string) { mu.Lock(); defer mu.Unlock(); io.WriteString(stdout, text) }}
	if !quiet {
		step := max(100, o.Requests/10)
		e.notice = func(done int) {
			if done%step == 0 {
				mu.Lock()
				defer mu.Unlock()
				fmt.Fprintf(stderr, "Completed %d requests\n", done)
			}
		}
	}
	e.verbose(2, fmt.Sprintf("INFO: %s header == \n---\n%s\n---\n", o.Method, requestBytes(o)))
	counted, ending := e.run(ctx)
	return o.conclude(e, counted, ending, quiet, stdout, stderr)
}

// verbose says something if -v is at least level.
func (e *engine) verbose(level int, text string) {
	if e.options.Verbosity >= level {
		e.log(text)
	}
}

// conclude prints the report, then why the load ended early if it did, and gives the exit code.
func (o Options) conclude(e *engine, t tally, ending error, quiet bool, stdout, stderr io.Writer) int {
	if quiet {
		fmt.Fprint(stdout, "..done\n")
	} else {
		fmt.Fprintf(stderr, "Finished %d requests\n", t.complete())
	}
	code := 0
	var dead *fatal
	if errors.As(ending, &dead) {
		code = dead.code
		fmt.Fprintln(stderr, dead.text)
	} else if ending != nil && !errors.Is(ending, errLimit) {
		code = exitStopped
	}
	if t.complete() == 0 && dead != nil {
		return code // as ab: a report of nothing helps nobody
	}
	m := measurement(o, t, e.document.Load(), time.Duration(e.ended.Load()))
	var table []float64
	if t.complete() > 0 {
		table = percentiles(t.samples)
	}
	fmt.Fprint(stdout, "\n\n")
	layout := abtext.Layout{NoPercentiles: o.NoTable, NoDeviations: o.NoSpread, BodySent: o.Body != nil}
	if err := abtext.Format(stdout, m, table, layout); err != nil {
		return exitStopped // nobody is left to read
	}
	if t.complete() > 0 && !o.writeFiles(t, table, e.began, stderr) {
		return exitStopped
	}
	return code
}

// writeFiles writes what -e and -g ask for, and reports whether it could.
func (o Options) writeFiles(t tally, table []float64, began time.Time, stderr io.Writer) bool {
	if o.CSV != "" {
		var text strings.Builder
		_ = abtext.FormatPercentiles(&text, table) // a string takes everything
		if err := os.WriteFile(o.CSV, []byte(text.String()), 0o666); err != nil {
			fmt.Fprintf(stderr, "Cannot open CSV output file: %v\n", errors.Unwrap(err))
			return false
		}
	}
	if o.Gnuplot != "" {
		if err := os.WriteFile(o.Gnuplot, []byte(gnuplot(t.samples, began)), 0o666); err != nil {
			fmt.Fprintf(stderr, "Cannot open gnuplot output file: %v\n", errors.Unwrap(err))
			return false
		}
	}
	return true
}

// resolve looks the host up once, so that no connection waits for a name.
func (o Options) resolve(ctx context.Context) ([]string, error) {
	found, err := net.DefaultResolver.LookupHost(ctx, o.Host)
	if err != nil {
		return nil, err
	}
	for i, ip := range found {
		found[i] = net.JoinHostPort(ip, strconv.Itoa(o.Port))
	}
	return found, nil
}
