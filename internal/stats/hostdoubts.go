package stats

import (
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// hostCodes returns what the machine did before the first trial that may disturb the whole run.
func hostCodes(env record.Environment) []Code {
	var codes []Code
	if env.BusyBefore != nil && *env.BusyBefore > maxBusyBefore {
		codes = append(codes, BusyHost)
	}
	if env.TimeWait != nil && *env.TimeWait > maxTimeWait {
		codes = append(codes, TimeWait)
	}
	return codes
}

// hostDoubts returns what the machine did during a cell's clean trials, taken together. The
// baseline's cell is the one at the same level; it may be the cell itself.
func hostDoubts(cell, baseline Cell, e *spec.Experiment) []Doubt {
	doubts := otherLoadDoubts(cell, baseline)
	add := func(code Code, evidence Evidence) {
		doubts = append(doubts, cell.doubt(code, cell.Clean(), evidence))
	}

	// What other programs took was not shared by generator and server, even where the trials are
	// too short for a doubt about it.
	other := otherLoadOf(cell.clean)
	if len(doubts) == 0 && (other.all == 0 || other.share() <= maxOtherLoad) {
		if busy := sharedCores(cell, e); busy != nil {
			add(HostBound, busy)
		}
	}
	if all := float64(cell.host.All); all > 0 {
		if steal := float64(cell.host.Steal) / all; steal > maxSteal {
			add(Steal, StolenCores(steal))
		}
	}
	return doubts
}

// sharedCores returns how busy the cores were that generator and server share, nil if these had
// time to spare, or if the two share none because they are bound to different CPUs.
func sharedCores(cell Cell, e *spec.Experiment) Evidence {
	server, _ := e.Server(cell.Server)
	if !e.Load.CPUs.Overlaps(server.CPUs) {
		return nil
	}
	bound := e.Load.CPUs.Union(server.CPUs) != nil
	ticks := cell.host
	if bound {
		ticks = sumTicks(cell.clean, func(r record.Result) *record.Ticks { return r.HostCPUs })
	}

	busy := float64(ticks.Busy) / float64(ticks.All)
	switch {
	case ticks.All == 0 || busy < hostBusyShare:
		return nil
	case bound:
		return BusyCPUs(busy)
	}
	return BusyCores(busy)
}

// hostCPUs returns the ticks of the CPUs to which generator and server are bound, if they are, and
// otherwise those of all cores.
func hostCPUs(r record.Result) *record.Ticks {
	if r.HostCPUs != nil {
		return r.HostCPUs
	}
	return r.Host
}

// sumTicks adds up what the machine did during some trials. One trial has too few ticks to tell.
func sumTicks(
	trials []record.Result,
	ticksOf func(record.Result) *record.Ticks,
) (sum record.Ticks) {
	for _, trial := range trials {
		if t := ticksOf(trial); t != nil {
			sum.Busy += t.Busy
			sum.Steal += t.Steal
			sum.All += t.All
		}
	}
	return sum
}
