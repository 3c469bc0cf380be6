package load

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"labbook/internal/abtext"
)

// measurement turns what was counted into ab's numbers. Taken is the time from the first connect to
// the last answer.
func measurement(o Options, t tally, document *first, taken time.Duration) abtext.Measurement {
	m := abtext.Measurement{
		Hostname: o.Host, Port: o.Port, DocumentPath: o.Path,
		Concurrency: o.Concurrency, TimeTakenSeconds: taken.Seconds(),
		Complete: t.complete(), Failed: t.failures(),
		FailedConnect: t.connect, FailedReceive: t.receive, FailedLength: t.length, FailedExceptions: t.exceptions,
		Non2xx: t.non2xx, KeepAlive: o.KeepAlive, KeepAliveCount: t.keptAlive,
		TotalTransferred: t.headerBytes + t.bodyBytes, HTMLTransferred: t.bodyBytes,
	}
	if document != nil {
		m.ServerSoftware, m.DocumentLength = document.server, document.length
	}
	if o.AnyLength {
		m.DocumentLength = -1
	}
	if o.Body != nil {
		m.TotalBodySent = t.sentBytes // as ab: all that was sent, headers too
	}
	if n, seconds := float64(t.complete()), taken.Seconds(); n > 0 && seconds > 0 {
		m.RequestsPerSecond = n / seconds
		m.TimePerRequestMS = float64(o.Concurrency) * seconds * 1000 / n
		m.TimeAcrossMS = seconds * 1000 / n
		m.TransferRateKBs = float64(m.TotalTransferred) / 1024 / seconds
	}
	m.Connect = times(t.samples, func(s sample) int64 { return s.connect })
	m.Processing = times(t.samples, func(s sample) int64 { return s.total - s.connect })
	m.Waiting = times(t.samples, func(s sample) int64 { return s.wait })
	m.Total = times(t.samples, func(s sample) int64 { return s.total })
	return m
}

// times summarises one duration of all samples, in milliseconds; SD is that of a sample (n − 1).
func times(samples []sample, of func(sample) int64) abtext.Times {
	if len(samples) == 0 {
		return abtext.Times{}
	}
	values := make([]float64, len(samples))
	sum := 0.0
	for i, s := range samples {
		values[i] = milliseconds(of(s))
		sum += values[i]
	}
	slices.Sort(values)
	n := len(values)
	mean := sum / float64(n)
	squares := 0.0
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	t := abtext.Times{Min: values[0], Mean: mean, Median: (values[(n-1)/2] + values[n/2]) / 2, Max: values[n-1]}
	if n > 1 {
		t.SD = math.Sqrt(squares / float64(n-1))
	}
	return t
}

// percentiles gives 101 response times in milliseconds, as ab's -e file has them: value i is the
// sorted element at n·i/100, rounded to the nearest, and the last one the longest. It needs at
// least one sample.
func percentiles(samples []sample) []float64 {
	totals := make([]int64, len(samples))
	for i, s := range samples {
		totals[i] = s.total
	}
	slices.Sort(totals)
	values := make([]float64, 101)
	for i := range values {
		at := int(0.5 + float64(len(totals))*float64(i)/100)
		values[i] = milliseconds(totals[min(at, len(totals)-1)])
	}
	return values
}

// gnuplot gives ab's -g file: a row a request, by response time, in whole milliseconds.
func gnuplot(samples []sample, began time.Time) string {
	sorted := slices.Clone(samples)
	slices.SortStableFunc(sorted, func(a, b sample) int { return int(a.total - b.total) })
	var b strings.Builder
	b.WriteString("starttime\tseconds\tctime\tdtime\tttime\twait\n")
	for _, s := range sorted {
		start := began.Add(time.Duration(s.start))
		fmt.Fprintf(&b, "%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\n", start.Format("Mon Jan _2 15:04:05 2006"), start.Unix(),
			milliseconds(s.connect), milliseconds(s.total-s.connect), milliseconds(s.total), milliseconds(s.wait))
	}
	return b.String()
}

func milliseconds(nanoseconds int64) float64 { return float64(nanoseconds) / 1e6 }
