package stats

import (
	"strings"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// hostCodes returns what machines did before the first trial that may disturb the whole run, with
// the names of these machines where there are several.
func hostCodes(rec *record.Record) map[Code]Evidence {
	names := map[Code][]string{}
	for _, m := range watchedBefore(rec) {
		env := m.Environment
		if env.BusyBefore != nil && *env.BusyBefore > maxBusyBefore {
			names[BusyHost] = append(names[BusyHost], m.String())
		}
		if env.TimeWait != nil && *env.TimeWait > maxTimeWait {
			names[TimeWait] = append(names[TimeWait], m.String())
		}
	}
	codes := map[Code]Evidence{}
	for code, machines := range names {
		codes[code] = nil
		if Apart(rec) {
			codes[code] = OnMachines(strings.Join(machines, ", "))
		}
	}
	return codes
}

// watchedBefore returns the machines that took part, as they were before the first trial. The
// header's own description is that of the run's machine, which may have been neither.
func watchedBefore(rec *record.Record) []record.Machine {
	if !Apart(rec) {
		all := []record.Machine{{Environment: rec.Environment}}
		return append(all, rec.Machines...)
	}
	return rec.Machines
}

// hostDoubts returns what machines did during a cell's clean trials, taken together. The worst of
// them counts. The baseline's cell is the one at the same level; it may be the cell itself.
func hostDoubts(cell, baseline Cell, e *spec.Experiment) []Doubt {
	worst := worstMachines{cell: cell}
	for i := range cell.stations {
		s := &cell.stations[i]
		if s.server && s.generator {
			sharedMachine(&worst, s, baseline, e)
		} else {
			ownMachine(&worst, s)
		}
		host := sumTicks(s.trials, func(t stationTrial) *record.Ticks { return t.host })
		if all := float64(host.All); all > 0 {
			if steal := float64(host.Steal) / all; steal > maxSteal {
				worst.add(s, Steal, steal, cell.Clean(), StolenCores(steal))
			}
		}
	}
	return worst.doubts()
}

// worstMachines are the doubts about the machines of a cell: of each code, that about the machine
// on which it is worst.
type worstMachines struct {
	cell  Cell
	codes []Code // in the order in which they came up
	of    map[Code]machineDoubt
}

// machineDoubt is a doubt about one machine, and how bad it is.
type machineDoubt struct {
	Doubt
	badness float64
}

// add adds a doubt about a machine; the larger the badness, the worse.
func (w *worstMachines) add(
	s *station,
	code Code,
	badness float64,
	count int,
	evidence Evidence,
) {
	w.addNamed(s.name, code, badness, count, evidence)
}

// addNamed is add with the name of what the doubt is about.
func (w *worstMachines) addNamed(
	name string,
	code Code,
	badness float64,
	count int,
	evidence Evidence,
) {
	if w.of == nil {
		w.of = map[Code]machineDoubt{}
	}
	before, known := w.of[code]
	if !known {
		w.codes = append(w.codes, code)
	}
	if !known || badness > before.badness {
		d := w.cell.doubt(code, count, w.cell.named(name, evidence))
		w.of[code] = machineDoubt{d, badness}
	}
}

// doubts returns one doubt for each code.
func (w *worstMachines) doubts() []Doubt {
	var all []Doubt
	for _, code := range w.codes {
		all = append(all, w.of[code].Doubt)
	}
	return all
}

// sharedMachine finds doubts about the machine that server and generator share.
func sharedMachine(worst *worstMachines, s *station, baseline Cell, e *spec.Experiment) {
	cell := worst.cell
	other := s.otherLoad()
	found := addOtherLoad(worst, s, baseline)

	// What other programs took was not shared by generator and server, even where the trials are
	// too short for a doubt about it.
	if found || other.all > 0 && other.share() > maxOtherLoad {
		return
	}
	if busy, evidence := sharedCores(cell, s, e); evidence != nil {
		worst.add(s, HostBound, busy, cell.Clean(), evidence)
	}
}

// ownMachine finds doubts about a machine that has the server or generators, and not both. A server
// that uses all of its machine is what is measured. Where a generator does, it is the limit.
func ownMachine(worst *worstMachines, s *station) {
	addNeighbours(worst, s)
	ticks := sumTicks(s.trials, func(t stationTrial) *record.Ticks { return t.ticks })
	busy := float64(ticks.Busy) / float64(ticks.All)
	if s.server || ticks.All == 0 || busy < hostBusyShare {
		return
	}
	if other := s.otherLoad(); other.all > 0 && other.share() > maxNeighbours {
		return
	}
	worst.add(s, HostBound, busy, worst.cell.Clean(), GeneratorCores(busy))
}

// sharedCores returns how busy the cores were that generator and server share, with the evidence;
// nil if these had time to spare, or if the two share none because they are bound to different
// CPUs.
func sharedCores(cell Cell, s *station, e *spec.Experiment) (float64, Evidence) {
	server, _ := e.Server(cell.Server)
	if !e.Load.CPUs.Overlaps(server.CPUs) {
		return 0, nil
	}
	bound := e.Load.CPUs.Union(server.CPUs) != nil
	ticks := sumTicks(s.trials, func(t stationTrial) *record.Ticks { return t.host })
	if bound {
		ticks = sumTicks(cell.clean, func(r record.Result) *record.Ticks { return r.HostCPUs })
	}

	busy := float64(ticks.Busy) / float64(ticks.All)
	switch {
	case ticks.All == 0 || busy < hostBusyShare:
		return 0, nil
	case bound:
		return busy, BusyCPUs(busy)
	}
	return busy, BusyCores(busy)
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
func sumTicks[T any](trials []T, ticksOf func(T) *record.Ticks) (sum record.Ticks) {
	for _, trial := range trials {
		if t := ticksOf(trial); t != nil {
			sum.Busy += t.Busy
			sum.Steal += t.Steal
			sum.All += t.All
		}
	}
	return sum
}
