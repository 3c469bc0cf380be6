package record

import (
	"slices"

	"labbook/internal/abtext"
	"labbook/internal/plan"
)

// Outcome says how a trial ended. Every outcome is a result: only what is not Ended is unclean by
// itself.
type Outcome string

// The outcomes, in the words of the report's codes.
const (
	Ended      Outcome = "ended"       // ab ended well and reported
	Aborted    Outcome = "aborted"     // ab gave up, or said nothing that is a report
	TimedOut   Outcome = "timed-out"   // the trial reached its deadline and was stopped
	Crashed    Outcome = "crashed"     // the server ended while it was under load
	NotStarted Outcome = "not-started" // the server never answered, so no load was made
	GivenUp    Outcome = "given-up"    // the cell failed too often in a row, so nothing was tried any more
)

// Result is one trial as it happened.
type Result struct {
	plan.Trial
	StartSeconds  float64   `json:"start_seconds"` // since the run's start, in its parts alone
	Outcome       Outcome   `json:"outcome"`
	Reason        string    `json:"reason,omitempty"` // why it is not Ended
	Answer        *Answer   `json:"answer,omitempty"` // to the one question before the load; absent: none came
	Warmup        *Call     `json:"warmup,omitempty"` // never counted; absent: none was made
	Load          *Call     `json:"load,omitempty"`   // absent: none was made
	PercentilesMS []float64 `json:"percentiles_ms,omitempty"`
	Usage         *Usage    `json:"usage,omitempty"`         // what the server used; absent: not known
	Host          *Ticks    `json:"host,omitempty"`          // the machine, during the load; absent: not known
	LoadAverage   string    `json:"load_average,omitempty"`  // 1, 5, 15 minutes, after the load
	ServerStderr  string    `json:"server_stderr,omitempty"` // its last words, kept when something went wrong
	Resumed       *Seam     `json:"resumed,omitempty"`       // absent: no new part of the run began here
}

// Ticks are those of all cores together during a load, as the kernel counts them: mostly a
// hundredth of a second.
type Ticks struct {
	Busy  int64 `json:"busy"`  // not idle, with what others took
	Steal int64 `json:"steal"` // that another guest had while this one wanted to run
	All   int64 `json:"all"`
}

// sound reports whether the numbers can be ticks of a load.
func (t *Ticks) sound() bool {
	return t == nil || t.Steal >= 0 && t.Busy >= t.Steal && t.All >= t.Busy && t.All <= mostCount
}

// Answer is what a server said to the one request that it gets before it is loaded.
type Answer struct {
	Status int    `json:"status"`
	Bytes  int64  `json:"bytes"`  // of the body
	SHA256 string `json:"sha256"` // of the body, in hex
}

// Call is one call of ab.
type Call struct {
	Argv        []string            `json:"argv"`
	ExitCode    int                 `json:"exit_code"`      // -1: ended by a signal
	WallSeconds float64             `json:"wall_seconds"`   // with what it takes to start and end ab
	Text        string              `json:"text,omitempty"` // standard output; not kept of a warm-up
	Stderr      string              `json:"stderr,omitempty"`
	Measurement *abtext.Measurement `json:"measurement,omitempty"` // absent: the text holds no report
	Process     *Account            `json:"process,omitempty"`     // of ab's own process; absent: not known
}

// Measurement is what ab reported of the load, nil where there was no load or no report.
func (r Result) Measurement() *abtext.Measurement {
	if r.Load == nil {
		return nil
	}
	return r.Load.Measurement
}

// outcomes are all that there are.
var outcomes = []Outcome{Ended, Aborted, TimedOut, Crashed, NotStarted, GivenUp}

// What no trial can have: far beyond any machine.
const (
	mostRate = 1e9            // requests a second
	mostMS   = 7 * 24 * 3.6e6 // a week
)

// sound reports whether the numbers can be those of a trial, so that nothing that reads a record
// has to ask.
func (r Result) sound() bool {
	if !slices.Contains(outcomes, r.Outcome) {
		return false
	}
	if n := len(r.PercentilesMS); n != 0 && n != 101 {
		return false
	}
	for _, p := range r.PercentilesMS {
		if !(p >= 0 && p <= mostMS) { // also if it is no number
			return false
		}
	}
	if m := r.Measurement(); m != nil &&
		(!(m.RequestsPerSecond >= 0 && m.RequestsPerSecond <= mostRate) ||
			min(m.Complete, m.Failed, m.Non2xx, m.WriteErrors, m.Unsent) < 0) {
		return false
	}
	return r.Host.sound() && r.Usage.sound() && r.Resumed.sound() &&
		r.Warmup.sound() && r.Load.sound()
}

// Clean reports whether the trial may enter a Sample: ab ended well, and every one of the requests
// was answered with the expected status (0: any 2xx), nothing failed, and it took a time. ab can
// count one bad answer as both failed and non-2xx, so the rate of the good answers cannot be had by
// subtraction.
func (r Result) Clean(requests, expectStatus int) bool {
	m := r.Measurement()
	return r.Outcome == Ended && m != nil && m.Complete == requests &&
		m.RequestsPerSecond > 0 && m.Failed == 0 && m.WriteErrors == 0 && r.Unexpected(expectStatus) == 0
}

// Unexpected counts the answers whose status is not the expected one, as far as ab tells: it only
// counts answers outside 2xx. So among expected 404s a 500 goes unseen, and the exact status is
// known of the one answer before the load alone; where that one is wrong, all are taken to be.
func (r Result) Unexpected(expectStatus int) int {
	m := r.Measurement()
	if m == nil {
		return 0
	}
	if expectStatus != 0 && r.Answer != nil && r.Answer.Status != expectStatus {
		return m.Complete
	}
	if expectStatus == 0 || expectStatus/100 == 2 {
		return m.Non2xx
	}
	return m.Complete - m.Non2xx
}
