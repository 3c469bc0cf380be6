package report

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/spec"
)

// sameOf states which server another way of asking has, and what differs; "" for a server of its
// own.
func sameOf(w *locale.Printer, e *spec.Experiment, s spec.Server) string {
	other, ok := e.Server(s.Same)
	if !ok || s.Control != "" {
		return ""
	}
	ways := differentWays(w, s.Request, other.Request)
	if len(ways) == 0 {
		return w.Sprintf("The same server as %s, with the same requests.", other.Name)
	}
	return w.Sprintf("The same server as %s, with other requests: %s.", other.Name,
		strings.Join(ways, ", "))
}

// differentWays returns in which ways a request differs from another.
func differentWays(w *locale.Printer, r, other spec.Request) []string {
	var ways []string
	if r.Method != other.Method || r.Target() != other.Target() {
		ways = append(ways, r.Method+" "+r.Target())
	}
	ways = append(ways, differentBody(w, r, other)...)
	if !slices.Equal(r.Headers, other.Headers) {
		ways = append(ways, w.Sprintf("other headers"))
	}

	switch {
	case r.HTTP11 && !other.HTTP11:
		ways = append(ways, "HTTP/1.1")
	case !r.HTTP11 && other.HTTP11:
		ways = append(ways, "HTTP/1.0")
	}
	switch {
	case r.KeepAlive && !other.KeepAlive:
		ways = append(ways, w.Sprintf("with keep-alive"))
	case !r.KeepAlive && other.KeepAlive:
		ways = append(ways, w.Sprintf("without keep-alive"))
	}
	return ways
}

// differentBody returns how the body of a request differs from that of another.
func differentBody(w *locale.Printer, r, other spec.Request) []string {
	switch {
	case !r.HasBody && !other.HasBody:
		return nil
	case !r.HasBody:
		return []string{w.Sprintf("without a body")}
	case r.BodyFile != other.BodyFile && r.BodyFile != "":
		return []string{w.Sprintf("%s as its body", r.BodyFile)}
	case !other.HasBody, r.Body != other.Body, r.BodyFile != other.BodyFile:
		return []string{w.Count(len(r.Body), "a body of 1 byte", "a body of %s bytes")}
	case r.ContentType != other.ContentType:
		return []string{w.Sprintf("a body as %s", r.ContentType)}
	}
	return nil
}
