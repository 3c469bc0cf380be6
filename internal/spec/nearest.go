package spec

import (
	"math"
	"strings"

	"github.com/agnivade/levenshtein"
)

// nearest returns the word that was probably meant, or "" if none is near. A word is near if it
// differs by 1 edit (up to 3 letters), 2 edits (up to 7) or 3 edits, or if one of the two words
// begins with the other. Case does not count, and hyphens equal underscores.
func nearest(found string, words []string) string {
	const (
		minPrefix = 3   // letters that two words must share at their beginning
		maxFound  = 400 // bytes: twice the longest name
	)
	found = simplify(found)
	if found == "" || len(found) > maxFound {
		return ""
	}

	best, bestDistance := "", math.MaxInt
	for _, word := range words {
		meant := simplify(word)
		maxEdits := min(3, 1+len(word)/4)
		shorter := min(len(found), len(meant))
		begins := shorter >= minPrefix && found[:shorter] == meant[:shorter]

		distance := levenshtein.ComputeDistance(found, meant)
		if (distance <= maxEdits || begins) && distance < bestDistance {
			best, bestDistance = word, distance
		}
	}
	return best
}

func simplify(word string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(word)), "-", "_")
}

// DidYouMean returns the end of a message that suggests the word that was probably meant:
// `; did you mean "chart"?`, or "" if no word is near.
func DidYouMean(found string, words []string) string {
	if word := nearest(found, words); word != "" {
		return "; did you mean " + quote(word) + "?"
	}
	return ""
}

// list returns the words as `"a", "b", "c"`.
func list(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, ", ")
}
