package load

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"labbook.example/labbook/internal/abtext"
)

// joint is what only the result of a load has that several generators made.
type joint struct {
	seconds float64  // in which all requests would be complete at the throughput; 0: not known
	cores   int      // that the generators may use together
	share   *float64 // of its CPU time that the busiest generator used; nil: not known
	warning string
}

// endings are the ways in which a load can end, the worst one first.
var endings = []string{"failed", "interrupted", "limit", "complete"}

// sum adds up the parts of a load. What only one of them can tell is from the one that began first.
func sum(parts []*portion) (result, error) {
	first := slices.MinFunc(parts, byBegin)
	worst := slices.MinFunc(parts, func(a, b *portion) int {
		return cmp.Compare(slices.Index(endings, a.ending), slices.Index(endings, b.ending))
	})
	whole := result{
		options:  first.options,
		counts:   new(newTally(first.options)),
		document: first.document,
		tls:      first.tls,
		began:    first.began,
		ending:   worst.ending,
		reason:   worst.reason,
		code:     worst.code,
		joined:   &joint{},
		cpu:      cpuTime{ok: true},
	}
	o := &whole.options
	o.Requests, o.Concurrency, o.Share = 0, 0, Share{}

	t := whole.counts
	for _, p := range parts {
		if err := p.fitsInto(t); err != nil {
			return result{}, fmt.Errorf("%v: %w", p.from, err)
		}
		t.add(p.counts)
		o.Requests += p.options.Requests
		o.Concurrency += p.options.Concurrency
		whole.document = cmp.Or(whole.document, p.document)
		if whole.tls == (tlsLines{}) {
			whole.tls = p.tls
		}
		whole.taken = max(whole.taken, p.end()-first.begin())
		whole.wall = max(whole.wall, p.begin()-first.begin()+p.wall)
		whole.cpu.user += p.cpu.user
		whole.cpu.system += p.cpu.system
		whole.cpu.ok = whole.cpu.ok && p.cpu.ok
		whole.joined.add(p, len(parts))
	}
	t.ended = whole.taken
	return whole, nil
}

// fitsInto refuses a part whose durations are too long to be added to others.
func (p *portion) fitsInto(t *tally) error {
	for name, recorded := range t.durations() {
		more := p.counts.durations()[name]
		if recorded.sum > math.MaxInt64-more.sum {
			return fmt.Errorf("times of %s: found a sum of %d ns; allowed: up to %d ns with those "+
				"of other parts", name, more.sum, int64(math.MaxInt64))
		}
	}
	return nil
}

// add adds what one of several generators says of itself.
func (j *joint) add(p *portion, of int) {
	j.cores += p.options.cores()
	if share, ok := p.cpuShare(); ok && (j.share == nil || share > *j.share) {
		j.share = &share
	}
	warning := p.generatorWarning()
	if warning != "" && of > 1 {
		warning = fmt.Sprintf("%v: %s", p.from, warning)
	}
	j.warning += warning
}

// numbers returns the part's own numbers.
func (p *portion) numbers() PartNumbers {
	t := p.counts
	n := PartNumbers{
		Machine:           p.from.Machine,
		N:                 p.from.N,
		Clients:           p.options.Concurrency,
		Start:             p.begin(),
		Seconds:           p.taken.Seconds(),
		Complete:          t.complete(),
		Failed:            t.failures(),
		RequestsPerSecond: p.measurement().RequestsPerSecond,
		Ending:            p.ending,
		Reason:            p.reason,
		ExitCode:          p.code,
		Warning:           p.generatorWarning(),
	}
	if t.complete() > 0 {
		n.P50MS = new(milliseconds(t.total.percentile(50)))
		n.P99MS = new(milliseconds(t.total.percentile(99)))
	}
	if t.fastestConnect > 0 {
		n.ConnectMinMS = new(milliseconds(t.fastestConnect))
	}
	if late := &t.late; late.count() > 0 {
		at := func(p float64) float64 { return milliseconds(late.percentile(p)) }
		n.Late = &Late{late.mean() / 1e6, at(50), at(90), at(95), at(99), at(99.9)}
	}
	return n
}

// minOverlap is the share of a load's time in which all generators must have loaded for its
// progress to be that of one load. Otherwise a part of it had fewer clients.
const minOverlap = 0.95

// progressOf returns when a load had how many of its requests done, in steps as ab's.
func progressOf(parts []*portion, whole *result) *abtext.Progress {
	o := &whole.options
	if o.quiet() || whole.ending != "complete" {
		return nil
	}
	p := &abtext.Progress{
		Every:    int(o.progressStep()),
		Finished: roundedSeconds(whole.taken),
	}
	begin := firstStart(parts)
	for n := p.Every; n <= o.Requests; n += p.Every {
		p.Seconds = append(p.Seconds, roundedSeconds(doneAt(parts, float64(n))-begin))
	}
	if !p.Valid() {
		return nil
	}
	return p
}

// roundedSeconds returns seconds to the microsecond, as abtext.ParseProgress does.
func roundedSeconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e6 }

// doneAt returns when so many requests were done by all parts together, since the agreed start.
func doneAt(parts []*portion, n float64) time.Duration {
	low, high := firstStart(parts), slices.MaxFunc(parts, byEnd).end()
	for low < high {
		middle := low + (high-low)/2
		done := 0.0
		for _, p := range parts {
			done += p.doneBy(middle)
		}
		if done < n {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return high
}

// tell writes into j what an ab that made the whole load would report.
func (r *result) tell(j *Joined) error {
	quiet := r.options.quiet()
	var text, stderr strings.Builder
	r.options.printHead(&text, quiet)
	if err := r.printReport(&text, quiet); err != nil {
		return err
	}
	if p := j.Progress; p != nil {
		for i := range p.Seconds {
			fmt.Fprintf(&stderr, "Completed %d requests\n", (i+1)*p.Every)
		}
	}
	r.printMessages(&stderr, quiet)

	var summary bytes.Buffer
	if err := r.writeSummary(&summary); err != nil {
		return fmt.Errorf("writing the summary of a joined load: %w", err)
	}
	j.Text = text.String()
	j.Stderr = stderr.String()
	j.Summary = summary.Bytes()
	return r.read(j)
}

// read sets what a program that calls ab reads in what it wrote.
func (r *result) read(j *Joined) error {
	var err error
	if j.Measurement, err = abtext.Parse(j.Text); err != nil {
		j.Measurement = r.measurement() // ab writes no report, or one without throughput
	}
	if r.counts.complete() == 0 {
		return nil
	}
	var csv strings.Builder
	if err := r.writeCSV(&csv); err != nil {
		return err
	}
	j.PercentilesMS, err = abtext.ParsePercentiles(csv.String())
	return err
}

// printHead prints what ab does before a load.
func (o *Options) printHead(w io.Writer, quiet bool) {
	fmt.Fprintf(w, "%s\nBenchmarking %s (be patient)", banner, o.Host)
	if quiet {
		fmt.Fprint(w, "...")
	} else {
		fmt.Fprint(w, "\n")
	}
}
