package chart

import (
	"math"
	"strconv"
)

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
