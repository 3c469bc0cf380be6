package load

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"labbook.example/labbook/internal/self"
)

// tallySchema is the version of the format that --tally writes.
const tallySchema = 1

// tallyFile is what --tally writes: all of a load that Join needs to make one load of several.
// docs/ab.md explains it. Times are in nanoseconds. What is not known is absent, never zero.
type tallyFile struct {
	Schema  int    `json:"schema"`
	Program string `json:"program"` // "labbook ab --tally"
	Version string `json:"version"` // of Labbook

	Call      tallyCall `json:"call"`
	Ending    string    `json:"ending"`           // "complete", "limit", "interrupted" or "failed"
	Reason    string    `json:"reason,omitempty"` // why it failed
	Code      int       `json:"exit_code"`
	Started   time.Time `json:"started"`            // by the wall clock
	Agreed    int64     `json:"start_at,omitempty"` // by CLOCK_MONOTONIC of the generator's machine
	Began     int64     `json:"began,omitempty"`    // the first connection, by the same clock
	Taken     int64     `json:"taken"`              // from then until the last response
	Wall      int64     `json:"wall"`               // from then until the load ended
	CPUUser   *int64    `json:"cpu_user,omitempty"` // that this process used meanwhile
	CPUSystem *int64    `json:"cpu_system,omitempty"`

	FastestConnect int64 `json:"fastest_connect,omitempty"` // absent: no connection was made

	LastDue int64 `json:"last_due,omitempty"` // arrival, from began on; absent: none, or at once

	Document *tallyDocument `json:"document,omitempty"` // absent: no response was good
	TLS      *tlsLines      `json:"tls,omitempty"`

	Counts     map[string]int64 `json:"counts"` // absent: 0
	Statuses   map[string]int64 `json:"statuses,omitempty"`
	Faults     []jsonFault      `json:"faults,omitempty"`
	Unfinished map[string]int64 `json:"unfinished,omitempty"` // by phase

	Times   map[string]tallyTimes `json:"times"` // absent: there are none
	Windows tallyWindows          `json:"windows"`
}

// tallyCall is what a load was called with, as far as its parts must agree and a report tells it.
type tallyCall struct {
	URL         string  `json:"url"`
	Method      string  `json:"method"`
	HasBody     bool    `json:"has_body,omitempty"`
	HTTP11      bool    `json:"http1.1,omitempty"`
	KeepAlive   bool    `json:"keep_alive,omitempty"`
	AnyLength   bool    `json:"any_length,omitempty"`
	Resilient   bool    `json:"resilient,omitempty"`
	NoTable     bool    `json:"no_percentiles,omitempty"`
	NoSpread    bool    `json:"no_spread,omitempty"`
	Window      int     `json:"window_bytes,omitempty"`
	Timeout     int64   `json:"timeout"`
	Limit       int64   `json:"limit,omitempty"`
	Threads     int     `json:"threads"`
	Rate        float64 `json:"rate,omitempty"`     // of all generators
	Arrivals    string  `json:"arrivals,omitempty"` // absent: even, or there are none
	Seed        uint64  `json:"seed,omitempty"`
	Generators  int     `json:"generators,omitempty"`
	ExpectCode  int     `json:"expect_status,omitempty"` // 2: from 200 to 299
	ExpectBytes int     `json:"expect_text_bytes,omitempty"`
	ExpectSHA   string  `json:"expect_sha256,omitempty"`

	// Asked is of the request, with the names of variables, and of the text expected of bodies.
	Asked string `json:"asked_sha256"`

	// What is the part's own:
	Requests    int `json:"requests"`
	Concurrency int `json:"concurrency"`
	Generator   int `json:"generator,omitempty"` // among the generators of an open loop, from 1
}

type tallyDocument struct {
	Server string `json:"server,omitempty"`
	Length int64  `json:"length_bytes"`
}

// tallyTimes are the durations of a kind.
type tallyTimes struct {
	Min int64  `json:"min"`
	Max int64  `json:"max"`
	Sum int64  `json:"sum"`
	HDR string `json:"hdr"` // HdrHistogram V2, compressed, base64
}

// tallyWindows is when the requests were done: each evenly, from when it was due until it was
// complete.
type tallyWindows struct {
	Width       int64   `json:"width"`
	Thousandths []int64 `json:"thousandths"` // of a request, in each window from began on
}

// tallyProgram names the program that writes tallies.
const tallyProgram = "labbook ab --tally"

// writeTally writes what Join needs of the load.
func (r *result) writeTally(w io.Writer) error {
	t := r.counts
	file := tallyFile{
		Schema:         tallySchema,
		Program:        tallyProgram,
		Version:        self.Version(),
		Call:           r.options.tallyCall(),
		Ending:         r.ending,
		Reason:         r.reason,
		Code:           r.code,
		Started:        r.began.UTC(),
		Agreed:         r.start.agreed,
		Began:          r.start.began,
		Taken:          int64(r.taken),
		Wall:           int64(r.wall),
		FastestConnect: int64(t.fastestConnect),
		LastDue:        int64(t.lastDue),
		Counts:         map[string]int64{},
		Statuses:       t.jsonStatuses(),
		Faults:         t.jsonFaults(),
		Unfinished:     t.unfinished,
		Times:          map[string]tallyTimes{},
		Windows: tallyWindows{
			Width:       int64(t.windows.width()),
			Thousandths: t.windows.thousandths(t.complete()),
		},
	}
	if r.cpu.ok {
		file.CPUUser, file.CPUSystem = new(int64(r.cpu.user)), new(int64(r.cpu.system))
	}
	if r.document != nil {
		file.Document = &tallyDocument{Server: r.document.server, Length: r.document.length}
	}
	if r.tls != (tlsLines{}) {
		file.TLS = &r.tls
	}
	for _, count := range t.counters() {
		if *count.n != 0 {
			file.Counts[count.name] = *count.n
		}
	}
	for name, recorded := range t.durations() {
		if recorded.count() == 0 {
			continue
		}
		encoded, err := recorded.histogram.EncodeV2()
		if err != nil {
			return fmt.Errorf("encoding a histogram: %w", err)
		}
		file.Times[name] = tallyTimes{
			Min: int64(recorded.min),
			Max: int64(recorded.max),
			Sum: int64(recorded.sum),
			HDR: string(encoded),
		}
	}
	return json.NewEncoder(w).Encode(file)
}

func (o *Options) tallyCall() tallyCall {
	asked := sha256.New()
	asked.Write(requestBytes(*o)) // with the names of variables, not with their values
	asked.Write([]byte(strconv.Itoa(len(o.Expect.Text))))
	asked.Write(o.Expect.Text)
	return tallyCall{
		URL:         o.url(),
		Method:      o.Method,
		Asked:       hex.EncodeToString(asked.Sum(nil)),
		HasBody:     o.Body != nil,
		HTTP11:      o.HTTP11,
		KeepAlive:   o.KeepAlive,
		AnyLength:   o.AnyLength,
		Resilient:   o.Resilient,
		NoTable:     o.NoTable,
		NoSpread:    o.NoSpread,
		Window:      o.Window,
		Timeout:     int64(o.Timeout),
		Limit:       int64(o.Limit),
		Threads:     o.Threads,
		Rate:        o.Rate,
		Arrivals:    string(o.Arrivals),
		Seed:        o.Seed,
		Generators:  o.Share.Of,
		ExpectCode:  o.Expect.Status,
		ExpectBytes: len(o.Expect.Text),
		ExpectSHA:   hex.EncodeToString(o.Expect.SHA256),
		Requests:    o.Requests,
		Concurrency: o.Concurrency,
		Generator:   o.Share.Number,
	}
}

// options returns the options of a call, as far as a report tells them.
func (c *tallyCall) options() (Options, error) {
	o := Options{
		Method:      c.Method,
		HTTP11:      c.HTTP11,
		KeepAlive:   c.KeepAlive,
		AnyLength:   c.AnyLength,
		Resilient:   c.Resilient,
		NoTable:     c.NoTable,
		NoSpread:    c.NoSpread,
		Window:      c.Window,
		Timeout:     time.Duration(c.Timeout),
		Limit:       time.Duration(c.Limit),
		Threads:     c.Threads,
		Rate:        c.Rate,
		Arrivals:    Arrivals(c.Arrivals),
		Seed:        c.Seed,
		Share:       Share{Number: c.Generator, Of: c.Generators},
		Requests:    c.Requests,
		Concurrency: c.Concurrency,
		Expect:      Expect{Status: c.ExpectCode},
	}
	if c.HasBody {
		o.Body = []byte{} // what it is matters to no report
	}
	if c.ExpectBytes > 0 {
		o.Expect.Text = make([]byte, min(c.ExpectBytes, maxExpectText))
	}
	if c.ExpectSHA != "" {
		digest, err := hex.DecodeString(c.ExpectSHA)
		if err != nil {
			return Options{}, fmt.Errorf("expect_sha256: %w", err)
		}
		o.Expect.SHA256 = digest
	}
	if err := o.parseURL(c.URL); err != nil {
		return Options{}, fmt.Errorf("url: found %q; allowed: an http or https URL", c.URL)
	}
	return o, nil
}
