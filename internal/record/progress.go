package record

import (
	"slices"
	"strconv"
	"strings"
)

// Progress is how far a trial came that did not end, and what its server used meanwhile.
type Progress struct {
	InWarmup bool // it did not come to its load
	Requests int  // that were to be made; 0: ab was not called, or it is unknown how

	// Answered is the number of answers; only if Known. With AtLeast there may be more.
	Answered       int
	Known, AtLeast bool

	// Cores is how many cores the server used on average, and Threads how many it had at the end;
	// only if UsageKnown.
	Cores      float64
	Threads    int
	UsageKnown bool

	// The requests that were under way at the end, by how far they had come; 0 where not known.
	Connecting  int // no connection
	Waiting     int // no byte of an answer
	InAnswer    int // a part of an answer
	HeldOpen    int // a whole answer, on a connection that stayed open
	OtherwiseIn int // in any other phase
}

// Progress returns how far the last call of ab came.
func (r Result) Progress() Progress {
	call := r.Load
	p := Progress{InWarmup: call == nil}
	if call == nil {
		call = r.Warmup
	}
	if call == nil {
		return p
	}

	p.Requests = call.requests()
	p.Answered, p.AtLeast, p.Known = call.answered()
	if d := call.Detail; d != nil {
		p.addUnfinished(d.UnfinishedIn)
	}
	if u := r.Usage; u != nil && u.CPUSeconds != nil && u.LoadEnd != nil {
		seconds := call.WallSeconds
		if u.WatchedSeconds != nil {
			seconds = *u.WatchedSeconds
		}
		if seconds >= minWatched {
			p.Cores = *u.CPUSeconds / seconds
			p.Threads = u.LoadEnd.Threads
			p.UsageKnown = true
		}
	}
	return p
}

// minWatched is the shortest time, in seconds, over which the usage of a server tells whether it
// was busy. What ab does before it gives up at once is shorter.
const minWatched = 0.25

func (p *Progress) addUnfinished(in map[string]int64) {
	for phase, n := range in {
		count := &p.OtherwiseIn
		switch phase {
		case "connect":
			count = &p.Connecting
		case "wait":
			count = &p.Waiting
		case "receive":
			count = &p.InAnswer
		case "close":
			count = &p.HeldOpen
		}
		*count += int(n)
	}
}

// requests returns how many requests a call was to make, 0 if its arguments do not tell.
func (c *Call) requests() int {
	i := slices.Index(c.Argv, "-n")
	if i < 0 || i+1 >= len(c.Argv) {
		return 0
	}
	n, err := strconv.Atoi(c.Argv[i+1])
	if err != nil {
		return 0
	}
	return n
}

// answered returns how many answers a call had: the embedded ab counts those that had a status. If
// ab had to be killed, its messages on the way tell how many there were at least.
func (c *Call) answered() (n int, atLeast, known bool) {
	switch {
	case c.Detail != nil:
		for _, answers := range c.Detail.Statuses {
			n += int(answers)
		}
		return n, false, true
	case c.Measurement != nil:
		m := c.Measurement
		return m.Complete - min(m.Complete, m.FailedReceive), false, true
	}

	for line := range strings.Lines(c.Stderr) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "Completed ")
		number, ok2 := strings.CutSuffix(text, " requests")
		if got, err := strconv.Atoi(number); ok && ok2 && err == nil {
			n, known = max(n, got), true
		}
	}
	return n, known, known
}
