package stats

import "labbook.example/labbook/internal/record"

// Evidence is what a doubt rests on. Each of its types is stated by a sentence of its own.
type Evidence interface{ isEvidence() }

// The kinds of evidence.
type (
	// Said is why a trial failed, in the words of ab, the server or the system.
	Said string
	// Stopped is why a trial did not end, in the same words or none, and how far it came.
	Stopped struct {
		Said string
		record.Progress
	}
	// WrongClock is how the clock was moved during a load, or how long ab's process lived.
	WrongClock record.ClockFault
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
	// BadRequests is how many requests of a trial failed or got an unexpected answer, and how many
	// may.
	BadRequests struct {
		Bad, Requests, Allowed int
		Answers                BadAnswers // what was wrong with them, as far as it is known
	}
	// BadAnswers is what is known of the answers that were not as expected.
	BadAnswers struct {
		Statuses []StatusCount // unexpected ones, the most frequent first
		Bodies   int           // answers of the expected status without the expected body
		Faults   Faults        // of requests without a sound answer; only where some may fail
	}
	// NotLookedAt is what ab did not look at: bodies, or else the exact status.
	NotLookedAt struct{ Body bool }
	// AnsweredStatus is the HTTP status of the answer before the load.
	AnsweredStatus int
	// BodySizes are those of the server's and of the baseline's answers, in bytes.
	BodySizes struct{ Server, Baseline int64 }
	// SurplusBytes is how many bytes followed the body of the answer before the load.
	SurplusBytes int64
	// Kept is after how many of all answers the connection stayed open.
	Kept struct{ Kept, Answers int }
	// CutBody is how many bytes of a body were sent before the load, and how many were announced.
	CutBody struct{ Sent, Announced int64 }
	// FirstBody is how many bytes the answer before the load had, and the first one of the load.
	FirstBody struct{ Before, Load int64 }
	// AnswerBytes are those of an answer of the load, in the mean of a trial and in the median of
	// the trials.
	AnswerBytes struct{ Server, Baseline float64 }
	// OneSidedTLS reports that either the server or the baseline, but not both, was asked by TLS.
	OneSidedTLS struct{ Server bool }
	// OneSidedKeepAlive reports the same of keep-alive.
	OneSidedKeepAlive struct{ Server bool }
	// Drops is how many attempts to connect the system dropped in all trials together, and how many
	// connections the server's queue holds.
	Drops struct {
		Dropped int64
		Backlog int
	}
	// HeldOpenMS is how long a connection stayed open after an answer, in the median.
	HeldOpenMS float64
	// LateBody is when an answer's last byte came after its first one, in the median: in the load,
	// and before it, on a connection that acknowledges at once.
	LateBody struct{ LoadMS, PromptMS float64 }
	// FirstQuarter is how much longer the first quarter of a load took than its last one: 1.5 is
	// half as long again.
	FirstQuarter float64
	// Stall is how much longer one part of a load took than the others, in the median of the trials
	// that stalled.
	Stall struct {
		Seconds     float64
		Part, Parts int // which one of how many; Part is 0 if it is not the same one each time
	}
	// QuietCPU is the share of a core that a server used after its load, in the median.
	QuietCPU float64
	// DeferredWork is the CPU time that a server used after its load, in the median, and that of a
	// request in the load, in microseconds.
	DeferredWork struct {
		Seconds  float64
		Requests int
		LoadUS   float64
	}
	// LauncherCPU is the CPU time that the watched process group used in all loads of a cell, and
	// how many requests were answered meanwhile.
	LauncherCPU struct {
		Seconds float64
		Answers int
	}
	// Growth is how many more threads and descriptors a server held after its load, in the median.
	// A number that is not above the limit is 0.
	Growth struct{ Threads, Descriptors float64 }
	// GrownInLife is what a server holds more and more of in the course of its life, the zero value
	// for what it does not, and how many trials the longest of its lives had.
	GrownInLife struct {
		Descriptors, Threads Grown
		Memory               Grown // in bytes
		Trials, Lives        int
	}
	// GrownInLoad is how many bytes more a server held after its load, in the median.
	GrownInLoad struct{ Bytes, PerRequest float64 }
	// BusyClients is the occupancy in the median.
	BusyClients float64
	// GeneratorCPU is the share of its core that the generator used, in the median.
	GeneratorCPU float64
	// BusyCores is the share of all cores' time that was not idle.
	BusyCores float64
	// GeneratorCores is the same of the machine of a generator, which has no server.
	GeneratorCores float64
	// BusyCPUs is the same of the CPUs to which generator and server are bound.
	BusyCPUs float64
	// OtherPrograms is the share of the cores' time that neither generator nor server had. Baseline
	// is the share in the baseline's cell, if the difference is what counts, and else 0. Rounds are
	// those in which the share was too large by itself, as "1–3, 7"; empty: all of them.
	OtherPrograms struct {
		Share, Baseline float64
		Rounds          string
	}
	// StoppedSeconds is for how long a quota stopped a side in the cell's trials together,
	// summed over cores, and the quota in cores. The side that was stopped for longer counts.
	StoppedSeconds struct {
		Server  bool // not the generator
		Seconds float64
		Loads   float64 // how many seconds the loads of these trials took
		Cores   float64 // 0: unknown
	}
	// QuotaCores are those of the server's and of the baseline's quota; 0: it has none.
	QuotaCores struct{ Server, Baseline float64 }
	// StolenCores is the share of all cores' time that other guests of the machine used.
	StolenCores float64
	// AtMachine is evidence about one of several machines.
	AtMachine struct {
		Machine  string
		Evidence Evidence
	}
	// OnMachines are the names of the machines that a doubt about the whole run is about.
	OnMachines string
	// OneMachine are names that stand for one machine.
	OneMachine string
	// OtherHosts are names that stood for other hosts after a number of trials.
	OtherHosts struct {
		Names string
		After int
	}
	// UsableCores is how many cores a machine has online, and how many of them were usable.
	UsableCores struct {
		Usable float64
		Online int
	}
	// Overlap is the share of a load's time in which all generators made load, in the median.
	Overlap float64
	// StartSpread is the time from the first generator's start to the last one's, and how long the
	// load took, both in the median.
	StartSpread struct{ MS, LoadSeconds float64 }
	// InterfaceUse is the share of its speed that an interface used, in the median.
	InterfaceUse float64
	// InterfaceDrops is the share of the packets that an interface dropped.
	InterfaceDrops float64
	// SentAgain is how many TCP segments were sent again, as a share of those that were sent.
	SentAgain float64
	// RoundTrip is that of the network in milliseconds, how often a request takes one, and the
	// median response time, medians over the trials.
	RoundTrip struct {
		MS       float64
		Trips    int
		MedianMS float64
	}
	// UnlikeTimes are a percentile of one generator's response times and the median of the others',
	// in milliseconds, medians over the trials.
	UnlikeTimes struct {
		Percentile   int
		MS, OthersMS float64
	}
	// Spread is the interval of a median, as shares of the median.
	Spread struct{ Low, High float64 }
	// ShortLoad is how long a trial took in the median, and how many requests would take long
	// enough.
	ShortLoad struct {
		Seconds  float64
		Requests int
	}
	// RoundsNotJoined are the rounds that a joined record lacks, and how many the plan has.
	RoundsNotJoined struct {
		Missing []int
		Of      int
	}
	// Drift is how the speed of a server changed from the first round of a run to the last, or
	// within its lives: 0.1 is a tenth faster. The speed is the throughput, or,
	// in an open loop, the inverse of the median response time.
	Drift struct {
		Change       float64
		Beside       Beside
		ResponseTime bool
	}
	// Modes are the medians of a cell's slow and of its fast trials, in requests per second, and
	// how many of its clean trials are slow.
	Modes struct {
		Slow, Fast         float64
		SlowTrials, Trials int
	}
	// SelfRatio is the interval of the baseline's ratio to itself.
	SelfRatio struct{ Low, High float64 }
)

// Beside is what the speed of a server that changes was compared with.
type Beside string

// What a speed is compared with.
const (
	BesideOthers   Beside = "others"   // in the same rounds, which the machine slows down alike
	BesideChanging Beside = "changing" // as BesideOthers; both of two change, in opposite ways
	BesideNone     Beside = "none"     // nothing: what the machine did is included
	BesideYounger  Beside = "younger"  // its own, earlier in the same life
	SharedByAll    Beside = "shared"   // nothing: all servers change alike
)

// Grown is what a server held at the first and the last trial of its life, and how much more for
// each request in between, medians over its lives.
type Grown struct{ From, To, PerRequest float64 }

// StatusCount is how many answers had a status.
type StatusCount struct{ Status, Answers int }

func (Said) isEvidence()               {}
func (Stopped) isEvidence()            {}
func (WrongClock) isEvidence()         {}
func (NoReport) isEvidence()           {}
func (NoRate) isEvidence()             {}
func (FailedRequests) isEvidence()     {}
func (IncompleteRequests) isEvidence() {}
func (UnsentArrivals) isEvidence()     {}
func (BadRequests) isEvidence()        {}
func (BadAnswers) isEvidence()         {}
func (NotLookedAt) isEvidence()        {}
func (AnsweredStatus) isEvidence()     {}
func (BodySizes) isEvidence()          {}
func (SurplusBytes) isEvidence()       {}
func (Kept) isEvidence()               {}
func (CutBody) isEvidence()            {}
func (FirstBody) isEvidence()          {}
func (AnswerBytes) isEvidence()        {}
func (OneSidedTLS) isEvidence()        {}
func (OneSidedKeepAlive) isEvidence()  {}
func (Drops) isEvidence()              {}
func (HeldOpenMS) isEvidence()         {}
func (LateBody) isEvidence()           {}
func (FirstQuarter) isEvidence()       {}
func (Stall) isEvidence()              {}
func (QuietCPU) isEvidence()           {}
func (DeferredWork) isEvidence()       {}
func (LauncherCPU) isEvidence()        {}
func (GrownInLife) isEvidence()        {}
func (GrownInLoad) isEvidence()        {}
func (Growth) isEvidence()             {}
func (BusyClients) isEvidence()        {}
func (GeneratorCPU) isEvidence()       {}
func (BusyCores) isEvidence()          {}
func (GeneratorCores) isEvidence()     {}
func (BusyCPUs) isEvidence()           {}
func (OtherPrograms) isEvidence()      {}
func (StoppedSeconds) isEvidence()     {}
func (QuotaCores) isEvidence()         {}
func (StolenCores) isEvidence()        {}
func (AtMachine) isEvidence()          {}
func (OnMachines) isEvidence()         {}
func (OneMachine) isEvidence()         {}
func (OtherHosts) isEvidence()         {}
func (UsableCores) isEvidence()        {}
func (Overlap) isEvidence()            {}
func (StartSpread) isEvidence()        {}
func (InterfaceUse) isEvidence()       {}
func (InterfaceDrops) isEvidence()     {}
func (SentAgain) isEvidence()          {}
func (RoundTrip) isEvidence()          {}
func (UnlikeTimes) isEvidence()        {}
func (Spread) isEvidence()             {}
func (ShortLoad) isEvidence()          {}
func (Drift) isEvidence()              {}
func (Modes) isEvidence()              {}
func (RoundCorrelation) isEvidence()   {}
func (RoundsNotJoined) isEvidence()    {}
func (MachineSpread) isEvidence()      {}
func (SelfRatio) isEvidence()          {}
