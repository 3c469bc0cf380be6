package labtest

import (
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// Situation is a run with an answer of its own kind. Two servers are called A, the baseline, and B.
type Situation struct {
	Name string
	World
}

// pace is a throughput in requests per second, by server and level.
type pace func(server string, level int) float64

// Situations returns a run for each kind of answer that a report can have, in the order in which a
// reader meets them.
func Situations() []Situation {
	one, two, five := []string{"A"}, []string{"A", "B"}, []string{"A", "B", "C", "D", "E"}
	slower := times(0.8)
	return append([]Situation{
		closedLoop("one-server", one, pace(levellingOff).trial(0.02)),
		closedLoop("slower", two, byFactor(slowerWithMany).trial(0.02)),
		closedLoop("much-faster", two, byFactor(muchFaster).trial(0.02)),
		closedLoop("mixed", two, byFactor(settledAtSome).unsteady(5, 8)),
		closedLoop("changing-sides", two, byFactor(fasterWithMany).trial(0.02)),
		closedLoop("same", two, times(1.01).trial(0.02)),
		closedLoop("nothing-settled", two, times(0.97).unsteady(1, 3, 5, 8, 10)),
		closedLoop("generator-bound-one", two, slower.bound("A")),
		closedLoop("generator-bound-both", two, times(0.97).bound("A", "B")),
		closedLoop("several", five, pace(fiveServers).trial(0.02)),
		closedLoop("several-alike", five[:3], times(1).unsteady(1, 3, 5, 8, 10)),
		openLoop("open-all", two, map[string]float64{"A": 9000, "B": 9000}),
		openLoop("open-limit", two, map[string]float64{"A": 3000, "B": 2500}),
		openLoop("open-different", two, map[string]float64{"A": 9000, "B": 1800}),
		openLoop("open-none", one, map[string]float64{"A": 710}),
		lateLoop("open-late", two, map[string]float64{"A": 9000, "B": 1800}),
		closedLoop("some-invalid", two, answering404(slower, func(t plan.Trial) bool {
			return t.Server == "B" && t.Level.Value >= 8
		})),
		closedLoop("baseline-invalid", two, answering404(slower, func(t plan.Trial) bool {
			return t.Server == "A"
		})),
		closedLoop("all-invalid", two, answering404(slower, func(plan.Trial) bool { return true })),
		closedLoop("suspect", two, busyAfterwards(times(0.6), "B", 5)),
		closedLoop("too-few", two, byFactor(slowerWithMany).trial(0.02)).inRounds(2),
		closedLoop("control", two, slower.trial(0.02)).designed("control = true\n"),
		{"calibration", soundWorlds()["calibrated"]},
		{"several-runs", smallWorlds()["runs"]},
		{"imported-files", troubledWorlds()["imported"]},
	}, append(mixtures(), against()...)...)
}

// closedLoop returns a situation of five levels of concurrency and ten rounds.
func closedLoop(
	name string, servers []string, trial func(plan.Trial) record.Result,
) Situation {
	return Situation{name, World{
		Head:    plainHead,
		Servers: servers,
		Rounds:  10,
		Trial:   trial,
	}}
}

// openLoop returns a situation of three arrival rates, in which each server answers up to a limit.
func openLoop(name string, servers []string, limit map[string]float64) Situation {
	return Situation{name, World{
		Head:    OpenHead,
		Servers: servers,
		Rounds:  10,
		Trial:   arrivingUpTo(limit),
		Header:  byEmbedded,
	}}
}

func (s Situation) inRounds(n int) Situation {
	s.Rounds = n
	return s
}

func (s Situation) designed(design string) Situation {
	s.Design = design
	return s
}

// times returns the pace of servers of which all but A differ from A by the same factor.
func times(factor float64) pace { return byFactor(func(int) float64 { return factor }) }

func slowerWithMany(level int) float64 { return 0.86 - 0.01*float64(level) }

func muchFaster(level int) float64 { return 2 + 0.12*float64(level) }

// levellingOff is a server that handles no more from three clients on.
func levellingOff(_ string, level int) float64 { return 14_000 + 3_500*float64(min(level, 3)-1) }

// byFactor returns the pace of servers of which all but A differ from A by a factor.
func byFactor(factor func(level int) float64) pace {
	return func(server string, level int) float64 {
		rate := levellingOff(server, level)
		if !strings.HasPrefix(server, "A") { // the control is "A" with more letters
			rate *= factor(level)
		}
		return rate
	}
}

func settledAtSome(level int) float64 {
	if level == 5 || level == 8 {
		return 0.9
	}
	return 0.8 - 0.004*float64(level)
}

func fasterWithMany(level int) float64 {
	if level == 1 {
		return 0.9
	}
	return 1.4 + 0.03*float64(level)
}

// fiveServers are three that lead, one that is slower and one that is far behind.
func fiveServers(server string, level int) float64 {
	switch server {
	case "D":
		return 2600 * 0.3
	case "E":
		return 2600 * 0.08
	}
	if level == 1 {
		return 900
	}
	return 2600
}

// noise returns a number from −1 to 1 that looks random and is the same for the same trial.
func noise(trial plan.Trial) float64 {
	h := uint32(trial.Round*2654435761) ^ uint32(trial.Level.Value*40503) ^
		uint32(len(trial.Server)*7919+int(trial.Server[0]))*2246822519
	h ^= h >> 15
	h *= 2246822519
	h ^= h >> 13
	h *= 3266489917
	h ^= h >> 16
	return float64(h)/float64(1<<31) - 1
}

// trial returns clean trials at this pace that scatter by a share of it.
func (p pace) trial(scatter float64) func(plan.Trial) record.Result {
	return func(trial plan.Trial) record.Result {
		rate := p(trial.Server, trial.Level.Value)
		return used(Reported(trial, rate*(1+scatter*noise(trial))), 0.5)
	}
}

// unsteady returns clean trials that scatter far at some levels.
func (p pace) unsteady(levels ...int) func(plan.Trial) record.Result {
	return func(trial plan.Trial) record.Result {
		scatter := 0.02
		for _, level := range levels {
			if level == trial.Level.Value {
				scatter = 0.15
			}
		}
		return p.trial(scatter)(trial)
	}
}

// bound returns clean trials in which the generator is busy all the time with some servers.
func (p pace) bound(servers ...string) func(plan.Trial) record.Result {
	return func(trial plan.Trial) record.Result {
		busy := 0.5
		if strings.Contains(strings.Join(servers, " "), trial.Server) {
			busy = 0.97
		}
		return used(p.trial(0.02)(trial), busy)
	}
}

// used adds to a trial what its server and its generator used: the generator that share of a core.
func used(r record.Result, generator float64) record.Result {
	seconds := r.Load.Measurement.TimeTakenSeconds
	r.Load.Process = &record.Account{
		WallSeconds:   seconds,
		UserSeconds:   generator * seconds / 4,
		SystemSeconds: 3 * generator * seconds / 4,
	}
	perRequest := 0.00001
	if r.Server == "B" {
		perRequest = 0.000022
	}
	held := func() *record.Held {
		return &record.Held{Processes: 1, Threads: 5, Descriptors: new(8)}
	}
	r.Usage = &record.Usage{
		CPUSeconds:      new(perRequest * requests),
		QuietSeconds:    new(0.05),
		QuietCPUSeconds: new(0.00005),
		PeakMemoryBytes: new(int64(9_700_000)),
		Before:          held(),
		LoadEnd:         held(),
		After:           held(),
	}
	return r
}

// arrivingUpTo returns trials of an open loop in which each server answers up to a limit.
func arrivingUpTo(limit map[string]float64) func(plan.Trial) record.Result {
	return func(trial plan.Trial) record.Result {
		r := arriving(trial)
		due := float64(trial.Level.Value)
		most := limit[strings.TrimSuffix(trial.Server, " (control)")]
		late := due > most
		rate := due * (1 - float64(trial.Round)/10_000)
		if late {
			rate = most * (1 + 0.01*noise(trial))
		}
		m := r.Load.Measurement
		m.RequestsPerSecond, m.TimeTakenSeconds = rate, requests/rate
		m.Complete, m.Unsent = requests, 0
		for i := range r.PercentilesMS {
			r.PercentilesMS[i] = (0.2 + float64(i)/1000) * (1 + 0.05*noise(trial))
			if trial.Server == "B" && i > 95 {
				r.PercentilesMS[i] *= 3
			}
			if late {
				r.PercentilesMS[i] += float64(i)
			}
		}
		return r
	}
}

// answering404 returns trials of which some have only answers of status 404.
func answering404(p pace, wrong func(plan.Trial) bool) func(plan.Trial) record.Result {
	return func(t plan.Trial) record.Result {
		if wrong(t) {
			return notFound(t)
		}
		return p.trial(0.02)(t)
	}
}

// busyAfterwards returns trials after which one server stays busy at one level.
func busyAfterwards(p pace, server string, level int) func(plan.Trial) record.Result {
	return func(t plan.Trial) record.Result {
		r := p.trial(0.02)(t)
		if t.Server == server && t.Level.Value == level {
			r.Usage.QuietCPUSeconds = new(0.049)
		}
		return r
	}
}
