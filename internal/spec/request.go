package spec

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/variable"
)

// Request is what a server is asked, again and again. ${NAME} stands for the value of an
// environment variable in Query, in the values of Headers, and in Body unless that is from a file.
type Request struct {
	Method      string   // a token, such as "GET"
	Path        string   // begins with "/"; as it goes on the request line
	Query       string   // follows Path and a "?"; may be empty
	Headers     []Header // in the file's order, each name once
	HasBody     bool     // never of a GET or a HEAD
	Body        string   // may be empty, and is empty if BodyFile was not read
	BodyFile    string   // the file that Body is from, relative to the spec's folder; else ""
	ContentType string   // of the body; "" if there is none
	KeepAlive   bool     // ab's -k
	HTTP11      bool     // HTTP/1.1, not HTTP/1.0
	AnyLength   bool     // answers may differ in length: ab's -l
}

// Header is one header of a request.
type Header struct {
	Name  string // a token
	Value string // one line; may be empty
}

// Line returns the header as it is sent, without its line end.
func (h Header) Line() string { return h.Name + ": " + h.Value }

// Target returns what is asked for on the request line: the path with its query.
func (r Request) Target() string {
	if r.Query == "" {
		return r.Path
	}
	return r.Path + "?" + r.Query
}

// Asks reports whether two requests ask for the same: they differ at most in how the connection is
// used, and in what an answer must be.
func (r Request) Asks(other Request) bool {
	return r.Method == other.Method &&
		r.Target() == other.Target() &&
		slices.Equal(r.Headers, other.Headers) &&
		r.HasBody == other.HasBody &&
		r.Body == other.Body &&
		r.BodyFile == other.BodyFile &&
		r.ContentType == other.ContentType
}

// Expand returns the request with the values of the variables that it names. The result is for the
// server alone: it must not be printed or kept.
func (r Request) Expand(lookup variable.Lookup) (Request, error) {
	var err error
	expand := func(text string) string {
		expanded, failed := variable.Expand(text, lookup)
		if err == nil {
			err = failed
		}
		return expanded
	}

	r.Query = expand(r.Query)
	r.Headers = slices.Clone(r.Headers)
	for i, h := range r.Headers {
		r.Headers[i].Value = expand(h.Value)
	}
	if r.BodyFile == "" {
		r.Body = expand(r.Body)
	}
	return r, err
}

// Variables returns the environment variables that the request names, each once.
func (r Request) Variables() []string {
	names := r.variablesBeforeBody()
	if r.BodyFile == "" {
		names = append(names, namesIn(r.Body)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// HideValues returns text of a server with the names of variables in the place of their values, and
// with the name of its machine in the place of its IP address. The ways are all in which the server
// is asked.
func HideValues(text string, ways []Server, lookup variable.Lookup) string {
	var names []string
	for _, s := range ways {
		names = append(names, s.Request.Variables()...)
		text = s.HideIP(text)
	}
	return variable.Hide(text, names, lookup)
}

// SecretArguments reports whether the request names variables outside of its body. The real ab gets
// all but the body by its arguments, which every user of the machine can read.
func (r Request) SecretArguments() bool { return len(r.variablesBeforeBody()) > 0 }

func (r Request) variablesBeforeBody() []string {
	names := namesIn(r.Query)
	for _, h := range r.Headers {
		names = append(names, namesIn(h.Value)...)
	}
	return names
}

// namesIn returns the variables of a text that was read without a problem.
func namesIn(text string) []string {
	names, _ := variable.Names(text)
	return names
}

// OnlyEmbedded returns why the real ab cannot make the request, "" if it can.
func (r Request) OnlyEmbedded() string {
	switch {
	case r.HTTP11:
		return "ab speaks only HTTP/1.0"
	case r.SecretArguments():
		return "ab gets headers and query by its arguments, where all users of the machine " +
			"can read the value of a variable"
	}
	return ""
}

// String returns how the request differs from a plain GET, as people read it: "POST, a body of 11
// bytes as application/json, Accept: */*". It is "" if nothing differs.
func (r Request) String() string {
	parts := []string{r.Method}
	switch {
	case r.BodyFile != "":
		parts = append(parts, fmt.Sprintf("%s as %s", quote(r.BodyFile), r.ContentType))
	case r.HasBody:
		parts = append(parts, fmt.Sprintf("a body of %d bytes as %s", len(r.Body), r.ContentType))
	}
	for _, h := range r.Headers {
		parts = append(parts, h.Line())
	}
	if r.HTTP11 {
		parts = append(parts, "HTTP/1.1")
	}
	if r.KeepAlive {
		parts = append(parts, "keep-alive")
	}
	if r.AnyLength {
		parts = append(parts, "answers of any length")
	}
	if len(parts) == 1 && r.Method == "GET" {
		return ""
	}
	return strings.Join(parts, ", ")
}
