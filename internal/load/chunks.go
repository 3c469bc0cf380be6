package load

// chunkParser finds the end of a body in chunks (RFC 9112, 7.1) in pieces of any size. The line of
// a chunk's size must end in CR LF: parsers that accept less have been tricked into seeing another
// body than the sender meant.
type chunkParser struct {
	part   chunkPart
	digits int   // of the current size, so far
	left   int64 // bytes of the current chunk still to come
	extra  int   // bytes of extensions and trailers, which maxHeader limits
}

// chunkPart is what the next byte belongs to.
type chunkPart uint8

const (
	inSize         chunkPart = iota
	inExtension              // between the size and the end of its line
	inSizeEnd                // the LF after the size
	inData                   // of the chunk
	inDataCR                 // the CR after the data
	inDataLF                 // the LF after the data
	inTrailerStart           // the first byte of a trailer's line
	inTrailer                // the rest of the line
	inTrailerLF              // the LF at the end of the line
	inLastLF                 // the LF of the empty line after the trailers
	chunksComplete
)

// maxSizeDigits limits a chunk's size to what an int64 can hold.
const maxSizeDigits = 15

func (c *chunkParser) complete() bool { return c.part == chunksComplete }

// feed parses the next bytes up to the end of the last chunk and returns their number. It adds the
// bytes of data to body and all others to overhead, and shows the data to the check, if any.
func (c *chunkParser) feed(
	data []byte,
	check *BodyCheck,
	body, overhead *int64,
) (int, error) {
	at := 0
	for at < len(data) && !c.complete() {
		if c.part == inData {
			n := min(c.left, int64(len(data)-at))
			if check != nil {
				check.Write(data[at : at+int(n)])
			}
			*body += n
			c.left -= n
			at += int(n)
			if c.left == 0 {
				c.part = inDataCR
			}
			continue
		}

		if !c.feedByte(data[at]) {
			return at, errMalformed
		}
		*overhead++
		at++
	}
	return at, nil
}

// feedByte parses one byte outside the data and reports whether it is valid.
func (c *chunkParser) feedByte(b byte) (ok bool) {
	switch c.part {
	case inSize:
		return c.feedSize(b)

	case inExtension:
		if b == '\r' {
			c.part = inSizeEnd
		}
		return c.feedExtra(b)

	case inSizeEnd:
		c.part = inData
		if c.left == 0 {
			c.part = inTrailerStart // a chunk of size 0 is the last
		}
		return b == '\n'

	case inDataCR:
		c.part = inDataLF
		return b == '\r'

	case inDataLF:
		c.part = inSize
		c.digits = 0
		return b == '\n'

	case inTrailerStart:
		c.part = inTrailer
		if b == '\r' {
			c.part = inLastLF
		}
		return c.feedExtra(b)

	case inTrailer:
		if b == '\r' {
			c.part = inTrailerLF
		}
		return c.feedExtra(b)

	case inTrailerLF:
		c.part = inTrailerStart
		return b == '\n'
	}
	c.part = chunksComplete // after inLastLF
	return b == '\n'
}

// feedExtra counts a byte of an extension or trailer and reports whether it is valid.
func (c *chunkParser) feedExtra(b byte) (ok bool) {
	c.extra++
	return b != '\n' && c.extra <= maxHeader
}

// feedSize parses a byte of a chunk's size, or the byte after it.
func (c *chunkParser) feedSize(b byte) (ok bool) {
	if value, ok := hexDigit(b); ok {
		c.left = c.left<<4 | int64(value)
		c.digits++
		return c.digits <= maxSizeDigits
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

func hexDigit(b byte) (value byte, ok bool) {
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
