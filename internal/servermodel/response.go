package servermodel

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Body is what the path "/" answers.
const Body = "hello\n"

// appendResponse adds the answer to a request, and reports whether the connection stays open after it. To
// ab's own request it is the 122 bytes of the experiment that Labbook grew from: no Content-Type in it.
func appendResponse(dst []byte, r request, now time.Time) (answer []byte, stay bool) {
	switch {
	case !r.get:
		return appendError(dst, r, 405, now), r.keepAlive
	case !r.root:
		return appendError(dst, r, 404, now), r.keepAlive
	}
	dst = appendHeader(dst, r, 200, len(Body), now)
	dst = append(dst, "\r\n"...)
	if !r.head {
		dst = append(dst, Body...)
	}
	return dst, r.keepAlive
}

// appendError adds an answer that says what is wrong in a line of text. After a request that could
// not be read, r is zero: the answer is in HTTP/1.0 and ends the connection.
func appendError(dst []byte, r request, status int, now time.Time) []byte {
	text := strconv.Itoa(status) + " " + http.StatusText(status) + "\n"
	dst = appendHeader(dst, r, status, len(text), now)
	dst = append(dst, "Content-Type: text/plain; charset=utf-8\r\n"...)
	if status == http.StatusMethodNotAllowed {
		dst = append(dst, "Allow: GET, HEAD\r\n"...)
	}
	dst = append(dst, "\r\n"...)
	if !r.head {
		dst = append(dst, text...)
	}
	return dst
}

// appendHeader adds the status line and the fields that every answer has.
func appendHeader(dst []byte, r request, status, length int, now time.Time) []byte {
	dst = append(dst, "HTTP/1."...)
	dst = strconv.AppendInt(dst, int64(r.minor), 10)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, ' ')
	dst = append(dst, http.StatusText(status)...)
	dst = append(dst, "\r\nDate: "...)
	dst = append(dst, date(now)...)
	if r.keepAlive {
		dst = append(dst, "\r\nConnection: keep-alive"...)
	} else {
		dst = append(dst, "\r\nConnection: close"...)
	}
	dst = append(dst, "\r\nServer: myserver/1.0\r\nContent-Length: "...)
	dst = strconv.AppendInt(dst, int64(length), 10)
	return append(dst, "\r\n"...)
}

// dateText is the Date field of one second.
type dateText struct {
	second int64
	text   string
}

// lastDate is shared by all threads: it is formatted once a second and not once an answer.
var lastDate atomic.Pointer[dateText]

// date gives a time as the Date field has it, right to the second (RFC 9110, 5.6.7).
func date(now time.Time) string {
	second := now.Unix()
	if last := lastDate.Load(); last != nil && last.second == second {
		return last.text
	}
	text := now.UTC().Format(http.TimeFormat)
	lastDate.Store(&dateText{second, text})
	return text
}
