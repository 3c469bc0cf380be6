package load

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/variable"
)

// maxRequest is the largest request without its body that is accepted, in bytes. ab cuts a longer
// one.
const maxRequest = 8192

// RequestTo returns what is sent to a URL for each request.
func (o Options) RequestTo(url string) ([]byte, error) {
	if err := o.parseURL(url); err != nil {
		return nil, err
	}
	sent, err := o.withValues()
	return requestBytes(sent), err
}

// withValues returns the options with the values of the variables that headers and query name.
// They are for the server alone. An error names a variable, never its value.
func (o Options) withValues() (Options, error) {
	if o.Environment == nil {
		return o, nil
	}

	path, query, hasQuery := strings.Cut(o.Path, "?")
	if hasQuery {
		expanded, err := variable.Expand(query, o.Environment)
		if err != nil {
			return o, err
		}
		if strings.ContainsFunc(expanded, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return o, errors.New("the query has a variable whose value a URL cannot have")
		}
		o.Path = path + "?" + expanded
	}

	headers := slices.Clone(o.Headers)
	for i, line := range headers {
		expanded, err := variable.Expand(line, o.Environment)
		if err != nil {
			return o, err
		}
		if strings.ContainsAny(expanded, "\r\n\x00") {
			name, _, _ := strings.Cut(line, ":")
			return o, fmt.Errorf("the header %s has a variable whose value is not one line", name)
		}
		headers[i] = expanded
	}
	o.Headers = headers
	return o, nil
}

// requestBytes returns what is sent for each request, byte for byte as ab sends it: the -H lines
// come before Host, User-Agent and Accept, and replace those that have the same name.
func requestBytes(o Options) []byte {
	var b strings.Builder
	line := func(parts ...string) {
		for _, part := range parts {
			b.WriteString(part)
		}
		b.WriteString("\r\n")
	}

	line(o.Method, " ", o.Path, " ", o.protocol())
	switch {
	case o.HTTP11 && !o.KeepAlive:
		line("Connection: close")
	case o.KeepAlive && !o.HTTP11:
		line("Connection: Keep-Alive")
	}
	for _, field := range o.Credentials {
		line(field)
	}
	if o.Body != nil {
		line("Content-length: ", strconv.Itoa(len(o.Body)))
		line("Content-type: ", o.ContentType)
	}
	for _, field := range o.Headers {
		line(field)
	}
	for _, field := range [...]struct{ name, value string }{
		{"Host", hostField(o)},
		{"User-Agent", "ApacheBench/2.3"},
		{"Accept", "*/*"},
	} {
		if !hasField(o.Headers, field.name) {
			line(field.name, ": ", field.value)
		}
	}
	line()

	b.Write(o.Body)
	return []byte(b.String())
}

// protocol returns the version of HTTP that requests have.
func (o *Options) protocol() string {
	if o.HTTP11 {
		return "HTTP/1.1"
	}
	return "HTTP/1.0"
}

// hostField returns the host of the URL, with its port unless that is the scheme's.
func hostField(o Options) string {
	host := o.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if o.Port == defaultPort(o.TLS) {
		return host
	}
	return host + ":" + strconv.Itoa(o.Port)
}

// hasField reports whether one of the header lines is the named field.
func hasField(lines []string, name string) bool { return slices.ContainsFunc(lines, isField(name)) }

// fieldValue returns the value of the first header line that is the named field, "" if none is.
func fieldValue(lines []string, name string) string {
	i := slices.IndexFunc(lines, isField(name))
	if i < 0 {
		return ""
	}
	_, value, _ := strings.Cut(lines[i], ":")
	return strings.TrimSpace(value)
}

func isField(name string) func(line string) bool {
	return func(line string) bool {
		field, _, _ := strings.Cut(line, ":")
		return strings.EqualFold(strings.TrimSpace(field), name)
	}
}
