package chart

import (
	"math"
	"strconv"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

var english = message.NewPrinter(language.English)

// whole formats a count with thousands separators.
func whole(n int) string { return english.Sprintf("%d", n) }

// rate formats requests per second with the four digits that a median of some trials can carry.
func rate(v float64) string { return number(v, 4, 6) }

// milliseconds formats a time likewise, to the microsecond at most: ab measures no finer.
func milliseconds(v float64) string { return number(v, 4, 3) }

// number formats a value with thousands separators, with so many significant digits and at most so
// many decimals. What is too large or too small for that has an exponent.
func number(v float64, digits, most int) string {
	size := math.Abs(v)
	if size >= 1e12 || size > 0 && size < math.Pow10(-most) {
		return strconv.FormatFloat(v, 'g', digits, 64)
	}
	if size == 0 {
		return "0"
	}
	places := max(0, min(most, digits-1-int(math.Floor(math.Log10(size)))))
	return english.Sprintf("%.*f", places, v)
}

// stepLabel formats a tick with the decimals of its step.
func stepLabel(v, step float64) string {
	if v >= 1e9 || step < 1e-6 {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	places := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	return english.Sprintf("%.*f", places, v)
}

// roundUp gives the smallest 1, 2 or 5 times a power of ten that is not below x, which is above 0.
func roundUp(x float64) float64 {
	exponent := int(math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if v := round(m, exponent); v >= x {
			return v
		}
	}
	return round(1, exponent+1)
}

// roundDown gives the greatest that is not above x, which is above 0.
func roundDown(x float64) float64 {
	exponent := int(math.Floor(math.Log10(x)))
	for _, m := range []float64{5, 2, 1} {
		if v := round(m, exponent); v <= x && v > 0 {
			return v
		}
	}
	return x // rounding made even the power of ten too large
}

// round gives m·10^exponent as the number nearest to its decimal form, and keeps it finite.
func round(m float64, exponent int) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(m, 'f', 0, 64)+"e"+strconv.Itoa(exponent), 64)
	return min(v, math.MaxFloat64)
}
