package load

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"time"
)

// jsonSchema is the version of the format that --json writes.
const jsonSchema = 1

// jsonReport is what --json writes; docs/ab.md explains it. Times are in nanoseconds of the
// monotonic clock unless a name says otherwise. What is not known is absent, never zero.
type jsonReport struct {
	Schema  int        `json:"schema"`
	Program string     `json:"program"` // "labbook ab"
	Call    jsonCall   `json:"call"`
	Ending  string     `json:"ending"`           // "complete", "limit", "interrupted" or "failed"
	Reason  string     `json:"reason,omitempty"` // why it failed
	Code    int        `json:"exit_code"`
	Started time.Time  `json:"started"`
	Start   *jsonStart `json:"start,omitempty"`
	Seconds float64    `json:"seconds"` // from the first connect to the last response
	Server  jsonServer `json:"server"`

	Requests jsonRequests     `json:"requests"`
	Statuses map[string]int64 `json:"statuses"` // responses by status, failed ones included
	Faults   []jsonFault      `json:"faults"`   // the most frequent first
	Bytes    jsonBytes        `json:"bytes"`

	RequestsPerSecond float64              `json:"requests_per_second,omitempty"`
	Times             map[string]jsonTimes `json:"times"`
	Generator         jsonGenerator        `json:"generator"`
}

type jsonCall struct {
	URL            string  `json:"url"`
	Method         string  `json:"method"`
	Protocol       string  `json:"protocol"` // "HTTP/1.0" or "HTTP/1.1"
	KeepAlive      bool    `json:"keep_alive"`
	Loop           string  `json:"loop"` // "closed" or "open"
	Rate           float64 `json:"rate,omitempty"`
	Arrivals       string  `json:"arrivals,omitempty"` // "poisson"; absent: even, or none
	Seed           uint64  `json:"seed,omitempty"`     // of random arrivals
	Share          string  `json:"share,omitempty"`    // of the arrivals, such as "1/4"
	Requests       int     `json:"requests"`
	Concurrency    int     `json:"concurrency"`
	Threads        int     `json:"threads,omitempty"` // absent where goroutines use all cores
	TimeoutSeconds float64 `json:"timeout_seconds"`
	LimitSeconds   float64 `json:"limit_seconds,omitempty"`

	// What every response must be; absent: anything.
	ExpectStatus    string `json:"expect_status,omitempty"` // a number, or "2xx"
	ExpectTextBytes int    `json:"expect_text_bytes,omitempty"`
	ExpectSHA256    string `json:"expect_sha256,omitempty"`
}

// jsonStart is when a load began that was to begin at an agreed time.
type jsonStart struct {
	Agreed int64 `json:"agreed"` // by CLOCK_MONOTONIC
	Late   int64 `json:"late"`   // how long after it the load began
}

type jsonServer struct {
	Software       string `json:"software,omitempty"`
	DocumentLength *int64 `json:"document_length_bytes,omitempty"` // of the first complete response
	TLS            string `json:"tls,omitempty"`
}

type jsonRequests struct {
	Complete   int64      `json:"complete"` // that ended: good, and failed except for connect
	Good       int64      `json:"good"`
	Failed     jsonFailed `json:"failed"`
	Non2xx     int64      `json:"non_2xx"`
	KeptAlive  int64      `json:"kept_alive"` // responses after which the connection stayed
	Unfinished int64      `json:"unfinished"` // under way when the load was ended
	SentAgain  int64      `json:"sent_again"` // the server had closed a kept connection

	// UnfinishedIn are those of Unfinished by the phase in which they were.
	UnfinishedIn map[string]int64 `json:"unfinished_in,omitempty"`

	// Unexpected counts complete responses that are not as expected. They are neither good nor
	// failed. nil: nothing is expected.
	Unexpected *int64 `json:"unexpected,omitempty"`

	// Surplus counts good responses that were followed by more bytes than their header says.
	Surplus int64 `json:"surplus,omitempty"`

	// Only of an open loop:
	Unsent *int64 `json:"unsent,omitempty"` // arrivals that could not be sent
	Queued *int64 `json:"queued,omitempty"` // arrivals that waited for a connection
}

type jsonFailed struct {
	Connect    int64 `json:"connect"` // connections that could not be made
	Receive    int64 `json:"receive"`
	Length     int64 `json:"length"`
	Exceptions int64 `json:"exceptions"`
}

type jsonFault struct {
	Phase string `json:"phase"` // "connect" … "answer", as faults.go names them
	Error string `json:"error"` // the system's name, such as "ECONNRESET", or one of ours
	Errno int    `json:"errno,omitempty"`
	Count int64  `json:"count"`
}

type jsonBytes struct {
	Headers     int64 `json:"headers"`           // received outside the bodies
	Bodies      int64 `json:"bodies"`            // received, with the surplus
	Surplus     int64 `json:"surplus,omitempty"` // received between a body and its connection's end
	Sent        int64 `json:"sent"`
	Connections int64 `json:"connections"` // that were made
}

type jsonTimes struct {
	Count       int64            `json:"count"`
	Min         int64            `json:"min"`
	Mean        float64          `json:"mean"`
	SD          float64          `json:"sd"`
	Max         int64            `json:"max"`
	Percentiles map[string]int64 `json:"percentiles"`

	// Not in a summary:
	Buckets [][3]int64 `json:"buckets,omitempty"` // [from, to, count], both ends included
	HDR     string     `json:"hdr,omitempty"`     // HdrHistogram V2, compressed, base64
}

type jsonGenerator struct {
	User    *float64 `json:"cpu_user_seconds,omitempty"`
	System  *float64 `json:"cpu_system_seconds,omitempty"`
	Wall    float64  `json:"wall_seconds"`
	Cores   int      `json:"cores"`           // that it may use
	Share   *float64 `json:"share,omitempty"` // of their CPU time that it used
	Limit   bool     `json:"was_the_limit"`
	Warning string   `json:"warning,omitempty"`
}

// writeJSON writes everything known about the load.
func (r *result) writeJSON(w io.Writer) error {
	times, err := r.jsonTimes()
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r.jsonReport(times))
}

// writeSummary writes what writeJSON does without what takes time and room: buckets, histograms,
// and the parts of the response time.
func (r *result) writeSummary(w io.Writer) error {
	times := map[string]jsonTimes{}
	if total := &r.counts.total; total.count() > 0 {
		times["total"] = total.summaryJSON(jsonPercentiles)
	}
	if good := r.counts.goodTotal; good != nil && good.count() > 0 {
		times["good"] = good.summaryJSON(goodPercentiles())
	}
	if late := &r.counts.late; late.count() > 0 {
		times["late"] = late.summaryJSON(jsonPercentiles)
	}
	return json.NewEncoder(w).Encode(r.jsonReport(times))
}

// jsonReport returns everything known about the load, with times from elsewhere.
func (r *result) jsonReport(times map[string]jsonTimes) jsonReport {
	t := r.counts
	m := r.measurement()
	report := jsonReport{
		Schema:   jsonSchema,
		Program:  "labbook ab",
		Call:     r.options.jsonCall(),
		Ending:   r.ending,
		Reason:   r.reason,
		Code:     r.code,
		Started:  r.began.UTC(),
		Seconds:  r.taken.Seconds(),
		Server:   jsonServer{TLS: m.TLSProtocol},
		Requests: t.json(),
		Statuses: t.jsonStatuses(),
		Faults:   t.jsonFaults(),
		Bytes: jsonBytes{
			Headers:     t.headerBytes,
			Bodies:      t.bodyBytes,
			Surplus:     t.surplusBytes,
			Sent:        t.sentBytes,
			Connections: t.opened,
		},
		RequestsPerSecond: m.RequestsPerSecond,
		Times:             times,
		Generator:         r.jsonGenerator(),
	}
	if r.start.agreed != 0 {
		report.Start = &jsonStart{Agreed: r.start.agreed, Late: int64(r.start.late())}
	}
	if r.document != nil {
		report.Server.Software = r.document.server
		report.Server.DocumentLength = &r.document.length
	}
	if r.options.Expect.any() {
		report.Requests.Unexpected = &t.unexpected
	}
	if r.options.Rate > 0 {
		report.Requests.Unsent = &t.unsent
		report.Requests.Queued = &t.queued
	}
	return report
}

// jsonStatuses returns the number of responses per status.
func (t *tally) jsonStatuses() map[string]int64 {
	counts := map[string]int64{}
	for status, n := range t.statuses {
		if n > 0 {
			counts[strconv.Itoa(status)] = n
		}
	}
	return counts
}

func (t *tally) json() jsonRequests {
	requests := jsonRequests{
		Complete: t.complete(),
		Good:     t.good,
		Failed: jsonFailed{
			Connect:    t.connect,
			Receive:    t.receive,
			Length:     t.length,
			Exceptions: t.exceptions,
		},
		Non2xx:    t.non2xx,
		KeptAlive: t.keptAlive,
		SentAgain: t.retried,
		Surplus:   t.withSurplus,
	}
	for phase, n := range t.unfinished {
		requests.Unfinished += n
		if requests.UnfinishedIn == nil {
			requests.UnfinishedIn = map[string]int64{}
		}
		requests.UnfinishedIn[phase] = n
	}
	return requests
}

// jsonFaults returns the faults, the most frequent first.
func (t *tally) jsonFaults() []jsonFault {
	faults := []jsonFault{}
	for f, n := range t.faults {
		faults = append(faults, jsonFault{
			Phase: f.phase,
			Error: f.name,
			Errno: f.errno,
			Count: n,
		})
	}
	slices.SortFunc(faults, func(a, b jsonFault) int {
		return cmp.Or(
			cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Phase, b.Phase),
			cmp.Compare(a.Error, b.Error),
		)
	})
	return faults
}

func (o *Options) jsonCall() jsonCall {
	call := jsonCall{
		URL:            o.url(),
		Method:         o.Method,
		Protocol:       o.protocol(),
		KeepAlive:      o.KeepAlive,
		Loop:           "closed",
		Rate:           o.Rate,
		Arrivals:       string(o.Arrivals),
		Seed:           o.Seed,
		Share:          o.Share.String(),
		Requests:       o.Requests,
		Concurrency:    o.Concurrency,
		Threads:        o.Threads,
		TimeoutSeconds: o.Timeout.Seconds(),
		LimitSeconds:   o.Limit.Seconds(),
	}
	o.Expect.describe(&call)
	if o.Rate > 0 {
		call.Loop = "open"
	}
	if o.TLS {
		call.Threads = 0
	}
	return call
}

// url returns the URL as it was typed, with a port in any case.
func (o *Options) url() string {
	scheme := "http://"
	if o.TLS {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(o.Host, strconv.Itoa(o.Port)) + o.Path
}

func (r *result) jsonGenerator() jsonGenerator {
	g := jsonGenerator{
		Wall:    r.wall.Seconds(),
		Cores:   r.options.cores(),
		Warning: r.generatorWarning(),
	}
	if r.joined != nil {
		g.Cores = r.joined.cores
	}
	g.Limit = g.Warning != ""
	if r.cpu.ok {
		g.User = new(r.cpu.user.Seconds())
		g.System = new(r.cpu.system.Seconds())
	}
	if share, ok := r.cpuShare(); ok {
		g.Share = &share
	}
	return g
}

// jsonTimes returns the durations that were recorded, by name.
func (r *result) jsonTimes() (map[string]jsonTimes, error) {
	all := map[string]jsonTimes{}
	for name, recorded := range r.counts.durations() {
		if recorded.count() == 0 {
			continue
		}
		percentiles := jsonPercentiles
		if name == "good" {
			percentiles = goodPercentiles()
		}
		var err error
		if all[name], err = recorded.json(percentiles); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// jsonPercentiles are the percentiles written by name; the buckets contain the others.
var jsonPercentiles = []float64{50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99}

// goodPercentiles are those of good responses alone. -e and -g have only those of all responses, so
// every row of -e is among them.
func goodPercentiles() []float64 {
	all := make([]float64, 101)
	for i := range all {
		all[i] = float64(i)
	}
	return append(all, 99.9, 99.99)
}

func (t *times) json(percentiles []float64) (jsonTimes, error) {
	encoded, err := t.histogram.EncodeV2()
	if err != nil {
		return jsonTimes{}, fmt.Errorf("encoding a histogram: %w", err)
	}
	j := t.summaryJSON(percentiles)
	j.HDR = string(encoded)
	for _, bar := range t.histogram.Distribution() {
		if bar.Count > 0 {
			j.Buckets = append(j.Buckets, [3]int64{bar.From, bar.To, bar.Count})
		}
	}
	return j, nil
}

// summaryJSON returns the numbers that describe the durations, without the durations themselves.
func (t *times) summaryJSON(percentiles []float64) jsonTimes {
	j := jsonTimes{
		Count:       t.count(),
		Min:         int64(t.min),
		Mean:        t.mean(),
		SD:          t.deviation(),
		Max:         int64(t.max),
		Percentiles: map[string]int64{},
	}
	for _, p := range percentiles {
		j.Percentiles[strconv.FormatFloat(p, 'f', -1, 64)] = int64(t.percentile(p))
	}
	return j
}
