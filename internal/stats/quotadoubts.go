package stats

import "labbook.example/labbook/internal/record"

// quotaDoubts reports a cell in whose trials a quota stopped the generator or the server, be they
// clean or not, and a server that has another quota than the baseline: the two then had different
// machines.
func quotaDoubts(rec *record.Record, cell, baseline Cell) []Doubt {
	var doubts []Doubt
	count, stopped := stoppedByQuota(rec.ForCell(cell.Cell))
	if stopped.Seconds > maxThrottled*stopped.Loads {
		doubts = append(doubts, cell.doubt(Throttled, count, stopped))
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
// together. Where both sides are in one group, they were stopped together.
func stoppedByQuota(trials []record.Result) (count int, evidence StoppedSeconds) {
	var generator, server record.Quota
	for _, trial := range trials {
		if trial.Quotas == nil || trial.Load == nil {
			continue
		}
		before := generator.ThrottledPeriods + server.ThrottledPeriods
		generator.Add(trial.Quotas.Generator)
		server.Add(trial.Quotas.Server)
		if generator.ThrottledPeriods+server.ThrottledPeriods > before {
			count++
		}
		evidence.Loads += trial.Load.WallSeconds
	}

	longer := generator
	if server.ThrottledSeconds > 0 && server.ThrottledSeconds >= generator.ThrottledSeconds {
		longer, evidence.Server = server, true
	}
	evidence.Seconds, evidence.Cores = longer.ThrottledSeconds, longer.Cores
	return count, evidence
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

// generatorQuota returns the generator's quota in cores in the last trial that tells; 0 if it has
// none, or if no trial tells.
func (c Cell) generatorQuota() (cores float64) {
	for _, trial := range c.clean {
		if trial.Quotas != nil && trial.Quotas.Generator != nil {
			cores = trial.Quotas.Generator.Cores
		}
	}
	return cores
}
