package variable

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Cut stands where a text was cut. What is next to it may be a part of a value.
const Cut = "…"

// minPart is the length from which a part of a value is hidden. A shorter one tells little, and is
// found in many words.
const minPart = 4

// Hide returns text with the names of variables in the place of their values: as they are, with the
// escapes of a quoted string, and in part where the text was cut.
func Hide(text string, names []string, lookup Lookup) string {
	var hidden []hiding
	for _, name := range names {
		value, ok := lookup(name)
		if !ok || value == "" {
			continue
		}
		shown := opening + name + "}"
		hidden = append(hidden, hiding{value, shown})
		if quoted := inQuotes(value); quoted != value {
			hidden = append(hidden, hiding{quoted, shown})
		}
	}
	// One value may be a part of another.
	slices.SortStableFunc(hidden, func(a, b hiding) int {
		return cmp.Compare(len(b.value), len(a.value))
	})

	var pairs []string
	for _, h := range hidden {
		pairs = append(pairs, h.value, h.shown)
	}
	text = strings.NewReplacer(pairs...).Replace(text)

	parts := strings.Split(text, Cut)
	for i := range parts {
		if i > 0 {
			parts[i] = hideEnd(parts[i], hidden)
		}
		if i < len(parts)-1 {
			parts[i] = hideBeginning(parts[i], hidden)
		}
	}
	return strings.Join(parts, Cut)
}

// hiding is a text that is not to be shown, and what is shown instead.
type hiding struct{ value, shown string }

// hideEnd hides the end of a value, with which text begins.
func hideEnd(text string, hidden []hiding) string {
	for _, h := range hidden {
		for n := len(h.value) - 1; n >= minPart; n-- {
			if rest, ok := strings.CutPrefix(text, h.value[len(h.value)-n:]); ok {
				return h.shown + rest
			}
		}
	}
	return text
}

// hideBeginning hides the beginning of a value, with which text ends.
func hideBeginning(text string, hidden []hiding) string {
	for _, h := range hidden {
		for n := len(h.value) - 1; n >= minPart; n-- {
			if rest, ok := strings.CutSuffix(text, h.value[:n]); ok {
				return rest + h.shown
			}
		}
	}
	return text
}

// inQuotes returns a text with the escapes of a quoted string.
func inQuotes(text string) string {
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}
