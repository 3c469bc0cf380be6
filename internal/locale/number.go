package locale

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Numbers that people read are formatted here and nowhere else. What a program reads is not: that
// is the same in every language.

// Integer gives a count with its thousands apart: "122,000".
func (w *Printer) Integer(n int) string { return w.known().numbers.Sprintf("%d", n) }

// Rate gives requests per second with the digits that a median of some trials can carry: four.
func (w *Printer) Rate(x float64) string { return w.Number(x, 4, 6) }

// Milliseconds gives a time with as many digits, to the microsecond at most: ab measures no finer.
func (w *Printer) Milliseconds(x float64) string { return w.Number(x, 4, 3) }

// Number gives a value with thousands apart, with so many significant digits and at most so many
// decimals. What is too large or too small for that has an exponent.
func (w *Printer) Number(x float64, digits, most int) string {
	size := math.Abs(x)
	if size >= 1e12 || size > 0 && size < math.Pow10(-most) {
		return w.point(strconv.FormatFloat(x, 'g', digits, 64))
	}
	return w.grouped(x, min(most, decimals(x, digits)))
}

// Tick gives a value with the decimals of the step between it and the next.
func (w *Printer) Tick(x, step float64) string {
	if x >= 1e9 || step < 1e-6 {
		return w.point(strconv.FormatFloat(x, 'g', 4, 64))
	}
	return w.grouped(x, max(0, -int(math.Floor(math.Log10(step)+1e-9))))
}

// General gives a value with so many significant digits and no noughts at its end, as "%g" does.
func (w *Printer) General(x float64, digits int) string {
	return w.point(fmt.Sprintf("%.*g", digits, x))
}

// Fixed gives a number as ab prints it, without thousands apart, so that it stays comparable to
// ab's text.
func (w *Printer) Fixed(x float64, places int) string {
	return w.point(strconv.FormatFloat(x, 'f', places, 64))
}

// Times gives a ratio as a chart shows it: with two decimals, and a small one with two digits.
func (w *Printer) Times(x float64) string {
	if x < 0.1 {
		return w.Number(x, 2, 6)
	}
	return w.Number(x, 3, 2)
}

// Ratio gives a ratio with two decimals at least: with two digits where it is small, and with more
// where it would look like 1 and is not.
func (w *Printer) Ratio(x float64) string {
	for places := max(2, min(6, decimals(x, 2))); places < 6; places++ {
		text := strconv.FormatFloat(x, 'f', places, 64)
		if shown, _ := strconv.ParseFloat(text, 64); shown != 1 ||
			x == 1 { // what was formatted can be read
			return w.point(text)
		}
	}
	return w.Fixed(x, 6)
}

// Percentage gives a confidence or a margin, 0 to 1, as a percentage with at most one decimal. It
// rounds down, for a confidence must not look greater than it is: "97.9 %".
func (w *Printer) Percentage(x float64) string {
	return w.Sprintf("%s\u00a0%%", w.point(strconv.FormatFloat(math.Floor(x*1000)/10, 'f', -1, 64)))
}

// Percent gives a share of 1 as a percentage with so many decimals: "12.5 %".
func (w *Printer) Percent(share float64, places int) string {
	return w.Sprintf("%s %%", w.Fixed(100*share, places))
}

// PValue gives a probability with two digits.
func (w *Printer) PValue(p float64) string {
	if p < 0.0001 {
		return "< " + w.Fixed(0.0001, 4)
	}
	return w.Fixed(p, min(6, decimals(p, 2)))
}

// Bytes gives a size of memory in GiB.
func (w *Printer) Bytes(n int64) string { return w.Fixed(float64(n)/(1<<30), 1) + " GiB" }

// grouped gives a number with thousands apart and so many decimals.
func (w *Printer) grouped(x float64, places int) string {
	return w.known().numbers.Sprintf("%.*f", places, x)
}

// point puts the language's decimal sign into what strconv has formatted.
func (w *Printer) point(
	text string,
) string {
	return strings.Replace(text, ".", w.known().decimal, 1)
}

// decimals says how many decimals show so many significant digits.
func decimals(x float64, digits int) int {
	if x == 0 {
		return 0
	}
	return max(0, digits-1-int(math.Floor(math.Log10(math.Abs(x)))))
}
