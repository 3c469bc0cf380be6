package locale

import (
	"math"
	"strconv"
)

// This file writes a ratio as a reader says it: "24% fewer requests per second than B" in a
// sentence, "−24%" in a cell of a table. A ratio near 1 is a difference in per cent, a large one a
// multiple, a small one a share.

// MultipleFrom is the ratio from which on one is said as a multiple: what would be "100% more" in
// whole per cent is "2.0 times as many".
const MultipleFrom = 1.995

// Limits between the other forms of a ratio.
const (
	shareTo    = 0.5  // "45% of" up to here
	fractionTo = 0.01 // "about 1/540 of" below
)

// minus is the sign of a negative number in text. A hyphen is shorter and may end a line.
const minus = "\u2212"

// Quantity is a thing of which one server has more or less than another, as the messages that say
// how much. Each but Same begins with the amount. Some end with the name of the other server.
type Quantity struct {
	Less  Message // "%s fewer requests per second than %s"
	More  Message
	Times Message // "%s times as many requests per second as %s"
	Share Message // "%s of the requests per second of %s": per cent, or "about 1/540"
	Same  Message // "as many requests per second as %s"
	Range Message // "from %s fewer to %s more requests per second than %s"
}

// Quantities that name the other server. They follow a verb: "handles", "gives", "takes", "uses".
var (
	RequestsPerSecond = Quantity{
		Less:  "%s fewer requests per second than %s",
		More:  "%s more requests per second than %s",
		Times: "%s times as many requests per second as %s",
		Share: "%s of the requests per second of %s",
		Same:  "as many requests per second as %s",
		Range: "from %s fewer to %s more requests per second than %s",
	}
	GoodAnswers = Quantity{
		Less:  "%s fewer good answers per second than %s",
		More:  "%s more good answers per second than %s",
		Times: "%s times as many good answers per second as %s",
		Share: "%s of the good answers per second of %s",
		Same:  "as many good answers per second as %s",
		Range: "from %s fewer to %s more good answers per second than %s",
	}
	// These compare a server with itself at another time: the other is "at 1a2b3c4".
	RequestsThen = Quantity{
		Less:  "%s fewer requests per second than %s",
		More:  "%s more requests per second than %s",
		Times: "%s times as many requests per second as %s",
		Share: "%s of its requests per second %s",
		Same:  "as many requests per second as %s",
		Range: "from %s fewer to %s more requests per second than %s",
	}
	GoodAnswersThen = Quantity{
		Less:  "%s fewer good answers per second than %s",
		More:  "%s more good answers per second than %s",
		Times: "%s times as many good answers per second as %s",
		Share: "%s of its good answers per second %s",
		Same:  "as many good answers per second as %s",
		Range: "from %s fewer to %s more good answers per second than %s",
	}
	// Capacity compares that of a server with its own at another time: the other is "at 1a2b3c4".
	Capacity = Quantity{
		Less:  "%s less than %s",
		More:  "%s more than %s",
		Times: "%s times as much as %s",
		Share: "%s of what it took %s",
		Same:  "as much as %s",
		Range: "from %s less to %s more than %s",
	}
	Latency = Quantity{
		Less:  "%s less time than %s",
		More:  "%s longer than %s",
		Times: "%s times as long as %s",
		Share: "%s of the time of %s",
		Same:  "as long as %s",
		Range: "from %s less to %s more time than %s",
	}
	CPUTime = Quantity{
		Less:  "%s less CPU time per request than %s",
		More:  "%s more CPU time per request than %s",
		Times: "%s times as much CPU time per request as %s",
		Share: "%s of the CPU time per request of %s",
		Same:  "as much CPU time per request as %s",
		Range: "from %s less to %s more CPU time per request than %s",
	}
)

// Quantities that are compared with what they were. They follow the verbs "handles", "gives" and
// "takes".
var (
	RequestsBefore = Quantity{
		Less:  "%s fewer requests per second than before",
		More:  "%s more requests per second than before",
		Times: "%s times as many requests per second as before",
		Share: "%s of the requests per second that it handled before",
		Same:  "as many requests per second as before",
		Range: "from %s fewer to %s more requests per second than before",
	}
	GoodAnswersBefore = Quantity{
		Less:  "%s fewer good answers per second than before",
		More:  "%s more good answers per second than before",
		Times: "%s times as many good answers per second as before",
		Share: "%s of the good answers per second that it gave before",
		Same:  "as many good answers per second as before",
		Range: "from %s fewer to %s more good answers per second than before",
	}
	LatencyBefore = Quantity{
		Less:  "%s less time than before",
		More:  "%s longer than before",
		Times: "%s times as long as before",
		Share: "%s of the time that it took before",
		Same:  "as long as before",
		Range: "from %s less to %s more time than before",
	}
)

// Quantities that name no other server: of things that are counted, that last, and that are used.
var (
	ByNumber = Quantity{
		Less:  "%s fewer",
		More:  "%s more",
		Times: "%s times as many",
		Share: "%s of that",
		Same:  "about as many",
		Range: "from %s fewer to %s more",
	}
	ByLength = Quantity{
		Less:  "%s shorter",
		More:  "%s longer",
		Times: "%s times as long",
		Share: "%s as long",
		Same:  "about as long",
		Range: "from %s shorter to %s longer",
	}
	ByAmount = Quantity{
		Less:  "%s less",
		More:  "%s more",
		Times: "%s times as much",
		Share: "%s as much",
		Same:  "about as much",
		Range: "from %s less to %s more",
	}
)

// form is how a span of ratios is said.
type form int

const (
	same form = iota
	less
	more
	between
	times
	share
	fraction
)

// formOf returns the form in which both ends of a span can be said.
func formOf(low, high float64) form {
	switch {
	case looksLikeOne(low) && looksLikeOne(high):
		return same
	case high >= MultipleFrom:
		return times
	case low >= 1:
		return more
	case high > 1:
		return between
	case high > shareTo:
		return less
	case high >= fractionTo:
		return share
	}
	return fraction
}

// IsShare reports whether Difference says a ratio as a share of the other: "45% of that".
func IsShare(ratio float64) bool {
	form := formOf(ratio, ratio)
	return form == share || form == fraction
}

// looksLikeOne reports whether a ratio differs from 1 by less than a digit of Difference shows.
func looksLikeOne(ratio float64) bool { return math.Abs(ratio-1) < 0.0005 }

// Difference returns how much of a quantity a server has, compared with another one: "24% fewer
// requests per second than B", "2.1–3.4 times as many requests per second as B", "45% of the
// requests per second of B", "about 1/540 of the requests per second of B". The ratios, from low to
// high, are above zero; low = high for a single one. The other server's name, if the quantity has
// one, is the last argument.
func (p *Printer) Difference(q Quantity, low, high float64, other ...any) string {
	say := func(text Message, amounts ...any) string {
		return p.Sprintf(text, append(amounts, other...)...)
	}

	switch formOf(low, high) {
	case less:
		return say(q.Less, p.PercentSpan(1-high, 1-low))
	case more:
		return say(q.More, p.PercentSpan(low-1, high-1))
	case between:
		return say(q.Range, p.WholePercent(1-low), p.WholePercent(high-1))
	case times:
		return say(q.Times, p.Span(low, high, p.multiple))
	case share:
		return say(q.Share, p.PercentSpan(low, high))
	case fraction:
		return say(q.Share, p.Sprintf("about %s", p.fractions(low, high)))
	}
	return say(q.Same)
}

// Change returns a ratio for a cell of a table: "−24%", "+31%", "2.4×", "1/540".
func (p *Printer) Change(ratio float64) string {
	switch {
	case ratio >= MultipleFrom:
		return p.multiple(ratio) + "×"
	case ratio < fractionTo:
		return p.fractions(ratio, ratio)
	}
	return p.SignedPercent(ratio - 1)
}

// Changes returns a span of ratios, such as a confidence interval, in the form of Change: "−28% to
// −4%", "−3% to +4%", "2.1–3.4×".
func (p *Printer) Changes(low, high float64) string {
	if formOf(low, high) == times {
		return p.Span(low, high, p.multiple) + "×"
	}
	return p.Span(low, high, p.Change)
}

// WholePercent returns a share of 1 in whole per cent: "24%". It has decimals below 1%, "0.3%", and
// where it would look like 100% without being so much, "99.8%".
func (p *Printer) WholePercent(share float64) string { return p.percentDigits(share) + "%" }

// PercentSpan returns a span of shares of 1: "14–24%".
func (p *Printer) PercentSpan(low, high float64) string {
	return p.Span(low, high, p.WholePercent)
}

// SignedPercent returns a change as a share of 1, with its sign: "−24%", "+31%", "0%".
func (p *Printer) SignedPercent(change float64) string {
	text := p.WholePercent(math.Abs(change))
	switch {
	case looksLikeOne(1 + change):
		return text
	case change > 0:
		return "+" + text
	}
	return minus + text
}

// percentDigits returns a share of 1, from 0, as a number of per cent without its sign.
func (p *Printer) percentDigits(share float64) string {
	percent := 100 * share
	if percent < 100 && percent >= 99.5 {
		return p.localize(strconv.FormatFloat(percent, 'f', decimals(100-percent, 1), 64))
	}
	if percent < 0.95 && percent >= 0.05 {
		return p.Fixed(percent, 1)
	}
	return p.grouped(percent, 0)
}

// multiple returns a ratio with two significant digits, or in whole numbers: "2.4", "540".
func (p *Printer) multiple(ratio float64) string { return p.Number(ratio, 2, 2) }

// fractions returns small ratios as parts of one: "1/540", "1/540–1/300".
func (p *Printer) fractions(low, high float64) string {
	return p.Span(low, high, func(ratio float64) string {
		return "1/" + p.Rough(1/ratio)
	})
}

// Rough returns a value with three significant digits and its thousands grouped, as a sentence has
// it: "21,300", "0.0456".
func (p *Printer) Rough(x float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 2, 64), 64)
	if err != nil {
		rounded = x // an infinity
	}
	return p.Number(rounded, 3, 6)
}
