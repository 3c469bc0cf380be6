package load

import (
	"strconv"
	"strings"
)

// maxRequest is the greatest request that ab builds, in bytes.
const maxRequest = 8192

// requestBytes builds what is sent for each request, in ab's order: the -H lines come before Host,
// User-Agent and Accept, each of which is left out where a -H line has it.
func requestBytes(o Options) []byte {
	var b strings.Builder
	b.WriteString(o.Method + " " + o.Path + " " + protocol(o) + "\r\n")
	switch {
	case o.HTTP11 && !o.KeepAlive:
		b.WriteString("Connection: close\r\n")
	case o.KeepAlive && !o.HTTP11:
		b.WriteString("Connection: Keep-Alive\r\n")
	}
	for _, line := range o.Credentials {
		b.WriteString(line + "\r\n")
	}
	if o.Body != nil {
		b.WriteString(
			"Content-length: " + strconv.Itoa(
				len(o.Body),
			) + "\r\nContent-type: " + o.ContentType + "\r\n",
		)
	}
	for _, line := range o.Headers {
		b.WriteString(line + "\r\n")
	}
	for _, field := range [...]struct{ name, value string }{
		{"Host", hostField(o)}, {"User-Agent", "ApacheBench/2.3"}, {"Accept", "*/*"},
	} {
		if !names(o.Headers, field.name) {
			b.WriteString(field.name + ": " + field.value + "\r\n")
		}
	}
	b.WriteString("\r\n")
	b.Write(o.Body)
	return []byte(b.String())
}

func protocol(o Options) string {
	if o.HTTP11 {
		return "HTTP/1.1"
	}
	return "HTTP/1.0"
}

// hostField is the host as the URL has it, with its port unless that is the scheme's own.
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

// names reports whether one of the header lines is the named field.
func names(headers []string, field string) bool {
	for _, line := range headers {
		name, _, _ := strings.Cut(line, ":")
		if strings.EqualFold(strings.TrimSpace(name), field) {
			return true
		}
	}
	return false
}
