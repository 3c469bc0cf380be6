package servermodel

import (
	"net/http"
	"strconv"
	"time"
)

// The values of fields that every model sends alike.
const (
	serverField = "myserver/1.0"
	contentType = "text/plain; charset=utf-8"
	allowField  = "GET, HEAD"
)

// appendOK adds the header of an answer with a body of so many bytes. To ab's own request it is,
// with the six bytes of the shipped experiment, the 122 bytes of the experiment that Labbook grew
// from: HTTP/1.0 has no Content-Type in it.
func appendOK(dst []byte, r *request, length int, now time.Time) []byte {
	dst = appendHeader(dst, r, http.StatusOK, length, now)
	if r.minor == 1 {
		dst = append(dst, "Content-Type: "+contentType+"\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// wholeAnswer is the answer to a plain GET, header and body, as it is within one second.
type wholeAnswer struct {
	second int64
	bytes  []byte
}

// appendWhole adds the answer to a GET of "/". Within a second every such answer is the same, so it
// is put together once a second and not once a request.
func (s *service) appendWhole(dst []byte, r *request, now time.Time) []byte {
	kind := r.minor * 2
	if r.keepAlive {
		kind++
	}
	second := now.Unix()
	answer := s.whole[kind].Load()
	if answer == nil || answer.second != second {
		answer = &wholeAnswer{second, append(appendOK(nil, r, len(s.text), now), s.text...)}
		s.whole[kind].Store(answer)
	}
	return append(dst, answer.bytes...)
}

// appendError adds an answer that says what is wrong in a line of text. After a request that could
// not be read, r is zero: the answer is in HTTP/1.0 and ends the connection.
func appendError(dst []byte, r *request, status int, now time.Time) []byte {
	text := errorText(status)
	dst = appendHeader(dst, r, status, len(text), now)
	dst = append(dst, "Content-Type: "+contentType+"\r\n"...)
	if status == http.StatusMethodNotAllowed {
		dst = append(dst, "Allow: "+allowField+"\r\n"...)
	}
	dst = append(dst, "\r\n"...)
	if !r.head {
		dst = append(dst, text...)
	}
	return dst
}

// errorText is the body of an answer that says what is wrong.
func errorText(
	status int,
) string {
	return strconv.Itoa(status) + " " + http.StatusText(status) + "\n"
}

// appendHeader adds the status line and the fields that every answer has.
func appendHeader(dst []byte, r *request, status, length int, now time.Time) []byte {
	dst = append(dst, "HTTP/1."...)
	dst = append(dst, '0'+byte(r.minor), ' ')
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, ' ')
	dst = append(dst, http.StatusText(status)...)
	dst = append(dst, "\r\nDate: "...)
	dst = appendDate(dst, now)
	if r.keepAlive {
		dst = append(
			dst,
			"\r\nConnection: keep-alive\r\nServer: "+serverField+"\r\nContent-Length: "...)
	} else {
		dst = append(dst, "\r\nConnection: close\r\nServer: "+serverField+"\r\nContent-Length: "...)
	}
	dst = strconv.AppendInt(dst, int64(length), 10)
	return append(dst, "\r\n"...)
}

// appendDate adds a time as the Date field has it, right to the second (RFC 9110, 5.6.7).
func appendDate(dst []byte, now time.Time) []byte {
	return now.UTC().AppendFormat(dst, http.TimeFormat)
}
