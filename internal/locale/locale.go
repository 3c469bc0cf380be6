// Package locale writes messages, numbers and dates in the language of a report. In comes a number,
// or an English message as it stands in the code; out comes text. The English message is its own
// name in the catalogues of the other languages, which are one file each. A test proves that no
// catalogue lacks a message. Nothing is refused: an unknown message stays in English.
//
// Digits are grouped by golang.org/x/text. Its catalogues of messages are not used: they group the
// digits of every "%d", read "5 % of" as a verb, and need a catalogue of English, too, for plurals.
package locale

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// English is the language of a report whose experiment names none.
const English = "en"

// Languages are the languages that a report can be in, by their BCP 47 names.
var Languages = []string{English, "id"}

// Message is a message in English, with verbs of package fmt for its arguments. A translation has
// the same verbs, and may change their order: "%[2]s".
type Message string

// Printer writes in one language. A nil Printer writes English.
type Printer struct {
	language string
	messages map[Message]Message // translations; nil for English
	numbers  *message.Printer    // groups digits by thousands
	decimal  string              // the sign before the decimals
}

// english is made on first use: a server under test is a process of this program, too, and never
// needs it.
var english = sync.OnceValue(func() *Printer {
	return &Printer{
		language: English,
		numbers:  message.NewPrinter(language.English),
		decimal:  ".",
	}
})

//go:embed id.toml
var indonesianMessages string

var indonesian = sync.OnceValue(func() *Printer {
	return &Printer{
		language: "id",
		messages: catalogue(indonesianMessages),
		numbers:  message.NewPrinter(language.Indonesian),
		decimal:  ",",
	}
})

// catalogue parses a file of messages. The files are part of the program, and a test parses each.
func catalogue(file string) map[Message]Message {
	var messages map[Message]Message
	if _, err := toml.Decode(file, &messages); err != nil {
		panic(fmt.Sprintf("locale: parsing a catalogue: %v", err))
	}
	return messages
}

// For returns the Printer of a language. An unknown language is English.
func For(language string) *Printer {
	if language == "id" {
		return indonesian()
	}
	return english()
}

// orEnglish returns the Printer itself, or English for nil.
func (p *Printer) orEnglish() *Printer {
	if p == nil {
		return english()
	}
	return p
}

// Language returns the BCP 47 name of the language: "en".
func (p *Printer) Language() string { return p.orEnglish().language }

// Sprintf translates a message and formats it with its arguments. An argument that is a Message is
// translated, too. A message without arguments is not formatted, so that it may contain a "%".
func (p *Printer) Sprintf(text Message, args ...any) string {
	translated := string(p.translate(text))
	if len(args) == 0 {
		return translated
	}

	args = slices.Clone(args)
	for i, arg := range args {
		if inner, ok := arg.(Message); ok {
			args[i] = p.Sprintf(inner)
		}
	}
	return fmt.Sprintf(translated, args...)
}

// translate returns a message in the language, or in English if the catalogue lacks it.
func (p *Printer) translate(text Message) Message {
	if translated, ok := p.orEnglish().messages[text]; ok {
		return translated
	}
	return text
}

// Strings translates several messages, such as the column heads of a table.
func (p *Printer) Strings(texts ...Message) []string {
	translated := make([]string, len(texts))
	for i, text := range texts {
		translated[i] = p.Sprintf(text)
	}
	return translated
}

// Count returns a number of things: the message one for 1, else the message many with the number.
func (p *Printer) Count(n int, one, many Message) string {
	if n == 1 {
		return p.Sprintf(one)
	}
	return p.Sprintf(many, p.Integer(n))
}

// List joins words as a sentence does: "a, b and c".
func (p *Printer) List(items []string) string {
	last := len(items) - 1
	switch {
	case last < 1:
		return strings.Join(items, "")
	case last == 1:
		return p.Sprintf("%s and %s", items[0], items[1])
	}
	first := strings.Join(items[:last-1], ", ")
	return p.Sprintf("%s, %s and %s", first, items[last-1], items[last])
}

// Span returns the range of some numbers, "0.42–0.53", or one number if both ends look the same.
func (p *Printer) Span(low, high float64, format func(float64) string) string {
	if text := format(low); text == format(high) {
		return text
	}
	return p.Range(low, high, format)
}

// Range returns the ends of an interval: "6,310–6,702", "14–24%", and with signs "−3% to +4%".
func (p *Printer) Range(low, high float64, format func(float64) string) string {
	first, last := format(low), format(high)
	if hasSign(first) || hasSign(last) {
		return p.Sprintf("%s to %s", first, last)
	}
	return withoutUnit(first, last) + "–" + last
}

// NoBreakRange is a Range without line breaks: in a table cell, it could be three lines high.
func (p *Printer) NoBreakRange(low, high float64, format func(float64) string) string {
	first, last := format(low), format(high)
	if hasSign(first) || hasSign(last) {
		return p.Sprintf("%s\u00a0to\u00a0%s", first, last)
	}
	return withoutUnit(first, last) + "–\u2060" + last // no line break after the dash
}

// hasSign reports whether a number begins with a sign, which a dash before it would hide.
func hasSign(number string) bool { return strings.IndexAny(number, "+-"+minus) == 0 }

// withoutUnit returns the first number of a range without its unit if the last one has the same.
func withoutUnit(first, last string) string {
	digits := strings.TrimRightFunc(first, func(r rune) bool { return !unicode.IsDigit(r) })
	if unit := first[len(digits):]; digits != "" && strings.HasSuffix(last, unit) {
		return digits
	}
	return first
}

var months = []Message{
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December",
}

// Date returns a time to the minute, in UTC: "2 January 2006, 15:04 UTC".
func (p *Printer) Date(t time.Time) string {
	t = t.UTC()
	month := p.Sprintf(months[t.Month()-1])
	return fmt.Sprintf("%d %s %d, %s UTC", t.Day(), month, t.Year(), t.Format("15:04"))
}
