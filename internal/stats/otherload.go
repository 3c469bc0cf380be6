package stats

import "labbook.example/labbook/internal/record"

// Ticks are too coarse for short trials: a clock that ticks a hundred times a second sees ten ticks
// in 50 ms on two cores, and what starts ab counts among the other programs.
const (
	ticksPerSecond  = 100 // of a core: USER_HZ, which is the same on all systems
	minTrialTicks   = 10  // of all cores together, in the mean
	minOtherLoadAll = 100 // in all trials of a cell together
)

// otherLoad is what neither generator nor server used of the cores' time.
type otherLoad struct {
	ticks  float64 // by other programs and by the kernel on its own account
	all    float64 // of the cores
	trials int     // in which it is known
}

// share returns the share of the cores' time.
func (o otherLoad) share() float64 { return o.ticks / o.all }

// known reports whether there are enough ticks to tell.
func (o otherLoad) known() bool {
	return o.all >= minOtherLoadAll && o.all >= minTrialTicks*float64(o.trials)
}

// add counts a trial. What other guests of the machine had is a doubt of its own. The difference of
// one trial may be negative, because ticks are samples; the errors of many trials cancel out.
//
// On a machine that server and generator share, their connections stay within it, and the kernel's
// work for them is in their own time for the most part. Elsewhere a card interrupts the machine for
// them, which is in nobody's time: it is no other program's either.
func (o *otherLoad) add(t stationTrial, shared bool) {
	if t.ticks == nil || !t.known {
		return
	}
	own := t.own
	if !shared && t.network != nil && t.network.InterruptSeconds != nil {
		own += *t.network.InterruptSeconds
	}
	o.ticks += float64(t.ticks.Busy-t.ticks.Steal) - ticksPerSecond*own
	o.all += float64(t.ticks.All)
	o.trials++
}

// otherLoad returns the other load of a machine in all trials together.
func (s station) otherLoad() (sum otherLoad) {
	for _, t := range s.trials {
		sum.add(t, s.server && s.generator)
	}
	return sum
}

// roundsAbove returns the rounds in which other programs had more than a share of the machine by
// itself.
func (s station) roundsAbove(limit float64) (rounds []int) {
	for _, t := range s.trials {
		var one otherLoad
		one.add(t, s.server && s.generator)
		if one.trials > 0 && one.share() > limit {
			rounds = append(rounds, t.of.Round)
		}
	}
	return rounds
}

// addOtherLoad finds out whether other programs had a large share of the cores that server and
// generator share in a cell's clean trials, or a much larger one than beside the baseline's. The
// count is of the trials in which their share was too large by itself.
func addOtherLoad(worst *worstMachines, s *station, baseline Cell) bool {
	load, of := s.otherLoad(), baseline.serverStation().otherLoad()
	if !load.known() {
		return false
	}

	limit := maxOtherLoad
	evidence := OtherPrograms{Share: load.share()}
	if load.share() <= limit {
		if !of.known() || load.share() <= of.share()+maxMoreOther {
			return false
		}
		evidence.Baseline = of.share()
		limit = of.share() + maxMoreOther
	}

	rounds := s.roundsAbove(limit)
	if len(rounds) < len(s.trials) {
		evidence.Rounds = record.RoundRanges(rounds)
	}
	worst.add(s, OtherLoad, load.share(), len(rounds), evidence)
	return true
}

// addNeighbours finds out whether other programs worked on a machine that has the server or
// generators, and not both: it should have been theirs alone.
func addNeighbours(worst *worstMachines, s *station) {
	load := s.otherLoad()
	if !load.known() || load.share() <= maxNeighbours {
		return
	}
	evidence := OtherPrograms{Share: load.share()}
	rounds := s.roundsAbove(maxNeighbours)
	if len(rounds) < len(s.trials) {
		evidence.Rounds = record.RoundRanges(rounds)
	}
	worst.add(s, Neighbours, load.share(), len(rounds), evidence)
}
