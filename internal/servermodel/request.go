package servermodel

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
)

// The limits of what is read of one request, in bytes. Whoever sends more learns it by a status.
const (
	maxHeader = 8192    // the whole header: 431
	maxTarget = 4096    // the request's target: 414
	maxBody   = 1 << 20 // the body, which is read and thrown away: 413
)

// maxLineRest bounds what a request line has beside its target: a method, a version and two spaces.
const maxLineRest = 64

// request is what an answer depends on.
type request struct {
	head      bool // HEAD: the answer has no body
	get       bool // GET or HEAD: no other method is known
	root      bool // the path is "/"
	minor     int  // 0 for HTTP/1.0, 1 for HTTP/1.1 and what may follow it
	keepAlive bool // the client wants the connection to stay
	expects   bool // the client waits for 100 Continue before it sends the body
	body      body // what follows the header, and means nothing to us
}

// parseRequest reads one request header from the start of data. It gives the header's size, 0 while
// it is not all there, and status 0; or the status of an error, after which nothing on the
// connection can be trusted.
func parseRequest(data []byte) (r request, size int, status int) {
	size = headerSize(data)
	if size == 0 {
		return r, 0, hopeless(data)
	}
	if size > maxHeader {
		return r, 0, hopeless(data[:maxHeader])
	}
	line, rest := cutLine(data[:size])
	// However the bytes came, in one piece or one by one, the same is answered.
	if end := size - len(rest) - 1; end > maxTarget+maxLineRest {
		return r, 0, hopeless(data[:end])
	}
	if status := r.readLine(line); status != 0 {
		return r, 0, status
	}
	if status := r.readFields(rest); status != 0 {
		return r, 0, status
	}
	return r, size, 0
}

// hopeless gives the status for a header that is not all there and never will be, 0 while it may
// come.
func hopeless(data []byte) (status int) {
	line := bytes.IndexByte(data, '\n')
	if line < 0 {
		line = len(data)
	}
	if line > maxTarget+maxLineRest {
		if method, _, found := bytes.Cut(data[:maxLineRest], []byte{' '}); !found ||
			!isToken(method) {
			return http.StatusBadRequest
		}
		return http.StatusRequestURITooLong
	}
	if len(data) >= maxHeader {
		return http.StatusRequestHeaderFieldsTooLarge
	}
	return 0
}

// headerSize gives the size of a header with the empty line that ends it, 0 if that is not there. A
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

// cutLine gives the first line without its end, and what follows it.
func cutLine(data []byte) (line, rest []byte) {
	i := bytes.IndexByte(data, '\n')
	line, rest = data[:i], data[i+1:]
	if i > 0 && data[i-1] == '\r' {
		line = data[:i-1]
	}
	return line, rest
}

// readLine reads "GET / HTTP/1.0".
func (r *request) readLine(line []byte) (status int) {
	first := bytes.IndexByte(line, ' ')
	last := bytes.LastIndexByte(line, ' ')
	if first < 1 || last <= first+1 || !isToken(line[:first]) {
		return http.StatusBadRequest
	}
	method, target, version := line[:first], line[first+1:last], line[last+1:]
	// Eight bytes, "HTTP/", a digit, a dot and a digit: only 1.x is spoken here.
	if len(version) != 8 || string(version[:5]) != "HTTP/" ||
		!isDigit(version[5]) || version[6] != '.' || !isDigit(version[7]) {
		return http.StatusBadRequest
	}
	if version[5] != '1' {
		return http.StatusHTTPVersionNotSupported
	}
	r.minor = min(int(version[7]-'0'), 1)
	r.keepAlive = r.minor == 1
	r.head = string(method) == "HEAD"
	r.get = r.head || string(method) == "GET"
	return r.readTarget(target)
}

// readTarget looks whether the path is "/". That target is plain to see; any other is rare, and
// left to a parser that knows escapes and absolute forms.
func (r *request) readTarget(target []byte) (status int) {
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

// fields is what the header fields of one request have said so far.
type fields struct {
	hosts      int
	sized      bool   // Content-Length was given
	length     []byte // its value
	encodings  int    // how often Transfer-Encoding was given
	encoding   []byte // its last value
	expectance []byte // the value of Expect; nil: none was given
	close      bool   // Connection: close
	persistent bool   // Connection: keep-alive
}

// readFields reads the lines after the first, up to the empty one.
func (r *request) readFields(rest []byte) (status int) {
	var f fields
	for {
		var line []byte
		line, rest = cutLine(rest)
		if len(line) == 0 {
			break
		}
		colon := bytes.IndexByte(line, ':')
		// A name with a space before its colon, or a line that goes on from the one before, is how
		// requests are smuggled past one reader to another: both are no tokens.
		if colon < 0 || !isToken(line[:colon]) || !isFieldValue(line[colon+1:]) ||
			!f.take(line[:colon], line[colon+1:]) {
			return http.StatusBadRequest
		}
	}
	return r.apply(f)
}

// take notes the fields that matter; it reports whether what they say can stand. Few names have the
// length of one that matters, so most are told apart by that.
func (f *fields) take(name, value []byte) bool {
	switch len(name) {
	case len("Host"):
		if bytes.EqualFold(name, []byte("Host")) {
			f.hosts++
			return isHost(trim(value))
		}
	case len("Expect"):
		if bytes.EqualFold(name, []byte("Expect")) {
			f.expectance = trim(value)
		}
	case len("Connection"):
		if bytes.EqualFold(name, []byte("Connection")) {
			f.takeConnection(value)
		}
	case len("Content-Length"):
		if bytes.EqualFold(name, []byte("Content-Length")) {
			value = trim(value)
			if f.sized && !bytes.Equal(f.length, value) {
				return false
			}
			f.sized, f.length = true, value
		}
	case len("Transfer-Encoding"):
		if bytes.EqualFold(name, []byte("Transfer-Encoding")) {
			f.encodings++
			f.encoding = trim(value)
		}
	}
	return true
}

// takeConnection reads the list of options in a Connection field.
func (f *fields) takeConnection(value []byte) {
	for len(value) > 0 {
		var option []byte
		option, value, _ = bytes.Cut(value, []byte{','})
		option = trim(option)
		f.close = f.close || bytes.EqualFold(option, []byte("close"))
		f.persistent = f.persistent || bytes.EqualFold(option, []byte("keep-alive"))
	}
}

// apply turns the fields into what the answer depends on.
func (r *request) apply(f fields) (status int) {
	if f.hosts > 1 || f.hosts == 0 && r.minor == 1 {
		return http.StatusBadRequest
	}
	r.keepAlive = !f.close && (r.keepAlive || f.persistent)
	if status := r.applyFraming(f); status != 0 {
		return status
	}
	if len(f.expectance) > 0 && !bytes.EqualFold(f.expectance, []byte("100-continue")) {
		return http.StatusExpectationFailed
	}
	r.expects = len(f.expectance) > 0 && r.minor == 1
	return 0
}

// applyFraming finds where the body ends. HTTP/1.0 knows no Transfer-Encoding: whoever passes one
// on in it would not agree with us about that (RFC 9112, 6.1).
func (r *request) applyFraming(f fields) (status int) {
	if f.encodings > 0 {
		switch {
		case f.sized || r.minor == 0:
			return http.StatusBadRequest
		case f.encodings > 1 || !bytes.EqualFold(f.encoding, []byte("chunked")):
			return http.StatusNotImplemented
		}
		r.body = chunkedBody
		return 0
	}
	if !f.sized {
		return 0
	}
	if !isDigits(f.length) {
		return http.StatusBadRequest
	}
	n, err := strconv.ParseInt(string(f.length), 10, 64)
	if err != nil {
		return http.StatusBadRequest
	}
	if n > maxBody {
		return http.StatusRequestEntityTooLarge
	}
	r.body = body{left: n}
	return 0
}

// isToken reports whether s is a token: what methods and field names are made of (RFC 9110, 5.6.2).
func isToken(s []byte) bool {
	for _, c := range s {
		if !tokenBytes[c] {
			return false
		}
	}
	return len(s) > 0
}

var tokenBytes = byteSet(
	"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
)

// isHost reports whether s is made of what a host and a port are made of (RFC 3986, 3.2.2). Empty
// is allowed.
func isHost(s []byte) bool {
	for _, c := range s {
		if !hostBytes[c] {
			return false
		}
	}
	return true
}

var hostBytes = byteSet(
	"!$%&'()*+,-.0123456789:;=ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~",
)

func byteSet(members string) (set [256]bool) {
	for _, c := range []byte(members) {
		set[c] = true
	}
	return set
}

// isFieldValue reports whether s has no control character but tabs. A bare CR is one.
func isFieldValue(s []byte) bool {
	for _, c := range s {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// trim takes the spaces and tabs away that may stand around a field's value.
func trim(s []byte) []byte {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isDigits(s []byte) bool {
	for _, c := range s {
		if !isDigit(c) {
			return false
		}
	}
	return len(s) > 0
}
