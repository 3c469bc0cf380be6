package locale

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// This file formats all numbers that people read. Numbers for programs are the same in every
// language and are formatted where they are written.

// Integer returns a count with its thousands grouped: "122,000".
func (p *Printer) Integer(n int) string { return p.orEnglish().numbers.Sprintf("%d", n) }

// Rate returns requests per second with four significant digits: a median of some trials is no more
// precise. A whole number is one of the rates that were asked for, and has no decimals.
func (p *Printer) Rate(x float64) string {
	if isWhole(x) {
		return p.Number(x, 4, 0)
	}
	return p.Number(x, 4, 6)
}

// RoughRate returns requests per second as a sentence has them: "21,300", "1.41", or "1".
func (p *Printer) RoughRate(x float64) string {
	if isWhole(x) && math.Abs(x) < 100 {
		return p.Number(x, 3, 0)
	}
	return p.Rough(x)
}

// isWhole reports whether a value is a whole number.
func isWhole(x float64) bool { return x == math.Trunc(x) }

// Milliseconds returns a time with four significant digits, but not beyond the microsecond: ab
// measures no finer.
func (p *Printer) Milliseconds(x float64) string { return p.Number(x, 4, 3) }

// Microseconds returns a time per request with four significant digits.
func (p *Printer) Microseconds(x float64) string { return p.Number(x, 4, 6) }

// Duration returns about how long something takes, in a suitable unit and with three significant
// digits: "85 µs", "0.12 ms", "10 s", "1.5 min", "2.5 h".
func (p *Printer) Duration(d time.Duration) string {
	seconds := d.Seconds()
	switch {
	case d < 100*time.Microsecond:
		return p.General(1e6*seconds, 3) + "\u00a0µs"
	case d < time.Second:
		return p.General(1e3*seconds, 3) + "\u00a0ms"
	case d < 2*time.Minute:
		return p.Sprintf("%s\u00a0s", p.General(seconds, 3))
	case d < 2*time.Hour:
		return p.Sprintf("%s\u00a0min", p.General(d.Minutes(), 3))
	}
	return p.Sprintf("%s\u00a0h", p.General(d.Hours(), 3))
}

// Limit returns a time that a spec sets, with all its digits: "800 µs", "50 ms", "1.25 s".
func (p *Printer) Limit(d time.Duration) string {
	in := func(unit time.Duration) string {
		return p.Decimal(strconv.FormatFloat(float64(d)/float64(unit), 'f', -1, 64))
	}
	switch {
	case d < time.Millisecond:
		return in(time.Microsecond) + "\u00a0µs"
	case d < time.Second:
		return in(time.Millisecond) + "\u00a0ms"
	}
	return p.Sprintf("%s\u00a0s", in(time.Second))
}

// PerSecond returns a rate in short: "24,000/s".
func (p *Printer) PerSecond(x float64) string { return p.Sprintf("%s/s", p.Rate(x)) }

// Clients returns a number of clients: "1 client", "3 clients".
func (p *Printer) Clients(n int) string { return p.Count(n, "1 client", "%s clients") }

// Number returns a value with that many significant digits, at most maxDecimals decimals, and its
// thousands grouped. A value that is too large or too small for that has an exponent.
func (p *Printer) Number(x float64, digits, maxDecimals int) string {
	size := math.Abs(x)
	if size >= 1e12 || size > 0 && size < math.Pow10(-maxDecimals) {
		return p.localize(strconv.FormatFloat(x, 'g', digits, 64))
	}
	return p.grouped(x, min(maxDecimals, decimals(x, digits)))
}

// Tick returns a value on an axis with the decimals that the step to the next one has.
func (p *Printer) Tick(x, step float64) string {
	if x >= 1e9 || step < 1e-6 {
		return p.localize(strconv.FormatFloat(x, 'g', 4, 64))
	}
	return p.grouped(x, max(0, -int(math.Floor(math.Log10(step)+1e-9))))
}

// General returns a value with that many significant digits, without zeros at its end.
func (p *Printer) General(x float64, digits int) string {
	return p.localize(fmt.Sprintf("%.*g", digits, x))
}

// Fixed returns a number with that many decimals. Its thousands are not grouped, as in the output
// of ab, so that both are easily compared.
func (p *Printer) Fixed(x float64, places int) string {
	return p.localize(strconv.FormatFloat(x, 'f', places, 64))
}

// Times returns a ratio for a chart: with two decimals, or two significant digits if it is small.
func (p *Printer) Times(x float64) string {
	if x < 0.1 {
		return p.Number(x, 2, 6)
	}
	return p.Number(x, 3, 2)
}

// Ratio returns a ratio with at least two decimals: with two significant digits if it is small, and
// with more if it would look like 1 without being 1.
func (p *Printer) Ratio(x float64) string {
	for places := max(2, min(6, decimals(x, 2))); places < 6; places++ {
		text := strconv.FormatFloat(x, 'f', places, 64)
		shown, _ := strconv.ParseFloat(text, 64) // cannot fail: FormatFloat wrote the text
		if shown != 1 || x == 1 {
			return p.localize(text)
		}
	}
	return p.Fixed(x, 6)
}

// Percentage returns a confidence or a margin, 0 to 1, as a percentage with at most one decimal:
// "97.9%". It rounds down: a confidence must not look higher than it is.
func (p *Printer) Percentage(x float64) string {
	percent := strconv.FormatFloat(math.Floor(x*1000)/10, 'f', -1, 64)
	return p.localize(percent) + "%"
}

// Percent returns a share of 1 as a percentage with that many decimals: "12.5%".
func (p *Printer) Percent(share float64, places int) string {
	return p.Fixed(100*share, places) + "%"
}

// PValue returns a probability with two significant digits.
func (p *Printer) PValue(probability float64) string {
	if probability < 0.0001 {
		return "< " + p.Fixed(0.0001, 4)
	}
	return p.Fixed(probability, min(6, decimals(probability, 2)))
}

// Bytes returns an amount of memory in GiB.
func (p *Printer) Bytes(n int64) string { return p.Fixed(float64(n)/(1<<30), 1) + " GiB" }

// Decimal returns a decimal number as strconv wrote it, "20000.04", with the thousands before its
// point grouped. No digit changes.
func (p *Printer) Decimal(text string) string {
	whole, decimals, found := strings.Cut(text, ".")
	if n, err := strconv.Atoi(whole); err == nil && n != 0 {
		whole = p.Integer(n)
	}
	if !found {
		return whole
	}
	return whole + p.orEnglish().decimal + decimals
}

// grouped returns a number with that many decimals and its thousands grouped.
func (p *Printer) grouped(x float64, places int) string {
	return p.orEnglish().numbers.Sprintf("%.*f", places, x)
}

// localize replaces the decimal point of a number that strconv formatted.
func (p *Printer) localize(text string) string {
	return strings.Replace(text, ".", p.orEnglish().decimal, 1)
}

// decimals returns how many decimals show that many significant digits.
func decimals(x float64, digits int) int {
	if x == 0 {
		return 0
	}
	return max(0, digits-1-int(math.Floor(math.Log10(math.Abs(x)))))
}
