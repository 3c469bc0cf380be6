package labtest

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// lateLoop returns a situation of an open loop in which half of each response time of the server B
// is that its request was sent late.
func lateLoop(name string, servers []string, limit map[string]float64) Situation {
	s := openLoop(name, servers, limit)
	s.Trial = sentLate("B", 0.5, s.Trial)
	return s
}

// takingLate is taking, where a fifth of each response time of the server B is that its request was
// sent late.
func takingLate(limits map[string]float64) World {
	w := taking(limits, 0.01)
	w.Trial = sentLate("B", 0.2, w.Trial)
	return w
}

// sentLate returns trials of an open loop that tell how late their requests were sent: those of one
// server by a share of each response time, and all others by very little.
func sentLate(
	server string, share float64, trial func(plan.Trial) record.Result,
) func(plan.Trial) record.Result {
	return func(t plan.Trial) record.Result {
		r := trial(t)
		share := share
		if t.Server != server {
			share = 0.0001
		}
		r.Load.Detail = &record.Detail{
			Complete: requests,
			Good:     requests,
			Late:     LateBy(share, r.PercentilesMS),
		}
		return r
	}
}

// LateBy returns how late requests were sent that are late by a share of the response times at 0%
// to 100%.
func LateBy(share float64, ms []float64) *record.Late {
	mean := 0.0
	for _, one := range ms {
		mean += one / float64(len(ms))
	}
	return &record.Late{
		MeanMS: share * mean,
		P50MS:  share * ms[50],
		P90MS:  share * ms[90],
		P95MS:  share * ms[95],
		P99MS:  share * ms[99],
		P999MS: share * ms[100],
	}
}
