package stats

import (
	"math"
	"slices"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
)

// Code names a doubt about data.
type Code string

// The codes. NotExpected and GivenUp make their cells invalid; those of failed trials do where too
// few clean ones are left; those from BodyDiffers to Trend make it suspect; those from BusyHost to
// Resumed are notes, which a reader of the numbers should know; Few and Missing speak of what
// cannot be inferred.
const (
	NotExpected   Code = "not-2xx"
	Failed        Code = "failed"
	Unsent        Code = "unsent"
	Aborted       Code = Code(record.Aborted)
	TimedOut      Code = Code(record.TimedOut)
	Crashed       Code = Code(record.Crashed)
	NotStarted    Code = Code(record.NotStarted)
	GivenUp       Code = Code(record.GivenUp)
	BodyDiffers   Code = "body-differs"
	BusyAfterLoad Code = "busy-after-load"
	Leak          Code = "leak"
	OverFull      Code = "over-full"
	Trend         Code = "trend"

	BusyHost       Code = "busy-host"
	TimeWait       Code = "time-wait"
	HostBound      Code = "host-bound"
	Steal          Code = "steal"
	GeneratorBound Code = "generator-bound"
	IdleSlots      Code = "idle-slots"
	Noisy          Code = "noisy"
	Short          Code = "short"
	SynRetransmit  Code = "syn-retransmit"
	ControlDiffers Code = "control-differs"
	Resumed        Code = "resumed"

	Missing Code = "missing"
	Few     Code = "few"
)

// codes gives the order in which warnings are said: the worst first.
var codes = []Code{
	NotExpected,
	GivenUp,
	NotStarted,
	Crashed,
	TimedOut,
	Aborted,
	Failed,
	Unsent,
	BodyDiffers,
	BusyAfterLoad,
	Leak,
	OverFull,
	Trend,
	Missing,
	Few,
	Resumed,
	ControlDiffers,
	BusyHost,
	TimeWait,
	HostBound,
	Steal,
	GeneratorBound,
	IdleSlots,
	Noisy,
	Short,
	SynRetransmit,
}

// Note reports whether a code changes no cell's state.
func (c Code) Note() bool {
	switch c {
	case BusyHost,
		TimeWait,
		HostBound,
		Steal,
		GeneratorBound,
		IdleSlots,
		Noisy,
		Short,
		SynRetransmit,
		ControlDiffers,
		Resumed:
		return true
	}
	return false
}

// MinRounds is the least number of rounds that gives an interval of a confidence: even from the
// smallest to the greatest of n values it has no more than 1 − 2^(1−n). 95 % needs six.
func MinRounds(confidence float64) int {
	n := 1
	for 1-math.Exp2(float64(1-n)) < confidence {
		n++
	}
	return n
}

// Warning is one code and the cells that it concerns.
type Warning struct {
	Code  Code
	Cells []Doubt // in the order of the experiment's cells; empty: the whole run
}

// Doubt is one cell of a Warning.
type Doubt struct {
	Cell   plan.Cell
	Count  int    // trials; for NotExpected: answers
	Of     int    // planned trials; for NotExpected: answers in all
	Reason string // of the first such trial, in the words of ab, the server or the system; may be empty
	First  int    // the place in the run of the first trial that failed so; 0: the code is not of a trial
}

// warnings gathers each code with its cells.
func warnings(rec *record.Record, cells []Cell) []Warning {
	found := map[Code][]Doubt{}
	add := func(code Code, d Doubt) { found[code] = append(found[code], d) }
	for _, cell := range cells {
		if cell.Unexpected > 0 {
			add(NotExpected, Doubt{
				Cell:   cell.Cell,
				Count:  cell.Unexpected,
				Of:     cell.Complete,
				Reason: firstStatus(rec, cell.Cell),
			})
		}
		for _, d := range append(failures(rec, cell), cell.doubts...) {
			add(d.code, d.Doubt)
		}
		if missing := cell.Rounds - cell.Trials; missing > 0 {
			add(Missing, Doubt{Cell: cell.Cell, Count: missing, Of: cell.Rounds})
		}
	}
	if rec.Rounds < MinRounds(rec.Experiment.Design.Confidence) {
		found[Few] = []Doubt{}
	}
	if len(interruptions(rec)) > 0 {
		found[Resumed] = []Doubt{}
	}
	for _, code := range hostNotes(rec.Environment) {
		found[code] = []Doubt{}
	}
	var all []Warning
	for _, code := range codes {
		if doubts, ok := found[code]; ok {
			all = append(all, Warning{code, doubts})
		}
	}
	return all
}

type codedDoubt struct {
	code Code
	Doubt
}

// failures counts the trials of a cell that failed, by code, in the order of codes.
func failures(rec *record.Record, cell Cell) []codedDoubt {
	var doubts []codedDoubt
	for _, trial := range rec.ForCell(cell.Cell) {
		code, reason := failure(rec, trial)
		if code == "" {
			continue
		}
		i := slices.IndexFunc(doubts, func(d codedDoubt) bool { return d.code == code })
		if i < 0 {
			doubts = append(doubts, codedDoubt{code, Doubt{
				Cell:   cell.Cell,
				Of:     cell.Rounds,
				Reason: reason,
				First:  trial.Order,
			}})
			i = len(doubts) - 1
		}
		doubts[i].Count++
	}
	return doubts
}

// failure gives the code of a trial that failed and its reason. A trial whose only fault are
// answers of unexpected status has a code of its own, NotExpected, and is none here.
func failure(rec *record.Record, trial record.Result) (Code, string) {
	if trial.Outcome != record.Ended {
		return Code(trial.Outcome), trial.Reason
	}
	w := locale.For(rec.Experiment.Language)
	m := trial.Measurement()
	requests := rec.Experiment.Load.Requests
	switch {
	case m == nil:
		return Aborted, w.Sprintf("ab's text holds no report")
	case m.Failed > 0 || m.WriteErrors > 0:
		return Failed, w.Sprintf("%d failed requests, %d write errors", m.Failed, m.WriteErrors)
	case m.Unsent > 0:
		return Unsent, w.Count(
			m.Unsent,
			"1 arrival could not be sent",
			"%s arrivals could not be sent",
		)
	case m.RequestsPerSecond <= 0:
		return Aborted, w.Sprintf("ab's report holds no rate")
	case m.Complete != requests:
		return Failed, w.Sprintf("%d of %d requests complete", m.Complete, requests)
	}
	return "", ""
}

// firstStatus says what the server answered before the first load with an unexpected answer, where
// it is known.
func firstStatus(rec *record.Record, cell plan.Cell) string {
	for _, trial := range rec.ForCell(cell) {
		if trial.Answer != nil && rec.Unexpected(trial) > 0 {
			return locale.For(rec.Experiment.Language).
				Sprintf("the answer before the load had status %d", trial.Answer.Status)
		}
	}
	return ""
}
