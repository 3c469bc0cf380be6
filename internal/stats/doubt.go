package stats

import (
	"slices"

	"labbook/internal/plan"
	"labbook/internal/record"
)

// A Code names a kind of doubt about data. What a code means and what to do about it is written in
// package findings.
type Code string

// The codes of trials that failed. Where too few clean trials remain, they make their cell invalid.
// NotExpected and GivenUp always do.
const (
	NotExpected Code = "not-2xx" // answers had another status than expected
	Failed      Code = "failed"
	Unsent      Code = "unsent"
	Aborted     Code = Code(record.Aborted)
	TimedOut    Code = Code(record.TimedOut)
	Crashed     Code = Code(record.Crashed)
	NotStarted  Code = Code(record.NotStarted)
	GivenUp     Code = Code(record.GivenUp)
)

// The codes that make a cell suspect.
const (
	BodyDiffers   Code = "body-differs"
	BusyAfterLoad Code = "busy-after-load"
	Leak          Code = "leak"
	OverFull      Code = "over-full"
	Trend         Code = "trend"
)

// The codes of what cannot be inferred.
const (
	Missing Code = "missing"
	Few     Code = "few"
)

// The codes that change no cell's state, but that a reader of its numbers should know.
const (
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
	Surplus        Code = "surplus"
)

// The thresholds of the codes. Healthy cells of our own servers have an occupancy of 0.78 to 0.88
// with one client and 0.89 to 0.99 with more: between two requests, ab closes and opens sockets.
const (
	maxQuietCPU     = 0.05 // BusyAfterLoad: of a core; healthy servers stay below 0.01
	maxOccupancy    = 1.05 // OverFull
	minOccupancy    = 0.80 // IdleSlots
	minOccupancyOne = 0.70 // IdleSlots, with one client
	maxTrendP       = 0.01 // Trend: after Holm's correction over all cells
	minTrendTrials  = 8    // Trend: the approximation of its p-value needs as many

	maxBusyBefore   = 0.15  // BusyHost: of all cores
	maxTimeWait     = 1000  // TimeWait: sockets
	hostBusyShare   = 0.95  // HostBound: of all cores
	maxSteal        = 0.02  // Steal: of all cores
	boundShare      = 0.90  // GeneratorBound: of the generator's core, and of each of the server's
	maxHalfWidth    = 0.25  // Noisy: of the median
	minTrialSeconds = 0.020 // Short
)

// Severity is what a doubt does to the data that it concerns.
type Severity int

// The severities. A note changes nothing, a warning makes a cell suspect or prevents an inference,
// and an error can make a cell invalid.
const (
	SeverityNote Severity = iota
	SeverityWarning
	SeverityError
)

// severities holds all codes in the order in which they are reported: the worst first.
var severities = []struct {
	code     Code
	severity Severity
}{
	{NotExpected, SeverityError},
	{GivenUp, SeverityError},
	{NotStarted, SeverityError},
	{Crashed, SeverityError},
	{TimedOut, SeverityError},
	{Aborted, SeverityError},
	{Failed, SeverityError},
	{Unsent, SeverityError},
	{BodyDiffers, SeverityWarning},
	{BusyAfterLoad, SeverityWarning},
	{Leak, SeverityWarning},
	{OverFull, SeverityWarning},
	{Trend, SeverityWarning},
	{Missing, SeverityWarning},
	{Few, SeverityWarning},
	{Resumed, SeverityNote},
	{ControlDiffers, SeverityNote},
	{Surplus, SeverityNote},
	{BusyHost, SeverityNote},
	{TimeWait, SeverityNote},
	{HostBound, SeverityNote},
	{Steal, SeverityNote},
	{GeneratorBound, SeverityNote},
	{IdleSlots, SeverityNote},
	{Noisy, SeverityNote},
	{Short, SeverityNote},
	{SynRetransmit, SeverityNote},
}

// Codes returns all codes, the worst first.
func Codes() []Code {
	all := make([]Code, len(severities))
	for i, s := range severities {
		all[i] = s.code
	}
	return all
}

// Severity returns what a doubt with this code does to its cell.
func (c Code) Severity() Severity {
	for _, s := range severities {
		if s.code == c {
			return s.severity
		}
	}
	return SeverityError
}

// A Warning is a code with the cells that it concerns.
type Warning struct {
	Code  Code
	Cells []Doubt // in the order of the experiment's cells; empty: the whole run
}

// A Doubt is a reason not to trust the numbers of a cell, with the evidence for it.
type Doubt struct {
	Code  Code
	Cell  plan.Cell
	Count int // trials; for NotExpected: answers
	Of    int // planned trials; for NotExpected: answers in all

	// First is the place in the run of the first trial that failed in this way; 0 if the code is
	// not about failed trials.
	First int

	// Evidence is that of the first such trial, or of all trials together; nil if there is none.
	Evidence Evidence
}

// doubt returns a doubt about a number of the cell's trials.
func (c Cell) doubt(code Code, trials int, evidence Evidence) Doubt {
	return Doubt{
		Code:     code,
		Cell:     c.Cell,
		Count:    trials,
		Of:       c.Rounds,
		Evidence: evidence,
	}
}

// Evidence is what a doubt rests on. Each of its types is stated by a sentence of its own.
type Evidence interface{ isEvidence() }

// The kinds of evidence.
type (
	// Said is why a trial failed, in the words of ab, the server or the system.
	Said string
	// NoReport is a text of ab's that holds no report.
	NoReport struct{}
	// NoRate is a report of ab's without a rate.
	NoRate struct{}
	// FailedRequests is what ab counted.
	FailedRequests struct{ Failed, WriteErrors int }
	// IncompleteRequests is how many of the requests were completed.
	IncompleteRequests struct{ Complete, Requests int }
	// UnsentArrivals is how many requests of an open loop were never sent.
	UnsentArrivals int
	// AnsweredStatus is the HTTP status of the answer before the load.
	AnsweredStatus int
	// BodySizes are those of the server's and of the baseline's answers, in bytes.
	BodySizes struct{ Server, Baseline int64 }
	// SurplusBytes is how many bytes followed the body of the answer before the load.
	SurplusBytes int64
	// QuietCPU is the share of a core that a server used after its load, in the median.
	QuietCPU float64
	// Growth is how many more threads and descriptors a server held after its load, in the median.
	// A number that is not above the limit is 0.
	Growth struct{ Threads, Descriptors float64 }
	// BusyClients is the occupancy in the median.
	BusyClients float64
	// GeneratorCPU is the share of its core that the generator used, in the median.
	GeneratorCPU float64
	// BusyCores is the share of all cores' time that was not idle.
	BusyCores float64
	// StolenCores is the share of all cores' time that other guests of the machine used.
	StolenCores float64
	// Spread is the interval of a median, as shares of the median.
	Spread struct{ Low, High float64 }
	// LoadSeconds is how long a trial took in the median.
	LoadSeconds float64
	// Change is that of a throughput from the first trial to the last: 0.1 is a tenth more.
	Change float64
	// SelfRatio is the interval of the baseline's ratio to itself.
	SelfRatio struct{ Low, High float64 }
)

func (Said) isEvidence()               {}
func (NoReport) isEvidence()           {}
func (NoRate) isEvidence()             {}
func (FailedRequests) isEvidence()     {}
func (IncompleteRequests) isEvidence() {}
func (UnsentArrivals) isEvidence()     {}
func (AnsweredStatus) isEvidence()     {}
func (BodySizes) isEvidence()          {}
func (SurplusBytes) isEvidence()       {}
func (QuietCPU) isEvidence()           {}
func (Growth) isEvidence()             {}
func (BusyClients) isEvidence()        {}
func (GeneratorCPU) isEvidence()       {}
func (BusyCores) isEvidence()          {}
func (StolenCores) isEvidence()        {}
func (Spread) isEvidence()             {}
func (LoadSeconds) isEvidence()        {}
func (Change) isEvidence()             {}
func (SelfRatio) isEvidence()          {}

// warnings groups the doubts about all cells by code, and adds those about the whole run.
func warnings(rec *record.Record, cells []Cell) []Warning {
	byCode := map[Code][]Doubt{}
	for _, cell := range cells {
		for _, d := range slices.Concat(
			statusDoubts(rec, cell),
			failureDoubts(rec, cell),
			cell.doubts,
			missingDoubts(cell),
		) {
			byCode[d.Code] = append(byCode[d.Code], d)
		}
	}

	wholeRun := hostCodes(rec.Environment)
	if rec.Rounds < MinRounds(rec.Experiment.Design.Confidence) {
		wholeRun = append(wholeRun, Few)
	}
	if len(interruptions(rec)) > 0 {
		wholeRun = append(wholeRun, Resumed)
	}

	var all []Warning
	for _, code := range Codes() {
		if doubts := byCode[code]; len(doubts) > 0 || slices.Contains(wholeRun, code) {
			all = append(all, Warning{code, doubts})
		}
	}
	return all
}
