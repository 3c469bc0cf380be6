package stats

import "labbook/internal/record"

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

// hostDoubts returns what the machine did during a cell's clean trials, taken together.
func hostDoubts(cell Cell) []Doubt {
	all := float64(cell.host.All)
	if all == 0 {
		return nil
	}
	var doubts []Doubt
	add := func(code Code, evidence Evidence) {
		doubts = append(doubts, cell.doubt(code, cell.Clean(), evidence))
	}

	if busy := float64(cell.host.Busy) / all; busy >= hostBusyShare {
		add(HostBound, BusyCores(busy))
	}
	if steal := float64(cell.host.Steal) / all; steal > maxSteal {
		add(Steal, StolenCores(steal))
	}
	return doubts
}

// sumTicks adds up what the machine did during some trials. One trial has too few ticks to tell.
func sumTicks(trials []record.Result) (sum record.Ticks) {
	for _, trial := range trials {
		if t := trial.Host; t != nil {
			sum.Busy += t.Busy
			sum.Steal += t.Steal
			sum.All += t.All
		}
	}
	return sum
}
