package findings

import (
	"slices"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// unchanged is the answer where no server surely changed. That all are the same is claimed only
// where it was proved.
func (s occasions) unchanged(all []changed) claim {
	var cells []compare.Cell
	proved, judged := true, false
	for _, c := range all {
		for verdict, of := range c.byVerdict {
			cells = append(cells, of...)
			proved = proved && verdict == stats.Equivalent
			judged = judged || verdict != stats.NoVerdict
		}
	}

	name, to := named(all[0].server), named(s.Yardstick)
	switch {
	case !judged && s.severalRuns():
		return claim{
			main:   s.Sprintf("No verdict: there are too few runs."),
			second: s.Sprintf("The two records need at least 3 runs together."),
		}
	case !judged:
		return claim{
			main: s.Sprintf("No verdict: there are too few rounds."),
			second: s.Sprintf("Each record needs at least %s.", s.Count(
				stats.MinRounds(s.Confidence), "1 round", "%s rounds")),
		}
	case proved && len(all) == 1:
		return claim{
			main:   s.Sprintf("%s did not change relative to %s.", name, to),
			second: joined(s.ruledOut(cells), s.intervalsOf(cells)),
		}
	case proved:
		return claim{
			main:   s.Sprintf("No server changed relative to %s.", to),
			second: joined(s.ruledOut(cells), s.intervalsOf(cells)),
		}
	case len(all) == 1:
		return claim{
			main:   s.Sprintf("%s is not shown to have changed relative to %s.", name, to),
			second: joined(s.rest(nil, all), s.intervalsOf(cells)),
		}
	}
	return claim{
		main:   s.Sprintf("No server is shown to have changed relative to %s.", to),
		second: joined(s.rest(nil, all), s.intervalsOf(cells)),
	}
}

// ruledOut states that differences that matter are ruled out at the levels of some cells.
func (s occasions) ruledOut(cells []compare.Cell) string {
	return s.Sprintf("A change of %s or more is ruled out %s.", s.Percentage(s.Margin), s.at(cells))
}

// rest states what holds where no server surely changed: at other levels of those that did, and of
// the others.
func (s occasions) rest(surely, others []changed) string {
	var within, open, few []compare.Cell
	for _, c := range slices.Concat(surely, others) {
		within = append(within, c.byVerdict[stats.Equivalent]...)
		open = append(open, c.byVerdict[stats.Inconclusive]...)
		few = append(few, c.byVerdict[stats.NoVerdict]...)
	}
	several := len(surely)+len(others) > 1
	tell := func(cells []compare.Cell, one, many locale.Message) string {
		switch {
		case len(cells) == 0:
			return ""
		case several:
			return s.Sprintf(many, s.Integer(len(cells)), s.at(cells))
		}
		return s.Sprintf(one, s.at(cells))
	}
	return joined(
		tell(within, "The change is within the margin %s.",
			"%s comparisons are within the margin %s."),
		tell(open, "The result is inconclusive %s.", "%s comparisons are inconclusive %s."),
		tell(few, "There are too few rounds %s.", "%s comparisons have too few rounds %s."),
	)
}

// noYardstick returns why there is no yardstick, and what to do.
func (s occasions) noYardstick() string {
	hint := s.Sprintf("Measure a server that does not change in every run, such as " +
		"[[server]] model = \"goroutine\", or measure both versions in one run (--against).")
	why := yardstickReasons[s.NoYardstick]
	if why == "" {
		return hint
	}
	return joined(s.Sprintf(why), hint)
}

// yardstickReasons are why there is no yardstick.
var yardstickReasons = map[compare.Reason]locale.Message{
	compare.NoModel: "No server of both records is one of Labbook's models, and none is named " +
		"as the yardstick.",
	compare.OtherLabbook: "The records were measured by different versions of Labbook, so its " +
		"models may not be the same programs.",
	compare.ChangedServer: "The server that would be the yardstick is not the same program in " +
		"both.",
	compare.OneServer:     "There is no other server to compare with the yardstick.",
	compare.Unknown:       "A record does not tell which Labbook measured it.",
	compare.NotInOld:      "The older record lacks the yardstick.",
	compare.NotAskedAlike: "The yardstick was asked in another way.",
	compare.NoRounds:      "Imported trials have no rounds.",
}

// assumptions are what is taken for granted of a yardstick.
var assumptions = map[compare.Reason]locale.Message{
	compare.Unknown: "That the yardstick %s is the same program in both is assumed: a record " +
		"does not tell which Labbook measured it.",
	compare.OtherLabbook: "That the yardstick %s is the same program in both is assumed: the " +
		"records were measured by different versions of Labbook.",
	compare.NoFiles: "That the yardstick %s is the same program in both is assumed: a record " +
		"does not tell which files it ran.",
}

// restrictions returns the small print: what is assumed, what a number by itself means, and what
// was left out.
func (s occasions) restrictions() []string {
	var all []string
	if text, ok := assumptions[s.Assumed]; ok {
		all = append(all, s.Sprintf(text, named(s.Yardstick)))
	}
	all = append(all, s.moved(), s.leftOut())
	return append(all, s.limits()...)
}

// moved states how many numbers moved by themselves, and why that is no verdict.
func (s occasions) moved() string {
	if s.AcrossMachines {
		return s.Sprintf("Numbers of two machines are not compared by themselves, and even a " +
			"change relative to the yardstick may be the machine's: one may suit a server better " +
			"than the other.")
	}
	if len(s.Cells) == 0 {
		return ""
	}
	n := 0
	for _, cell := range s.Cells {
		if cell.HasMoved(s.Confidence) {
			n++
		}
	}
	why := s.Sprintf("That is no verdict: there is one run of each, so what the machine did " +
		"differently on the two occasions is in these numbers.")
	if s.severalRuns() {
		why = s.Sprintf("That is no verdict: the runs of a record follow each other, so what the " +
			"machine did differently on the two occasions is in these numbers.")
	}
	return joined(s.Sprintf("By themselves, %s of %s numbers moved.", s.Integer(n),
		s.Integer(len(s.Cells))), why)
}

// severalRuns reports whether a record has several runs, which are then what is compared.
func (s occasions) severalRuns() bool {
	return s.Old.Analysis.SeveralRuns() || s.New.Analysis.SeveralRuns()
}

// leftOut states how many cells are not compared.
func (s occasions) leftOut() string {
	n := len(s.NotComparable) + len(s.OnlyOld) + len(s.OnlyNew) + len(s.Invalid)
	if n == 0 || len(s.Cells) == 0 {
		return ""
	}
	return s.Count(n, "1 combination of server and level is not compared.",
		"%s combinations of server and level are not compared.")
}

// limits explains the marks of the limits that some changes have.
func (s occasions) limits() []string {
	limited := func(sides ...stats.Limited) bool {
		return slices.ContainsFunc(s.Cells, func(c compare.Cell) bool {
			return c.Relative != nil && slices.Contains(sides, c.Relative.Limited)
		})
	}
	network := func(sides ...stats.Limited) bool {
		return !slices.ContainsFunc(s.Cells, func(c compare.Cell) bool {
			return c.Relative != nil && slices.Contains(sides, c.Relative.Limited) &&
				!c.Relative.ByNetwork
		})
	}
	var notes []string
	if limited(stats.FasterSide) {
		notes = append(notes, s.Sprintf(limitWords(network(stats.FasterSide),
			"*\u00a0The true change may be larger: the load generator was the bottleneck.",
			"*\u00a0The true change may be larger: the network was the bottleneck.")))
	}
	if limited(stats.SlowerSide, stats.BothSides) {
		notes = append(notes, s.Sprintf(limitWords(network(stats.SlowerSide, stats.BothSides),
			"†\u00a0Proves nothing: the load generator was the bottleneck.",
			"†\u00a0Proves nothing: the network was the bottleneck.")))
	}
	return notes
}
