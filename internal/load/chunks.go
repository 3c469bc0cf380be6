package load

// chunks takes a body in chunks apart (RFC 9112, 7.1), in pieces of any size. Lines of sizes must
// end in CR and LF: readers that take less have been made to see another body than others do.
type chunks struct {
	part   chunkPart
	digits int   // of the size, so far
	left   int64 // of the chunk's data
	extra  int   // bytes of extensions and trailers
}

type chunkPart uint8

const (
	inSize chunkPart = iota
	inExtension
	inSizeEnd // CR was, LF comes
	inData
	inDataCR
	inDataLF
	inTrailerStart // of a line
	inTrailer      // within a line
	inTrailerLF
	inTrailerEnd // CR began the line, LF comes
	chunksDone
)

// maxDigits are as many as make a size that an int64 holds.
const maxDigits = 15

func (c *chunks) done() bool { return c.part == chunksDone }

// feed takes what came next, up to the last chunk's end, and tells how much that is. It adds what
// is data to body and the rest to frame.
func (c *chunks) feed(data []byte, body, frame *int64) (int, error) {
	at := 0
	for at < len(data) && c.part != chunksDone {
		if c.part == inData {
			n := min(c.left, int64(len(data)-at))
			*body += n
			at += int(n)
			if c.left -= n; c.left == 0 {
				c.part = inDataCR
			}
			continue
		}
		if !c.step(data[at]) {
			return at, errMalformed
		}
		*frame++
		at++
	}
	return at, nil
}

// step takes one byte that is no data; it reports whether it may stand there.
func (c *chunks) step(b byte) bool {
	switch c.part {
	case inSize:
		return c.size(b)
	case inExtension:
		c.extra++
		if b == '\r' {
			c.part = inSizeEnd
		}
		return b != '\n' && c.extra <= maxHeader
	case inTrailer:
		c.extra++
		if b == '\r' {
			c.part = inTrailerLF
		}
		return b != '\n' && c.extra <= maxHeader
	case inTrailerLF:
		c.part = inTrailerStart
		return b == '\n'
	case inSizeEnd:
		c.sized()
		return b == '\n'
	case inDataCR:
		c.part = inDataLF
		return b == '\r'
	case inDataLF:
		c.next()
		return b == '\n'
	case inTrailerStart:
		c.extra++
		c.part = inTrailer
		if b == '\r' {
			c.part = inTrailerEnd
		}
		return b != '\n' && c.extra <= maxHeader
	}
	c.part = chunksDone // inTrailerEnd
	return b == '\n'
}

// size takes a byte of the line that gives a chunk's size.
func (c *chunks) size(b byte) bool {
	if value, ok := hexadecimal(b); ok {
		c.left = c.left<<4 | int64(value)
		c.digits++
		return c.digits <= maxDigits
	}
	switch b {
	case '\r':
		c.part = inSizeEnd
	case ';', ' ', '\t':
		c.part = inExtension
	default:
		return false
	}
	return c.digits > 0
}

func hexadecimal(b byte) (value byte, ok bool) {
	switch {
	case b >= '0' && b <= '9':
		return b - '0', true
	case b >= 'a' && b <= 'f':
		return b - 'a' + 10, true
	case b >= 'A' && b <= 'F':
		return b - 'A' + 10, true
	}
	return 0, false
}

// sized begins the data of a chunk whose size is known, or the trailers after the last one.
func (c *chunks) sized() {
	c.part = inData
	if c.left == 0 {
		c.part = inTrailerStart
	}
}

// next begins another chunk.
func (c *chunks) next() { c.part, c.digits = inSize, 0 }
