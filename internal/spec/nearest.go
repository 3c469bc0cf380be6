package spec

import (
	"math"
	"strings"

	"github.com/agnivade/levenshtein"
)

// nearest gives the word that was probably meant, or "" where none is near. Near is 1 edit away for
// a word of up to 3 letters, 2 for up to 7, and 3 beyond; or any word where one of the two begins
// with the other. Case does not count, and a hyphen is as good as an underscore.
func nearest(found string, words []string) string {
	const (
		enough  = 3   // letters that two words must share at their beginning
		tooLong = 400 // bytes: two names, to be generous
	)
	best, bestDistance := "", math.MaxInt
	found = simplify(found)
	if found == "" || len(found) > tooLong {
		return ""
	}
	for _, word := range words {
		meant, allowed := simplify(word), min(3, 1+len(word)/4)
		shorter := min(len(found), len(meant))
		begins := shorter >= enough && found[:shorter] == meant[:shorter]
		distance := levenshtein.ComputeDistance(found, meant)
		if (distance <= allowed || begins) && distance < bestDistance {
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
