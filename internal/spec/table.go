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

// maxDuration bounds every duration of a spec: no trial and no start takes longer than a day.
const maxDuration = 24 * time.Hour

// table reads one table of the file, key by key. Each method gives the key's value, or its default
// where the key is absent or wrong; what is wrong is noted, so that all problems of a file come
// together.
type table struct {
	doc    *document
	label  string // as problems name it: "[load]"; "" at the top of the file
	values map[string]any
	at     *place
	wrong  map[string]bool // keys that were refused
}

// has reports whether the file has the key.
func (t *table) has(key string) bool {
	_, ok := t.values[key]
	return ok
}

// line is the key's line, or the table's own where the key is absent.
func (t *table) line(key string) int { return t.at.find(key).line }

// refuse notes a problem of a key.
func (t *table) refuse(key, format string, args ...any) {
	t.refuseAt(t.line(key), key, format, args...)
}

func (t *table) refuseAt(line int, key, format string, args ...any) {
	where := strings.TrimSpace(t.label + " " + key)
	if t.wrong == nil {
		t.wrong = map[string]bool{}
	}
	t.wrong[key] = true
	t.doc.addProblem(line, where+": "+fmt.Sprintf(format, args...))
}

// text reads a string. Nothing else counts as one: a bare number where a name is due is more often
// a slip than a name. ok is false where the key is absent or was refused.
func (t *table) text(
	key string,
) (text string, ok bool) {
	return t.stringOf(key, "a string in quotes")
}

// stringOf is text for a key with less allowed than any string; the caller looks after that.
func (t *table) stringOf(key, allowed string) (text string, ok bool) {
	value, has := t.values[key]
	text, ok = value.(string)
	if has && !ok {
		t.refuse(key, "found %s; allowed: %s", describe(value), allowed)
	}
	return text, ok
}

// oneLine reads a string without control characters, so that it can break neither a terminal nor a
// table.
func (t *table) oneLine(key string) (text string, ok bool) {
	text, ok = t.text(key)
	if i := strings.IndexFunc(text, unicode.IsControl); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		t.refuse(
			key,
			"found %s, with the control character %U; allowed: one line of text",
			showValue(text),
			r,
		)
		return "", false
	}
	return text, ok
}

// choice reads a string that is one of the words. A word that is planned is refused as such.
func (t *table) choice(key, def string, words []string) string {
	text, ok := t.stringOf(key, list(words))
	switch {
	case !ok:
		return def
	case slices.Contains(words, text):
		return text
	default:
		t.refuse(
			key,
			"found %s; allowed: %s%s",
			showValue(text),
			list(words),
			DidYouMean(text, words),
		)
	}
	return def
}

// flag reads true or false.
func (t *table) flag(key string, def bool) bool {
	value, ok := t.values[key]
	if !ok {
		return def
	}
	flag, ok := value.(bool)
	if !ok {
		t.refuse(key, "found %s; allowed: true or false, without quotes", describe(value))
		return def
	}
	return flag
}

// count reads a whole number from low to high, of the unit in brackets.
func (t *table) count(key string, def, low, high int64, unit string) int64 {
	value, ok := t.values[key]
	if !ok {
		return def
	}
	if n, ok := value.(int64); ok && n >= low && n <= high {
		return n
	}
	t.refuse(
		key,
		"found %s; allowed: %s",
		describeUnless[int64](value),
		wholeNumber(low, high, unit),
	)
	return def
}

// wholeNumber says "a whole number from 1 to 1000 (requests)", or where high is no limit "of 0 or
// more".
func wholeNumber(low, high int64, unit string) string {
	if unit != "" {
		unit = " (" + unit + ")"
	}
	if high == math.MaxInt64 {
		return fmt.Sprintf("a whole number of %d or more%s", low, unit)
	}
	return fmt.Sprintf("a whole number from %d to %d%s", low, high, unit)
}

// number reads a number between low and high, both excluded. A whole number is a number too.
func (t *table) number(key string, def, low, high float64) float64 {
	value, ok := t.values[key]
	if !ok {
		return def
	}
	number, ok := value.(float64)
	if whole, isWhole := value.(int64); isWhole {
		number, ok = float64(whole), true
	}
	if ok && number > low && number < high { // never so for NaN
		return number
	}
	found := describe(value)
	if ok {
		found = showValue(value)
	}
	t.refuse(key, "found %s; allowed: a number above %v and below %v", found, low, high)
	return def
}

// duration reads a string such as "30s".
func (t *table) duration(key string, def time.Duration) time.Duration {
	return t.durationUpTo(key, def, maxDuration)
}

func (t *table) durationUpTo(key string, def, most time.Duration) time.Duration {
	allowed := "allowed: a duration above 0 and at most " + shortDuration(most) +
		`, as a number with a unit: "500ms", "30s", "5m"`
	value, ok := t.values[key]
	if !ok {
		return def
	}
	switch value := value.(type) {
	case string:
		d, err := time.ParseDuration(value)
		if err == nil && d > 0 && d <= most {
			return d
		}
		t.refuse(key, "found %s; %s", describeUnless[string](value), allowed)
	case int64, float64:
		t.refuse(key, "found %s; %s; write %s", describe(value), allowed, quote(showValue(value)+"s"))
	default:
		t.refuse(key, "found %s; %s", describe(value), allowed)
	}
	return def
}

// array reads an array, with the line of each item.
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

// describe says what a value is: `"ten" (a string)`.
func describe(value any) string {
	kind := kindOf(value)
	if shown := showValue(value); shown != "" {
		return shown + " (" + kind + ")"
	}
	return kind
}

// describeUnless says what a value is, without its kind where that is the kind that is due.
func describeUnless[T any](value any) string {
	if _, ok := value.(T); ok {
		return showValue(value)
	}
	return describe(value)
}

func kindOf(value any) string {
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

// showValue gives a value as the file would write it; "" for one that is too big for a message.
func showValue(value any) string {
	const most = 60 // characters of a string: enough to find it, and it stays one line
	switch value := value.(type) {
	case string:
		if runes := []rune(value); len(runes) > most {
			return quote(string(runes[:most]) + "…")
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
