package load

import (
	"bytes"
	"errors"
	"strconv"
	"unicode"
)

// maxHeader is the greatest response header that is read, in bytes; interim ones and trailers have
// the same limit, each.
const maxHeader = 8192

// What can be wrong with an answer. Each is a fault of its own; see judge for how ab's text counts
// them.
var (
	errMalformed = errors.New(
		"malformed",
	) // no header of HTTP, a header that is too great, or chunks that are none
	errExcess    = errors.New("excess")    // bytes that belong to no answer
	errTruncated = errors.New("truncated") // the connection ended before the answer did
	errEmpty     = errors.New("empty")     // it ended without a byte
	errLength    = errors.New("length")    // not as long as its own header says
)

// header is what the load engine needs of a response's header.
type header struct {
	status    int    // 100 to 999
	server    []byte // the first word of the Server field; lies in what was parsed
	keepAlive bool   // the server will keep the connection open
	chunked   bool   // the body comes in chunks
	odd       bool   // it comes in a way that cannot be taken apart
	old       bool   // HTTP/1.0
	length    int64  // Content-Length, -1 if it is not given
}

// parseHeader reads a header, its empty last line included, and gives its size; 0 if its end has
// not come.
func parseHeader(data []byte) (h header, size int, err error) {
	h.length = -1
	for {
		end := bytes.IndexByte(data[size:], '\n')
		if end < 0 {
			return h, 0, nil
		}
		line := data[size : size+end]
		if end > 0 && line[end-1] == '\r' {
			line = line[:end-1]
		}
		first := size == 0
		size += end + 1
		switch {
		case first:
			err = h.begin(line)
		case len(line) == 0:
			return h, size, nil
		default:
			err = h.field(line)
		}
		if err != nil {
			return h, size, err
		}
	}
}

// begin reads the status line.
func (h *header) begin(line []byte) error {
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
	h.old = line[len(prefix)] == '0'
	h.keepAlive = !h.old
	return nil
}

// field reads one line. Most are of no interest, which the length of their names tells.
func (h *header) field(line []byte) error {
	colon := bytes.IndexByte(line, ':')
	if colon < 0 {
		return nil
	}
	name := bytes.TrimRight(line[:colon], " \t")
	switch len(name) {
	case len("Server"), len("Connection"), len("Content-Length"), len("Transfer-Encoding"):
		return h.take(name, bytes.TrimSpace(line[colon+1:]))
	}
	return nil
}

func (h *header) take(name, value []byte) error {
	switch {
	case bytes.EqualFold(name, []byte("Server")):
		if h.server == nil {
			// As ab, and no further than the first control character, which a terminal would obey.
			end := bytes.IndexFunc(
				value,
				func(r rune) bool { return r <= ' ' || unicode.IsControl(r) },
			)
			if h.server = value; end >= 0 {
				h.server = value[:end]
			}
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
		n, ok := number(value)
		if !ok || h.length >= 0 && n != h.length {
			return errMalformed
		}
		h.length = n
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		// Nobody asked for another coding, and HTTP/1.0 has none (RFC 9112, 6.1).
		h.odd = h.chunked || h.old || !bytes.EqualFold(value, []byte("chunked"))
		h.chunked = true
	}
	return nil
}

// number reads digits and nothing else (RFC 9110, 8.6).
func number(text []byte) (int64, bool) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	return n, err == nil
}

// framing is how the answers to a request end.
type framing struct {
	head       bool // they have no body, whatever their headers say
	persistent bool // the connection is to stay
	delimited  bool // they end where they say; else only where the connection does, as ab has it without -k
	last       *memory
}

// memory is the last header, whose like most often comes next: the same bytes mean the same, and
// comparing them costs less than reading them.
type memory struct {
	text   []byte
	header header
}

// knows reports whether a header begins the data that has been read before.
func (m *memory) knows(data []byte) bool {
	return m != nil && len(m.text) > 0 && len(data) >= len(m.text) &&
		string(data[:len(m.text)]) == string(m.text)
}

// keep notes a header of which only the numbers matter.
func (m *memory) keep(text []byte, h header) {
	if m != nil {
		h.server = nil
		m.text, m.header = append(m.text[:0], text...), h
	}
}

// bodyless reports whether an answer has no body whatever its header says (RFC 9110, 6.4.1).
func (f framing) bodyless(status int) bool { return f.head || status == 204 || status == 304 }

// The parts of an answer, in the order in which they come.
type part uint8

const (
	inHeader part = iota
	inBody        // of a known length
	inChunks
	untilEnd // the body is all that comes until the connection ends
	atEnd    // all of it is here, and the connection is to end now
	whole    // all of it is here, and the connection is free
)

// response takes one answer apart as it comes, in pieces of any size. It keeps nothing of what it
// is given but a header that is not whole yet, so that an answer of any size takes as much memory.
type response struct {
	header
	part        part
	partial     []byte // the beginning of a header
	chunks      chunks
	left        int64 // of the body, inBody
	headerBytes int64 // all that is not the body's: also interim answers, the frames of chunks, and trailers
	bodyBytes   int64
}

// reset makes it ready for the next answer.
func (r *response) reset() { *r = response{partial: r.partial[:0]} }

// heard reports whether a byte of an answer has come.
func (r *response) heard() bool { return r.headerBytes > 0 || len(r.partial) > 0 }

// feed takes what came next. After it, part tells whether the answer is whole. The header's server
// field holds only until data is used again. An error is errMalformed or errExcess, and ends the
// answer.
func (r *response) feed(data []byte, f framing) error {
	for len(data) > 0 {
		switch r.part {
		case inHeader:
			n, err := r.feedHeader(data, f)
			if err != nil {
				return err
			}
			data = data[n:]
		case inBody:
			n := min(r.left, int64(len(data)))
			r.bodyBytes += n
			if r.left -= n; r.left == 0 {
				r.bodyCame(f)
			}
			data = data[n:]
		case inChunks:
			n, err := r.chunks.feed(data, &r.bodyBytes, &r.headerBytes)
			if err != nil {
				return err
			}
			if data = data[n:]; r.chunks.done() {
				r.bodyCame(f)
			}
		case untilEnd:
			r.bodyBytes += int64(len(data))
			return nil
		default:
			r.bodyBytes += int64(len(data))
			return errExcess
		}
	}
	return nil
}

// feedHeader takes what belongs to the header, and tells how much that is. Headers mostly come in
// one piece, which is read where it lies.
func (r *response) feedHeader(data []byte, f framing) (int, error) {
	before := len(r.partial)
	if before == 0 && f.last.knows(data) {
		size := len(f.last.text)
		r.headerBytes += int64(size)
		r.header = f.last.header
		return size, r.headerCame(f)
	}
	text := data
	if before > 0 {
		r.partial = append(r.partial, data[:min(len(data), maxHeader-before)]...)
		text = r.partial
	}
	h, size, err := parseHeader(text[:min(len(text), maxHeader)])
	if err == nil && size == 0 && len(text) >= maxHeader {
		err = errMalformed
	}
	if err != nil {
		r.headerBytes += int64(before + len(data))
		return 0, err
	}
	if size == 0 {
		if before == 0 {
			r.partial = append(r.partial, data...)
		}
		return len(data), nil
	}
	r.headerBytes += int64(size)
	r.partial = r.partial[:0] // its bytes stay where they are until the next piece comes
	if h.status/100 != 1 {
		f.last.keep(text[:size], h)
		r.header = h
		err = r.headerCame(f)
	}
	return size - before, err
}

// headerCame settles how the body ends (RFC 9112, 6.3).
func (r *response) headerCame(f framing) error {
	switch {
	case !f.delimited:
		r.keepAlive = false
		r.part = untilEnd
	case r.odd:
		return errMalformed
	case f.bodyless(r.status) || !r.chunked && r.length == 0:
		r.bodyCame(f)
	case r.chunked:
		r.part = inChunks
	case r.length > 0:
		r.part, r.left = inBody, r.length
	default:
		r.keepAlive = false
		r.part = untilEnd
	}
	return nil
}

// bodyCame settles what is left to come after the body: the end of the connection, where the server
// said so.
func (r *response) bodyCame(f framing) {
	r.part = whole
	if !r.keepAlive {
		r.part = atEnd
	}
	r.keepAlive = r.keepAlive && f.persistent
}

// end takes the end of the connection. It gives nil where the answer is whole by that.
func (r *response) end(f framing) error {
	switch {
	case !r.heard():
		return errEmpty
	case r.part == untilEnd && !f.delimited && !f.bodyless(r.status) && r.length >= 0 &&
		!r.chunked && r.length != r.bodyBytes:
		return errLength
	case r.part == untilEnd, r.part == atEnd:
		r.part = whole
		return nil
	}
	return errTruncated
}
