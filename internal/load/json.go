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

// The types below are what --json writes; docs/ab.md explains them. Times are in nanoseconds of the
// monotonic clock, unless a name says otherwise. What is not known is absent, never zero.
type jsonReport struct {
	Schema  int        `json:"schema"`
	Program string     `json:"program"` // "labbook ab"
	Call    jsonCall   `json:"call"`
	Ending  string     `json:"ending"`           // "complete", "limit", "interrupted" or "failed"
	Reason  string     `json:"reason,omitempty"` // why it failed
	Code    int        `json:"exit_code"`
	Started time.Time  `json:"started"`
	Seconds float64    `json:"seconds"` // from the first connect to the last answer
	Server  jsonServer `json:"server"`

	Requests jsonRequests     `json:"requests"`
	Statuses map[string]int64 `json:"statuses"` // of the answers, failed ones included
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
	Requests       int     `json:"requests"`
	Concurrency    int     `json:"concurrency"`
	Threads        int     `json:"threads,omitempty"` // absent where goroutines use all cores
	TimeoutSeconds float64 `json:"timeout_seconds"`
	LimitSeconds   float64 `json:"limit_seconds,omitempty"`
}

type jsonServer struct {
	Software       string `json:"software,omitempty"`
	DocumentLength *int64 `json:"document_length_bytes,omitempty"` // of the first whole answer
	TLS            string `json:"tls,omitempty"`
}

type jsonRequests struct {
	Complete   int64      `json:"complete"` // that came to an end, good or bad: good + failed but for connect
	Good       int64      `json:"good"`
	Failed     jsonFailed `json:"failed"`
	Non2xx     int64      `json:"non_2xx"`
	KeptAlive  int64      `json:"kept_alive"`       // answers after which the connection stayed
	Unfinished int64      `json:"unfinished"`       // under way when the load was ended
	SentAgain  int64      `json:"sent_again"`       // because the server had closed a connection that was kept
	Unsent     *int64     `json:"unsent,omitempty"` // open loop: arrivals that could not be sent
	Queued     *int64     `json:"queued,omitempty"` // open loop: arrivals that waited for a connection
}

type jsonFailed struct {
	Connect    int64 `json:"connect"` // connections that could not be made, which a closed loop tries again
	Receive    int64 `json:"receive"`
	Length     int64 `json:"length"`
	Exceptions int64 `json:"exceptions"`
}

type jsonFault struct {
	Phase string `json:"phase"` // "connect", "handshake", "send", "receive" or "answer"
	Error string `json:"error"` // the system's name, such as "ECONNRESET", or a word of ours
	Errno int    `json:"errno,omitempty"`
	Count int64  `json:"count"`
}

type jsonBytes struct {
	Headers     int64 `json:"headers"` // received: all that is not the bodies'
	Bodies      int64 `json:"bodies"`  // received
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
	Buckets     [][3]int64       `json:"buckets"` // [from, to, count], both ends included
	HDR         string           `json:"hdr"`     // HdrHistogram V2, compressed, base64
}

type jsonGenerator struct {
	User    *float64 `json:"cpu_user_seconds,omitempty"`
	System  *float64 `json:"cpu_system_seconds,omitempty"`
	Wall    float64  `json:"wall_seconds"`
	Cores   int      `json:"cores"`           // that it may use
	Share   *float64 `json:"share,omitempty"` // of their time that it used
	Limit   bool     `json:"was_the_limit"`
	Warning string   `json:"warning,omitempty"`
}

// writeJSON writes all that is known of the load.
func (r *result) writeJSON(w io.Writer) error {
	t := r.tally
	report := jsonReport{
		Schema:  jsonSchema,
		Program: "labbook ab",
		Call:    r.options.jsonCall(),
		Ending:  r.ending,
		Reason:  r.reason,
		Code:    r.code,
		Started: r.began.UTC(),
		Seconds: r.taken.Seconds(),
		Requests: jsonRequests{
			Complete:   t.complete(),
			Good:       t.good,
			Non2xx:     t.non2xx,
			KeptAlive:  t.keptAlive,
			Failed:     jsonFailed{t.connect, t.receive, t.length, t.exceptions},
			Unfinished: t.unfinished,
			SentAgain:  t.stale,
		},
		Statuses:  map[string]int64{},
		Faults:    []jsonFault{},
		Times:     map[string]jsonTimes{},
		Bytes:     jsonBytes{t.headerBytes, t.bodyBytes, t.sentBytes, t.opened},
		Generator: r.jsonGenerator(),
	}
	if r.document != nil {
		report.Server = jsonServer{Software: r.document.server, DocumentLength: &r.document.length}
	}
	m := r.measurement()
	report.Server.TLS, report.RequestsPerSecond = m.TLSProtocol, m.RequestsPerSecond
	if r.options.Rate > 0 {
		report.Requests.Unsent, report.Requests.Queued = &t.unsent, &t.queued
	}
	for status, n := range t.statuses {
		if n > 0 {
			report.Statuses[strconv.Itoa(status)] = n
		}
	}
	for f, n := range t.faults {
		report.Faults = append(report.Faults, jsonFault{f.phase, f.name, f.errno, n})
	}
	slices.SortFunc(report.Faults, byCount)
	for name, of := range map[string]*times{"connect": &t.connecting, "first_byte": &t.firstByte,
		"processing": &t.processing, "waiting": &t.waiting, "total": &t.total, "late": &t.late} {
		if of.count() == 0 {
			continue
		}
		var err error
		if report.Times[name], err = of.json(); err != nil {
			return err
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

func byCount(a, b jsonFault) int {
	return cmp.Or(
		cmp.Compare(b.Count, a.Count),
		cmp.Compare(a.Phase, b.Phase),
		cmp.Compare(a.Error, b.Error),
	)
}

func (o *Options) jsonCall() jsonCall {
	call := jsonCall{
		URL:            o.url(),
		Method:         o.Method,
		Protocol:       protocol(*o),
		KeepAlive:      o.KeepAlive,
		Loop:           "closed",
		Rate:           o.Rate,
		Requests:       o.Requests,
		Concurrency:    o.Concurrency,
		Threads:        o.Threads,
		TimeoutSeconds: o.Timeout.Seconds(),
		LimitSeconds:   o.Limit.Seconds(),
	}
	if o.Rate > 0 {
		call.Loop = "open"
	}
	if o.TLS {
		call.Threads = 0
	}
	return call
}

// url is the URL as it was given, with its port.
func (o *Options) url() string {
	scheme := "http://"
	if o.TLS {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(o.Host, strconv.Itoa(o.Port)) + o.Path
}

func (r *result) jsonGenerator() jsonGenerator {
	g := jsonGenerator{Wall: r.wall.Seconds(), Cores: r.options.cores(), Warning: r.limit()}
	g.Limit = g.Warning != ""
	if r.cpu.known {
		user, system := r.cpu.user.Seconds(), r.cpu.system.Seconds()
		g.User, g.System = &user, &system
	}
	if share := r.share(); share >= 0 {
		g.Share = &share
	}
	return g
}

// jsonPercentiles are those that are worth a name; the buckets have the others.
var jsonPercentiles = []float64{50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99}

func (t *times) json() (jsonTimes, error) {
	encoded, err := t.histogram.EncodeV2()
	if err != nil {
		return jsonTimes{}, fmt.Errorf("encoding a histogram: %w", err)
	}
	j := jsonTimes{
		Count:       t.count(),
		Min:         t.min,
		Mean:        t.mean(),
		SD:          t.deviation(),
		Max:         t.max,
		Percentiles: map[string]int64{},
		HDR:         string(encoded),
	}
	for _, p := range jsonPercentiles {
		j.Percentiles[strconv.FormatFloat(p, 'f', -1, 64)] = t.percentile(p)
	}
	for _, bar := range t.histogram.Distribution() {
		if bar.Count > 0 {
			j.Buckets = append(j.Buckets, [3]int64{bar.From, bar.To, bar.Count})
		}
	}
	return j, nil
}
