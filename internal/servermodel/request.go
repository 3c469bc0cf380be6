package servermodel

import (
	"bytes"
	"net/http"
	"net/url"
)

// The limits of a request, in bytes, and the status of a request that exceeds them.
const (
	maxHeader = 8192    // the whole header: 431
	maxTarget = 4096    // the request's target: 414
	maxBody   = 1 << 20 // the body, which is read and discarded: 413
)

// maxLineRest is the max length of a request line without its target: a method, a version and two
// spaces.
const maxLineRest = 64

// request is what an answer depends on.
type request struct {
	head      bool // HEAD: the answer has no body
	get       bool // GET or HEAD; no other method is supported
	root      bool // the path is "/"
	minor     int  // 0 for HTTP/1.0, 1 for HTTP/1.1 and later versions 1.x
	keepAlive bool // the client wants to keep the connection
	expects   bool // the client waits for 100 Continue before it sends the body
	body      body // what follows the header; it is ignored
}

// parse parses the request header at the start of data. Size is the header's size, or 0 if it is
// incomplete. If status is not 0, it is that of an error, after which nothing on the connection can
// be trusted.
//
// It fills the conversation's own request, because a copy on every level of the call would exceed
// the 2 KB with which a goroutine's stack begins. Growing the stack means copying it, which weighs
// on a thread that serves one connection.
func (r *request) parse(data []byte) (size int, status int) {
	*r = request{}
	size = headerSize(data)
	if size == 0 {
		return 0, incompleteStatus(data)
	}
	if size > maxHeader {
		return 0, incompleteStatus(data[:maxHeader])
	}

	line, rest := cutLine(data[:size])
	// The answer must not depend on whether the bytes come in one piece or one by one.
	if end := size - len(rest) - 1; end > maxTarget+maxLineRest {
		return 0, incompleteStatus(data[:end])
	}
	if status := r.parseLine(line); status != 0 {
		return 0, status
	}
	if status := r.parseFields(rest); status != 0 {
		return 0, status
	}
	return size, 0
}

// incompleteStatus returns 0 if the rest of an incomplete header may still come. Otherwise it
// returns the status of an error.
func incompleteStatus(data []byte) (status int) {
	line := bytes.IndexByte(data, '\n')
	if line < 0 {
		line = len(data)
	}
	if line > maxTarget+maxLineRest {
		method, _, ok := bytes.Cut(data[:maxLineRest], []byte{' '})
		if !ok || !isToken(method) {
			return http.StatusBadRequest
		}
		return http.StatusRequestURITooLong
	}
	if len(data) >= maxHeader {
		return http.StatusRequestHeaderFieldsTooLarge
	}
	return 0
}

// headerSize returns the size of a header with the empty line at its end; 0 if that is missing. A
// line may end with LF alone (RFC 9112, 2.2).
func headerSize(data []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 {
			return 0
		}
		at += i + 1
		switch {
		case at < len(data) && data[at] == '\n':
			return at + 1
		case at+1 < len(data) && data[at] == '\r' && data[at+1] == '\n':
			return at + 2
		}
	}
}

// cutLine returns the first line without its end, and what follows it.
func cutLine(data []byte) (line, rest []byte) {
	i := bytes.IndexByte(data, '\n')
	line, rest = data[:i], data[i+1:]
	if i > 0 && data[i-1] == '\r' {
		line = data[:i-1]
	}
	return line, rest
}

// parseLine parses "GET / HTTP/1.0".
func (r *request) parseLine(line []byte) (status int) {
	first := bytes.IndexByte(line, ' ')
	last := bytes.LastIndexByte(line, ' ')
	if first < 1 || last <= first+1 || !isToken(line[:first]) {
		return http.StatusBadRequest
	}

	method, target, version := line[:first], line[first+1:last], line[last+1:]
	if !isVersion(version) {
		return http.StatusBadRequest
	}
	if version[5] != '1' {
		return http.StatusHTTPVersionNotSupported
	}
	r.minor = min(int(version[7]-'0'), 1)
	r.keepAlive = r.minor == 1
	r.head = string(method) == "HEAD"
	r.get = r.head || string(method) == "GET"
	return r.parseTarget(target)
}

// isVersion reports whether s is "HTTP/", a digit, a dot and a digit.
func isVersion(s []byte) bool {
	return len(s) == 8 && string(s[:5]) == "HTTP/" &&
		isDigit(s[5]) && s[6] == '.' && isDigit(s[7])
}

// parseTarget finds out whether the path is "/". Any other target is rare, and is left to a parser
// that knows escapes and absolute forms.
func (r *request) parseTarget(target []byte) (status int) {
	if string(target) == "/" {
		r.root = true
		return 0
	}
	if len(target) > maxTarget {
		return http.StatusRequestURITooLong
	}
	if bytes.IndexByte(target, ' ') >= 0 {
		return http.StatusBadRequest
	}
	u, err := url.ParseRequestURI(string(target))
	if err != nil {
		return http.StatusBadRequest
	}
	r.root = u.Path == "/"
	return 0
}

// parseFields parses the lines after the first, up to the empty one.
func (r *request) parseFields(rest []byte) (status int) {
	var f fields
	for {
		var line []byte
		line, rest = cutLine(rest)
		if len(line) == 0 {
			break
		}

		// A space before the colon and a line that continues the one before are used to smuggle
		// requests past a reader that accepts them. In both cases, the name is not a token.
		colon := bytes.IndexByte(line, ':')
		if colon < 0 || !isToken(line[:colon]) || !isFieldValue(line[colon+1:]) ||
			!f.add(line[:colon], line[colon+1:]) {
			return http.StatusBadRequest
		}
	}
	return r.apply(&f)
}
