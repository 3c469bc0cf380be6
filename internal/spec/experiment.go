// Package spec reads experiment.toml. In comes the text of one file; out comes an Experiment in
// which every field is set and in range. Unknown keys, missing keys, wrong types and values out of
// range are refused: all problems of a file at once, each with its line. The package reads files
// and has no other side effects.
package spec

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"time"

	"labbook.example/labbook/internal/cpuset"
)

// Experiment is one experiment.toml with all defaults filled in.
type Experiment struct {
	Name       string // the file's base name, as problems name it: "experiment.toml"
	Source     string // the file's text, unchanged
	Title      string // never empty
	Question   string // one sentence; may be empty
	Notes      Notes
	Language   string // of the report: one of locale.Languages
	Identify   bool   // the record may name the user and the host
	Load       Load
	Design     Design
	Servers    []Server    // at least one, in the file's order, then the control; names are unique
	References []Reference // numbers from elsewhere; may be empty

	Expectations []Expectation // in the file's order; may be empty

	Nodes []Node // the hosts of a run: see UseMachines; nil: every machine is this one
}

// Notes are the user's own words.
type Notes struct {
	Text string // Markdown; may be empty, and is empty if File was not read
	File string // the file that has them, relative to the spec's folder; "" for the spec itself
	Line int    // of the spec or of File, on which the text begins, from 1
}

// Load is how much one trial asks of a server, and how fast. Exactly one of Concurrency, Rate and
// Capacity is set. ab limits Concurrency and Connections to 20000.
type Load struct {
	Requests    int              // requests per trial, at least 1; 0 if Duration is set
	Duration    time.Duration    // or about how long a load takes: 100ms to 1h; else 0
	Concurrency []int            // levels in the file's order, none twice: 1 to Requests
	Rate        []int            // or of an open loop: requests per second, 1 to 1000000
	Capacity    *Objective       // or the highest rate is looked for that keeps to it
	Grid        map[string][]int // of a capacity: see RatesOf; nil until a run has looked for it
	Connections int              // of an open loop: the maximum at a time, 1 to Requests; else 0
	Arrivals    Arrivals         // of an open loop: how requests are spaced; else ""
	Timeout     time.Duration    // a trial that takes longer is stopped; above 0
	Generator   GeneratorChoice  // which ab makes the load
	CPUs        cpuset.Set       // that the generator may use; nil for all
	CPUsLine    int              // of its key, from 1; 0 if CPUs is nil
	From        []string         // the machines that it comes from, none twice; nil: this one
	FromLine    int              // of its key, from 1; 0 if From is nil

	// AllowedFailures is the share of a clean trial's requests that may fail or get an answer that
	// is not as expected: from 0 up to, but not including, 1.
	AllowedFailures float64
}

// OpenLoop reports whether requests are sent at a rate, whatever the server does.
func (l Load) OpenLoop() bool { return len(l.Rate) > 0 || l.Capacity != nil }

// Arrivals is how the requests of an open loop are spaced.
type Arrivals string

// The arrivals. All gaps between ArrivalsEven are equal. ArrivalsPoisson are random, as those of
// many independent users: a Poisson process.
const (
	ArrivalsEven    Arrivals = "even"
	ArrivalsPoisson Arrivals = "poisson"
)

// RandomArrivals reports whether the requests of an open loop arrive at random.
func (l Load) RandomArrivals() bool { return l.OpenLoop() && l.Arrivals == ArrivalsPoisson }

// GeneratorChoice names the ab that makes the load, as the spec chooses it.
type GeneratorChoice string

// The choices. GeneratorAuto is the installed ab, or the embedded one if none is installed, if only
// the embedded one can make the load (see OnlyEmbedded), or if only that one sees whether answers
// are as expected (see Expect.Unseen).
const (
	GeneratorAuto     GeneratorChoice = "auto"
	GeneratorAB       GeneratorChoice = "ab"
	GeneratorEmbedded GeneratorChoice = "embedded"
)

// Design is how trials are arranged and judged.
type Design struct {
	Rounds      int           // of a run: each visits every cell once, in its own order; at least 1
	Runs        int           // how often all rounds are repeated, each time on its own; at least 1
	Pause       time.Duration // between two runs; 0 if there is one
	Warmup      int           // requests before each trial that are not counted; at least 0
	WarmupTime  time.Duration // or about how long they take: 1ms to 1h; else 0
	Restart     Restart       // when a server is restarted
	RestartLine int           // of its key, from 1; 0 for RestartTrial
	Seed        uint64        // of the order
	Confidence  float64       // of intervals, above 0.5 and below 1
	Margin      float64       // smaller differences may be called equivalent; above 0, below 1
	Baseline    string        // the name of the server that others are compared with
	Yardstick   string        // the server that does not change between records; "": not said
	Control     bool          // the baseline is measured a second time, as a server of its own
	Calibrate   bool          // every cell is measured by the other ab, too; never in an open loop
}

// AllRounds returns the number of rounds of all runs.
func (d Design) AllRounds() int { return max(d.Runs, 1) * d.Rounds }

// Pauses returns the time of all pauses between the runs.
func (d Design) Pauses() time.Duration { return time.Duration(max(d.Runs-1, 0)) * d.Pause }

// Restart is when a server is restarted.
type Restart string

// RestartTrial restarts a server for every trial, RestartRound for every round. RestartNever starts
// it once per run.
const (
	RestartTrial Restart = "trial"
	RestartRound Restart = "round"
	RestartNever Restart = "never"
)

// Server is one server under test, or one of the ways to ask it. Exactly one of Model, Command and
// URL is set.
type Server struct {
	Name         string            // unique, shown as it is
	Model        string            // one of Models: our own executable, started and stopped by us
	Command      []string          // the user's program, started and stopped by us, without a shell
	Version      []string          // tells the version of Command's program; nil: not said
	URL          string            // a running server: scheme, host and port, never a path
	Address      string            // "host:port"; of a URL, what it names; the host may be On
	On           string            // the machine that it runs on; "": this one
	IP           string            // of On, for a run: see SetHosts; "" where it is not known
	TLS          bool              // Command speaks HTTPS
	External     bool              // Command asks another program to run the server
	Request      Request           // what the server is asked
	Expect       Expect            // what its answers must be
	Env          map[string]string // added to the environment of Command; may be nil
	Work         Work              // of Model
	Hooks        Hooks             // commands around its life
	StartTimeout time.Duration     // how long it may take until it answers; above 0
	CPUs         cpuset.Set        // that it and all that it starts may use; nil for all
	CPUsLine     int               // of its key, from 1; 0 if CPUs is nil
	StopTimeout  time.Duration     // how long it may take to end before it is killed; above 0
	Same         string            // the name of the server that this asks in another way; else ""
	Control      string            // the name of the server that this measures again; else ""
	OlderOf      string            // the server of which this is an older version; else ""
	Folder       string            // where its commands run, absolute; "" for the spec's folder
	Line         int               // of its [[server]], from 1
}

// Models are the server models that the key model may name. They are listed here rather than taken
// from the package that implements them, because a spec must be readable where no server can run. A
// test compares the two lists.
var Models = []string{"async", "reactors", "thread", "thread-pool", "prefork", "goroutine"}

// Reference is a set of numbers that were measured elsewhere.
type Reference struct {
	Name   string           `json:"name"`   // unique
	File   string           `json:"file"`   // CSV, relative to the spec's folder
	Points []ReferencePoint `json:"points"` // in the file's order
	Line   int              `json:"-"`      // of its [[reference]], from 1
}

// ReferencePoint is one row of a reference. A number that is 0 is not known.
type ReferencePoint struct {
	Server            string  `json:"server"`
	Concurrency       int     `json:"concurrency"`
	RequestsPerSecond float64 `json:"requests_per_second,omitempty"`

	// Response times in milliseconds.
	P50MS  float64 `json:"p50_ms,omitempty"`
	P90MS  float64 `json:"p90_ms,omitempty"`
	P99MS  float64 `json:"p99_ms,omitempty"`
	MeanMS float64 `json:"mean_ms,omitempty"`
}

// OnlyEmbedded reports whether only the embedded ab can make the load: the real one has no open
// loop, cannot make every request, may count one bad answer twice, and prints percentiles, which
// cannot be joined.
func (e *Experiment) OnlyEmbedded() bool {
	cannot := func(s Server) bool { return s.Request.OnlyEmbedded() != "" }
	return e.Load.OpenLoop() || e.Load.AllowedFailures > 0 || e.LoadHosts() > 1 ||
		slices.ContainsFunc(e.Servers, cannot)
}

// TakesEmbedded reports whether the embedded ab makes the load of this experiment wherever it runs:
// because the spec says so, because only that one can, or because the spec leaves the choice and
// the real one cannot see whether answers are as expected.
func (e *Experiment) TakesEmbedded() bool {
	unseen := func(s Server) bool { return s.Expect.Unseen() != "" }
	switch e.Load.Generator {
	case GeneratorEmbedded:
		return true
	case GeneratorAuto:
		return e.OnlyEmbedded() || slices.ContainsFunc(e.Servers, unseen)
	}
	return false
}

// RunsAs returns the name of the server whose process answers: another server's, if this is the
// control or asks the same server in another way.
func (s Server) RunsAs() string { return cmp.Or(s.Same, s.Control, s.Name) }

// Started returns the servers that exist, each once: those that run as themselves.
func (e *Experiment) Started() []Server {
	return e.servers(func(s Server) bool { return s.RunsAs() == s.Name })
}

// Tested returns the servers under test: all but the control, which is the baseline again.
func (e *Experiment) Tested() []Server {
	return e.servers(func(s Server) bool { return s.Control == "" })
}

// RunAs returns the servers that run as the named one: itself, and all other ways to ask it.
func (e *Experiment) RunAs(name string) []Server {
	return e.servers(func(s Server) bool { return s.RunsAs() == name })
}

func (e *Experiment) servers(wanted func(Server) bool) []Server {
	unwanted := func(s Server) bool { return !wanted(s) }
	return slices.DeleteFunc(slices.Clone(e.Servers), unwanted)
}

// Server returns the server of that name. ok is false if there is none.
func (e *Experiment) Server(name string) (server Server, ok bool) {
	for _, s := range e.Servers {
		if s.Name == name {
			return s, true
		}
	}
	return Server{}, false
}

// Remote returns a Problem for each server that is not on this machine's loopback. A host name
// other than localhost counts as remote, because no resolver is asked. A server on a machine of the
// spec is started there, so its owner has consented.
func (e *Experiment) Remote() Problems {
	var problems Problems
	for _, s := range e.Started() {
		if s.On == "" && !isLoopback(s.Address) {
			problems = append(problems, Problem{
				File: e.Name,
				Line: s.Line,
				Message: fmt.Sprintf("server %q: %s is not on this machine's loopback; "+
					"allowed: 127.0.0.1, ::1, localhost", s.Name, s.Address),
				Hint: "load on another machine needs its owner's consent; if you have it, add " +
					"--allow-remote",
			})
		}
	}
	return problems
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && hostIP(host).IsLoopback()
}
