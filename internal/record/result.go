package record

import (
	"slices"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
)

// Outcome is how a trial ended. Every outcome is a result; only Ended can be clean.
type Outcome string

// The outcomes. Their values are also the codes in a report.
const (
	Ended      Outcome = "ended"       // ab exited with 0 and reported
	Aborted    Outcome = "aborted"     // ab failed, or its output held no report
	TimedOut   Outcome = "timed-out"   // the trial reached its deadline and was stopped
	Crashed    Outcome = "crashed"     // the server ended while it was under load
	NotStarted Outcome = "not-started" // the server never answered, so it was not loaded
	HookFailed Outcome = "hook-failed" // setup or before_trial failed, so there was no load
	GivenUp    Outcome = "given-up"    // not tried: the cell had failed too often in a row
)

var outcomes = []Outcome{Ended, Aborted, TimedOut, Crashed, NotStarted, HookFailed, GivenUp}

// Result is one trial as it happened.
type Result struct {
	plan.Trial

	// StartSeconds counts from the start of the run, or of its round where rounds were measured
	// alone and joined: these have no common clock. The time of an interruption is not counted.
	StartSeconds float64 `json:"start_seconds"`
	Outcome      Outcome `json:"outcome"`
	Reason       string  `json:"reason,omitempty"` // why the outcome is not Ended

	// Answer is the answer to the one request before the load; nil if none came.
	Answer *Answer `json:"answer,omitempty"`
	Warmup *Call   `json:"warmup,omitempty"` // never counted; nil if there was none
	Load   *Call   `json:"load,omitempty"`   // nil if there was none

	// PercentilesMS holds the response times at 0% to 100%, in milliseconds: 101 values or none.
	PercentilesMS []float64 `json:"percentiles_ms,omitempty"`

	// Generators are the parts that the machines of the header's Machines contributed to the load;
	// nil without such. Load and PercentilesMS are then what was joined of them.
	Generators []Part `json:"generators,omitempty"`
	// Overlap is the share of the load's time in which all generators made load, from 0 to 1; nil
	// unless several did. The throughput is counted in that time.
	Overlap *float64 `json:"overlap,omitempty"`
	// StartSpreadSeconds is the time from the first generator's start to the last one's; nil unless
	// several made load.
	StartSpreadSeconds *float64 `json:"start_spread_seconds,omitempty"`
	// Network is that of the server's machine during the load; nil if unknown, and if no other
	// machine took part.
	Network *Network `json:"network,omitempty"`

	Usage       *Usage       `json:"usage,omitempty"`        // of the server; nil if unknown
	Host        *Ticks       `json:"host,omitempty"`         // of the load; nil if unknown
	Queue       *AcceptQueue `json:"accept_queue,omitempty"` // during the load; nil if unknown
	LoadAverage string       `json:"load_average,omitempty"` // 1, 5, 15 minutes, after the load
	// Host, LoadAverage, HostCPUs and Quotas.Server are those of the server's machine.

	// ClockStepSeconds is by how much the wall clock went further than the monotonic one during the
	// load; negative: it was set back. It is nil in older records, and where Generators have it.
	ClockStepSeconds *float64 `json:"clock_step_seconds,omitempty"`

	// HostCPUs are the ticks of the CPUs that the generator or the server may use; nil unless the
	// spec binds both to CPUs.
	HostCPUs *Ticks  `json:"host_cpus,omitempty"`
	Quotas   *Quotas `json:"quotas,omitempty"` // on CPU time, during the load; nil if unknown

	// ServerStderr is the end of the server's output, kept if something went wrong.
	ServerStderr string `json:"server_stderr,omitempty"`

	// StartupSeconds is the time from the start of the server's process to the last byte of its
	// first good answer. It is nil if the server was not started for this trial. It is too long by
	// the time between two questions: at most 1 ms or a twentieth, and at most 20 ms.
	StartupSeconds *float64 `json:"startup_seconds,omitempty"`
	// Outside reports that the server was not a process of its command, but in a container or of
	// another program. What it used is then not known.
	Outside bool `json:"outside,omitempty"`
	// Killed reports that the server had to be killed, as it was stopped before or after this
	// trial: it outlived its stop_timeout. Absent: it did not, was not stopped, or is not known.
	Killed bool `json:"killed,omitempty"`

	// Hooks are the runs of the server's hooks in this trial, in their order.
	Hooks []Hook `json:"hooks,omitempty"`

	// Resumed is the interruption just before this trial; nil if there was none.
	Resumed *Interruption `json:"resumed,omitempty"`

	// Capacity is set by package stats in the trial that stands for the capacity of a round. It is
	// nil in all other trials.
	Capacity *Bracket `json:"-"`

	// Imported is the text of which the trial was made; nil if Labbook measured it. Then
	// StartSeconds and Load are not known, and Order and Round are those in which the texts were
	// given.
	Imported *ImportedText `json:"imported,omitempty"`
}

// Answer is a server's answer to the one request that it gets before it is loaded.
type Answer struct {
	Status int    `json:"status"`
	Bytes  int64  `json:"bytes"`  // of the body
	SHA256 string `json:"sha256"` // of the body, in hex

	// SurplusBytes followed the body before the connection ended; absent: none were seen.
	SurplusBytes int64 `json:"surplus_bytes,omitempty"`

	// MissingBytes never came, although the Content-Length announced them; absent: all came.
	MissingBytes int64 `json:"missing_bytes,omitempty"`

	// Chunked reports that the body came in chunks. The real ab does not know them.
	Chunked bool `json:"chunked,omitempty"`

	// BodyMS is the time from the first byte of the answer to its last one, in milliseconds, on a
	// connection that acknowledges each segment at once (Linux); absent in older records.
	BodyMS *float64 `json:"body_ms,omitempty"`

	// HeldOpenMS is the time from the last byte until the connection ended, in milliseconds, or
	// until Labbook stopped to wait for that; absent: ab does not wait for the end either.
	HeldOpenMS *float64 `json:"held_open_ms,omitempty"`
}

// AcceptQueue is the queue of a server's listener, where connections wait until they are accepted.
type AcceptQueue struct {
	// Dropped is how many attempts to connect the system dropped, because the queue was full. A
	// client whose attempt was dropped tries again later, so it can count more than once.
	Dropped int64 `json:"dropped"`
	Backlog int   `json:"backlog"` // how many connections may wait, the smallest of several
}

// Call is one call of ab.
type Call struct {
	Argv        []string `json:"argv"`
	ExitCode    int      `json:"exit_code"`      // -1: ended by a signal
	WallSeconds float64  `json:"wall_seconds"`   // includes starting and ending ab
	Text        string   `json:"text,omitempty"` // standard output; not kept of a warm-up
	Stderr      string   `json:"stderr,omitempty"`

	// Measurement is what Text reports; nil if it holds no report.
	Measurement *abtext.Measurement `json:"measurement,omitempty"`

	// Progress is when how many requests were complete; nil if ab did not tell, or in a warm-up.
	Progress *abtext.Progress `json:"progress,omitempty"`

	Detail  *Detail  `json:"detail,omitempty"`  // nil: the real ab made the call
	Process *Account `json:"process,omitempty"` // of ab itself; nil if unknown
}

// Measurement returns what ab reported of the load; nil if there was no load or no report.
func (r Result) Measurement() *abtext.Measurement {
	if r.Imported != nil {
		return r.Imported.Measurement
	}
	if r.Load == nil {
		return nil
	}
	return r.Load.Measurement
}

// Rewrite replaces all that shows where the call was made to.
func (c *Call) Rewrite(text func(string) string) {
	c.Argv = slices.Clone(c.Argv)
	for i, word := range c.Argv {
		c.Argv[i] = text(word)
	}
	c.Text, c.Stderr = text(c.Text), text(c.Stderr)
	if c.Measurement != nil {
		c.Measurement.Hostname = text(c.Measurement.Hostname)
	}
}

// EndSeconds returns when the trial's calls of ab had ended, from the start of the run.
func (r Result) EndSeconds() float64 {
	end := r.StartSeconds
	for _, call := range []*Call{r.Warmup, r.Load} {
		if call != nil {
			end += call.WallSeconds
		}
	}
	return end
}

// Limits that no trial can exceed, far beyond any machine.
const (
	maxRate = 1e9            // requests per second
	maxMS   = 7 * 24 * 3.6e6 // a week
)

// valid rejects impossible values once, so that no reader of a record has to check again.
func (r Result) valid() bool {
	return slices.Contains(outcomes, r.Outcome) &&
		validPercentiles(r.PercentilesMS) &&
		validMeasurement(r.Measurement()) &&
		r.Host.valid() &&
		r.HostCPUs.valid() &&
		r.Quotas.valid() &&
		validStep(r.ClockStepSeconds) &&
		r.Usage.valid() &&
		validParts(r.Generators) &&
		validShare(r.Overlap) &&
		(r.StartSpreadSeconds == nil || validSeconds(*r.StartSpreadSeconds)) &&
		r.Network.valid() &&
		r.Resumed.valid() &&
		r.Answer.valid() &&
		r.Queue.valid() &&
		validHooks(r.Hooks) &&
		(r.StartupSeconds == nil || validSeconds(*r.StartupSeconds)) &&
		r.Imported.valid() &&
		r.Warmup.valid() &&
		r.Load.valid()
}

func (a *Answer) valid() bool { return a == nil || validMS(a.BodyMS) && validMS(a.HeldOpenMS) }

func (q *AcceptQueue) valid() bool {
	return q == nil || min(q.Dropped, int64(q.Backlog)) >= 0 && q.Dropped <= maxCount
}

func validMS(ms *float64) bool { return ms == nil || *ms >= 0 && *ms <= maxMS }

func validPercentiles(ms []float64) bool {
	if n := len(ms); n != 0 && n != 101 {
		return false
	}
	for _, p := range ms {
		if !(p >= 0 && p <= maxMS) { // written so that NaN is refused too
			return false
		}
	}
	return true
}

func validMeasurement(m *abtext.Measurement) bool {
	if m == nil {
		return true
	}
	return m.RequestsPerSecond >= 0 && m.RequestsPerSecond <= maxRate &&
		min(m.Complete, m.Failed, m.Non2xx, m.WriteErrors, m.Unsent) >= 0
}

func (c *Call) valid() bool {
	return c == nil ||
		c.Process.valid() && c.Detail.valid() && (c.Progress == nil || c.Progress.Valid())
}
