package spec

import (
	"strings"
	"unicode"
)

// maxFieldValue is the size of one header's value, and of the content type, in bytes.
const maxFieldValue = 4000

// isFieldValue reports whether a text may be the value of a header: any line end in it would begin
// another header.
func isFieldValue(text string) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\t' }
	return !strings.ContainsFunc(text, control)
}

// fieldsOfAB are the headers that ab sets by itself, in small letters, with what to do instead.
var fieldsOfAB = map[string]string{
	"connection":        "write keepalive = true or false",
	"content-length":    "ab sends the length of the body",
	"content-type":      `write content_type, such as content_type = "application/json"`,
	"expect":            "ab sends the body without being asked for it",
	"transfer-encoding": "ab sends the body in one piece",
}

// headers reads the headers of a request, in the order of the file.
func (t *table) headers() []Header {
	const allowed = `a table of strings: { Accept = "application/json" }`
	if !t.has("headers") {
		return nil
	}
	values, ok := t.values["headers"].(map[string]any)
	if !ok {
		t.refuse("headers", "found %s; allowed: %s", describe(t.values["headers"]), allowed)
		return nil
	}

	at := t.at.find("headers")
	fields := newTable(t.doc, t.section, values, at)
	fields.label += " headers"
	var headers []Header
	earlier := map[string]string{}
	for _, name := range at.keys {
		value, ok := fields.header(name)
		other, again := earlier[strings.ToLower(name)]
		if again {
			fields.refuseAt(fields.line(name), quote(name),
				"found beside %s; allowed: each header once", quote(other))
		}
		earlier[strings.ToLower(name)] = name
		if ok && !again {
			headers = append(headers, Header{name, value})
		}
	}
	return headers
}

// header reads the value of one header.
func (t *table) header(name string) (value string, ok bool) {
	shown, line := quote(name), t.line(name)
	refuse := func(format string, args ...any) (string, bool) {
		t.refuseAt(line, shown, format, args...)
		return "", false
	}
	if !isToken(name) || len(name) > maxName {
		t.refuseAt(line, "", "found the name %s; allowed: letters, digits, - and _, as in "+
			`"Accept-Encoding"`, showValue(name))
		return "", false
	}
	if instead, own := fieldsOfAB[strings.ToLower(name)]; own {
		return refuse("found a header that ab sets by itself; allowed: other headers; %s", instead)
	}

	value, ok = t.values[name].(string)
	switch {
	case !ok:
		return refuse("found %s; allowed: a string in quotes", describe(t.values[name]))
	case !isFieldValue(value):
		return refuse("found %s, with a control character; allowed: one line of text",
			showValue(value))
	case len(value) > maxFieldValue:
		return refuse("found %d bytes; allowed: at most %d", len(value), maxFieldValue)
	}
	t.checkVariables(name, shown, value, isFieldValue)
	return value, true
}
