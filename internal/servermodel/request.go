package servermodel

import (
	"bytes"
	"net/url"
	"strconv"
)

// maxHeader is the greatest request header that is read, in bytes.
const maxHeader = 8192

// request is what an answer depends on.
type request struct {
	head       bool  // HEAD: the answer has no body
	get        bool  // GET or HEAD: no other method is known
	root       bool  // the path is "/"
	minor      int   // 0 for HTTP/1.0, 1 for HTTP/1.1 and what may follow it
	keepAlive  bool  // the client wants the connection to stay
	bodyLength int64 // bytes that follow the header and mean nothing to us
}

// parseRequest reads one request header from the start of data. It gives the header's size, 0 while it is not
// all there, and status 0; or the status of an error, after which nothing on the connection can be trusted.
func parseRequest(data []byte) (r request, size int, status int) {
	size = headerSize(data)
	if size == 0 {
		if len(data) >= maxHeader {
			return r, 0, 431
		}
		return r, 0, 0
	}
	if size > maxHeader {
		return r, 0, 431
	}
	line, rest := cutLine(data[:size])
	if status := r.readLine(line); status != 0 {
		return r, 0, status
	}
	if status := r.readFields(rest); status != 0 {
		return r, 0, status
	}
	return r, size, 0
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
	return bytes.TrimSuffix(data[:i], []byte{'\r'}), data[i+1:]
}

// readLine reads "GET / HTTP/1.0".
func (r *request) readLine(line []byte) (status int) {
	method, rest, found := bytes.Cut(line, []byte{' '})
	target, version, found2 := bytes.Cut(rest, []byte{' '})
	if !found || !found2 || !isToken(method) || len(target) == 0 {
		return 400
	}
	// Eight bytes, "HTTP/", a digit, a dot and a digit: only 1.x is spoken here.
	if len(version) != 8 || !bytes.HasPrefix(version, []byte("HTTP/")) ||
		!isDigit(version[5]) || version[6] != '.' || !isDigit(version[7]) {
		return 400
	}
	if version[5] != '1' {
		return 505
	}
	r.minor = min(int(version[7]-'0'), 1)
	r.keepAlive = r.minor == 1
	r.head = string(method) == "HEAD"
	r.get = r.head || string(method) == "GET"
	return r.readTarget(target)
}

// readTarget looks whether the path is "/". That target is plain to see; any other is rare, and left to a
// parser that knows escapes and absolute forms.
func (r *request) readTarget(target []byte) (status int) {
	if string(target) == "/" {
		r.root = true
		return 0
	}
	u, err := url.ParseRequestURI(string(target))
	if err != nil {
		return 400
	}
	r.root = u.Path == "/"
	return 0
}

// fields is what the header fields of one request have said so far.
type fields struct {
	hosts      int
	sized      bool   // Content-Length was given
	length     []byte // its value
	encoded    bool   // Transfer-Encoding was given
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
		name, value, found := bytes.Cut(line, []byte{':'})
		// A name with a space before its colon, or a line that goes on from the one before, is how requests
		// are smuggled past one reader to another: both are no tokens.
		if !found || !isToken(name) || !isFieldValue(value) || !f.take(name, bytes.Trim(value, " \t")) {
			return 400
		}
	}
	return r.apply(f)
}

// take notes the fields that matter; it reports whether what they say can stand.
func (f *fields) take(name, value []byte) bool {
	switch {
	case bytes.EqualFold(name, []byte("Host")):
		f.hosts++
	case bytes.EqualFold(name, []byte("Connection")):
		for len(value) > 0 {
			var option []byte
			option, value, _ = bytes.Cut(value, []byte{','})
			option = bytes.Trim(option, " \t")
			f.close = f.close || bytes.EqualFold(option, []byte("close"))
			f.persistent = f.persistent || bytes.EqualFold(option, []byte("keep-alive"))
		}
	case bytes.EqualFold(name, []byte("Content-Length")):
		if f.sized && !bytes.Equal(f.length, value) {
			return false
		}
		f.sized, f.length = true, value
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		f.encoded = true
	}
	return true
}

// apply turns the fields into what the answer depends on.
func (r *request) apply(f fields) (status int) {
	if f.hosts > 1 || f.hosts == 0 && r.minor == 1 || f.encoded && f.sized {
		return 400
	}
	if f.encoded {
		return 501
	}
	if f.sized {
		if !isDigits(f.length) {
			return 400
		}
		n, err := strconv.ParseInt(string(f.length), 10, 64)
		if err != nil {
			return 400
		}
		r.bodyLength = n
	}
	r.keepAlive = !f.close && (r.keepAlive || f.persistent)
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

var tokenBytes = func() (table [256]bool) {
	for _, c := range []byte("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		table[c] = true
	}
	return table
}()

// isFieldValue reports whether s has no control character but tabs. A bare CR is one.
func isFieldValue(s []byte) bool {
	for _, c := range s {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
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
