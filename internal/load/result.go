package load

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"labbook.example/labbook/internal/abtext"
)

// result is everything known about a load that has ended.
type result struct {
	options  Options
	counts   *tally
	document *document     // nil: no response was complete
	tls      tlsLines      // empty: no TLS connection was made
	began    time.Time     // when the first connection was begun
	start    started       // the same by the clock that all programs of a machine share
	taken    time.Duration // from then until the last response
	wall     time.Duration // from then until the load ended
	cpu      cpuTime       // that this process used meanwhile
	ending   string        // "complete", "limit", "interrupted" or "failed"
	reason   string        // why it failed
	code     int           // ab's exit code
	joined   *joint        // nil: one generator made the load
}

// setEnding classifies the error with which the load ended.
func (r *result) setEnding(err error) {
	var fatalErr *fatalError
	switch {
	case errors.As(err, &fatalErr):
		r.ending = "failed"
		r.reason = fatalErr.text
		r.code = fatalErr.code
	case errors.Is(err, errLimit):
		r.ending = "limit"
	case err != nil:
		r.ending = "interrupted"
		r.code = exitStopped
	default:
		r.ending = "complete"
	}
}

// conclude prints the report, and why the load ended early if it did. It returns the exit code.
func (r *result) conclude(quiet bool, stdout, stderr io.Writer) int {
	r.printMessages(stderr, quiet)
	if r.printReport(stdout, quiet) != nil {
		return exitStopped // stdout is closed, so there is no use in more
	}
	if !r.writeFiles(stderr) {
		return exitStopped
	}
	return r.code
}

// printMessages prints what ab tells of the end of a load on standard error.
func (r *result) printMessages(w io.Writer, quiet bool) {
	if !quiet {
		fmt.Fprintf(w, "Finished %d requests\n", r.counts.complete())
	}
	fmt.Fprint(w, r.unexpectedWarning())
	if r.reason != "" {
		fmt.Fprintln(w, r.reason)
	}
	fmt.Fprint(w, r.start.lateWarning(), r.generatorWarning())
}

// printReport prints ab's report. Like ab, a load that failed at once has none.
func (r *result) printReport(w io.Writer, quiet bool) error {
	if quiet {
		fmt.Fprint(w, "..done\n")
	}
	if r.counts.complete() == 0 && r.reason != "" {
		return nil
	}
	fmt.Fprint(w, "\n\n")
	return abtext.Format(w, r.measurement(), r.percentiles(), abtext.Layout{
		NoPercentiles: r.options.NoTable,
		NoDeviations:  r.options.NoSpread,
		BodySent:      r.options.Body != nil,
	})
}

// writeFiles writes the files of -e, -g, --json, --summary and --tally, and reports whether all
// could be written.
func (r *result) writeFiles(stderr io.Writer) (ok bool) {
	ok = true
	for _, file := range []struct {
		path, kind string
		evenEmpty  bool // written even if no request is complete
		write      func(io.Writer) error
	}{
		{r.options.CSV, "CSV", false, r.writeCSV},
		{r.options.Gnuplot, "gnuplot", false, r.writeGnuplot},
		{r.options.JSON, "JSON", true, r.writeJSON},
		{r.options.Summary, "summary", true, r.writeSummary},
		{r.options.Tally, "tally", true, r.writeTally},
	} {
		if file.path == "" || r.counts.complete() == 0 && !file.evenEmpty {
			continue
		}
		err := writeFile(file.path, file.write)
		if err == nil {
			continue
		}

		ok = false
		action := "write"
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			action = pathErr.Op
			err = pathErr.Err
		}
		fmt.Fprintf(stderr, "Cannot %s %s output file: %v\n", action, file.kind, err)
	}
	return ok
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// writeCSV writes ab's -e file.
func (r *result) writeCSV(w io.Writer) error {
	return abtext.FormatPercentiles(w, r.percentiles())
}

// writeGnuplot writes ab's -g file: one row per request, by response time, in whole milliseconds.
func (r *result) writeGnuplot(w io.Writer) error {
	sorted := slices.Clone(r.counts.samples)
	slices.SortStableFunc(sorted, func(a, b sample) int { return cmp.Compare(a.total, b.total) })

	b := bufio.NewWriter(w)
	b.WriteString("starttime\tseconds\tctime\tdtime\tttime\twait\n")
	for _, s := range sorted {
		start := r.began.Add(s.start)
		fmt.Fprintf(b, "%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\n",
			start.Format("Mon Jan _2 15:04:05 2006"),
			start.Unix(),
			milliseconds(s.connect),
			milliseconds(s.total-s.connect),
			milliseconds(s.total),
			milliseconds(s.wait),
		)
	}
	return b.Flush()
}

// measurement returns the numbers of ab's report.
func (r *result) measurement() abtext.Measurement {
	o := &r.options
	t := r.counts
	m := abtext.Measurement{
		Hostname:         o.Host,
		Port:             o.Port,
		TLSProtocol:      r.tls.Protocol,
		TLSTempKey:       r.tls.TempKey,
		TLSServerName:    r.tls.ServerName,
		DocumentPath:     o.Path,
		Concurrency:      o.Concurrency,
		TimeTakenSeconds: r.taken.Seconds(),
		Complete:         int(t.complete()),
		Failed:           int(t.failures()),
		FailedConnect:    int(t.connect),
		FailedReceive:    int(t.receive),
		FailedLength:     int(t.length),
		FailedExceptions: int(t.exceptions),
		Non2xx:           int(t.non2xx),
		KeepAlive:        o.KeepAlive,
		KeepAliveCount:   int(t.keptAlive),
		ArrivalRate:      o.Share.rate(o.Rate),
		Arrivals:         string(o.Arrivals),
		Unsent:           int(t.unsent),
		TotalTransferred: t.headerBytes + t.bodyBytes,
		HTMLTransferred:  t.bodyBytes,
		Connect:          t.connecting.summary(),
		Processing:       t.processing.summary(),
		Waiting:          t.waiting.summary(),
		Total:            t.total.summary(),
	}
	if r.document != nil {
		m.ServerSoftware = r.document.server
		m.DocumentLength = r.document.length
	}
	if o.AnyLength {
		m.DocumentLength = -1
	}
	if o.Body != nil {
		m.TotalBodySent = t.sentBytes // ab includes the headers
	}

	n := float64(t.complete())
	seconds := r.taken.Seconds()
	if r.joined != nil {
		seconds = r.joined.seconds
	}
	if n == 0 || seconds <= 0 {
		return m
	}
	m.RequestsPerSecond = n / seconds
	m.TransferRateKBs = float64(m.TotalTransferred) / 1024 / seconds
	if o.Rate == 0 {
		m.TimePerRequestMS = float64(o.Concurrency) * seconds * 1000 / n
		m.TimeAcrossMS = seconds * 1000 / n
	}
	return m
}

// summary returns ab's numbers of a duration, in milliseconds.
func (t *times) summary() abtext.Times {
	if t.count() == 0 {
		return abtext.Times{}
	}
	return abtext.Times{
		Min:    milliseconds(t.min),
		Mean:   t.mean() / 1e6,
		SD:     t.deviation() / 1e6,
		Median: t.median(),
		Max:    milliseconds(t.max),
	}
}

// percentiles returns the response times within which 0 to 100 % of the requests were complete, in
// milliseconds, or nil if none is.
func (r *result) percentiles() []float64 {
	if r.counts.complete() == 0 {
		return nil
	}
	values := make([]float64, 101)
	for i := range values {
		values[i] = milliseconds(r.counts.total.percentile(float64(i)))
	}
	return values
}

// cpuTime is the CPU time of this process; ok is false if the system does not report it.
type cpuTime struct {
	user, system time.Duration
	ok           bool
}

func (c cpuTime) since(before cpuTime) cpuTime {
	return cpuTime{
		user:   c.user - before.user,
		system: c.system - before.system,
		ok:     c.ok && before.ok,
	}
}

// Limits from which the generator itself is reported as the limit of the load.
const (
	maxShare    = 0.90                  // of the CPU time that it may use
	maxLateness = time.Millisecond      // of one in a hundred arrivals
	minWall     = 50 * time.Millisecond // of a load whose CPU time can be judged
)

// cpuShare returns the share that the generator used of the CPU time of its threads, from 0 to
// about 1. ok is false if it is not known.
func (r *result) cpuShare() (share float64, ok bool) {
	if r.joined != nil && r.joined.share != nil {
		return *r.joined.share, true
	}
	if !r.cpu.ok || r.joined != nil || r.wall < minWall {
		return 0, false
	}
	used := r.cpu.user + r.cpu.system
	return used.Seconds() / (r.wall.Seconds() * float64(r.options.cores())), true
}

// generatorWarning returns a warning if the generator was the limit, and "" otherwise.
func (r *result) generatorWarning() string {
	if r.joined != nil {
		return r.joined.warning
	}
	if late := &r.counts.late; late.count() > 0 {
		p99 := late.percentile(99)
		if p99 <= maxLateness {
			return ""
		}
		return fmt.Sprintf("WARNING: The generator was late: 1%% of its requests were sent %v "+
			"or more after they were due,\n         although a connection was free. Response "+
			"times include the delay.\n",
			p99.Round(time.Microsecond))
	}

	share, ok := r.cpuShare()
	if !ok || share < maxShare {
		return ""
	}
	return fmt.Sprintf("WARNING: The generator was the bottleneck: it used %.0f%% of the CPU "+
		"that it may use.\n         The server may be faster than this; --threads gives the "+
		"generator more.\n",
		100*share)
}
