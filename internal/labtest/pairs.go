package labtest

import (
	"testing"

	"labbook.example/labbook/internal/record"
)

// Pair is an older run and a newer one of the same experiment, as they would be compared.
type Pair struct{ Old, New World }

// Pairs returns a pair for each kind of answer that a comparison of two records can have.
func Pairs() map[string]Pair {
	plain := func(server string, level int) float64 { return 8000 + 400*float64(level) }
	paced := func(servers []string, p pace) World {
		return World{
			Head:    headAt("[1, 10]"),
			Servers: servers,
			Rounds:  10,
			Trial:   p.trial(0.02),
		}
	}
	times := func(factors map[string]float64) pace {
		return func(server string, level int) float64 {
			factor, ok := factors[server]
			if !ok {
				factor = factors[""]
			}
			return factor * plain(server, level)
		}
	}
	two, five := []string{"A", "B"}, []string{"A", "B", "C", "D", "E"}
	old := paced(two, plain)
	faster := paced(two, times(map[string]float64{"": 1.16})) // the machine, and nothing else

	elsewhere := faster
	elsewhere.Header = func(h *record.Header) {
		h.Environment.Cores, h.Environment.CPU = 8, "Another CPU"
	}
	built, rebuilt := old, faster
	built.Header = func(h *record.Header) {
		h.Program = &record.Program{Revision: "1111111aaaa", SHA256: "01"}
	}
	rebuilt.Header = func(h *record.Header) {
		h.Labbook = "v0.2.0"
		h.Program = &record.Program{Revision: "2222222bbbb", SHA256: "02"}
	}
	otherwise := paced([]string{"A", "B", "new"}, plain)
	otherwise.Head = headAt("[10, 20]")
	otherwise.Ways = "keepalive = true\n" // of the last server
	alone := paced([]string{"C"}, plain)
	alone.Head = headAt(fiveLevels)
	expecting := paced(two, times(map[string]float64{"A": 1.16, "B": 0.9}))
	expecting.Ways = "\n[[expect]]\nmetric = \"requests_per_second\"\nthan = \"before\"\n" +
		"ratio_at_least = 0.95\nwhy = \"what a release may cost\"\n" +
		"\n[[expect]]\nmetric = \"p99_ms\"\nat_most = 1000\n"
	hostile, named := troubledWorlds()["hostile"], troubledWorlds()["names"]

	return map[string]Pair{
		"same":      {old, paced(two, times(map[string]float64{"": 1}))},
		"machine":   {old, faster},
		"slower":    {old, paced(two, times(map[string]float64{"A": 1.16, "B": 0.9}))},
		"elsewhere": {old, elsewhere},
		"labbook":   {built, rebuilt},
		"unlike":    {paced(two, plain), otherwise},
		"nothing":   {old, alone},
		"expecting": {old, expecting},
		"few":       {old.inRounds(3), faster.inRounds(3)},
		"several": {
			paced(five, plain),
			paced(five, times(map[string]float64{"": 1.05, "C": 0.8, "D": 1.4, "E": 2.6})),
		},
		"runs":    {smallWorlds()["runs"], smallWorlds()["runs"].designed("seed = 2\n")},
		"open":    {soundWorlds()["open"], soundWorlds()["open"].designed("seed = 2\n")},
		"busy":    {troubledWorlds()["busy"], troubledWorlds()["ended"]},
		"hostile": {hostile, hostile},
		"names":   {named, named},
	}
}

// In returns the pair with the newer report in a language.
func (p Pair) In(language string) Pair { return Pair{p.Old, p.New.In(language)} }

// Records returns the two records.
func (p Pair) Records(t testing.TB) (older, newer *record.Record) {
	t.Helper()
	return p.Old.Record(t), p.New.Record(t)
}

func (w World) inRounds(n int) World {
	w.Rounds = n
	return w
}

func (w World) designed(design string) World {
	w.Design += design
	return w
}
