package stats

// The limits of notes about a machine that can be looked at before a run.
const (
	// MaxBusyBefore is the share of all cores' time above which other programs are noted.
	MaxBusyBefore = maxBusyBefore
	// MaxTimeWait is the number of sockets in TIME_WAIT above which they are noted.
	MaxTimeWait = maxTimeWait
	// MaxSteal is the share of the cores' time above which what other guests have is noted.
	MaxSteal = maxSteal
)
