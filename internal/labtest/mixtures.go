package labtest

import (
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// mixtures are situations in which several things happen at once, or in which the experiment has an
// unusual design.
func mixtures() []Situation {
	two, three := []string{"A", "B"}, []string{"A", "B", "C"}
	slower := times(0.8)
	only := func(level string, s Situation) Situation {
		s.Head = headAt("[" + level + "]")
		return s
	}
	return []Situation{
		only("4", closedLoop("one-level", two, slower.trial(0.02))),
		only("4", closedLoop("one-server-one-level", two[:1], slower.trial(0.02))),
		{"good-answers", troubledWorlds()["shed"]},
		closedLoop("two-runs", two, slower.trial(0.02)).inRounds(4).designed("runs = 2\n"),
		{"asked-in-several-ways", soundWorlds()["ways"]},
		{"dependent-rounds", unevenWorlds()["slowly"]},
		closedLoop("within-control", two, restlessControl(times(0.93))).designed(
			"control = true\n"),
		{"models-beside-twins", smallWorlds()["twins"]},
		closedLoop("difficult-names", []string{
			`go, "net/http"`, "nginx; tuned", "C and D", "E: the last",
		}, pace(lastIsSlow).trial(0.02)),
		closedLoop("everything", two, everything),
		closedLoop("several-in-part", three, everything),
		closedLoop("several-one-usable", three, answering404(slower, func(t plan.Trial) bool {
			return t.Server == "B"
		})),
		closedLoop("several-baseline-alone", three, answering404(slower, func(t plan.Trial) bool {
			return t.Server != "A"
		})),
		closedLoop("several-apart", three, answering404(slower, func(t plan.Trial) bool {
			return t.Server == "B" && t.Level.Value < 5 || t.Server == "C" && t.Level.Value >= 5
		})),
		closedLoop("several-too-few", three, slower.trial(0.02)).inRounds(2),
		openLoop("open-several", three, map[string]float64{"A": 9000, "B": 9000, "C": 1500}),
		openLoop("open-none-of-two", two, map[string]float64{"A": 700, "B": 400}),
		openLoop("open-suspect", two, map[string]float64{"A": 9000, "B": 9000}).changed(
			func(r *record.Result) {
				if r.Server == "B" && r.Level.Value == 2000 {
					*r = used(*r, 0.5)
					r.Usage.QuietCPUSeconds = new(0.049)
				}
			}),
		openLoop("open-invalid", two, map[string]float64{"A": 9000, "B": 9000}).changed(
			func(r *record.Result) {
				if r.Server == "A" {
					r.Load.Measurement.Non2xx = r.Load.Measurement.Complete
				}
			}),
		openLoop("open-control", two, map[string]float64{"A": 9000, "B": 9000}).designed(
			"control = true\n"),
	}
}

// lastIsSlow is the pace of servers of which the last one is far behind.
func lastIsSlow(server string, level int) float64 {
	rate := levellingOff(server, level)
	if strings.HasPrefix(server, "E") {
		rate *= 0.4
	}
	return rate
}

// changed returns the situation with its results changed.
func (s Situation) changed(change func(*record.Result)) Situation {
	trial := s.Trial
	s.Trial = func(t plan.Trial) record.Result {
		r := trial(t)
		change(&r)
		return r
	}
	return s
}

// restlessControl returns trials in which the second measurement of the baseline scatters far.
func restlessControl(p pace) func(plan.Trial) record.Result {
	return func(t plan.Trial) record.Result {
		if t.Server != "A" && strings.HasPrefix(t.Server, "A") {
			return p.trial(0.15)(t)
		}
		return p.trial(0.02)(t)
	}
}

// everything is a trial of a server that is slower with one client, of which the data are suspect
// with three, which the generator limits with five, which nothing settles with eight, and which is
// invalid with ten.
func everything(t plan.Trial) record.Result {
	p := byFactor(func(level int) float64 { return 0.8 + 0.02*float64(level) })
	if t.Server != "B" {
		return p.trial(0.02)(t)
	}
	switch t.Level.Value {
	case 3:
		return busyAfterwards(p, "B", 3)(t)
	case 5:
		return p.bound("B")(t)
	case 8:
		return p.unsteady(8)(t)
	case 10:
		return notFound(t)
	}
	return p.trial(0.02)(t)
}
