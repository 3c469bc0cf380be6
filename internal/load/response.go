package load

import (
	"bytes"
	"errors"
)

// What can be wrong with a response. Each is a fault of its own in the JSON; settleResponse maps
// them to ab's classes of failures.
var (
	// errMalformed: not an HTTP header, a header that is too large, or invalid chunks.
	errMalformed = errors.New("malformed")
	// errExcess: more bytes arrived than belong to the response, and the connection is to carry
	// the next one.
	errExcess = errors.New("excess")
	// errTruncated: the connection ended before the response was complete.
	errTruncated = errors.New("truncated")
	// errEmpty: the connection ended before the first byte.
	errEmpty = errors.New("empty")
	// errLength: the body is not as long as the first one was.
	errLength = errors.New("length")
)

// framing holds what determines, besides the response itself, where a response ends.
type framing struct {
	head       bool         // the method is HEAD: responses have no body
	persistent bool         // the connection is to stay open
	delimited  bool         // false: a response ends with its connection, as in ab without -k
	cache      *headerCache // nil: every header is parsed
}

// headerCache holds the last header. The next one most often consists of the same bytes, and
// comparing them is cheaper than parsing them.
type headerCache struct {
	text   []byte
	header header
}

// matches reports whether data begins with the cached header.
func (c *headerCache) matches(data []byte) bool {
	return c != nil && len(c.text) > 0 && bytes.HasPrefix(data, c.text)
}

// store caches a header, without the name of the server, which would alias the caller's buffer.
func (c *headerCache) store(text []byte, h header) {
	if c == nil {
		return
	}
	h.server = nil
	c.text = append(c.text[:0], text...)
	c.header = h
}

// part is the part of a response that comes next.
type part uint8

const (
	inHeader   part = iota
	inBody          // of a known length
	inChunks        // of a body in chunks
	untilClose      // the body is everything until the connection ends
	awaitClose      // the response is here; the server is about to end the connection
	complete        // the response is here, and the connection is free
)

// response parses one response from pieces of any size. It buffers nothing but an incomplete
// header, so its memory does not depend on the size of the response.
type response struct {
	header      header
	part        part
	partial     []byte // an incomplete header
	chunks      chunkParser
	bodyLeft    int64 // of a body of known length: bytes still to come
	headerBytes int64 // all bytes outside the body: interim responses, framing of chunks, trailers
	bodyBytes   int64 // with the surplus
	surplus     int64 // after the end of the body, before that of the connection

	check *BodyCheck // looks at the body; nil: nothing is expected of it
}

// reset prepares r for the next response.
func (r *response) reset() {
	*r = response{partial: r.partial[:0], check: r.check}
	if r.check != nil {
		r.check.Reset()
	}
}

// begun reports whether any byte of the response has arrived.
func (r *response) begun() bool { return r.headerBytes > 0 || len(r.partial) > 0 }

// feed parses the next bytes. Afterwards r.part tells whether the response is complete. The server
// field of the header is valid only until data is overwritten. The error is errMalformed or
// errExcess; the response must not be fed after it.
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
			n := min(r.bodyLeft, int64(len(data)))
			if r.check != nil {
				r.check.Write(data[:n])
			}
			r.bodyBytes += n
			r.bodyLeft -= n
			if r.bodyLeft == 0 {
				r.bodyEnded(f)
			}
			data = data[n:]

		case inChunks:
			n, err := r.chunks.feed(data, r.check, &r.bodyBytes, &r.headerBytes)
			if err != nil {
				return err
			}
			if r.chunks.complete() {
				r.bodyEnded(f)
			}
			data = data[n:]

		case untilClose:
			if r.check != nil {
				r.checkUntilClose(data, f)
			}
			r.bodyBytes += int64(len(data))
			return nil

		case awaitClose:
			r.bodyBytes += int64(len(data))
			r.surplus += int64(len(data))
			return nil

		default:
			if !f.persistent { // the connection is about to be closed, so nothing can be misread
				return nil
			}
			r.bodyBytes += int64(len(data))
			return errExcess
		}
	}
	return nil
}

// checkUntilClose shows the check what is body among the bytes before the end of a connection.
// Without -k, that is all of them for ab. Here the surplus and the framing of chunks are no body,
// as for every other client.
func (r *response) checkUntilClose(data []byte, f framing) {
	switch h := &r.header; {
	case r.bodyless(f):
	case h.chunked && !h.http10:
		var body, overhead int64 // are counted as ab counts them
		if _, err := r.chunks.feed(data, r.check, &body, &overhead); err != nil {
			r.check.spoil()
		}
	case h.contentLength >= 0 && !f.delimited:
		left := max(0, h.contentLength-r.bodyBytes)
		r.check.Write(data[:min(left, int64(len(data)))])
	default:
		r.check.Write(data)
	}
}

// feedHeader parses the bytes that belong to the header and returns their number. A header that
// arrives in one piece, as most do, is parsed in place.
func (r *response) feedHeader(data []byte, f framing) (int, error) {
	buffered := len(r.partial)
	if buffered == 0 && f.cache.matches(data) {
		size := len(f.cache.text)
		r.headerBytes += int64(size)
		r.header = f.cache.header
		return size, r.headerEnded(f)
	}

	text := data
	if buffered > 0 {
		piece := data[:min(len(data), maxHeader-buffered)]
		r.partial = append(r.partial, piece...)
		if bytes.IndexByte(piece, '\n') < 0 && len(r.partial) < maxHeader {
			return len(data), nil // no line has ended, so there is nothing new to parse
		}
		text = r.partial
	}
	h, size, err := parseHeader(text[:min(len(text), maxHeader)])
	if err == nil && size == 0 && len(text) >= maxHeader {
		err = errMalformed
	}
	if err != nil {
		r.headerBytes += int64(buffered + len(data))
		return 0, err
	}
	if size == 0 {
		if buffered == 0 {
			r.partial = append(r.partial, data...)
		}
		return len(data), nil
	}

	r.headerBytes += int64(size)
	r.partial = r.partial[:0] // h.server may point to these bytes; they stay until the next piece
	if isInterim := h.status/100 == 1; !isInterim {
		f.cache.store(text[:size], h)
		r.header = h
		err = r.headerEnded(f)
	}
	return size - buffered, err
}

// headerEnded determines where the body ends (RFC 9112, 6.3).
func (r *response) headerEnded(f framing) error {
	switch h := &r.header; {
	case !f.delimited:
		h.keepAlive = false
		r.part = untilClose
	case h.unframeable:
		return errMalformed
	case r.bodyless(f) || !h.chunked && h.contentLength == 0:
		r.bodyEnded(f)
	case h.chunked:
		r.part = inChunks
	case h.contentLength > 0:
		r.part = inBody
		r.bodyLeft = h.contentLength
	default:
		h.keepAlive = false
		r.part = untilClose
	}
	return nil
}

// bodyless reports whether the response has no body whatever its header says (RFC 9110, 6.4.1).
func (r *response) bodyless(f framing) bool {
	return f.head || r.header.status == 204 || r.header.status == 304
}

// bodyEnded determines whether the end of the connection is still to come.
func (r *response) bodyEnded(f framing) {
	r.part = complete
	if !r.header.keepAlive {
		r.part = awaitClose
	}
	r.header.keepAlive = r.header.keepAlive && f.persistent
}

// end handles the end of the connection. It returns nil if that completes the response.
func (r *response) end(f framing) error {
	switch {
	case !r.begun():
		return errEmpty
	case r.part == untilClose:
		return r.endUntilClose(f)
	case r.part == awaitClose:
		r.part = complete
		return nil
	}
	return errTruncated
}

// whole reports whether all that the header announces is here. A body without a length is whole
// only when its connection has ended.
func (r *response) whole(f framing) bool {
	switch h := &r.header; r.part {
	case awaitClose, complete:
		return true
	case untilClose:
		known := h.contentLength >= 0 && !h.chunked
		return r.bodyless(f) || known && r.bodyBytes >= h.contentLength
	}
	return false
}

// endUntilClose completes a response whose body was everything until the end of the connection.
// Like ab without -k, it accepts a body that is longer than its header says, and counts the
// surplus. A shorter one is incomplete.
func (r *response) endUntilClose(f framing) error {
	length := r.header.contentLength
	switch {
	case f.delimited, r.header.chunked:
		length = -1 // unknown
	case r.bodyless(f):
		length = 0
	}
	if length > r.bodyBytes {
		return errTruncated
	}

	if length >= 0 {
		r.surplus = r.bodyBytes - length
	}
	r.part = complete
	return nil
}
