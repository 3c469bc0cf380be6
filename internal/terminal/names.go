package terminal

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// namesOf returns the names of all servers of an experiment, with the control.
func namesOf(e *spec.Experiment) []string {
	var names []string
	for _, s := range e.Servers {
		names = append(names, s.Name)
	}
	return names
}

// shortNames returns the servers' names without what all of them share at either end, whole words
// only: "async" and "thread" of "Server_async_http" and "Server_thread_http". If all names begin
// with one of them, as those of its versions do, nothing is left out.
func shortNames(names []string) map[string]string {
	words := make([][]string, len(names))
	for i, name := range names {
		words[i] = splitName(Printable(name))
	}
	first, last := 0, 0
	if len(names) > 1 && !beginAlike(names) {
		first = shared(words, func(name []string, i int) string { return name[i] })
		for i := range words {
			words[i] = words[i][first:]
		}
		last = shared(words, func(name []string, i int) string { return name[len(name)-1-i] })
	}

	short := map[string]string{}
	for i, name := range names {
		kept := words[i][:len(words[i])-last]
		short[name] = strings.Trim(strings.Join(kept, ""), separators)
	}
	return short
}

// beginAlike reports whether all names begin with one of them.
func beginAlike(names []string) bool {
	shortest := slices.MinFunc(names, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	return !slices.ContainsFunc(names, func(name string) bool {
		return !strings.HasPrefix(name, shortest)
	})
}

const separators = "_-. "

// splitName divides a name into words and separators.
func splitName(name string) []string {
	var parts []string
	isSeparator := func(r rune) bool { return strings.ContainsRune(separators, r) }
	for name != "" {
		end := strings.IndexFunc(name, isSeparator)
		switch end {
		case -1:
			end = len(name)
		case 0:
			end = 1
		}
		parts = append(parts, name[:end])
		name = name[end:]
	}
	return parts
}

// shared returns how many parts all names share, counted from one end. Each keeps a word.
func shared(names [][]string, part func(name []string, i int) string) int {
	n := 0
	for {
		for _, name := range names {
			rest := len(name) - n - 1
			if rest < 1 || part(name, n) != part(names[0], n) || !hasWord(name, n, part) {
				return n
			}
		}
		n++
	}
}

// hasWord reports whether a word is left of a name without its first n+1 parts.
func hasWord(name []string, n int, part func(name []string, i int) string) bool {
	for i := n + 1; i < len(name); i++ {
		if strings.Trim(part(name, i), separators) != "" {
			return true
		}
	}
	return false
}

// levelText returns a level in words: "10 clients", "24,000/s".
func levelText(w *locale.Printer, l plan.Level) string {
	switch l.Kind {
	case plan.Rate:
		return w.Sprintf("%s/s", w.Integer(l.Value))
	case plan.Capacity:
		return w.Sprintf("capacity")
	}
	return w.Clients(l.Value)
}

// shortenBoth shortens a name so that it has room beside another text: "Server_… 10 clients".
func shortenBoth(name, rest string, columns int) string {
	room := columns - 1 - uniseg.StringWidth(rest)
	if room < 1 {
		return shorten(rest, columns)
	}
	return shorten(name, room) + " " + rest
}
