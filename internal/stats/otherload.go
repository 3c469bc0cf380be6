package stats

import (
	"fmt"
	"strings"

	"labbook.example/labbook/internal/record"
)

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
func (o *otherLoad) add(r record.Result) {
	ticks := hostCPUs(r)
	if ticks == nil || r.Load == nil || r.Load.Process == nil ||
		r.Usage == nil || r.Usage.CPUSeconds == nil {
		return
	}
	own := r.Load.Process.UserSeconds + r.Load.Process.SystemSeconds + *r.Usage.CPUSeconds
	o.ticks += float64(ticks.Busy-ticks.Steal) - ticksPerSecond*own
	o.all += float64(ticks.All)
	o.trials++
}

// otherLoadOf returns the other load of some trials together.
func otherLoadOf(trials []record.Result) (sum otherLoad) {
	for _, trial := range trials {
		sum.add(trial)
	}
	return sum
}

// otherLoadDoubts reports a cell beside whose clean trials other programs had a large share of the
// cores, or a much larger one than beside the baseline's. The count is of the trials in which their
// share was too large by itself.
func otherLoadDoubts(cell, baseline Cell) []Doubt {
	load, of := otherLoadOf(cell.clean), otherLoadOf(baseline.clean)
	if !load.known() {
		return nil
	}

	limit := maxOtherLoad
	evidence := OtherPrograms{Share: load.share()}
	if load.share() <= limit {
		if !of.known() || load.share() <= of.share()+maxMoreOther {
			return nil
		}
		evidence.Baseline = of.share()
		limit = of.share() + maxMoreOther
	}

	var rounds []int
	for _, trial := range cell.clean {
		if one := otherLoadOf([]record.Result{trial}); one.trials > 0 && one.share() > limit {
			rounds = append(rounds, trial.Round)
		}
	}
	if len(rounds) < len(cell.clean) {
		evidence.Rounds = roundRanges(rounds)
	}
	return []Doubt{cell.doubt(OtherLoad, len(rounds), evidence)}
}

// roundRanges returns ascending rounds as people write them: "1–3, 7".
func roundRanges(rounds []int) string {
	var parts []string
	for i := 0; i < len(rounds); {
		last := i
		for last+1 < len(rounds) && rounds[last+1] == rounds[last]+1 {
			last++
		}
		part := fmt.Sprint(rounds[i])
		if last > i {
			part += fmt.Sprintf("–%d", rounds[last])
		}
		parts = append(parts, part)
		i = last + 1
	}
	return strings.Join(parts, ", ")
}
