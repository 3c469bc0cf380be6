// Package plan turns an Experiment into its trials, in the order in which they run. The plan
// consists of rounds. Each round visits every cell once, in an order of its own. Equal seeds lead
// to equal plans. Nothing is refused: package spec has checked the experiment.
package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"labbook.example/labbook/internal/spec"
)

// Kind is the factor of the load that a Level sets.
type Kind string

// The kinds of levels.
const (
	// Concurrency is ab's -c: the number of closed-loop clients. Each sends its next request only
	// after an answer.
	Concurrency Kind = "concurrency"

	// Rate is the arrival rate of an open loop: requests per second, whatever the server does.
	Rate Kind = "rate"

	// Capacity is the highest arrival rate at which a server keeps to the experiment's objective.
	// It is found from trials at rates, so that only results have this level, and its Value is 0.
	Capacity Kind = "capacity"
)

// Symbol returns the letter that stands for the kind where there is little room.
func (k Kind) Symbol() string {
	if k == Rate {
		return "r"
	}
	return "c"
}

// Level is one value of the load's factor.
type Level struct {
	Kind  Kind `json:"kind"`
	Value int  `json:"value,omitempty"` // at least 1: clients, or requests per second
}

// String returns the short form, "c=5", "r=1000" or "capacity".
func (l Level) String() string {
	if l.Kind == Capacity {
		return string(l.Kind)
	}
	return fmt.Sprintf("%s=%d", l.Kind.Symbol(), l.Value)
}

// Cell is one combination of server and level.
type Cell struct {
	Server string `json:"server"`
	Level  Level  `json:"level"`
}

// String returns the server's name and the level, "Server_async_http c=5".
func (c Cell) String() string { return fmt.Sprintf("%s %v", c.Server, c.Level) }

// Instrument is the ab that measures a trial.
type Instrument string

// The instruments. All results come from the experiment's own ab. The other one measures only in an
// experiment that calibrates, which compares the two.
const (
	Own         Instrument = ""
	Calibration Instrument = "calibration"
)

// Trial is one planned call of ab.
type Trial struct {
	Order int `json:"order"` // position in the run, from 1
	Round int `json:"round"` // from 1, through all runs

	// Run is the run of the round, from 1. It is 0 where the experiment has one run.
	Run int `json:"run,omitempty"`

	Instrument Instrument `json:"instrument,omitempty"`
	Cell
}

// String returns the trial's name for errors: "trial 37 (Server_async_http c=5, round 4)".
func (t Trial) String() string {
	return fmt.Sprintf("trial %d (%s, %s)", t.Order, t.Place(), t.RoundText())
}

// RoundText returns the round, and the run if there are several: "run 2, round 7".
func (t Trial) RoundText() string {
	if t.Run == 0 {
		return fmt.Sprintf("round %d", t.Round)
	}
	return fmt.Sprintf("run %d, round %d", t.Run, t.Round)
}

// Place returns the trial's cell, with the instrument if that is not the experiment's own ab.
func (t Trial) Place() string {
	if t.Instrument == Own {
		return t.Cell.String()
	}
	return t.Cell.String() + ", " + string(t.Instrument)
}

// Levels returns the levels of the experiment's trials in the spec's order. Where a capacity is
// looked for, they are the rates of all servers, ascending, and none before these are known.
func Levels(e *spec.Experiment) []Level {
	if e.Load.OpenLoop() {
		return levels(Rate, e.AllRates())
	}
	return levels(Concurrency, e.Load.Concurrency)
}

// ResultLevels returns the levels that results are of: those of the trials, or the capacity alone
// where one is looked for.
func ResultLevels(e *spec.Experiment) []Level {
	if e.Load.Capacity != nil {
		return []Level{{Kind: Capacity}}
	}
	return Levels(e)
}

// levelsOf returns the levels of a server's trials.
func levelsOf(e *spec.Experiment, server string) []Level {
	if e.Load.OpenLoop() {
		return levels(Rate, e.RatesOf(server))
	}
	return Levels(e)
}

func levels(kind Kind, values []int) []Level {
	levels := make([]Level, len(values))
	for i, value := range values {
		levels[i] = Level{kind, value}
	}
	return levels
}

// Connections returns the max number of connections that a trial has open at a time: one per client
// of a closed loop, or the limit that the spec sets for an open loop.
func Connections(e *spec.Experiment, l Level) int {
	if l.Kind == Concurrency {
		return l.Value
	}
	return e.Load.Connections
}

// Cells returns every cell: the servers in the spec's order, each with its levels.
func Cells(e *spec.Experiment) []Cell {
	var cells []Cell
	for _, server := range e.Servers {
		for _, level := range levelsOf(e, server.Name) {
			cells = append(cells, Cell{server.Name, level})
		}
	}
	return cells
}

// New returns the trials of an experiment in run order. Each round visits every cell once; with a
// calibration, once with each instrument. The visits of a round are shuffled together. Their order
// depends on the seed and the round's number alone, so a plan with more rounds begins like one with
// fewer. Rounds are numbered through all runs, so each run has orders of its own.
func New(e *spec.Experiment) []Trial {
	var visits []Trial
	for _, cell := range Cells(e) {
		visits = append(visits, Trial{Cell: cell})
		if e.Design.Calibrate {
			visits = append(visits, Trial{Cell: cell, Instrument: Calibration})
		}
	}

	var trials []Trial
	for round := 1; round <= e.Design.AllRounds(); round++ {
		for _, trial := range shuffled(visits, e.Design.Seed, round) {
			trial.Order, trial.Round = len(trials)+1, round
			trial.Run = RunOf(e, round)
			trials = append(trials, trial)
		}
	}
	return trials
}

// RunOf returns the run of a round, from 1; 0 if the experiment has one run.
func RunOf(e *spec.Experiment, round int) int {
	if e.Design.Runs <= 1 {
		return 0
	}
	return (round-1)/e.Design.Rounds + 1
}

// IsLastOfServer reports whether no later one of the trials has the same running server as a trial:
// with it, the life of that server ends.
func IsLastOfServer(e *spec.Experiment, trials []Trial, trial Trial) bool {
	if e.Design.Restart == spec.RestartTrial {
		return true
	}
	ranAs := func(t Trial) string {
		server, _ := e.Server(t.Server)
		return server.RunsAs()
	}
	return !slices.ContainsFunc(trials, func(t Trial) bool {
		lives := t.Round == trial.Round ||
			e.Design.Restart == spec.RestartNever && t.Run == trial.Run
		return lives && t.Order > trial.Order && ranAs(t) == ranAs(trial)
	})
}

// shuffled returns the visits in the order of a round.
func shuffled(visits []Trial, seed uint64, round int) []Trial {
	order := slices.Clone(visits)
	random := rand.New(rand.NewPCG(seed, uint64(round)))
	random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}
