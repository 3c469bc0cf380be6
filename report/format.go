package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"labbook/internal/stats"
)

// Numbers are formatted here and nowhere else in the report.

// english groups digits by thousands.
var english = message.NewPrinter(language.English)

// nothing stands where there is no number.
const nothing = "–"

// whole gives a count: "122,000".
func whole[T int | int64](n T) string { return english.Sprintf("%d", int64(n)) }

// Rate gives requests per second with the digits that a median of some trials can carry: four.
func Rate(x float64) string { return english.Sprintf("%.*f", decimals(x, 4), x) }

// decimals says how many decimals show so many significant digits, at most six.
func decimals(x float64, digits int) int {
	if x == 0 {
		return 0
	}
	return max(0, min(6, digits-1-int(math.Floor(math.Log10(math.Abs(x))))))
}

// ratio gives a ratio with two decimals at least: with two digits where it is small, and with more where
// it would look like 1 and is not.
func ratio(x float64) string {
	for places := max(2, decimals(x, 2)); places < 6; places++ {
		text := strconv.FormatFloat(x, 'f', places, 64)
		if shown, _ := strconv.ParseFloat(text, 64); shown != 1 || x == 1 { // what was formatted can be read
			return text
		}
	}
	return strconv.FormatFloat(x, 'f', 6, 64)
}

// percent gives a confidence as it was reached: "97.9 %".
func percent(x float64) string {
	return strconv.FormatFloat(math.Floor(x*1000)/10, 'f', -1, 64) + "\u00a0%"
}

// pValue gives a probability with two digits.
func pValue(p float64) string {
	if p < 0.0001 {
		return "< 0.0001"
	}
	return strconv.FormatFloat(p, 'f', decimals(p, 2), 64)
}

// fixed gives a number as ab prints it, without grouping, so that the seed's columns stay
// comparable to ab's text.
func fixed(x float64, places int) string { return strconv.FormatFloat(x, 'f', places, 64) }

// interval gives "6,310 to 6,702", or nothing where the sample is too small for one. No line breaks
// in it: in a table it would be three lines high.
func interval(s stats.Summary, format func(float64) string) string {
	if !s.HasInterval() {
		return nothing
	}
	return format(s.Low) + "\u00a0to\u00a0" + format(s.High)
}

// span gives the smallest and the greatest of some numbers: "0.42 to 0.53", or the one that they all are.
func span(low, high float64, format func(float64) string) string {
	if a, b := format(low), format(high); a != b {
		return a + " to " + b
	}
	return format(low)
}

// plural gives "1 round", "10 rounds".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return whole(n) + " " + noun + "s"
}

// list joins words as a sentence does: "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// bytesOf gives a size of memory in GiB.
func bytesOf(n int64) string { return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30)) }
