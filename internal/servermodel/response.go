package servermodel

import (
	"net/http"
	"strconv"
	"time"
)

// Field values that are the same in all models.
const (
	serverField = "myserver/1.0"
	contentType = "text/plain; charset=utf-8"
	allowField  = "GET, HEAD"
)

// appendOK appends the header of an answer whose body has a given length. To ab's own request, with
// a body of six bytes, the whole answer has the 122 bytes of the experiment that Labbook grew from:
// in HTTP/1.0 it has no Content-Type.
func appendOK(dst []byte, r *request, length int, now time.Time) []byte {
	dst = appendHeader(dst, r, http.StatusOK, length, now)
	if r.minor == 1 {
		dst = append(dst, "Content-Type: "+contentType+"\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// prebuiltAnswer is the answer to a plain GET, header and body, as it is within one second.
type prebuiltAnswer struct {
	second int64
	bytes  []byte
}

// appendPrebuilt appends the answer to a GET of "/". All such answers of a second are equal, so it
// is built once per second instead of once per request.
func (s *service) appendPrebuilt(dst []byte, r *request, now time.Time) []byte {
	kind := r.minor * 2
	if r.keepAlive {
		kind++
	}

	second := now.Unix()
	answer := s.prebuilt[kind].Load()
	if answer == nil || answer.second != second {
		answer = &prebuiltAnswer{second, append(appendOK(nil, r, len(s.text), now), s.text...)}
		s.prebuilt[kind].Store(answer)
	}
	return append(dst, answer.bytes...)
}

// appendError appends an answer that names the error in a line of text. After a request that could
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

// errorText returns the body of an error's answer.
func errorText(status int) string {
	return strconv.Itoa(status) + " " + http.StatusText(status) + "\n"
}

// appendHeader appends the status line and the fields that every answer has.
func appendHeader(dst []byte, r *request, status, length int, now time.Time) []byte {
	dst = append(dst, "HTTP/1."...)
	dst = append(dst, '0'+byte(r.minor), ' ')
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, ' ')
	dst = append(dst, http.StatusText(status)...)
	dst = append(dst, "\r\nDate: "...)
	dst = appendDate(dst, now)

	const server = "Server: " + serverField + "\r\n"
	if r.keepAlive {
		dst = append(dst, "\r\nConnection: keep-alive\r\n"+server+"Content-Length: "...)
	} else {
		dst = append(dst, "\r\nConnection: close\r\n"+server+"Content-Length: "...)
	}
	dst = strconv.AppendInt(dst, int64(length), 10)
	return append(dst, "\r\n"...)
}

// appendDate appends a time in the form of the Date field, exact to the second (RFC 9110, 5.6.7).
func appendDate(dst []byte, now time.Time) []byte {
	return now.UTC().AppendFormat(dst, http.TimeFormat)
}
