// Package locale says what a report says in the language of its experiment: sentences, numbers and
// dates. The English text of a message, as it stands in the code, is its name in the catalogues of
// the other languages, of which each is one file here. A test holds that none lacks a message.
package locale

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// English is the language of a report whose experiment names none.
const English = "en"

// Languages are those that a report can be in, as BCP 47 names them.
var Languages = []string{English, "id"}

// Message is a message in English, with the verbs of package fmt where something is put in. A
// translation has the same verbs, and may put them in another order: "%[2]s".
type Message string

// Printer speaks one language. A nil Printer speaks English.
type Printer struct {
	language string
	messages map[Message]Message // nil: English
	numbers  *message.Printer    // groups digits by thousands
	decimal  string              // the sign before the decimals
}

// english is made when it is wanted: a server under test, which is a process of this program, never
// does.
var english = sync.OnceValue(func() *Printer {
	return &Printer{language: English, numbers: message.NewPrinter(language.English), decimal: "."}
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

// catalogue reads a file of messages. A test has read each, so it cannot be wrong here.
func catalogue(file string) map[Message]Message {
	var messages map[Message]Message
	if _, err := toml.Decode(file, &messages); err != nil {
		panic(fmt.Sprintf("locale: a catalogue cannot be read: %v", err))
	}
	return messages
}

// For gives the words of a language. One that is none of Languages is English.
func For(language string) *Printer {
	if language == "id" {
		return indonesian()
	}
	return english()
}

func (w *Printer) known() *Printer {
	if w == nil {
		return english()
	}
	return w
}

// Language is the language's name by BCP 47: "en".
func (w *Printer) Language() string { return w.known().language }

// Sprintf says a message, with the arguments put in. An argument that is a Text itself is said in
// the same language. A message without arguments is taken as it stands, so "%" needs no second one
// there.
func (w *Printer) Sprintf(text Message, args ...any) string {
	said := string(w.translated(text))
	if len(args) == 0 {
		return said
	}
	args = slices.Clone(args)
	for i, arg := range args {
		if inner, ok := arg.(Message); ok {
			args[i] = w.Sprintf(inner)
		}
	}
	return fmt.Sprintf(said, args...)
}

// translated gives a message in the language, or as it is where the catalogue lacks it.
func (w *Printer) translated(text Message) Message {
	if said, ok := w.known().messages[text]; ok {
		return said
	}
	return text
}

// Strings says several messages, such as the heads of a table's columns.
func (w *Printer) Strings(texts ...Message) []string {
	said := make([]string, len(texts))
	for i, text := range texts {
		said[i] = w.Sprintf(text)
	}
	return said
}

// Count says how many there are: one for 1, and many with the number put in for any other.
func (w *Printer) Count(n int, one, many Message) string {
	if n == 1 {
		return w.Sprintf(one)
	}
	return w.Sprintf(many, w.Integer(n))
}

// List joins words as a sentence does: "a, b and c".
func (w *Printer) List(items []string) string {
	last := len(items) - 1
	switch {
	case last < 1:
		return strings.Join(items, "")
	case last == 1:
		return w.Sprintf("%s and %s", items[0], items[1])
	}
	return w.Sprintf(
		"%s, %s and %s",
		strings.Join(items[:last-1], ", "),
		items[last-1],
		items[last],
	)
}

// Span gives the smallest and the greatest of some numbers: "0.42 to 0.53", or the one that they
// all are.
func (w *Printer) Span(low, high float64, format func(float64) string) string {
	if text := format(low); text == format(high) {
		return text
	}
	return w.Range(low, high, format)
}

// Range gives the ends of an interval: "6,310 to 6,702".
func (w *Printer) Range(low, high float64, format func(float64) string) string {
	return w.Sprintf("%s to %s", format(low), format(high))
}

// NoBreakRange is a Range with no line break in it: in a table it would be three lines high.
func (w *Printer) NoBreakRange(low, high float64, format func(float64) string) string {
	return w.Sprintf("%s\u00a0to\u00a0%s", format(low), format(high))
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

// Date gives a moment to the minute, in UTC: "2 January 2006, 15:04 UTC".
func (w *Printer) Date(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf(
		"%d %s %d, %s UTC",
		t.Day(),
		w.Sprintf(months[t.Month()-1]),
		t.Year(),
		t.Format("15:04"),
	)
}
