package servermodel

import "net/http"

// body finds the end of a request's body in the bytes that pass, and keeps none of them. The zero
// value is an empty body.
type body struct {
	stage    chunkStage
	left     int64 // bytes still to come, of the body or of the chunk
	total    int64 // bytes of all chunks so far
	overhead int   // bytes of chunk extensions and trailers so far
	digits   int   // of this chunk's size
	blank    bool  // this trailer line is empty so far
}

// chunkStage is what the next byte of a chunked body must be (RFC 9112, 7.1).
type chunkStage uint8

const (
	plain       chunkStage = iota // not chunked: left bytes, and the end
	chunkSize                     // a hexadecimal digit, or what ends the size
	chunkExt                      // an extension, after the size and a semicolon
	chunkSpace                    // spaces after the size, which some senders add
	chunkSizeLF                   // the LF after the size's CR
	chunkData                     // left bytes
	chunkDataCR                   // the CR after them
	chunkDataLF                   // the LF after them
	trailer                       // lines after the last chunk, up to an empty one
	trailerLF                     // the LF after a trailer line's CR
)

// chunkedBody is the start of a body in chunks.
var chunkedBody = body{stage: chunkSize}

// maxDigits is the max number of digits of a chunk's size, more than any allowed body needs.
const maxDigits = 16

// ended reports whether the whole body has passed.
func (b *body) ended() bool { return b.stage == plain && b.left == 0 }

// skip returns how many bytes at the start of data belong to the body. If status is not 0, it is
// that of an error, after which nothing on the connection can be trusted.
func (b *body) skip(data []byte) (n int, status int) {
	for n < len(data) && !b.ended() {
		if b.stage == plain || b.stage == chunkData {
			n += b.skipContent(len(data) - n)
			continue
		}
		if status := b.step(data[n]); status != 0 {
			return n, status
		}
		n++
	}
	return n, 0
}

// skipContent returns how many of the next n bytes are content, and counts them as passed.
func (b *body) skipContent(n int) int {
	passed := min(b.left, int64(n))
	b.left -= passed
	if b.stage == chunkData && b.left == 0 {
		b.stage = chunkDataCR
	}
	return int(passed)
}

// step processes one byte between the contents of chunks. Lines must end with CR and LF: readers
// that disagree about line ends can be made to disagree about where the body ends.
func (b *body) step(c byte) (status int) {
	switch b.stage {
	case chunkSize:
		return b.stepSize(c)
	case chunkExt:
		if c == '\r' {
			b.stage = chunkSizeLF
			return 0
		}
		return b.stepText(c)
	case chunkSpace:
		if c == '\r' {
			b.stage = chunkSizeLF
			return 0
		}
		if status := expect(c, ' '); status != 0 {
			return status
		}
		return b.stepText(c)
	case chunkSizeLF:
		b.stage = chunkData
		if b.left == 0 { // the last chunk
			b.stage, b.blank = trailer, true
		}
		return expect(c, '\n')
	case chunkDataCR:
		b.stage = chunkDataLF
		return expect(c, '\r')
	case chunkDataLF:
		b.stage, b.digits = chunkSize, 0
		return expect(c, '\n')
	case trailer:
		if c == '\r' {
			b.stage = trailerLF
			return 0
		}
		b.blank = false
		return b.stepText(c)
	default: // trailerLF
		if b.blank {
			*b = body{} // ended
		} else {
			b.stage, b.blank = trailer, true
		}
		return expect(c, '\n')
	}
}

// stepSize processes a digit of a chunk's size, or what ends it.
func (b *body) stepSize(c byte) (status int) {
	if value, ok := hexDigit(c); ok && b.digits < maxDigits {
		b.left = b.left<<4 | int64(value)
		b.digits++
		if b.left > maxBody-b.total {
			return http.StatusRequestEntityTooLarge
		}
		return 0
	}

	b.total += b.left
	switch {
	case b.digits == 0:
		return http.StatusBadRequest
	case c == '\r':
		b.stage = chunkSizeLF
		return 0
	case c == ';':
		b.stage = chunkExt
		return 0
	case c == ' ':
		b.stage = chunkSpace
		return 0
	}
	return http.StatusBadRequest
}

// stepText skips a byte of an extension or a trailer. Their total is limited.
func (b *body) stepText(c byte) (status int) {
	b.overhead++
	switch {
	case b.overhead > maxHeader:
		return http.StatusRequestHeaderFieldsTooLarge
	case isControl(c):
		return http.StatusBadRequest
	}
	return 0
}

func expect(got, want byte) (status int) {
	if got != want {
		return http.StatusBadRequest
	}
	return 0
}

func hexDigit(c byte) (value byte, ok bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
