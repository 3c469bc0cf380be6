package servermodel

import (
	"bytes"
	"net/http"
	"strconv"
)

// fields is what the header fields of one request contain, as far as it matters.
type fields struct {
	hosts       int
	sized       bool   // Content-Length was given
	length      []byte // its value
	encodings   int    // how often Transfer-Encoding was given
	encoding    []byte // its last value
	expectation []byte // the value of Expect; nil if it was not given
	close       bool   // Connection: close
	keepAlive   bool   // Connection: keep-alive
}

// add adds a field. It reports false if the request must be refused because of it. Few names are as
// long as one that matters, so most are sorted out by their length.
func (f *fields) add(name, value []byte) (ok bool) {
	switch len(name) {
	case len("Host"):
		if bytes.EqualFold(name, []byte("Host")) {
			f.hosts++
			return isHost(trim(value))
		}
	case len("Expect"):
		if bytes.EqualFold(name, []byte("Expect")) {
			f.expectation = trim(value)
		}
	case len("Connection"):
		if bytes.EqualFold(name, []byte("Connection")) {
			f.addConnection(value)
		}
	case len("Content-Length"):
		if bytes.EqualFold(name, []byte("Content-Length")) {
			return f.addLength(trim(value))
		}
	case len("Transfer-Encoding"):
		if bytes.EqualFold(name, []byte("Transfer-Encoding")) {
			f.encodings++
			f.encoding = trim(value)
		}
	}
	return true
}

// addLength reports false if an earlier Content-Length had another value.
func (f *fields) addLength(value []byte) (ok bool) {
	if f.sized && !bytes.Equal(f.length, value) {
		return false
	}
	f.sized, f.length = true, value
	return true
}

// addConnection adds the options in a Connection field.
func (f *fields) addConnection(value []byte) {
	for len(value) > 0 {
		var option []byte
		option, value, _ = bytes.Cut(value, []byte{','})
		option = trim(option)
		f.close = f.close || bytes.EqualFold(option, []byte("close"))
		f.keepAlive = f.keepAlive || bytes.EqualFold(option, []byte("keep-alive"))
	}
}

// apply sets what the answer depends on. It returns the status of an error, or 0.
func (r *request) apply(f *fields) (status int) {
	if f.hosts > 1 || f.hosts == 0 && r.minor == 1 {
		return http.StatusBadRequest
	}
	r.keepAlive = !f.close && (r.keepAlive || f.keepAlive)
	if status := r.applyFraming(f); status != 0 {
		return status
	}
	if len(f.expectation) > 0 && !bytes.EqualFold(f.expectation, []byte("100-continue")) {
		return http.StatusExpectationFailed
	}
	r.expects = len(f.expectation) > 0 && r.minor == 1
	return 0
}

// applyFraming determines where the body ends. HTTP/1.0 has no Transfer-Encoding: a proxy that
// forwards one in HTTP/1.0 would disagree with us about the end (RFC 9112, 6.1).
func (r *request) applyFraming(f *fields) (status int) {
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
