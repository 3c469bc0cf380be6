package labtest

import (
	"maps"
	"math"
	"slices"
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// CapacityHead is the beginning of a spec that looks for capacities.
const CapacityHead = `title = "How much can they take?"
question = "Which server takes more requests per second within 50 ms?"
[load]
requests = 1000
capacity = { p99 = "50ms" }
`

// CapacityWorlds are runs that looked for the capacity of their servers.
func CapacityWorlds() map[string]World {
	limits := map[string]float64{"Server_async_http": 18_400, "Server_thread_http": 12_100}
	two := map[string]float64{"A": 18_400, "B": 12_100}
	all := capacityKinds()
	maps.Copy(all, map[string]World{
		"capacity": {
			Head:    CapacityHead,
			Servers: twoServers,
			Rounds:  10,
			Trial:   queueing(limits),
			Header:  searched(limits),
		},
		"capacity-late":    takingLate(two),
		"capacity-busy":    takingBusy(two),
		"capacity-network": takingFromAfar(two),
	})
	return all
}

// queueing returns trials in which the p99 grows as that of a queue does, until a server can take
// no more than its limit, in requests per second.
func queueing(limits map[string]float64) func(plan.Trial) record.Result {
	return func(trial plan.Trial) record.Result {
		limit := limits[trial.Server] * (1 + 0.01*noise(trial))
		served := strings.TrimSuffix(trial.Server, " (control)")
		r := arrivingUpTo(map[string]float64{served: limit})(trial)
		due := float64(trial.Level.Value)
		for i := range r.PercentilesMS {
			share := float64(i) / 100
			r.PercentilesMS[i] = 0.2 + share*share*4000/math.Max(limit*1.01-due, limit/500)
			if due > limit {
				r.PercentilesMS[i] += 100 * share
			}
		}
		return r
	}
}

// searched returns what gives a header searches that found these capacities.
func searched(limits map[string]float64) func(*record.Header) {
	return func(h *record.Header) {
		byEmbedded(h)
		for _, server := range slices.Sorted(maps.Keys(limits)) {
			s := record.Search{Server: server, End: record.Bracketed}
			for rate := 1000; ; rate *= 2 {
				met := float64(rate) < limits[server]
				ms := 0.2 + 4000/math.Max(limits[server]-float64(rate), 10)
				p := record.Probe{
					Rate:      rate,
					Requests:  1000,
					Outcome:   record.Ended,
					Met:       met,
					LatencyMS: &ms,
					Answered:  math.Min(float64(rate), limits[server]),
				}
				s.Probes = append(s.Probes, p)
				if !met {
					break
				}
			}
			for _, step := range []float64{0.7, 0.84, 0.9, 0.95, 1, 1.06, 1.12, 1.26} {
				s.Rates = append(s.Rates, int(math.Round(limits[server]*step/100))*100)
			}
			h.Searches = append(h.Searches, s)
		}
	}
}
