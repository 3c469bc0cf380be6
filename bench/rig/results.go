//go:build linux

package rig

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Load is how a server is asked.
type Load struct {
	KeepAlive   bool // false: one connection per request
	Concurrency int
	Requests    int // of the load; 0 where the options of the benchmark fix it
}

func (l Load) String() string {
	word := map[bool]string{true: "on", false: "off"}[l.KeepAlive]
	text := fmt.Sprintf("keep-alive %s c=%d", word, l.Concurrency)
	if l.Requests > 0 {
		text += fmt.Sprintf(" n=%d", l.Requests)
	}
	return text
}

// Combination is a server or a generator, by its name, with one load.
type Combination struct {
	Name string
	Load Load
}

func (c Combination) String() string { return fmt.Sprintf("%s, %v", c.Name, c.Load) }

// Trial is one combination in one round.
type Trial struct {
	Round int
	Combination
}

func (t Trial) String() string { return fmt.Sprintf("round %d, %v", t.Round, t.Combination) }

// Result is what a trial measured. With a problem no number in it may be used.
type Result struct {
	RequestsPerSecond float64 // the generator's own number
	CPUMicroseconds   float64 // user and system time per request of what is compared
	PeakMemory        int64   // of the generator, in bytes; 0 if it was not measured
	Cores             Cores
	Problem           error
}

// String returns one line about the trial, for progress.
func (r Result) String() string {
	if r.Problem != nil {
		return fmt.Sprintf("INVALID: %v", r.Problem)
	}
	text := fmt.Sprintf(
		"%.0f requests/s, %.2f µs of CPU each; cores: "+
			"server %.2f, generator %.2f, others %.2f, idle %.2f",
		r.RequestsPerSecond,
		r.CPUMicroseconds,
		r.Cores.Server,
		r.Cores.Generator,
		r.Cores.Others(),
		r.Cores.Idle,
	)
	if r.PeakMemory > 0 {
		text += fmt.Sprintf("; peak %.1f MiB", Mebibytes(r.PeakMemory))
	}
	return text
}

// Mebibytes converts bytes.
func Mebibytes(n int64) float64 { return float64(n) / (1 << 20) }

// Results are the trials of whole rounds.
type Results struct {
	Rounds int
	Trials map[Trial]Result
}

// Metric is one number of a result.
type Metric func(Result) float64

// Throughput is in requests per second.
func Throughput(r Result) float64 { return r.RequestsPerSecond }

// CPU is in microseconds per request.
func CPU(r Result) float64 { return r.CPUMicroseconds }

// Ratio divides a metric of one name by that of its peer within each round, where both met the same
// state of the machine. Only then it takes the median.
func (all Results) Ratio(name, peer string, l Load, metric Metric) Cell {
	return collect(all.Rounds, func(round int) (float64, bool, error) {
		ours, ok := all.Trials[Trial{round, Combination{name, l}}]
		theirs, okPeer := all.Trials[Trial{round, Combination{peer, l}}]
		problem := cmp.Or(ours.Problem, theirs.Problem)
		if !ok || !okPeer || problem != nil {
			return 0, ok && okPeer, problem
		}
		return metric(ours) / metric(theirs), true, nil
	})
}

// Value returns a metric of one name, compared with no other.
func (all Results) Value(name string, l Load, metric Metric) Cell {
	return collect(all.Rounds, func(round int) (float64, bool, error) {
		r, ok := all.Trials[Trial{round, Combination{name, l}}]
		if !ok || r.Problem != nil {
			return 0, ok, r.Problem
		}
		return metric(r), true, nil
	})
}

// muchOthers is a share of a core well above what the kernel's own work on a load takes here.
const muchOthers = 0.5

// ShowProblems writes how often other processes disturbed a trial, and names every trial that may
// not be used, with its reason. A single one of these is an error.
func (all Results) ShowProblems(w io.Writer) error {
	trials := slices.SortedFunc(maps.Keys(all.Trials), func(a, b Trial) int {
		return cmp.Or(cmp.Compare(a.Round, b.Round), cmp.Compare(a.String(), b.String()))
	})

	disturbed := 0
	for _, t := range trials {
		if r := all.Trials[t]; r.Problem == nil && r.Cores.Others() > muchOthers {
			disturbed++
		}
	}
	if disturbed > 0 {
		fmt.Fprintf(
			w,
			"\nothers used more than %v cores during %d of %d trials: the spreads are theirs too\n",
			muchOthers,
			disturbed,
			len(trials),
		)
	}

	invalid := 0
	for _, t := range trials {
		if problem := all.Trials[t].Problem; problem != nil {
			invalid++
			fmt.Fprintf(w, "\nINVALID: %v: %v\n", t, problem)
		}
	}
	if invalid > 0 {
		return fmt.Errorf("%d of %d trials are invalid", invalid, len(trials))
	}
	return nil
}
