package stats

import (
	"slices"

	"labbook.example/labbook/internal/record"
)

// quotaDoubts reports a cell in whose trials a quota stopped the generator or the server, be they
// clean or not, and a server that has another quota than the baseline: the two then had different
// machines.
func quotaDoubts(rec *record.Record, cell, baseline Cell) []Doubt {
	var doubts []Doubt
	count, stopped, machine := stoppedByQuota(rec.ForCell(cell.Cell))
	if stopped.Seconds > maxThrottled*stopped.Loads {
		if stopped.Server {
			machine = cell.serverStation().name
		}
		doubts = append(doubts, cell.doubt(Throttled, count, cell.named(machine, stopped)))
	}

	ours, known := quotaCores(cell)
	theirs, baselineKnown := quotaCores(baseline)
	if known && baselineKnown && ours != theirs {
		evidence := QuotaCores{Server: ours, Baseline: theirs}
		doubts = append(doubts, cell.doubt(QuotaDiffers, cell.Trials, evidence))
	}
	return doubts
}

// stoppedByQuota returns in how many trials a quota stopped a side, and for how long in all of them
// together: the side, of several generators the one, that was stopped for longer. Where both sides
// are in one group, they were stopped together.
func stoppedByQuota(trials []record.Result) (count int, worst StoppedSeconds, machine string) {
	var server record.Quota
	generators := map[string]*record.Quota{}
	var names []string // of the generators, in the order in which they come
	loads := 0.0
	for _, trial := range trials {
		if trial.Load == nil || !quotasKnown(trial) {
			continue
		}
		stopped := int64(0)
		if trial.Quotas != nil && trial.Quotas.Server != nil {
			server.Add(trial.Quotas.Server)
			stopped += trial.Quotas.Server.ThrottledPeriods
		}
		for _, p := range generatorsOf(trial) {
			if p.Quota == nil {
				continue
			}
			if generators[p.String()] == nil {
				generators[p.String()] = &record.Quota{}
				names = append(names, p.String())
			}
			generators[p.String()].Add(p.Quota)
			stopped += p.Quota.ThrottledPeriods
		}
		if stopped > 0 {
			count++
		}
		loads += trial.Load.WallSeconds
	}

	worst.Loads = loads
	for _, name := range names {
		if q := generators[name]; q.ThrottledSeconds > worst.Seconds || machine == "" {
			worst.Seconds, worst.Cores, machine = q.ThrottledSeconds, q.Cores, name
		}
	}
	if server.ThrottledSeconds > 0 && server.ThrottledSeconds >= worst.Seconds {
		worst.Server, worst.Seconds, worst.Cores = true, server.ThrottledSeconds, server.Cores
		machine = ""
	}
	return count, worst, machine
}

// quotasKnown reports whether anything is known of the quotas in a trial.
func quotasKnown(r record.Result) bool {
	return r.Quotas != nil || slices.ContainsFunc(r.Generators, func(p record.Part) bool {
		return p.Quota != nil
	})
}

// quotaCores returns the quota of a cell's server in cores, 0 if it has none. It reports false if
// that is not known of any trial, or if it changed from trial to trial.
func quotaCores(cell Cell) (cores float64, known bool) {
	for _, trial := range cell.clean {
		if trial.Quotas == nil || trial.Quotas.Server == nil {
			continue
		}
		if known && trial.Quotas.Server.Cores != cores {
			return 0, false
		}
		cores, known = trial.Quotas.Server.Cores, true
	}
	return cores, known
}
