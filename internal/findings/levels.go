package findings

import (
	"cmp"
	"fmt"
	"slices"

	"labbook/internal/locale"
	"labbook/internal/plan"
)

// maxNamedLevels is how many levels an experiment may have for sentences to name each of them. With
// more levels, consecutive ones are named as a range.
const maxNamedLevels = 6

// levelNames names levels in a sentence: "c = 1, 3 and 5", "r = 1000 and 2000", or, if the
// experiment has many levels, "c = 1 to 7, 12 and 16 to 100". A range contains no level of the
// experiment that is not among those named.
func levelNames(w *locale.Printer, levels, experiment []plan.Level) string {
	ascending := slices.IsSortedFunc(experiment, func(x, y plan.Level) int {
		return cmp.Compare(x.Value, y.Value)
	})
	ranges := ascending && len(experiment) > maxNamedLevels

	var names []string
	for i := 0; i < len(levels); {
		last := i
		if ranges {
			last = endOfRange(levels, i, experiment)
		}
		if last-i < 2 {
			names = append(names, fmt.Sprint(levels[i].Value))
			i++
			continue
		}
		names = append(names, w.Sprintf("%d to %d", levels[i].Value, levels[last].Value))
		i = last + 1
	}
	return levels[0].Kind.Symbol() + " = " + w.List(names)
}

// endOfRange returns the index of the last level that follows the one at index i without leaving
// out a level of the experiment.
func endOfRange(levels []plan.Level, i int, experiment []plan.Level) int {
	first := slices.Index(experiment, levels[i])
	if first < 0 {
		return i
	}
	n := 0
	for i+n+1 < len(levels) &&
		first+n+1 < len(experiment) &&
		levels[i+n+1] == experiment[first+n+1] {
		n++
	}
	return i + n
}
