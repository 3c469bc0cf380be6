package findings

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// verdicts are what the comparisons of one server with the baseline come to, level by level.
type verdicts struct {
	server    string
	levels    int // of the experiment; of an imported one, those that both servers have
	byVerdict map[stats.Verdict][]stats.Comparison
	missing   []plan.Level // without a comparison, because one of the two cells is invalid
}

func verdictsOf(a *stats.Analysis, server string) verdicts {
	v := verdicts{
		server:    server,
		levels:    len(a.Levels),
		byVerdict: map[stats.Verdict][]stats.Comparison{},
	}
	for _, level := range a.Levels {
		if a.Imported && !hasBoth(a, server, level) {
			v.levels--
			continue
		}
		if c := a.Comparison(plan.Cell{Server: server, Level: level}); c != nil {
			v.byVerdict[c.Verdict] = append(v.byVerdict[c.Verdict], *c)
		} else {
			v.missing = append(v.missing, level)
		}
	}
	return v
}

// hasBoth reports whether a server and the baseline have a level. In an imported record a server
// may lack some.
func hasBoth(a *stats.Analysis, server string, level plan.Level) bool {
	return !a.Cell(plan.Cell{Server: server, Level: level}).Unknown &&
		!a.Cell(plan.Cell{Server: a.Baseline, Level: level}).Unknown
}

func levelsOf(comparisons []stats.Comparison) []plan.Level {
	levels := make([]plan.Level, len(comparisons))
	for i, c := range comparisons {
		levels[i] = c.Level
	}
	return levels
}
