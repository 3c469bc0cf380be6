package findings

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
)

// maxNamedLevels is how many levels an experiment may have for sentences to name each of them. With
// more levels, consecutive ones are named as a range.
const maxNamedLevels = 6

// levelNames names levels in a sentence: "1, 3 and 5 clients", "1,000 and 2,000 requests per
// second", "capacity", or, if the experiment has many levels, "1–7, 12 and 16–100 clients". A range
// contains no level of the experiment that is not among those named.
func levelNames(w *locale.Printer, levels, experiment []plan.Level) string {
	if levels[0].Kind == plan.Capacity {
		return levelName(w, levels[0])
	}
	ranges := isAscending(experiment) && len(experiment) > maxNamedLevels

	var names []string
	for i := 0; i < len(levels); {
		last := i
		if ranges {
			last = endOfRange(levels, i, experiment)
		}
		if last-i < 2 {
			names = append(names, w.Integer(levels[i].Value))
			i++
			continue
		}
		names = append(names, w.Integer(levels[i].Value)+"–"+w.Integer(levels[last].Value))
		i = last + 1
	}
	list := w.List(names)
	switch {
	case levels[0].Kind == plan.Rate:
		return w.Sprintf("%s requests per second", list)
	case len(levels) == 1:
		return w.Clients(levels[0].Value)
	}
	return w.Sprintf("%s clients", list)
}

// minRun is how many neighbouring levels are named by their first or last one: "from 4 clients on".
const minRun = 3

// atLevels returns where something holds: "at every level", "from 4 clients on", "up to 8 clients",
// "at 1, 3 and 10 clients". It names each level if experiment is nil.
func atLevels(w *locale.Printer, levels, experiment []plan.Level) string {
	count := len(levels)
	switch {
	case count > 1 && count == len(experiment):
		return w.Sprintf("at every level")
	case count >= minRun && count <= len(experiment) && isAscending(experiment):
		if slices.Equal(levels, experiment[len(experiment)-count:]) {
			return w.Sprintf("from %s on", levelNames(w, levels[:1], nil))
		}
		if slices.Equal(levels, experiment[:count]) {
			return w.Sprintf("up to %s", levelNames(w, levels[count-1:], nil))
		}
	}
	return w.Sprintf("at %s", levelNames(w, levels, experiment))
}

func isAscending(levels []plan.Level) bool {
	return slices.IsSortedFunc(levels, func(x, y plan.Level) int {
		return cmp.Compare(x.Value, y.Value)
	})
}

// upperFirst returns a sentence's text with a capital letter at its beginning.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// semicolons joins clauses that may contain commas.
func semicolons(clauses []string) string { return strings.Join(clauses, "; ") }

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
