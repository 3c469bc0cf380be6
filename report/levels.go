package report

import (
	"cmp"
	"fmt"
	"slices"

	"labbook/internal/locale"
	"labbook/internal/plan"
)

// mostNamed is how many levels an experiment may have for sentences to name them one by one. Of
// more, those that follow each other are drawn together.
const mostNamed = 6

// levels names levels in a sentence: "c = 1, 3 and 5", "r = 1000 and 2000", or where there are many
// "c = 1 to 7, 12 and 16 to 100". All are the experiment's levels: those follow each other that
// have none of them in between.
func levels(w *locale.Printer, ls, all []plan.Level) string {
	ascending := slices.IsSortedFunc(
		all,
		func(x, y plan.Level) int { return cmp.Compare(x.Value, y.Value) },
	)
	var said []string
	for i := 0; i < len(ls); {
		last := i
		if len(all) > mostNamed && ascending {
			last = lastInRow(ls, i, all)
		}
		if last-i < 2 {
			said = append(said, fmt.Sprint(ls[i].Value))
			i++
			continue
		}
		said = append(said, w.Sprintf("%d to %d", ls[i].Value, ls[last].Value))
		i = last + 1
	}
	return ls[0].Kind.Symbol() + " = " + w.List(said)
}

// lastInRow finds the last of the levels that follow the i-th without one of the experiment's being
// left out.
func lastInRow(ls []plan.Level, i int, all []plan.Level) int {
	first := slices.Index(all, ls[i])
	last := i
	for first >= 0 && last+1 < len(ls) && first+last+1-i < len(all) && ls[last+1] == all[first+last+1-i] {
		last++
	}
	return last
}
