// Package bias holds how far Labbook's server models are from their twins: servers in C of the same
// two models, examples/c-twins/epoll.c and pthread.c. In comes bias.json, which bench/servers
// writes; out come the numbers that matter to an experiment, and the tables of docs/models.md. A
// file with an unknown field, without a number or with one that cannot be is refused.
package bias

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Path is where the file is in the repository.
const Path = "internal/bias/bias.json"

// The models that have a twin.
const (
	Async  = "async"  // beside epoll.c
	Thread = "thread" // beside pthread.c
)

// Measured is the content of the file: medians over rounds, on one machine.
type Measured struct {
	Date      string  `json:"date"` // of the day, as 2026-11-26
	Machine   Machine `json:"machine"`
	Go        string  `json:"go"`        // the version that the models were built with
	Cgo       bool    `json:"cgo"`       // the models were built with cgo
	Compiler  string  `json:"compiler"`  // of the twins, as it names itself
	Generator string  `json:"generator"` // "ab 2.3"
	Sources   string  `json:"sources"`   // SHA-256 in hex of the sources of models and twins
	Rounds    int     `json:"rounds"`    // each measured every server with every load once
	Others    Others  `json:"others"`
	Loads     []Load  `json:"loads"` // in the order in which they are shown
}

// Machine is where the numbers were measured.
type Machine struct {
	OS     string `json:"os"` // as Go names it, and Arch too
	Arch   string `json:"arch"`
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Kernel string `json:"kernel"`
}

// Others is how many cores programs other than server and generator used, trial by trial.
type Others struct {
	Allowed   float64 `json:"allowed"` // a trial with more was repeated
	Median    float64 `json:"median"`
	Max       float64 `json:"max"`
	Repeated  int     `json:"repeated"`  // trials
	Disturbed int     `json:"disturbed"` // trials with more, whose repetitions had more, too
	Trials    int     `json:"trials"`    // in all, each counted once
}

// Load is how all four servers were asked, and what that gave.
type Load struct {
	KeepAlive   bool   `json:"keepalive"` // false: a new connection for each request
	Requests    int    `json:"requests"`  // of a trial
	Concurrency int    `json:"concurrency"`
	Disturbed   int    `json:"disturbed"` // rounds in which a trial was disturbed
	Throughput  Ratios `json:"throughput"`
	CPU         Ratios `json:"cpu"` // CPU time of the server per request

	// Interval is the confidence interval of the throughput's bias. It is zero in older records,
	// where it is not known.
	Interval Interval `json:"bias_interval,omitzero"`
}

// Interval contains the true median of a ratio with a confidence of at least 95 %. It ends at two
// of the rounds' ratios, by the sign test: nothing is assumed of their distribution.
type Interval struct {
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Confidence float64 `json:"confidence"` // reached
}

// Ratios are formed within each round, of trials that are seconds apart.
type Ratios struct {
	Async  Spread `json:"async_to_c"`      // async ÷ epoll.c
	Thread Spread `json:"thread_to_c"`     // thread ÷ pthread.c
	Ours   Spread `json:"thread_to_async"` // of Labbook's models
	Twins  Spread `json:"c_pthread_to_c_epoll"`
	Bias   Spread `json:"bias"` // Ours ÷ Twins
}

// Spread is the median, the lowest and the highest of a number over the rounds.
type Spread struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// Biased reports whether thread ÷ async of Labbook's models surely differs from that of their twins
// by more than a margin: the interval of the bias excludes 1, and both the median of the rounds'
// biases and the quotient of the two medians, which a reader sees, are beyond the margin on that
// side.
func (l Load) Biased(margin float64) bool {
	t := l.Throughput
	shown := t.Ours.Median / t.Twins.Median
	switch in := l.Interval; {
	case in.Confidence == 0:
		return false
	case in.High < 1:
		return max(t.Bias.Median, shown) < 1/(1+margin)
	case in.Low > 1:
		return min(t.Bias.Median, shown) > 1+margin
	}
	return false
}

// Calm reports whether most rounds of a load were free of other programs.
func (m *Measured) Calm(l Load) bool { return 2*l.Disturbed < m.Rounds }

//go:embed bias.json
var file []byte

// Shipped returns the content of the file that is part of this program. It is shared: callers must
// not change it.
var Shipped = sync.OnceValue(func() *Measured {
	m, err := Parse(file)
	if err != nil {
		panic(err) // a test reads the file
	}
	return m
})

// Parse reads the text of a file.
func Parse(text []byte) (*Measured, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var m Measured
	if err := decoder.Decode(&m); err != nil {
		return nil, fmt.Errorf("%s: %w", Path, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: found text after the end", Path)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", Path, err)
	}
	return &m, nil
}

// check returns an error for what cannot be.
func (m *Measured) check() error {
	if m.Date == "" || m.Machine.OS == "" || m.Machine.CPU == "" || m.Machine.Cores < 1 ||
		m.Go == "" || m.Rounds < 1 || len(m.Loads) == 0 {
		return errors.New("date, machine, Go version, rounds or loads are missing")
	}
	for i, l := range m.Loads {
		if l.Requests < 1 || l.Concurrency < 1 || l.Disturbed < 0 || l.Disturbed > m.Rounds {
			return fmt.Errorf("load %d: %d requests, concurrency %d, %d of %d rounds disturbed",
				i+1, l.Requests, l.Concurrency, l.Disturbed, m.Rounds)
		}
		if in, bias := l.Interval, l.Throughput.Bias; in.Confidence > 0 &&
			!(bias.Low <= in.Low && in.Low <= bias.Median &&
				bias.Median <= in.High && in.High <= bias.High) {
			return fmt.Errorf("load %d: interval %v is not about the bias %v", i+1, in, bias)
		}
		for _, r := range []Ratios{l.Throughput, l.CPU} {
			for _, s := range []Spread{r.Async, r.Thread, r.Ours, r.Twins, r.Bias} {
				if !(0 < s.Low && s.Low <= s.Median && s.Median <= s.High) {
					return fmt.Errorf("load %d: %v; want 0 < low ≤ median ≤ high", i+1, s)
				}
			}
		}
	}
	return nil
}

// Format returns the text of the file: one line per load.
func (m *Measured) Format() ([]byte, error) {
	head := *m
	head.Loads = []Load{}
	text, err := json.MarshalIndent(head, "", "  ")
	if err != nil {
		return nil, err
	}
	before, _ := bytes.CutSuffix(text, []byte("[]\n}"))

	var b bytes.Buffer
	b.Write(before)
	for i, l := range m.Loads {
		line, err := json.Marshal(l)
		if err != nil {
			return nil, err
		}
		b.WriteString(map[bool]string{true: "[\n    ", false: ",\n    "}[i == 0])
		b.Write(line)
	}
	b.WriteString("\n  ]\n}\n")
	return b.Bytes(), nil
}
