// Package spec reads experiment.toml. In comes the text of one file, out comes an Experiment whose
// every field is set and in range; whatever is unknown, missing, of a wrong type or out of range is
// refused, all problems of a file at once, each with its line. It reads files, and nothing else.
package spec

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Experiment is one experiment.toml after every default has been filled in.
type Experiment struct {
	Name       string // the file's base name, as problems name it: "experiment.toml"
	Source     string // the file's text, word for word
	Title      string // never empty
	Question   string // one sentence; may be empty
	Notes      Notes
	Language   string // of the report, one of words.Languages
	Identify   bool   // the record may name the user and the host
	Load       Load
	Design     Design
	Servers    []Server    // at least one, in the file's order, then the control; names are unique
	References []Reference // numbers that somebody else measured; may be empty
}

// Notes are the user's own words.
type Notes struct {
	Text string // Markdown; may be empty. Of a file that was not read, it is
	File string // the file that has them, relative to the spec's folder; "" if the spec itself does
	Line int    // of the spec or of the file, on which they begin, from 1
}

// Load is what one trial asks of a server.
type Load struct {
	Requests     int             // requests of a trial, at least 1
	Concurrency  []int           // levels in the file's order, each 1 to min(Requests, 20000), none twice
	Rate         []int           // levels of an open loop instead, in requests a second, each 1 to 1000000
	Connections  int             // of an open loop: the most at a time, 1 to min(Requests, 20000); else 0
	KeepAlive    bool            // ab's -k
	Path         string          // begins with "/"; as it goes on the request line
	Timeout      time.Duration   // a trial that takes longer is stopped; above 0
	Generator    GeneratorChoice // which ab makes the load
	ExpectStatus int             // 100 to 599; 0: any 2xx
}

// OpenLoop reports whether requests arrive at a rate, whatever the server does.
func (l Load) OpenLoop() bool { return len(l.Rate) > 0 }

// GeneratorChoice says which ab makes the load.
type GeneratorChoice string

// The generators: GeneratorAuto takes the installed ab, or the embedded one where there is none,
// and for an open loop, which the installed one does not have.
const (
	GeneratorAuto     GeneratorChoice = "auto"
	GeneratorAB       GeneratorChoice = "ab"
	GeneratorEmbedded GeneratorChoice = "embedded"
)

// Design is how trials are arranged and judged.
type Design struct {
	Rounds     int     // each visits every cell once, in an order of its own; at least 1
	Warmup     int     // requests before each trial, never counted; 0: none
	Restart    Restart // when a server is started afresh
	Seed       uint64  // of the order
	Confidence float64 // of intervals, above 0.5 and below 1
	Margin     float64 // differences smaller than this may be called equivalent; above 0, below 1
	Baseline   string  // the server that others are compared with: the name of one of Servers
	Control    bool    // the baseline is measured a second time, as a server of its own
	Calibrate  bool    // every cell is measured by the other ab, too; never in an open loop
}

// Restart says when a server is started afresh.
type Restart string

// RestartTrial starts a server for every trial, RestartRound for every round, RestartNever once.
const (
	RestartTrial Restart = "trial"
	RestartRound Restart = "round"
	RestartNever Restart = "never"
)

// Server is one server under test. Exactly one of Model, Command and URL is set.
type Server struct {
	Name         string            // unique, shown as it is
	Model        string            // one of Models: started by us from our own executable
	Command      []string          // a program of the user's, started and stopped by us without a shell
	URL          string            // a server that already runs: scheme, host and port, never a path
	Address      string            // "host:port"; for a URL, the one that it names
	Env          map[string]string // added to the environment of Command; may be nil
	Work         Work              // of Model
	StartTimeout time.Duration     // how long it may take until it answers; above 0
	Control      string            // the name of the server that this is measured as again; else ""
	Line         int               // of its [[server]], from 1
}

// Models are the server models that `model` may name. It is here, and not taken from the package
// that has them, because a spec must be readable where no server can run; a test holds the two
// together.
var Models = []string{"async", "reactors", "thread", "thread-pool", "prefork", "goroutine"}

// Reference is a set of numbers that somebody else measured.
type Reference struct {
	Name   string           `json:"name"`   // unique
	File   string           `json:"file"`   // CSV, relative to the spec's folder
	Points []ReferencePoint `json:"points"` // in the file's order
	Line   int              `json:"-"`      // of its [[reference]], from 1
}

// ReferencePoint is one row of a reference.
type ReferencePoint struct {
	Server            string  `json:"server"`
	Concurrency       int     `json:"concurrency"`
	RequestsPerSecond float64 `json:"requests_per_second"`
}

// Secure reports whether the server is spoken to over TLS.
func (s Server) Secure() bool { return strings.HasPrefix(s.URL, "https://") }

// TargetURL is what ab is given for a server: its scheme, its address and the load's path.
func (e *Experiment) TargetURL(s Server) string {
	if s.URL != "" {
		return s.URL + e.Load.Path
	}
	return "http://" + s.Address + e.Load.Path
}

// Started gives the servers that there really are: all but the control, which is the baseline.
func (e *Experiment) Started() []Server {
	return slices.DeleteFunc(
		slices.Clone(e.Servers),
		func(s Server) bool { return s.Control != "" },
	)
}

// Server gives the server of that name, and whether there is one.
func (e *Experiment) Server(name string) (Server, bool) {
	for _, s := range e.Servers {
		if s.Name == name {
			return s, true
		}
	}
	return Server{}, false
}

// Remote lists the servers that are not on this machine's loopback, each as a Problem that says so.
// A host name other than localhost counts as remote: a spec is judged without asking a resolver.
func (e *Experiment) Remote() Problems {
	var problems Problems
	for _, s := range e.Started() {
		host, _, err := net.SplitHostPort(s.Address)
		if u, perr := url.Parse(s.URL); s.URL != "" && perr == nil {
			host, err = u.Hostname(), nil
		}
		if ip := net.ParseIP(host); err == nil &&
			(host == "localhost" || ip != nil && ip.IsLoopback()) {
			continue
		}
		problems = append(problems, Problem{
			File: e.Name,
			Line: s.Line,
			Message: "server " + quote(
				s.Name,
			) + ": " + s.Address + " is not on this machine's loopback; " +
				"allowed: 127.0.0.1, ::1, localhost",
			Hint: "load on somebody else's machine needs their consent: with it, add --allow-remote",
		})
	}
	return problems
}
