package spec

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// nearest gives the word that was probably meant, or "" where none is near: 1 edit away for a word of up
// to 3 letters, 2 for up to 7, and 3 beyond. Case does not count, and a hyphen is as good as an underscore.
func nearest(found string, words []string) string {
	best, bestDistance := "", 4
	found = simplify(found)
	for _, word := range words {
		allowed := min(3, 1+len(word)/4)
		if len(found) > len(word)+allowed || found == "" {
			continue
		}
		distance := levenshtein.ComputeDistance(found, simplify(word))
		if distance <= allowed && distance < bestDistance {
			best, bestDistance = word, distance
		}
	}
	return best
}

func simplify(word string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(word)), "-", "_")
}

// didYouMean ends a message with the nearest of the words, if one is near.
func didYouMean(found string, words []string) string {
	if word := nearest(found, words); word != "" {
		return "; did you mean " + quote(word) + "?"
	}
	return ""
}

// list gives words as `"a", "b", "c"`.
func list(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, ", ")
}
