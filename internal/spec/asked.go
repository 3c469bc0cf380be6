package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/variable"
)

// maxRequest is the size of the largest request without its body, in bytes: more than that ab does
// not send.
const maxRequest = 8191

// asked holds the keys of a request and of its answer that one table sets: [load] or a [[server]].
type asked struct {
	*table
	method, path, query, contentType string
	headers                          []Header
	body                             string // also of bodyFile, if files may be read
	bodyFile                         string
	keepAlive, http11, anyLength     bool
	expected                         Expect
}

// asked reads the keys of a request. It does not compare them with each other, because [load] and a
// [[server]] share them.
func (t *table) asked() asked {
	a := asked{
		table:       t,
		method:      t.method(),
		path:        t.path(),
		query:       t.query(),
		headers:     t.headers(),
		bodyFile:    t.bodyFile(),
		contentType: t.contentType(),
		keepAlive:   t.flag("keepalive"),
		http11:      t.choice("protocol") == protocol11,
		anyLength:   t.flag("any_length"),
		expected:    t.expectBody(),
	}
	a.expected.Status = int(t.whole("expect_status"))

	_, isText := t.values["body"].(string)
	if isText || t.section == loadSection { // in a [[server]] it may be a number
		a.body, _ = t.text("body")
		t.checkVariables("body", "body", a.body, nil)
	}
	if a.bodyFile != "" && t.doc.outside.body != nil {
		a.body = t.readBody(a.bodyFile)
	}
	return a
}

// hasBody reports whether the table sets the body of a request. In a [[server]], a number under the
// same key is the size of a model's answer.
func (t *table) hasBody() bool {
	_, isText := t.values["body"].(string)
	return isText || t.has("body_file")
}

// request returns what a server is asked: what its table sets, and what the others add, each
// for all keys that no table before it sets. The last is [load]. Keys that exclude each other are
// refused.
func (server asked) request(others ...asked) Request {
	all := append([]asked{server}, others...)
	from := func(key string) asked { return all[firstWith(key, all)] }
	r := Request{
		Method:      from("method").method,
		Path:        from("path").path,
		Query:       from("query").query,
		Headers:     from("headers").headers,
		ContentType: from("content_type").contentType,
		KeepAlive:   from("keepalive").keepAlive,
		HTTP11:      from("protocol").http11,
		AnyLength:   from("any_length").anyLength,
	}

	at := firstThat(asked.hasBody, all)
	body := all[at]
	// A server that is asked by GET or DELETE instead does not get the body of [load].
	usual := r.Method == "" || slices.Contains([]string{"POST", "PUT", "PATCH"}, r.Method)
	if body.hasBody() && (usual || at <= firstWith("method", all)) {
		r.HasBody, r.Body, r.BodyFile = true, body.body, body.bodyFile
	}
	r.setDefaults()

	if r.HasBody && bodiless(r.Method) {
		body.refuseBody(r, from("method"))
	}
	if !r.HasBody && server.has("content_type") {
		server.refuseOnce("content_type", "found without a body; allowed: beside body or body_file")
	}
	if r.Query != "" && strings.Contains(r.Path, "?") {
		from("query").refuseOnce("query", "found beside the path %s, which has a query; "+
			"allowed: a query in one of the two", showValue(r.Path))
	}
	checkSize(r, from)
	return r
}

// setDefaults sets the method and the content type that nothing has set.
func (r *Request) setDefaults() {
	switch {
	case r.Method != "":
	case r.HasBody:
		r.Method = "POST"
	default:
		r.Method = "GET"
	}

	if !r.HasBody {
		r.ContentType = ""
	} else if r.ContentType == "" {
		r.ContentType = "text/plain"
	}
}

// bodiless reports whether requests of a method have no body.
func bodiless(method string) bool { return method == "GET" || method == "HEAD" }

// refuseBody refuses a body beside a method that has none.
func (a asked) refuseBody(r Request, method asked) {
	key := "body"
	if a.bodyFile != "" {
		key = "body_file"
	}
	a.refuseOnce(key, "found beside the method %s on line %d, which has no body; "+
		`allowed: beside another method, such as "POST"`, quote(r.Method), method.line("method"))
}

// refuseOnce refuses a key that has no problem yet: servers share the keys of [load].
func (t *table) refuseOnce(key, format string, args ...any) {
	if !t.refused[key] {
		t.refuse(key, format, args...)
	}
}

// checkSize refuses a request that ab would not send. The values of variables count if they are
// known; the longest host and the headers of ab's own always do.
func checkSize(r Request, from func(key string) asked) {
	const own = 400 // bytes
	if lookup := from("headers").doc.outside.variable; lookup != nil {
		r, _ = r.Expand(lookup) // a variable that is not set has been refused
	}

	size := own + len(r.Method) + len(r.Target()) + len(r.ContentType)
	for _, h := range r.Headers {
		size += len(h.Line()) + len("\r\n")
	}
	if size <= maxRequest {
		return
	}

	for _, key := range []string{"headers", "query", "path"} {
		if t := from(key); t.has(key) {
			t.refuseOnce(key, "found a request of %d bytes without its body; allowed: at most "+
				"%d bytes, as ab sends no more", size, maxRequest)
			return
		}
	}
}

// checkContentType refuses a content type in [load] that no server's request uses.
func (load asked) checkContentType(servers []Server) {
	hasBody := func(s Server) bool { return s.Request.HasBody }
	if load.has("content_type") && len(servers) > 0 && !slices.ContainsFunc(servers, hasBody) {
		load.refuseOnce("content_type", "found without a body; allowed: beside body or body_file")
	}
}

// method reads the method of the requests. It is "" if that depends on the body.
func (t *table) method() string {
	k := t.section.key("method")
	const allowed = `a method of HTTP, such as "GET", "POST", "PUT" or "DELETE"`
	method, ok := t.stringOf("method", allowed)
	switch {
	case !ok:
		return ""
	case !isToken(method), len(method) > int(k.max):
		t.refuse("method", "found %s; allowed: %s", showValue(method), allowed)
		return ""
	case strings.ToUpper(method) != method:
		t.refuse("method", "found %s; allowed: %s, in capitals; did you mean %s?",
			showValue(method), allowed, quote(strings.ToUpper(method)))
		return ""
	}
	return method
}

// isToken reports whether a text is a token of HTTP (RFC 9110, 5.6.2), as methods and the names of
// headers are.
func isToken(text string) bool {
	const others = "!#$%&'*+-.^_`|~"
	for _, r := range text {
		alphanumeric := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !alphanumeric && !strings.ContainsRune(others, r) {
			return false
		}
	}
	return text != ""
}

// path reads the path of the requests. ab sends it as it is, so it must be written as in HTTP.
func (t *table) path() string {
	k := t.section.key("path")
	path, ok := t.text("path")
	switch {
	case !ok:
		return "/"
	case !strings.HasPrefix(path, "/"), !isOfURL(path), len(path) > int(k.max):
		t.refuse("path", `found %s; allowed: "/" and then up to %d ASCII characters without `+
			`blanks; write others as %%20 and the like`, showValue(path), k.max-1)
		return "/"
	}

	if t.doc.fromRecord() { // earlier versions did not refuse what follows
		return path
	}
	if strings.Contains(path, "#") {
		t.refuse("path", "found %s, with a #; allowed: a path without one, because a client "+
			"does not send what follows it; write %%23 for a # of the path", showValue(path))
	}
	if strings.Contains(path, "${") {
		t.refuse("path", "found %s, with ${; allowed: variables in query, headers and body",
			showValue(path))
	}
	return path
}

// isOfURL reports whether all characters are visible ASCII, as on a request line.
func isOfURL(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// isOfQuery reports whether a text may stand in a query.
func isOfQuery(text string) bool { return isOfURL(text) && !strings.Contains(text, "#") }

// query reads what follows the path and a question mark.
func (t *table) query() string {
	k := t.section.key("query")
	query, ok := t.stringOf("query", `a string in quotes, such as "item=3&size=20"`)
	if !ok {
		return ""
	}
	if !isOfQuery(query) || strings.HasPrefix(query, "?") || len(query) > int(k.max) {
		t.refuse("query", "found %s; allowed: up to %d ASCII characters without blanks, # and "+
			"a ? at the beginning; write others as %%20 and the like", showValue(query), k.max)
		return ""
	}
	t.checkVariables("query", "query", query, isOfQuery)
	return query
}

// contentType reads the type of a body.
func (t *table) contentType() string {
	text, ok := t.stringOf("content_type", `a string in quotes, such as "application/json"`)
	if !ok {
		return ""
	}
	if !isFieldValue(text) || strings.TrimSpace(text) == "" || len(text) > maxFieldValue {
		t.refuse("content_type", `found %s; allowed: one line of text, such as "application/json"`,
			showValue(text))
		return ""
	}
	return text
}

// checkVariables refuses a text that names variables wrongly, or variables that are not set or have
// a value that cannot stand there. The value itself is never shown. A nil valid allows all values.
func (t *table) checkVariables(key, shown, text string, valid func(value string) bool) {
	names, err := variable.Names(text)
	if err != nil {
		t.refuseAt(t.line(key), shown, "%v", err)
		return
	}
	lookup := t.doc.outside.variable
	if lookup == nil {
		return
	}

	for _, name := range names {
		value, ok := lookup(name)
		switch {
		case !ok:
			t.refuseAt(t.line(key), shown, "found ${%s}, and %v; allowed: variables that are set; "+
				"write $${ for ${ itself", name, variable.UnsetError{Name: name})
		case valid != nil && !valid(value):
			t.refuseAt(t.line(key), shown, "found ${%s}, whose value has a character that "+
				"cannot stand here; allowed: one line of text, and in a query no blank, no # "+
				"and only ASCII", name)
		}
	}
}

// bodyFile reads the name of a file with a body.
func (t *table) bodyFile() string {
	return t.file("body_file", allowedBodyFile)
}

const allowedBodyFile = "a file of at most 16 MiB, relative to the folder of this one"

// readBody reads a body from a file.
func (t *table) readBody(file string) string {
	text, err := t.doc.outside.body(file)
	switch {
	case errors.Is(err, errTooLarge):
		err = fmt.Errorf("more than %d MiB", maxBody>>20)
	case err != nil:
		err = cause(err)
	}
	if err != nil {
		t.refuse("body_file", "found %s: %v; allowed: %s", showValue(file), err, allowedBodyFile)
	}
	return text
}
