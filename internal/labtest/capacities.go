package labtest

import (
	"maps"
	"math"
	"slices"
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// highestRate is the highest arrival rate that the generator of a made-up run can make.
const highestRate = 60_000

// capacityKinds are runs that looked for capacities, one for each kind of answer. Two servers are
// called A, the baseline, and B.
func capacityKinds() map[string]World {
	one := map[string]float64{"A": 18_400}
	two := map[string]float64{"A": 18_400, "B": 12_100}
	three := map[string]float64{"A": 18_400, "B": 12_100, "C": 25_700}
	five := map[string]float64{"A": 18_400, "B": 12_100, "C": 25_700, "D": 25_600, "E": 9_100}
	eight := maps.Clone(five)
	maps.Copy(eight, map[string]float64{"F": 31_000, "G": 0, "H": math.Inf(1)})
	alike := map[string]float64{"A": 18_400, "B": 18_420}
	near := map[string]float64{"A": 18_400, "B": 18_100}
	fast := map[string]float64{"A": 18_400, "B": math.Inf(1)}
	fastest := map[string]float64{"A": math.Inf(1), "B": math.Inf(1)}
	none := map[string]float64{"A": 18_400, "B": 0}
	control := map[string]float64{"A": 18_400, "B": 12_100, "A (control)": 18_400}

	good := taking(two, 0.01)
	good.Head = strings.Replace(CapacityHead, "[load]", "[load]\nallowed_failures = 0.05", 1)
	good.Trial = sheddingAt("B", good.Trial)

	median := taking(two, 0.01)
	median.Head = strings.Replace(CapacityHead, `{ p99 = "50ms" }`, `{ p50 = "800us" }`, 1)

	dying := taking(two, 0.01)
	dying.Trial = dyingAbove(11_500, "B", dying.Trial)

	lost := taking(two, 0.01)
	lost.Trial = dyingAbove(0, "B", lost.Trial)

	farm := taking(two, 0.01).inRounds(12)
	search := farm.Header
	farm.Header = func(h *record.Header) {
		search(h)
		joinedOfTwo(h)
	}

	expecting := taking(two, 0.01)
	expecting.Ways = "\n[[expect]]\nmetric = \"requests_per_second\"\nat_least = 13500\n" +
		"why = \"what the front page needs\"\n" +
		"\n[[expect]]\nmetric = \"requests_per_second\"\nratio_at_least = 0.55\n" +
		"than = \"baseline\"\n" +
		"\n[[expect]]\nmetric = \"requests_per_second\"\nserver = \"A\"\nat_least = 18400\n"

	return map[string]World{
		"capacity-mixed":     mixedCapacities(),
		"capacity-hostile":   hostileCapacities(),
		"capacity-poisson":   takingAtRandom(two),
		"capacity-one":       taking(one, 0.01),
		"capacity-one-few":   taking(one, 0.01).inRounds(3),
		"capacity-three":     taking(three, 0.01),
		"capacity-five":      taking(five, 0.01),
		"capacity-eight":     taking(eight, 0.01),
		"capacity-alike":     taking(alike, 0.001).designed("margin = 0.2\n"),
		"capacity-unsure":    taking(near, 0.2),
		"capacity-few":       taking(two, 0.01).inRounds(3),
		"capacity-unbounded": taking(fast, 0.01),
		"capacity-all-above": taking(fastest, 0.01),
		"capacity-unreached": taking(none, 0.01),
		"capacity-control":   taking(control, 0.01).designed("control = true\n"),
		"capacity-runs":      taking(two, 0.01).inRounds(4).designed("runs = 5\npause = \"10s\"\n"),
		"capacity-goodput":   good,
		"capacity-median":    median,
		"capacity-dying":     dying,
		"capacity-fainting":  faintingCapacities(),
		"capacity-dead":      lost,
		"capacity-farm":      farm,
		"capacity-expecting": expecting,
		"capacity-against":   takingAgainst(0.8),
	}
}

// mixedCapacities returns a run of servers of which one never meets the objective, and one at each
// rate. What is expected of these tells both.
func mixedCapacities() World {
	w := taking(map[string]float64{"A": 18_400, "B": 0, "C": math.Inf(1), "D": 12_100}, 0.01)
	const of = "\n[[expect]]\nmetric = \"requests_per_second\"\nserver = "
	w.Ways = of + "\"B\"\nat_least = 100\n" +
		of + "\"C\"\nat_least = 70000\n" +
		of + "\"C\"\nratio_at_least = 3\nthan = \"baseline\"\n"
	return w
}

// faintingCapacities returns a run of six rounds, in one of which a server dies at each rate.
func faintingCapacities() World {
	w := taking(map[string]float64{"A": 18_400, "B": 12_100}, 0.01).inRounds(6)
	w.Trial = dyingIn(3, "B", w.Trial)
	return w
}

// hostileCapacities returns a run with hostile texts and names, of which a server dies.
func hostileCapacities() World {
	limits := map[string]float64{}
	for i, name := range HostileNames {
		limits[name] = float64(9000 + 2000*i)
	}
	w := taking(limits, 0.01)
	w.Head = strings.Replace(hostileHead, "concurrency = [1, 10]",
		`capacity = { p99 = "50ms" }`, 1)
	w.Trial = dyingAbove(14_000, HostileNames[3], w.Trial)
	return w
}

// taking returns a run in which each server takes up to a limit, which differs by a share of it
// from round to round. A limit of 0 is that of a server which never meets the objective, and an
// infinite one that of a server which meets it at each rate.
func taking(limits map[string]float64, scatter float64) World {
	names := slices.Sorted(maps.Keys(limits))
	names = slices.DeleteFunc(names, func(name string) bool {
		return strings.HasSuffix(name, " (control)")
	})
	return World{
		Head:    CapacityHead,
		Servers: names,
		Rounds:  10,
		Header:  withGrids(limits),
		Trial: func(trial plan.Trial) record.Result {
			limit := limits[trial.Server]
			switch {
			case limit == 0:
				return tooLate(queueingUpTo(highestRate, trial))
			case math.IsInf(limit, 1):
				return queueingUpTo(2*highestRate, trial)
			}
			luck := noise(plan.Trial{Cell: plan.Cell{Server: trial.Server}, Round: trial.Round})
			return queueingUpTo(limit*(1+scatter*luck), trial)
		},
	}
}

// queueingUpTo returns a trial of a queue that can take so many requests per second.
func queueingUpTo(limit float64, trial plan.Trial) record.Result {
	return queueing(map[string]float64{trial.Server: limit})(trial)
}

// takingAgainst returns a run of a server and its older version, which takes 18,400 requests per
// second. The newer one takes a share of that.
func takingAgainst(share float64) World {
	before := spec.AtCommit(serverNow, commitBefore)
	w := taking(map[string]float64{serverNow: share * 18_400, before: 18_400}, 0.01)
	w.Servers = nil
	w.Ways = shop
	w.Against = &record.Against{Server: serverNow, Rev: "main", Commit: commitBefore}
	return w
}

// tooLate returns a trial in which some answers took longer than any objective.
func tooLate(r record.Result) record.Result {
	for i := range r.PercentilesMS {
		r.PercentilesMS[i] += 2 * float64(i)
	}
	return r
}

// dyingAbove returns trials of which those of one server at higher rates end with its death.
func dyingAbove(
	rate int, server string, trial func(plan.Trial) record.Result,
) func(plan.Trial) record.Result {
	return func(t plan.Trial) record.Result {
		r := trial(t)
		if t.Server == server && t.Level.Value > rate {
			r.Outcome, r.Reason = record.Crashed, "the server ended: exit status 2"
			r.ServerStderr = "panic: runtime error\n\tat line 1"
			r.Load.Measurement.Complete = 400
		}
		return r
	}
}

// dyingIn returns trials of which those of one server in a round end with its death, at each rate.
func dyingIn(
	round int, server string, trial func(plan.Trial) record.Result,
) func(plan.Trial) record.Result {
	dying := dyingAbove(0, server, trial)
	return func(t plan.Trial) record.Result {
		if t.Round == round {
			return dying(t)
		}
		return trial(t)
	}
}

// sheddingAt returns trials in which one server refuses a part of the requests.
func sheddingAt(
	server string, trial func(plan.Trial) record.Result,
) func(plan.Trial) record.Result {
	return func(t plan.Trial) record.Result {
		r := trial(t)
		d := &record.Detail{Complete: requests, Good: requests, Unexpected: new(int64)}
		d.Statuses = map[int]int64{200: requests}
		r.Load.Detail = d
		if t.Server != server {
			return r
		}
		*d.Unexpected = 5
		d.Good = requests - *d.Unexpected
		d.Statuses = map[int]int64{200: d.Good, 503: *d.Unexpected}
		d.Faults = []record.Fault{{Phase: "answer", Error: "status", Count: *d.Unexpected}}
		d.GoodPercentilesMS = r.PercentilesMS
		r.Load.Measurement.Non2xx = int(*d.Unexpected)
		return r
	}
}

// withGrids returns what gives a header searches that found capacities, or why there are none.
func withGrids(limits map[string]float64) func(*record.Header) {
	bracketed := map[string]float64{}
	for server, limit := range limits {
		if limit > 0 && !math.IsInf(limit, 1) {
			bracketed[server] = limit
		}
	}
	found := searched(bracketed)
	return func(h *record.Header) {
		found(h)
		for _, server := range slices.Sorted(maps.Keys(limits)) {
			switch limit := limits[server]; {
			case limit == 0:
				h.Searches = append(h.Searches, record.Search{
					Server: server,
					Probes: []record.Probe{
						probeOf(1000, false),
						probeOf(30, false),
						probeOf(1, false),
					},
					End:   record.Unreached,
					Rates: []int{1, 2, 4},
				})
			case math.IsInf(limit, 1):
				h.Searches = append(h.Searches, record.Search{
					Server: server,
					Probes: []record.Probe{probeOf(1000, true), probeOf(highestRate, true)},
					End:    record.Unbounded,
					Rates:  []int{highestRate / 4, highestRate / 2, highestRate},
				})
			}
		}
	}
}

// probeOf returns a probe at a rate.
func probeOf(rate int, met bool) record.Probe {
	p := record.Probe{
		Rate:      rate,
		Requests:  requests,
		Outcome:   record.Ended,
		Met:       met,
		LatencyMS: new(1.5),
		Answered:  float64(rate),
	}
	if !met {
		p.LatencyMS, p.Reason = new(198.0), "p99 of 198 ms"
	}
	return p
}
