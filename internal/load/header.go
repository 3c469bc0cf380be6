package load

import (
	"bytes"
	"strconv"
	"unicode"
)

// maxHeader is the largest response header that is accepted, in bytes; ab's buffer has this size.
// Each interim response, and the trailers of a body in chunks, have the same limit.
const maxHeader = 8192

// header holds what the engine needs from a response's header.
type header struct {
	status        int    // 100 to 999
	server        []byte // first word of the Server field; a slice of the parsed data
	keepAlive     bool   // the server will keep the connection open
	chunked       bool   // the body comes in chunks
	unframeable   bool   // the body is encoded in a way that cannot be parsed
	http10        bool   // HTTP/1.0
	contentLength int64  // -1 if there is no such field
}

// parseHeader parses a header with its empty last line and returns its size. The size is 0 if the
// end of the header is not in data.
func parseHeader(data []byte) (h header, size int, err error) {
	h.contentLength = -1
	for {
		end := bytes.IndexByte(data[size:], '\n')
		if end < 0 {
			return h, 0, nil
		}
		line := data[size : size+end]
		if end > 0 && line[end-1] == '\r' {
			line = line[:end-1]
		}
		isFirst := size == 0
		size += end + 1

		switch {
		case isFirst:
			err = h.parseStatusLine(line)
		case len(line) == 0:
			return h, size, nil
		default:
			err = h.parseField(line)
		}
		if err != nil {
			return h, size, err
		}
	}
}

// parseStatusLine parses the first line, such as "HTTP/1.1 200 OK".
func (h *header) parseStatusLine(line []byte) error {
	const prefix = "HTTP/1."
	if len(line) < len("HTTP/1.1 200") || string(line[:len(prefix)]) != prefix ||
		line[len(prefix)+1] != ' ' {
		return errMalformed
	}

	for _, digit := range line[len(prefix)+2 : len(prefix)+5] {
		if digit < '0' || digit > '9' {
			return errMalformed
		}
		h.status = 10*h.status + int(digit-'0')
	}
	if h.status < 100 {
		return errMalformed
	}

	h.http10 = line[len(prefix)] == '0'
	h.keepAlive = !h.http10
	return nil
}

// parseField parses one line after the first. Comparing the length of the name first is a cheap way
// to skip most fields.
func (h *header) parseField(line []byte) error {
	colon := bytes.IndexByte(line, ':')
	if colon < 0 {
		return nil
	}
	name := bytes.TrimRight(line[:colon], " \t")
	switch len(name) {
	case len("Server"), len("Connection"), len("Content-Length"), len("Transfer-Encoding"):
		return h.setField(name, bytes.TrimSpace(line[colon+1:]))
	}
	return nil
}

func (h *header) setField(name, value []byte) error {
	switch {
	case bytes.EqualFold(name, []byte("Server")):
		if h.server == nil {
			h.server = firstWord(value)
		}

	case bytes.EqualFold(name, []byte("Connection")):
		for option := range bytes.SplitSeq(value, []byte{','}) {
			option = bytes.TrimSpace(option)
			if bytes.EqualFold(option, []byte("keep-alive")) {
				h.keepAlive = true
			} else if bytes.EqualFold(option, []byte("close")) {
				h.keepAlive = false
			}
		}

	case bytes.EqualFold(name, []byte("Content-Length")):
		n, ok := parseDigits(value)
		if !ok || h.contentLength >= 0 && n != h.contentLength {
			return errMalformed
		}
		h.contentLength = n

	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		// The request asked for no other coding, and HTTP/1.0 has none (RFC 9112, 6.1).
		h.unframeable = h.chunked || h.http10 || !bytes.EqualFold(value, []byte("chunked"))
		h.chunked = true
	}
	return nil
}

// firstWord returns the value up to the first space, as ab does, or up to the first control
// character, which a terminal would obey.
func firstWord(value []byte) []byte {
	end := bytes.IndexFunc(value, func(r rune) bool { return r <= ' ' || unicode.IsControl(r) })
	if end < 0 {
		return value
	}
	return value[:end]
}

// parseDigits parses a number that consists of digits only (RFC 9110, 8.6): no sign, no spaces.
func parseDigits(text []byte) (n int64, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	return n, err == nil
}
