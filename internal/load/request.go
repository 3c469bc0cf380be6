package load

import (
	"strconv"
	"strings"
)

// maxRequest is the largest request without its body that is accepted, in bytes. ab cuts a longer
// one.
const maxRequest = 8192

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
func hasField(lines []string, name string) bool {
	for _, line := range lines {
		field, _, _ := strings.Cut(line, ":")
		if strings.EqualFold(strings.TrimSpace(field), name) {
			return true
		}
	}
	return false
}
