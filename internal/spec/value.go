package spec

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// defaultOf returns what a key means if it is left out: the zero value if that depends on others.
func defaultOf[T any](k key) T {
	value, _ := k.def.(T)
	return value
}

// text reads any string. Other values are refused: a bare number for a name is more often a slip
// than a name. ok is false if the key is absent or was refused.
func (t *table) text(key string) (text string, ok bool) {
	return t.stringOf(key, "a string in quotes")
}

// stringOf reads a string that the caller checks further. A problem names what is allowed.
func (t *table) stringOf(key, allowed string) (text string, ok bool) {
	value, present := t.values[key]
	text, ok = value.(string)
	if present && !ok {
		t.refuse(key, "found %s; allowed: %s", describe(value), allowed)
	}
	return text, ok
}

// oneLine reads a string without control characters, which could break a terminal or a table.
func (t *table) oneLine(key string) (text string, ok bool) {
	text, ok = t.text(key)
	if i := strings.IndexFunc(text, unicode.IsControl); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		t.refuse(key, "found %s, with the control character %U; allowed: one line of text",
			showValue(text), r)
		return "", false
	}
	return text, ok
}

// file reads the name of a file. It is "" if the key is absent or was refused.
func (t *table) file(key, allowed string) string {
	name, ok := t.oneLine(key)
	if ok && name == "" {
		t.refuse(key, "found an empty string; allowed: %s", allowed)
	}
	return name
}

// choice reads one of the key's choices.
func (t *table) choice(name string) string {
	k := t.section.key(name)
	return t.choiceOf(name, defaultOf[string](k), k.choices)
}

// choiceOf reads one of the given words.
func (t *table) choiceOf(key, def string, words []string) string {
	allowed := list(words)
	if shown := showValue(t.values[key]); slices.Contains(words, shown) { // without quotes
		allowed += "; write " + quote(shown)
	}
	text, ok := t.stringOf(key, allowed)
	if !ok {
		return def
	}
	if !slices.Contains(words, text) {
		t.refuse(key, "found %s; allowed: %s%s",
			showValue(text), list(words), DidYouMean(text, words))
		return def
	}
	return text
}

// flag reads true or false.
func (t *table) flag(name string) bool {
	value, ok := t.values[name]
	if !ok {
		return defaultOf[bool](t.section.key(name))
	}

	flag, ok := value.(bool)
	if !ok {
		t.refuse(name, "found %s; allowed: true or false, without quotes", describe(value))
		return defaultOf[bool](t.section.key(name))
	}
	return flag
}

// whole reads a whole number in the key's range.
func (t *table) whole(name string) int64 { return t.wholeOf(t.section.key(name)) }

// wholeOf is whole for a key whose range depends on the rest of the file.
func (t *table) wholeOf(k key) int64 {
	def := int64(defaultOf[int](k))
	value, ok := t.values[k.name]
	if !ok {
		return def
	}
	if n, ok := value.(int64); ok && n >= k.min && n <= k.max {
		return n
	}

	t.refuse(k.name, "found %s; allowed: %s", describeUnless[int64](value), k.allowed())
	return def
}

// fraction reads a number in the key's range.
func (t *table) fraction(name string) float64 {
	k := t.section.key(name)
	within := func(number float64) bool { return number > k.above && number < k.below }
	return t.number(k, within, fmt.Sprintf("a number above %v and below %v", k.above, k.below))
}

// number reads a number within a range, of which allowed tells people. A whole number is a number,
// too. NaN must not be within.
func (t *table) number(k key, within func(number float64) bool, allowed string) float64 {
	value, ok := t.values[k.name]
	if !ok {
		return defaultOf[float64](k)
	}

	number, ok := value.(float64)
	if n, isWhole := value.(int64); isWhole {
		number, ok = float64(n), true
	}
	if ok && within(number) {
		return number
	}

	found := describe(value)
	if ok {
		found = showValue(value)
	}
	t.refuse(k.name, "found %s; allowed: %s", found, allowed)
	return defaultOf[float64](k)
}

// levelsOf reads an array of different whole numbers in the key's range. The example shows how to
// write one.
func (t *table) levelsOf(k key) []int {
	allowed := fmt.Sprintf("whole numbers from %d to %d (%s)", k.min, k.max, k.unit)
	items, lines := t.array(k.name, "an array of "+allowed+", such as "+tomlOf(k.example))
	if items != nil && len(items) == 0 {
		t.refuse(k.name, "found an empty array; allowed: %s", allowed)
	}

	var levels []int
	for i, item := range items {
		n, ok := item.(int64)
		switch {
		case !ok || n < k.min || n > k.max:
			t.refuseAt(lines[i], k.name, "found %s; allowed: %s",
				describeUnless[int64](item), allowed)
		case slices.Contains(levels, int(n)):
			t.refuseAt(lines[i], k.name, "found %d again; allowed: each level once", n)
		default:
			levels = append(levels, int(n))
		}
	}
	return levels
}

// array reads an array, and the line of each item.
func (t *table) array(key, allowed string) (items []any, lines []int) {
	value, ok := t.values[key]
	if !ok {
		return nil, nil
	}
	items, ok = value.([]any)
	if !ok {
		t.refuse(key, "found %s; allowed: %s", describe(value), allowed)
		return nil, nil
	}

	for i := range items {
		lines = append(lines, t.at.find(key).nth(i).line)
	}
	return items, lines
}

// describe returns a value with its type: `"ten" (a string)`.
func describe(value any) string {
	if shown := showValue(value); shown != "" {
		return shown + " (" + typeOf(value) + ")"
	}
	return typeOf(value)
}

// describeUnless returns a value with its type, but omits the type if it is the expected one.
func describeUnless[T any](value any) string {
	if _, ok := value.(T); ok {
		return showValue(value)
	}
	return describe(value)
}

func typeOf(value any) string {
	switch value.(type) {
	case string:
		return "a string"
	case int64:
		return "a whole number"
	case float64:
		return "a number with a fraction"
	case bool:
		return "a boolean"
	case time.Time:
		return "a date or a time"
	case map[string]any:
		return "a table"
	case []map[string]any:
		return "an array of tables"
	}
	return "an array"
}

// showValue returns a value as the file would write it, or "" if it is too big for a message.
func showValue(value any) string {
	const maxShown = 60 // characters of a string: enough to find it, and it stays one line
	switch value := value.(type) {
	case string:
		if runes := []rune(value); len(runes) > maxShown {
			return quote(string(runes[:maxShown]) + "…")
		}
		return quote(value)
	case int64:
		return strconv.FormatInt(value, 10)
	case float64:
		shown := strconv.FormatFloat(value, 'g', -1, 64)
		if value == math.Trunc(value) && !strings.ContainsAny(shown, "eIN") {
			shown += ".0"
		}
		return strings.ToLower(shown)
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

// shortDuration writes a duration as people do: "1m" and not "1m0s", "200us" and not "200µs".
func shortDuration(d time.Duration) string {
	text := strings.Replace(d.String(), "µ", "u", 1)
	for _, zeros := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zeros) {
			text = strings.TrimSuffix(text, zeros[1:])
		}
	}
	return text
}
