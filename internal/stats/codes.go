package stats

import "labbook.example/labbook/internal/record"

// A Code names a kind of doubt about data. What a code means and what to do about it is written in
// package findings.
type Code string

// The codes of trials that failed. Where too few clean trials remain, they make their cell invalid.
// NotExpected and GivenUp always do.
const (
	NotExpected Code = "not-2xx" // answers had another status or body than expected
	Failed      Code = "failed"
	Unsent      Code = "unsent"
	Aborted     Code = Code(record.Aborted)
	TimedOut    Code = Code(record.TimedOut)
	Crashed     Code = Code(record.Crashed)
	NotStarted  Code = Code(record.NotStarted)
	HookFailed  Code = Code(record.HookFailed)
	Clock       Code = "clock" // it was moved during the load
	GivenUp     Code = Code(record.GivenUp)

	// TooManyFailures is the code of more bad answers than the experiment allows.
	TooManyFailures Code = "too-many-failures"
)

// The codes that make a cell suspect.
const (
	BodyDiffers   Code = "body-differs"
	UnlikeAnswers Code = "unlike-answers"
	CutShort      Code = "cut-short"
	Backlog       Code = "backlog"
	HeldOpen      Code = "held-open"
	NotKept       Code = "not-kept"
	BusyAfterLoad Code = "busy-after-load"
	Deferred      Code = "deferred-work"
	Leak          Code = "leak"
	NotTheServer  Code = "not-the-server"
	OverFull      Code = "over-full"
	QuotaDiffers  Code = "quota-differs"

	// UnlikeGenerators is the code of a generator that measured other times than the others, and
	// Ragged of generators that did not make load at the same time.
	UnlikeGenerators Code = "generators-differ"
	Ragged           Code = "ragged"

	WarmingUp   Code = "warming-up"
	SlowingDown Code = "slowing-down"
	Stalling    Code = "stalling"
	Trend       Code = "trend"
	AfterTrial  Code = "after-trial"
)

// The codes of what cannot be inferred.
const (
	Imported Code = "imported"
	Missing  Code = "missing"
	Few      Code = "few"

	// RoundsMissing is the code of rounds of the plan that are not among those that were joined.
	RoundsMissing Code = "rounds-missing"
	// MachinesDiffer is the code of joined rounds whose machines are not alike.
	MachinesDiffer Code = "machines-differ"

	// Correlated is the code of rounds that depend on each other: intervals are wider.
	Correlated Code = "correlated"
)

// The codes of a capacity. ObjectiveNotMet and UnevenCapacity make it suspect.
const (
	// ObjectiveNotMet is that an objective was met at no rate, in half of the rounds or more, and
	// CapacityOpen that it was met at the highest one.
	ObjectiveNotMet Code = "objective-not-met"
	CapacityOpen    Code = "capacity-open"
	// UnevenCapacity is that an objective was missed at a rate well below the capacity.
	UnevenCapacity Code = "uneven-capacity"
	// Died is that a server crashed or hung at a rate.
	Died Code = "died"
	// SearchDiffers is that the rounds found another capacity than the search for the rates.
	SearchDiffers Code = "search-differs"
	// ShortForObjective is that loads were short beside the limit of the objective.
	ShortForObjective Code = "short-for-objective"
)

// The codes that change no cell's state, but that a reader of its numbers should know.
const (
	BusyHost       Code = "busy-host"
	TimeWait       Code = "time-wait"
	OtherLoad      Code = "other-load"
	HostBound      Code = "host-bound"
	Throttled      Code = "throttled"
	Steal          Code = "steal"
	GeneratorBound Code = "generator-bound"
	GeneratorLate  Code = "generator-late" // it sent requests of an open loop after they were due
	IdleSlots      Code = "idle-slots"
	Noisy          Code = "noisy"
	TwoModes       Code = "two-modes"
	Short          Code = "short"
	SynRetransmit  Code = "syn-retransmit"
	ControlDiffers Code = "control-differs"
	Resumed        Code = "resumed"
	MoreRounds     Code = "more-rounds"
	Surplus        Code = "surplus"
	Killed         Code = "killed"
	DelayedAck     Code = "delayed-ack"
	CgoThreads     Code = "cgo-threads"
	Shed           Code = "shed"      // requests failed, no more than the experiment allows
	Unchecked      Code = "unchecked" // answers were not compared with what is expected

	// The codes of a run on several machines.
	SameMachine    Code = "same-machine"
	MachineChanged Code = "machine-changed"
	Pinned         Code = "pinned"     // fewer cores were usable than a machine has
	Neighbours     Code = "neighbours" // other programs on a machine of one side alone
	NetworkBound   Code = "network-bound"
	Far            Code = "far" // much of a response time is the network's
	LateStart      Code = "late-start"

	// DriftingMachine is that all servers got faster or slower alike.
	DriftingMachine Code = "drifting-machine"

	// Growing is that a server holds more and more in the course of its life, and Unfreed that it
	// holds more memory after its load than before.
	Growing Code = "growing"
	Unfreed Code = "unfreed"
)

// The thresholds of the codes. Healthy cells of our own servers have an occupancy of 0.78 to 0.88
// with one client and 0.89 to 0.99 with more: between two requests, ab closes and opens sockets.
const (
	maxQuietCPU = record.MaxIdleShare // BusyAfterLoad: of a core

	minDeferred     = 0.05 // Deferred: of a load's CPU time, or the margin where that is more
	maxOccupancy    = 1.05 // OverFull
	minOccupancy    = 0.80 // IdleSlots
	minOccupancyOne = 0.70 // IdleSlots, with one client
	maxUnlikeBytes  = 0.05 // UnlikeAnswers: of the baseline's bytes per answer
	minKept         = 0.90 // NotKept: of the answers; some servers close every hundredth
	minHeldOpenMS   = 100  // HeldOpen: usually below 1; a runtime that starts, some 10

	maxBusyBefore   = 0.15  // BusyHost: of all cores
	maxTimeWait     = 1000  // TimeWait: sockets
	hostBusyShare   = 0.95  // HostBound: of all cores
	maxOtherLoad    = 0.30  // OtherLoad: of all cores; on quiet machines at most 0.27
	maxMoreOther    = 0.25  // OtherLoad: more than beside the baseline; at most 0.20 when quiet
	maxNeighbours   = 0.10  // Neighbours: of the cores of a machine
	maxThrottled    = 0.01  // Throttled: of the loads' time
	maxSteal        = 0.02  // Steal: of all cores
	boundShare      = 0.90  // GeneratorBound: of the generator's core, and of each of the server's
	maxHalfWidth    = 0.25  // Noisy: of the median
	maxLate         = 0.10  // GeneratorLate: of the response time, as maxPath of Far
	minLateMS       = 0.1   // GeneratorLate: it takes up to that to wake a thread
	minTrialSeconds = 0.200 // Short: with fewer, the first requests weigh
)

// The thresholds of the codes of several machines. Interfaces are limited by more than the bytes
// and gaps that are counted, so none of them reaches all of its speed.
const (
	minOverlap     = 0.95  // Ragged: of the load's time
	maxLateStart   = 0.01  // LateStart: of the load's time
	maxInterface   = 0.90  // NetworkBound: of the interface's speed
	maxDropped     = 0.001 // NetworkBound: of the packets; a few have no receiver on any network
	maxSentAgain   = 0.001 // NetworkBound: of the TCP segments
	maxPath        = 0.10  // Far: of the median response time
	maxUnlike      = 0.10  // UnlikeGenerators: of the others' median
	maxUnlikeTrips = 2     // UnlikeGenerators: of the difference of their round trips
	maxUnlikeP     = 0.005 // UnlikeGenerators: that one is slower, or faster, by chance
)

// The p-values, of a whole run, from which on trials do not vary independently about one rate.
const (
	maxTwoModesP   = 0.005 // TwoModes
	maxCorrelatedP = 0.01  // Correlated
)

// The limits of DelayedAck. Linux delays an acknowledgement by 40 ms and some ticks of its clock.
const (
	minDelayedAckMS = 38
	maxDelayedAckMS = 55
	maxPromptBodyMS = 20   // of the answer before the load, which is acknowledged at once
	maxWaitingShare = 0.50 // of a core, of the generator and of the server
)

// The limits of WarmingUp and SlowingDown. A load whose first quarter takes a quarter longer than
// its last one is in all about a tenth slower than its last quarter. First quarters of our own
// servers take some 9 % longer on a quiet machine.
const (
	minUnsteady       = 0.25 // or the margin where that is more
	maxUnsteadyP      = 0.01 // for each cell by itself
	minUnsteadyTrials = 8    // with fewer, no p is below maxUnsteadyP
)

// The limits of Stalling. The parts of a load in which nothing happens differ by less than half on
// a quiet machine; on a busy one, some milliseconds pass until a process gets its turn.
const (
	stallFactor     = 3     // of the median part
	minStallSeconds = 0.010 // longer than the median part
	minParts        = 8     // of a load; ab reports ten
	minStallTrials  = 5
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
	{HookFailed, SeverityError},
	{Crashed, SeverityError},
	{TimedOut, SeverityError},
	{Aborted, SeverityError},
	{Clock, SeverityError},
	{Failed, SeverityError},
	{TooManyFailures, SeverityError},
	{Unsent, SeverityError},
	{Imported, SeverityWarning},
	{BodyDiffers, SeverityWarning},
	{UnlikeAnswers, SeverityWarning},
	{CutShort, SeverityWarning},
	{Backlog, SeverityWarning},
	{HeldOpen, SeverityWarning},
	{NotKept, SeverityWarning},
	{BusyAfterLoad, SeverityWarning},
	{Deferred, SeverityWarning},
	{Leak, SeverityWarning},
	{NotTheServer, SeverityWarning},
	{Growing, SeverityWarning},
	{OverFull, SeverityWarning},
	{QuotaDiffers, SeverityWarning},
	{UnlikeGenerators, SeverityWarning},
	{Ragged, SeverityWarning},
	{WarmingUp, SeverityWarning},
	{SlowingDown, SeverityWarning},
	{Stalling, SeverityWarning},
	{Trend, SeverityWarning},
	{AfterTrial, SeverityWarning},
	{ObjectiveNotMet, SeverityWarning},
	{UnevenCapacity, SeverityWarning},
	{Missing, SeverityWarning},
	{Few, SeverityWarning},
	{RoundsMissing, SeverityWarning},
	{MachinesDiffer, SeverityWarning},
	{Correlated, SeverityWarning},
	{Resumed, SeverityNote},
	{MoreRounds, SeverityNote},
	{MachineChanged, SeverityNote},
	{SameMachine, SeverityNote},
	{Pinned, SeverityNote},
	{ControlDiffers, SeverityNote},
	{Unchecked, SeverityNote},
	{Shed, SeverityNote},
	{Surplus, SeverityNote},
	{Killed, SeverityNote},
	{DelayedAck, SeverityNote},
	{CgoThreads, SeverityNote},
	{BusyHost, SeverityNote},
	{TimeWait, SeverityNote},
	{Unfreed, SeverityNote},
	{DriftingMachine, SeverityNote},
	{OtherLoad, SeverityNote},
	{Neighbours, SeverityNote},
	{HostBound, SeverityNote},
	{Throttled, SeverityNote},
	{Steal, SeverityNote},
	{GeneratorBound, SeverityNote},
	{GeneratorLate, SeverityNote},
	{NetworkBound, SeverityNote},
	{Far, SeverityNote},
	{LateStart, SeverityNote},
	{CapacityOpen, SeverityNote},
	{Died, SeverityNote},
	{SearchDiffers, SeverityNote},
	{ShortForObjective, SeverityNote},
	{IdleSlots, SeverityNote},
	{TwoModes, SeverityNote},
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
