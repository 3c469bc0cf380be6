package load

import (
	"bytes"
	"errors"
	"io"
	"strconv"
)

// maxHeader is the greatest response header that is read, in bytes.
const maxHeader = 8192

// errHeader says that what came is not the header of an HTTP response, or one that is too great.
var errHeader = errors.New("not an HTTP response header")

// header is what the load engine needs of a response's header.
type header struct {
	status    int    // 100 to 999
	server    string // the first word of the Server field
	keepAlive bool   // the server will keep the connection open
	length    int64  // Content-Length, -1 if it is not given
}

// parseHeader reads a whole header, its empty last line included.
func parseHeader(data []byte) (header, error) {
	h := header{length: -1}
	line, rest, _ := bytes.Cut(data, []byte{'\n'})
	version, status, found := bytes.Cut(bytes.TrimSuffix(line, []byte{'\r'}), []byte{' '})
	if !found || len(version) != 8 || !bytes.HasPrefix(version, []byte("HTTP/1.")) || len(status) < 3 {
		return h, errHeader
	}
	var err error
	if h.status, err = strconv.Atoi(string(status[:3])); err != nil || h.status < 100 {
		return h, errHeader
	}
	h.keepAlive = version[7] != '0'
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte{'\n'})
		name, value, found := bytes.Cut(line, []byte{':'})
		if found {
			if err := h.take(bytes.TrimSpace(name), bytes.TrimSpace(value)); err != nil {
				return h, err
			}
		}
	}
	return h, nil
}

func (h *header) take(name, value []byte) error {
	switch {
	case bytes.EqualFold(name, []byte("Server")):
		if fields := bytes.Fields(value); len(fields) > 0 && h.server == "" {
			h.server = string(fields[0])
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
		n, err := strconv.ParseInt(string(value), 10, 64)
		if err != nil || n < 0 || h.length >= 0 && n != h.length {
			return errHeader
		}
		h.length = n
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		h.keepAlive = false // chunks are not read: such a body ends with its connection
	}
	return nil
}

// headerEnd gives the size of a header with the empty line that ends it, 0 if that is not there.
func headerEnd(data []byte) int {
	end := 0
	if i := bytes.Index(data, []byte("\r\n\r\n")); i >= 0 {
		end = i + 4
	}
	if i := bytes.Index(data, []byte("\n\n")); i >= 0 && (end == 0 || i+2 < end) {
		end = i + 2
	}
	return end
}

// bodyless reports whether a response has no body whatever its header says (RFC 9110, 6.4.1).
func bodyless(method string, status int) bool {
	return method == "HEAD" || status/100 == 1 || status == 204 || status == 304
}

// progress is told when something of a response has come, before it is looked at.
type progress func(first bool)

// readResponse reads one response from r into buffer, of which nothing is kept: the header must fit
// into it, the body need not. persistent says that the request asked to keep the connection;
// otherwise the response ends where the connection does, as for ab. It gives the header, the
// header's and the body's size, and an error: errHeader, io.EOF where nothing came,
// io.ErrUnexpectedEOF where the connection ended too early, or what r said.
func readResponse(r io.Reader, buffer []byte, method string, persistent bool, came progress) (
	h header, headerBytes, bodyBytes int64, err error) {
	n, end := 0, 0
	for end == 0 {
		if n == len(buffer) {
			return h, int64(n), 0, errHeader
		}
		got, err := r.Read(buffer[n:])
		if got > 0 {
			came(n == 0)
		}
		n += got
		if end = headerEnd(buffer[:n]); end == 0 && err != nil {
			return h, int64(n), 0, early(err, n)
		}
	}
	if h, err = parseHeader(buffer[:end]); err != nil {
		return h, int64(n), 0, err
	}
	headerBytes, bodyBytes = int64(end), int64(n-end)
	stays := persistent && h.keepAlive && (h.length >= 0 || bodyless(method, h.status))
	if !stays {
		h.keepAlive = false
		more, err := drain(r, buffer, came)
		return h, headerBytes, bodyBytes + more, err
	}
	want := max(0, h.length)
	if bodyless(method, h.status) {
		want = 0
	}
	for bodyBytes < want {
		got, err := r.Read(buffer)
		if got > 0 {
			came(false)
		}
		if bodyBytes += int64(got); bodyBytes < want && err != nil {
			return h, headerBytes, bodyBytes, early(err, 1)
		}
	}
	if bodyBytes > want {
		return h, headerBytes, bodyBytes, errHeader // bytes that belong to no response
	}
	return h, headerBytes, bodyBytes, nil
}

// drain reads to the end of the connection and counts.
func drain(r io.Reader, buffer []byte, came progress) (int64, error) {
	var total int64
	for {
		n, err := r.Read(buffer)
		if n > 0 {
			came(false)
		}
		total += int64(n)
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

// early turns an end that came too soon into ErrUnexpectedEOF, unless nothing had come at all.
func early(err error, n int) error {
	if err == io.EOF && n > 0 {
		return io.ErrUnexpectedEOF
	}
	return err
}
