package servermodel

import "net/http"

// body finds the end of a request's body in the bytes that pass, and keeps none of them. The zero
// value is a body of no bytes.
type body struct {
	stage    chunkStage
	left     int64 // bytes that are still to come, of the body or of the chunk
	total    int64 // bytes of all chunks so far
	overhead int   // bytes of chunk extensions and trailers so far
	digits   int   // of this chunk's size
	blank    bool  // nothing stands on this trailer line yet
}

// chunkStage is where in a chunked body the next byte belongs (RFC 9112, 7.1).
type chunkStage uint8

const (
	plain       chunkStage = iota // not chunked: left bytes, and the end
	chunkSize                     // hexadecimal digits
	chunkExt                      // whatever follows the size and a semicolon
	chunkSpace                    // spaces after the size, which some senders leave there
	chunkSizeLF                   // the LF after the size's CR
	chunkData                     // left bytes
	chunkDataCR                   // the CRLF after them
	chunkDataLF
	trailer   // lines after the last chunk, up to an empty one
	trailerLF // the LF after a trailer line's CR
)

// chunkedBody is a body in chunks, of which nothing has come yet.
var chunkedBody = body{stage: chunkSize}

// maxDigits is the most digits of a chunk's size that are read: more than any body that is allowed
// needs.
const maxDigits = 16

// ended reports whether all of the body has passed.
func (b *body) ended() bool { return b.stage == plain && b.left == 0 }

// skip takes the body's next bytes from the start of data and tells how many they are; or the
// status of an error, after which nothing on the connection can be trusted.
func (b *body) skip(data []byte) (n int, status int) {
	for n < len(data) && !b.ended() {
		if b.stage == plain || b.stage == chunkData {
			passed := min(b.left, int64(len(data)-n))
			n += int(passed)
			b.left -= passed
			if b.stage == chunkData && b.left == 0 {
				b.stage = chunkDataCR
			}
			continue
		}
		if status := b.take(data[n]); status != 0 {
			return n, status
		}
		n++
	}
	return n, 0
}

// take reads one byte of what stands between the chunks. Lines end with CR and LF here, and with
// nothing less: readers that differ about it can be made to disagree about where the body ends.
func (b *body) take(c byte) (status int) {
	switch b.stage {
	case chunkSize:
		return b.takeSize(c)
	case chunkExt:
		if c == '\r' {
			b.stage = chunkSizeLF
			return 0
		}
		return b.takeText(c)
	case chunkSpace:
		if c == '\r' {
			b.stage = chunkSizeLF
			return 0
		}
		if status := expect(c, ' '); status != 0 {
			return status
		}
		return b.takeText(c)
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
		return b.takeText(c)
	}
	// trailerLF
	if b.blank {
		*b = body{} // ended
	} else {
		b.stage, b.blank = trailer, true
	}
	return expect(c, '\n')
}

// takeSize reads a byte of a chunk's size, or what ends it.
func (b *body) takeSize(c byte) (status int) {
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

// takeText passes over a byte of an extension or a trailer, of which there may be only so many.
func (b *body) takeText(c byte) (status int) {
	b.overhead++
	switch {
	case b.overhead > maxHeader:
		return http.StatusRequestHeaderFieldsTooLarge
	case c < ' ' && c != '\t' || c == 0x7f:
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
