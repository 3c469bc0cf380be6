package load

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
)

// feedInPieces feeds a response in pieces of a size, and then ends the connection unless the
// response is complete. fed is the number of bytes that were fed.
func feedInPieces(data []byte, size int, f framing) (r response, fed int, err error) {
	for len(data) > 0 && err == nil && r.part != complete {
		n := min(size, len(data))
		err = r.feed(data[:n], f)
		data = data[n:]
		fed += n
	}
	if err == nil && r.part != complete {
		err = r.end(f)
	}
	return r, fed, err
}

// forEverySize feeds a response in pieces of every size.
func forEverySize(text string, f framing, check func(size int, r *response, err error)) {
	data := []byte(text)
	for size := 1; size <= len(data); size++ {
		r, _, err := feedInPieces(data, size, f)
		check(size, &r, err)
	}
}

var keptFraming = framing{persistent: true, delimited: true}

func TestResponse(t *testing.T) {
	test := func(name string, f framing, text string, wantBody int64, wantKept bool) {
		t.Helper()
		forEverySize(text, f, func(size int, r *response, err error) {
			all := r.headerBytes + r.bodyBytes
			if err != nil || r.bodyBytes != wantBody || r.header.keepAlive != wantKept ||
				all != int64(len(text)) {
				t.Errorf("%s, in pieces of %d: %v, body %d of %d bytes, kept %v, want %d, %v",
					name, size, err, r.bodyBytes, all, r.header.keepAlive, wantBody, wantKept)
			}
		})
	}
	const ok = "HTTP/1.1 200 OK\r\n"
	const ok10 = "HTTP/1.0 200 OK\r\n"
	const five = "Content-Length: 5\r\n\r\n"
	const hello = five + "hello"

	kept := keptFraming
	test("a length", kept, ok+hello, 5, true)
	test("a length and close", kept, ok+"Connection: x, close\r\n"+hello, 5, false)
	test("HTTP/1.0", kept, ok10+hello, 5, false)
	test("HTTP/1.0 kept alive", kept,
		ok10+"connection: Keep-Alive\r\ncontent-length:5\r\n\r\nhello", 5, true)
	test("until the end", kept, ok+"\r\nhello", 5, false)
	test("interim responses", kept,
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\n"+ok+hello, 5, true)
	test("bare line feeds", kept, "HTTP/1.1 200 OK\nContent-Length: 1\n\nx", 1, true)
	test("204", kept, "HTTP/1.1 204 None\r\n"+five, 0, true)
	test("304", kept, "HTTP/1.1 304 Same\r\n"+five, 0, true)

	test("chunks", kept, ok+"Transfer-Encoding: chunked\r\n\r\n"+
		"5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nT: x\r\n\r\n", 15, true)
	test("chunks override a length", kept, ok+"Content-Length: 3\r\nTransfer-Encoding: Chunked\r\n"+
		"\r\n1\r\nx\r\n0\r\n\r\n", 1, true)

	head := framing{head: true, persistent: true, delimited: true}
	test("HEAD", head, ok+five, 0, true)
	closes := framing{delimited: true}
	test("not persistent", closes, ok+hello, 5, false)

	// Like ab without -k, everything until the end of the connection is the body.
	untilEnd := framing{}
	test("ab: the length is right", untilEnd, ok+hello, 5, false)
	test("ab: no length", untilEnd, ok+"\r\nhello", 5, false)
	test("ab: chunks are not parsed", untilEnd, ok+"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		5, false)
}

func TestInvalidResponse(t *testing.T) {
	test := func(f framing, text string, want error) {
		t.Helper()
		forEverySize(text, f, func(size int, _ *response, err error) {
			if err != want {
				t.Errorf("%.60q, in pieces of %d: %v, want %v", text, size, err, want)
			}
		})
	}
	const ok = "HTTP/1.1 200 OK\r\n"
	const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"
	kept := keptFraming

	test(framing{}, ok+"Content-Length: 6\r\n\r\nhello", errTruncated)
	test(kept, ok+"Content-", errTruncated)
	test(kept, ok+"Content-Length: 6\r\n\r\nhello", errTruncated)
	test(kept, chunked+"6\r\nhello", errTruncated)
	test(kept, chunked+"0\r\nA: b\r\n", errTruncated)

	for _, chunks := range []string{
		"-1\r\n\r\n",
		"\r\n",
		";x\r\n",
		"x\r\n",
		"1\r\nab\r\n",
		"1\rx",
		"0\r\n\rx",
		"1\r\na\rx",
		"1000000000000000\r\n",
		"1;" + strings.Repeat("x", 9000) + "\r\n",
		"0\r\nA: " + strings.Repeat("x", 9000),
	} {
		test(kept, chunked+chunks, errMalformed)
	}

	for _, header := range []string{
		"hello\n\n",
		"\r\n\r\n",
		"HTTP/1.1 20 OK\r\n\r\n",
		"HTTP/1.1 099 No\r\n\r\n",
		"HTTP/2.0 200 OK\r\n\r\n",
		ok + "Content-Length: -1\r\n\r\n",
		ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
		ok + "Content-Length: 1, 1\r\n\r\n",
		ok + "Content-Length: \r\n\r\n",
		ok + "Content-Length: 99999999999999999999\r\n\r\n",
		ok + "Transfer-Encoding: gzip\r\n\r\n",
		ok + "A: " + strings.Repeat("x", maxHeader),
		strings.Repeat("A: b\r\n", maxHeader),
	} {
		test(kept, header, errMalformed)
	}
}

// TestSurplus feeds bytes behind a response that ends with its connection. They are counted, and as
// part of the body, as ab does.
func TestSurplus(t *testing.T) {
	test := func(f framing, text string, wantBody, wantSurplus int64) {
		t.Helper()
		forEverySize(text, f, func(size int, r *response, err error) {
			all := r.headerBytes + r.bodyBytes
			if err != nil || r.bodyBytes != wantBody || r.surplus != wantSurplus ||
				all != int64(len(text)) {
				t.Errorf("%q, in pieces of %d: %v, body %d of %d bytes, surplus %d, want %d, %d",
					text, size, err, r.bodyBytes, all, r.surplus, wantBody, wantSurplus)
			}
		})
	}
	const surplus = good + "\r\n\r\n"
	test(framing{}, good, 6, 0)
	test(framing{}, surplus, 10, 4)
	test(framing{delimited: true}, surplus, 10, 4)
	test(keptFraming, surplus, 10, 4) // the server does not keep the connection
	test(framing{head: true}, "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nx", 1, 1)
	test(framing{}, "HTTP/1.0 204 None\r\n\r\n\r\n", 2, 2)
	test(framing{}, "HTTP/1.0 200 OK\r\n\r\nhello\r\n", 7, 0)
}

// TestExcessBytes feeds more than the response. On a kept connection, the rest belongs to nothing.
func TestExcessBytes(t *testing.T) {
	for _, text := range []string{keepAlive + "more", "HTTP/1.1 204 None\r\n\r\nmore"} {
		var r response
		if err := r.feed([]byte(text), keptFraming); err != errExcess {
			t.Errorf("%q: %v, want %v", text, err, errExcess)
		}
	}
}

// TestHeaderCache reads responses with and without a cache: they must mean the same.
func TestHeaderCache(t *testing.T) {
	cached := keptFraming
	cached.cache = &headerCache{}
	for _, text := range []string{
		keepAlive,
		strings.Replace(keepAlive, "6", "7", 1) + "x",
		keepAlive,
		keepAlive[:20],
		"HTTP/1.1 200 OK\r\n\r\nx",
		"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
		keepAlive,
	} {
		got, _, err := feedInPieces([]byte(text), len(text), cached)
		want, _, wantErr := feedInPieces([]byte(text), len(text), keptFraming)
		if err != wantErr || got.part != want.part || !sameMeaning(&got, &want) {
			t.Errorf("%q: %+v, %v, without a cache %+v, %v", text, got, err, want, wantErr)
		}
	}
}

// sameMeaning reports whether two responses have the same status, sizes and persistence.
func sameMeaning(a, b *response) bool {
	return a.header.status == b.header.status && a.header.keepAlive == b.header.keepAlive &&
		a.headerBytes == b.headerBytes && a.bodyBytes == b.bodyBytes && a.surplus == b.surplus
}

func TestServerField(t *testing.T) {
	test := func(field, want string) {
		t.Helper()
		h, _, err := parseHeader(
			[]byte("HTTP/1.1 200 OK\r\nServer:" + field + "\r\nserver: other\r\n\r\n"))
		if err != nil || string(h.server) != want {
			t.Errorf("Server:%q: %q, %v, want %q", field, h.server, err, want)
		}
	}
	test(" nginx/1.2 (Ubuntu)", "nginx/1.2")
	test("x", "x")
	test(" red\x1b[31m", "red")
	test(" a\u009bb", "a")
	test(" \x7f", "")
}

func FuzzResponse(f *testing.F) {
	for _, text := range []string{
		good,
		keepAlive,
		"HTTP/1.1 204 No Content\nConnection: close\n\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" +
			"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nA: b\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n" +
			"abcHTTP/1.1 200 OK\r\n\r\n",
	} {
		f.Add([]byte(text), byte(0b011), byte(3))
		f.Add([]byte(text), byte(0), byte(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind, size byte) {
		how := framing{
			persistent: kind&1 != 0,
			delimited:  kind&2 != 0,
			head:       kind&4 != 0,
		}
		r, fed, err := feedInPieces(data, max(1, len(data)), how)
		if r.headerBytes < 0 || r.bodyBytes < 0 || r.headerBytes+r.bodyBytes > int64(fed) {
			t.Fatalf("%q: header of %d bytes and body of %d, but %d were fed",
				data, r.headerBytes, r.bodyBytes, fed)
		}

		// A response means the same in pieces of any size. Only excess bytes may not have arrived
		// when it is complete.
		r2, _, err2 := feedInPieces(data, int(size)+1, how)
		if err == errExcess && (err2 == nil || err2 == errExcess) {
			return
		}
		if err2 != err || r2.header.status != r.header.status ||
			err == nil && !sameMeaning(&r, &r2) {
			t.Fatalf("%q: %v %+v at once, but in pieces of %d %v %+v",
				data, err, r, int(size)+1, err2, r2)
		}
		if err == nil && how.delimited {
			compareWithNetHTTP(t, data, r, how)
		}
	})
}

// compareWithNetHTTP parses a valid response with net/http: it must be valid there too, and have
// the same length.
func compareWithNetHTTP(t *testing.T, data []byte, r response, how framing) {
	t.Helper()
	method := http.MethodGet
	if how.head {
		method = http.MethodHead
	}
	reader := bufio.NewReader(bytes.NewReader(data))
	for {
		got, err := http.ReadResponse(reader, &http.Request{Method: method})
		if err != nil {
			return // it refuses some names and values of fields, which do not matter here
		}
		if got.StatusCode/100 == 1 {
			continue // it returns interim responses one by one
		}

		body, err := io.ReadAll(got.Body)
		var trailer textproto.ProtocolError
		if errors.As(err, &trailer) {
			return // it parses trailers as fields
		}
		size := r.bodyBytes - r.surplus
		if err != nil || got.StatusCode != r.header.status || int64(len(body)) != size {
			t.Fatalf("%q: net/http reads %d and %d bytes (%v), here it is %d and %d",
				data, got.StatusCode, len(body), err, r.header.status, size)
		}
		return
	}
}
