package load

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"labbook/internal/abtext"
)

// result is all that is known of a load that is over.
type result struct {
	options  Options
	tally    *tally
	document *document     // nil: no answer was whole
	security *security     // nil: there was none
	began    time.Time     // when the first connection was begun
	taken    time.Duration // from then to the last answer
	wall     time.Duration // from then to the end of the load
	cpu      cpu           // that this process used meanwhile
	ending   string        // "complete", "limit", "interrupted" or "failed"
	reason   string        // why it failed
	code     int           // ab's exit code
}

// cpu is the time that a process had on its CPUs. Known is false where the system does not tell.
type cpu struct {
	user, system time.Duration
	known        bool
}

func (c cpu) since(before cpu) cpu {
	return cpu{c.user - before.user, c.system - before.system, c.known && before.known}
}

// measurement puts what was counted into ab's numbers.
func (r *result) measurement() abtext.Measurement {
	o, t := &r.options, r.tally
	m := abtext.Measurement{
		Hostname:         o.Host,
		Port:             o.Port,
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
		ArrivalRate:      o.Rate,
		Unsent:           int(t.unsent),
		TotalTransferred: t.headerBytes + t.bodyBytes,
		HTMLTransferred:  t.bodyBytes,
	}
	if r.document != nil {
		m.ServerSoftware, m.DocumentLength = r.document.server, r.document.length
	}
	if o.AnyLength {
		m.DocumentLength = -1
	}
	if r.security != nil {
		r.security.describe(o, &m)
	}
	if o.Body != nil {
		m.TotalBodySent = t.sentBytes // as ab: all that was sent, headers too
	}
	if n, seconds := float64(t.complete()), r.taken.Seconds(); n > 0 && seconds > 0 {
		m.RequestsPerSecond = n / seconds
		m.TransferRateKBs = float64(m.TotalTransferred) / 1024 / seconds
		if o.Rate == 0 {
			m.TimePerRequestMS = float64(o.Concurrency) * seconds * 1000 / n
			m.TimeAcrossMS = seconds * 1000 / n
		}
	}
	m.Connect, m.Processing = t.connecting.summary(), t.processing.summary()
	m.Waiting, m.Total = t.waiting.summary(), t.total.summary()
	return m
}

// summary gives ab's numbers of a duration, in milliseconds.
func (t *times) summary() abtext.Times {
	n := t.count()
	if n == 0 {
		return abtext.Times{}
	}
	median := (milliseconds(t.at((n+1)/2)) + milliseconds(t.at(n/2+1))) / 2
	return abtext.Times{
		Min:    milliseconds(t.min),
		Mean:   t.mean() / 1e6,
		SD:     t.deviation() / 1e6,
		Median: median,
		Max:    milliseconds(t.max),
	}
}

// percentile gives the sorted element at n·p/100, rounded to the nearest, and the last one for 100:
// ab's own rule for its -e file, and here the only one.
func (t *times) percentile(p float64) int64 {
	return t.at(1 + int64(0.5+float64(t.count())*p/100))
}

// percentiles gives the response times within which 0 to 100 % were answered, in milliseconds; nil
// where nothing is complete.
func (r *result) percentiles() []float64 {
	if r.tally.complete() == 0 {
		return nil
	}
	values := make([]float64, 101)
	for i := range values {
		values[i] = milliseconds(r.tally.total.percentile(float64(i)))
	}
	return values
}

// bound is the share of its threads' time on a CPU from which on the generator is taken for the
// limit.
const bound = 0.90

// leastWall is how long a load must take for its CPU time to say something.
const leastWall = 50 * time.Millisecond

// share is the CPU time of the generator by the time that its threads had, 0 to about 1; negative
// where it is not known.
func (r *result) share() float64 {
	if !r.cpu.known || r.wall < leastWall {
		return -1
	}
	return (r.cpu.user + r.cpu.system).Seconds() / (r.wall.Seconds() * float64(r.options.cores()))
}

// limit says how the generator itself was the limit, "" if it was not.
func (r *result) limit() string {
	late := &r.tally.late
	if late.count() > 0 {
		if p99 := time.Duration(late.percentile(99)); p99 > latest {
			return fmt.Sprintf(
				"WARNING: The generator was late: of its arrivals one in a hundred went out %v or more "+
					"after it was due\n         although a connection was free. Response times include that.\n",
				p99.Round(time.Microsecond),
			)
		}
		return ""
	}
	if share := r.share(); share >= bound {
		return fmt.Sprintf(
			"WARNING: The generator was the limit: it used %.0f %% of the CPU that it may use.\n"+
				"         The server may be faster than this; --threads lets the generator use more.\n",
			100*share,
		)
	}
	return ""
}

// latest is how late an arrival may go out before that is worth a warning.
const latest = time.Millisecond

// gnuplot writes ab's -g file: a row a request, by response time, in whole milliseconds.
func (r *result) gnuplot(w io.Writer) error {
	sorted := slices.Clone(r.tally.samples)
	slices.SortStableFunc(sorted, func(a, b sample) int { return cmp.Compare(a.total, b.total) })
	b := bufio.NewWriter(w)
	b.WriteString("starttime\tseconds\tctime\tdtime\tttime\twait\n")
	for _, s := range sorted {
		start := r.began.Add(time.Duration(s.start))
		fmt.Fprintf(
			b,
			"%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\n",
			start.Format("Mon Jan _2 15:04:05 2006"),
			start.Unix(),
			milliseconds(
				s.connect,
			),
			milliseconds(s.total-s.connect),
			milliseconds(s.total),
			milliseconds(s.wait),
		)
	}
	return b.Flush()
}

func milliseconds(nanoseconds int64) float64 { return float64(nanoseconds) / 1e6 }
