package findings

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// measure is how the numbers of an expectation are written.
type measure struct {
	name   locale.Message // of what is measured: "p99 latency"
	unit   string         // after a number: " ms"
	shift  int            // a number in that unit is 10 to this power times the metric's own
	places int            // its maximum number of decimals, where more are not needed
}

// timesSign follows a ratio, and perSecond a rate, in the words of the language.
const (
	timesSign = "×"
	perSecond = "/s"
)

// measures are the metrics that expectations can be about, by their keys.
var measures = map[string]measure{
	stats.Throughput.Key:     {"requests per second", "", 0, 2},
	stats.P50.Key:            {"p50 latency", " ms", 0, 3},
	stats.P90.Key:            {"p90 latency", " ms", 0, 3},
	stats.P95.Key:            {"p95 latency", " ms", 0, 3},
	stats.P99.Key:            {"p99 latency", " ms", 0, 3},
	stats.P999.Key:           {"p99.9 latency", " ms", 0, 3},
	stats.MeanTime.Key:       {"mean latency", " ms", 0, 3},
	stats.MeanAtMost.Key:     {"upper bound of the mean latency", " ms", 0, 3},
	stats.GoodShare.Key:      {"share of good answers", "%", 2, 3},
	stats.CPUPerRequest.Key:  {"CPU time per request", " µs", 0, 2},
	stats.OwnMemory.Key:      {"own memory", " MB", -6, 1},
	stats.PeakMemory.Key:     {"peak memory", " MB", -6, 1},
	stats.Threads.Key:        {"threads", "", 0, 1},
	stats.Occupancy.Key:      {"client utilisation", "%", 2, 1},
	stats.GeneratorShare.Key: {"CPU use of the load generator", "%", 2, 1},
	stats.LateP50.Key:        {"p50 of how late requests were sent", " ms", 0, 3},
	stats.LateP99.Key:        {"p99 of how late requests were sent", " ms", 0, 3},
	"failed":                 {"failed requests", "", 0, 0},
	"non_2xx":                {"answers outside 2xx", "", 0, 0},
	"unexpected_status":      {"unexpected answers", "", 0, 0},
	"unsent":                 {"unsent requests", "", 0, 0},
}

// measureOf returns how the numbers of an expectation are written. A ratio has no unit.
func measureOf(a *stats.Analysis, e spec.Expectation) measure {
	m, ok := measures[e.Metric]
	if !ok {
		m = measure{name: locale.Message(e.Metric), places: 3}
	}
	switch {
	case e.Metric != stats.Throughput.Key:
	case a.Objective != nil:
		m.name, m.unit = "capacity", perSecond
	case a.Goodput:
		m.name = "good answers per second"
	}
	if e.Bound.OfRatio() {
		m.unit, m.shift, m.places = timesSign, 0, 2
	}
	return m
}

// limit returns a limit with its unit and all its digits.
func (m measure) limit(w *locale.Printer, limit float64) string {
	text := w.Decimal(shifted(limit, -1, m.shift))
	if m.unit == timesSign { // the word follows the limit
		return text
	}
	return m.withUnit(w, text)
}

// withUnit returns a number with its unit.
func (m measure) withUnit(w *locale.Printer, number string) string {
	if m.unit == perSecond {
		return w.Sprintf("%s/s", number)
	}
	return number + m.unit
}

// value returns a number with its unit as it compares with a limit: it never looks like the limit,
// or like a number beyond it, unless it is. It has as many digits as that takes, and a rate that is
// whole has no decimals.
func (m measure) value(w *locale.Printer, value, limit float64) string {
	if stats.IsLimit(value, limit) {
		value = limit
	}
	if m.unit == perSecond && value == math.Trunc(value) {
		return m.withUnit(w, w.Decimal(shifted(value, -1, m.shift)))
	}
	digits := m.digits(value)
	for ; digits < allDigits; digits++ {
		text := strconv.FormatFloat(value, 'e', digits-1, 64)
		shown, err := strconv.ParseFloat(text, 64)
		if err != nil || cmp.Compare(shown, limit) == cmp.Compare(value, limit) {
			break
		}
	}
	return m.withUnit(w, w.Decimal(shifted(value, digits, m.shift)))
}

// Digits of numbers. With all of them, two different numbers look different.
const (
	usualDigits = 4
	allDigits   = 17
)

// digits returns how many significant digits a value has: all before the decimal point, and not
// more decimals than are usual.
func (m measure) digits(value float64) int {
	_, exponent := scientific(value, -1)
	digits := m.digitsAt(exponent)
	if _, rounded := scientific(value, digits); rounded > exponent { // "1.00", not "1.0", of 0.999
		digits = m.digitsAt(rounded)
	}
	return digits
}

// digitsAt returns how many significant digits values with an exponent have.
func (m measure) digitsAt(exponent int) int {
	whole := exponent + m.shift + 1
	return max(1, min(max(usualDigits, whole), whole+m.places, allDigits))
}

// scientific returns the digits of a value without their sign and their point, and its exponent. A
// negative number of digits is as many as the value needs.
func scientific(value float64, digits int) (text string, exponent int) {
	text = strconv.FormatFloat(value, 'e', max(-1, digits-1), 64)
	text, power, _ := strings.Cut(strings.TrimPrefix(text, "-"), "e")
	exponent, _ = strconv.Atoi(power) // FormatFloat wrote it; an infinity has none
	return strings.Replace(text, ".", "", 1), exponent
}

// shifted returns a value times a power of ten with that many significant digits, as a decimal
// number: "20.04". The shift is of the point alone, so that no digit changes.
func shifted(value float64, digits, shift int) string {
	text, exponent := scientific(value, digits)
	sign := ""
	if value < 0 {
		sign = "-"
	}
	point := exponent + shift + 1 // digits before the point
	switch {
	case point <= 0:
		return sign + "0." + strings.Repeat("0", -point) + text
	case point >= len(text):
		return sign + text + strings.Repeat("0", point-len(text))
	}
	return sign + text[:point] + "." + text[point:]
}
