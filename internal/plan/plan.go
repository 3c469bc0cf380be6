// Package plan turns an Experiment into its trials, in the order in which they run: rounds that
// visit every cell once, each in an order of its own. Equal seeds give equal plans.
package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"labbook/internal/spec"
)

// Kind says which factor of the load a Level sets.
type Kind string

// Concurrency is ab's -c: so many closed-loop clients that ask again only after an answer. Rate is
// that of an open loop: so many requests arrive a second, whatever the server does.
const (
	Concurrency Kind = "concurrency"
	Rate        Kind = "rate"
)

// Symbol is the letter that stands for the kind where there is little room.
func (k Kind) Symbol() string {
	if k == Rate {
		return "r"
	}
	return "c"
}

// Level is one value of the load's factor.
type Level struct {
	Kind  Kind `json:"kind"`
	Value int  `json:"value"` // at least 1; clients for Concurrency, requests a second for Rate
}

// String gives the short form, "c=5" or "r=1000".
func (l Level) String() string { return fmt.Sprintf("%s=%d", l.Kind.Symbol(), l.Value) }

// Cell is one combination of server and level.
type Cell struct {
	Server string `json:"server"`
	Level  Level  `json:"level"`
}

// String gives "Server_async_http c=5".
func (c Cell) String() string { return fmt.Sprintf("%s %v", c.Server, c.Level) }

// Instrument says which ab measures a trial.
type Instrument string

// Own is the experiment's own ab, the one that its results come from; Calibration is the other one,
// of an experiment that compares the two.
const (
	Own         Instrument = ""
	Calibration Instrument = "calibration"
)

// Trial is one measured call of ab, as planned.
type Trial struct {
	Order      int        `json:"order"` // place in the run, from 1
	Round      int        `json:"round"` // from 1
	Instrument Instrument `json:"instrument,omitempty"`
	Cell
}

// String names the trial in errors: "trial 37 (Server_async_http c=5, round 4)".
func (t Trial) String() string {
	return fmt.Sprintf("trial %d (%s, round %d)", t.Order, t.Place(), t.Round)
}

// Place names the trial's cell, and what measures it where that is not the experiment's own ab.
func (t Trial) Place() string {
	if t.Instrument == Own {
		return t.Cell.String()
	}
	return t.Cell.String() + ", " + string(t.Instrument)
}

// Levels gives the experiment's levels in the file's order.
func Levels(e *spec.Experiment) []Level {
	kind, values := Concurrency, e.Load.Concurrency
	if e.Load.OpenLoop() {
		kind, values = Rate, e.Load.Rate
	}
	levels := make([]Level, len(values))
	for i, value := range values {
		levels[i] = Level{kind, value}
	}
	return levels
}

// Connections is the most connections that a trial at a level has at a time: one for each client of
// a closed loop, and what the spec allows an open one.
func Connections(e *spec.Experiment, l Level) int {
	if l.Kind == Rate {
		return e.Load.Connections
	}
	return l.Value
}

// Cells gives every cell: the servers in the file's order, and for each its levels.
func Cells(e *spec.Experiment) []Cell {
	var cells []Cell
	for _, s := range e.Servers {
		for _, l := range Levels(e) {
			cells = append(cells, Cell{s.Name, l})
		}
	}
	return cells
}

// New gives the trials of an experiment in run order. Every round visits every cell once, or with a
// calibration once with each instrument, all shuffled together from the seed and the round's number
// alone, so a plan with more rounds begins like one with fewer.
func New(e *spec.Experiment) []Trial {
	var visits, trials []Trial
	for _, cell := range Cells(e) {
		visits = append(visits, Trial{Cell: cell})
		if e.Design.Calibrate {
			visits = append(visits, Trial{Cell: cell, Instrument: Calibration})
		}
	}
	for round := 1; round <= e.Design.Rounds; round++ {
		shuffled := slices.Clone(visits)
		random := rand.New(rand.NewPCG(e.Design.Seed, uint64(round)))
		random.Shuffle(
			len(shuffled),
			func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] },
		)
		for _, visit := range shuffled {
			visit.Order, visit.Round = len(trials)+1, round
			trials = append(trials, visit)
		}
	}
	return trials
}
