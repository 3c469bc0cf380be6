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

// read feeds an answer in pieces of that size and then ends the connection, if that is needed.
func read(data []byte, size int, f framing) (r response, used int, err error) {
	for len(data) > 0 && err == nil && r.part != complete {
		n := min(size, len(data))
		err = r.feed(data[:n], f)
		data, used = data[n:], used+n
	}
	if err == nil && r.part != complete {
		err = r.end(f)
	}
	return r, used, err
}

// inPieces reads an answer cut into pieces of every size.
func inPieces(t *testing.T, name, text string, f framing, body int64, stays bool, want error) {
	t.Helper()
	for size := 1; size <= len(text); size++ {
		r, _, err := read([]byte(text), size, f)
		if err != want || err == nil && (r.bodyBytes != body || r.header.keepAlive != stays ||
			r.headerBytes+r.bodyBytes != int64(len(text))) {
			t.Errorf(
				"%s, in pieces of %d: %v, body %d of %d bytes, stays %v; want %v, %d, %v",
				name,
				size,
				err,
				r.bodyBytes,
				r.headerBytes+r.bodyBytes,
				r.header.keepAlive,
				want,
				body,
				stays,
			)
		}
	}
}

func TestResponse(t *testing.T) {
	kept, closes := framing{persistent: true, delimited: true}, framing{delimited: true}
	const ok = "HTTP/1.1 200 OK\r\n"
	test := func(name, text string, f framing, body int64, stays bool, want error) {
		t.Helper()
		inPieces(t, name, text, f, body, stays, want)
	}
	test("a length", ok+"Content-Length: 5\r\n\r\nhello", kept, 5, true, nil)
	test(
		"a length, HTTP/1.0",
		"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
		kept,
		5,
		false,
		nil,
	)
	test(
		"HTTP/1.0 that stays",
		"HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length:5\r\n\r\nhello",
		kept,
		5,
		true,
		nil,
	)
	test(
		"a length, and close",
		ok+"Connection: x, close\r\nContent-Length: 5\r\n\r\nhello",
		kept,
		5,
		false,
		nil,
	)
	test("no wish to stay", ok+"Content-Length: 5\r\n\r\nhello", closes, 5, false, nil)
	test(
		"chunks",
		ok+"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
		kept,
		15,
		true,
		nil,
	)
	test("chunks before a length", ok+"Content-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\n"+
		"1\r\nx\r\n0\r\n\r\n", kept, 1, true, nil)
	test("until the end", ok+"\r\nhello", kept, 5, false, nil)
	test("interim answers", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\n"+ok+
		"Content-Length: 1\r\n\r\nx", kept, 1, true, nil)
	test("bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 1\n\nx", kept, 1, true, nil)
	test("204", "HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\n", kept, 0, true, nil)
	test("304", "HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n", kept, 0, true, nil)
	head := framing{head: true, persistent: true, delimited: true}
	test("HEAD", ok+"Content-Length: 5\r\n\r\n", head, 0, true, nil)
	test(
		"ab's way: what the length says is all",
		ok+"Content-Length: 5\r\n\r\nhello",
		framing{},
		5,
		false,
		nil,
	)
	test("ab's way: no length", ok+"\r\nhello", framing{}, 5, false, nil)
	test(
		"ab's way: no chunks",
		ok+"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		framing{},
		5,
		false,
		nil,
	)
	test(
		"ab's way: less than its length",
		ok+"Content-Length: 6\r\n\r\nhello",
		framing{},
		0,
		false,
		errLength,
	)
	test(
		"ab's way: more than its length",
		ok+"Content-Length: 4\r\n\r\nhello",
		framing{},
		0,
		false,
		errLength,
	)
}

func TestResponseThatFails(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	test := func(name, text string, want error) {
		t.Helper()
		inPieces(t, name, text, framing{persistent: true, delimited: true}, 0, false, want)
	}
	test("cut in the header", ok+"Content-", errTruncated)
	test("cut in the body", ok+"Content-Length: 6\r\n\r\nhello", errTruncated)
	test("cut in a chunk", ok+"Transfer-Encoding: chunked\r\n\r\n6\r\nhello", errTruncated)
	test("cut in the trailers", ok+"Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n", errTruncated)
	const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"
	for _, text := range []string{
		"-1\r\n\r\n", "\r\n", ";x\r\n", "x\r\n", "1\r\nab\r\n", "1\rx", "0\r\n\rx", "1\r\na\rx",
		"1000000000000000\r\n", "1;" + strings.Repeat("x", 9000) + "\r\n", "0\r\nA: " + strings.Repeat("x", 9000),
	} {
		test("chunks "+text[:min(9, len(text))], chunked+text, errMalformed)
	}
	for _, text := range []string{
		"hello\n\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 No\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "\r\n\r\n",
		ok + "Content-Length: -1\r\n\r\n", ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
		ok + "Content-Length: 1, 1\r\n\r\n", ok + "Content-Length: \r\n\r\n",
		ok + "Content-Length: 99999999999999999999\r\n\r\n", ok + "Transfer-Encoding: gzip\r\n\r\n",
		ok + "A: " + strings.Repeat("x", maxHeader), strings.Repeat("A: b\r\n", maxHeader),
	} {
		test(text[:min(40, len(text))], text, errMalformed)
	}
}

// TestWhatIsLeftOver gives more than the answer: on a connection that stays, that belongs to
// nothing.
func TestWhatIsLeftOver(t *testing.T) {
	for _, text := range []string{keepAlive + "more", "HTTP/1.1 204 None\r\n\r\nmore"} {
		var r response
		if err := r.feed([]byte(text), framing{persistent: true, delimited: true}); err != errExcess {
			t.Errorf("%q: %v, want %v", text, err, errExcess)
		}
	}
}

func TestMemoryMeansTheSame(t *testing.T) {
	with := framing{persistent: true, delimited: true, cache: &headerCache{}}
	texts := []string{
		keepAlive,
		strings.Replace(keepAlive, "6", "7", 1) + "x",
		keepAlive,
		keepAlive[:20],
		"HTTP/1.1 200 OK\r\n\r\nx",
		"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
		keepAlive,
	}
	for _, text := range texts {
		got, _, err := read([]byte(text), len(text), with)
		want, _, wantErr := read(
			[]byte(text),
			len(text),
			framing{persistent: true, delimited: true},
		)
		if err != wantErr || got.header.status != want.header.status || got.bodyBytes != want.bodyBytes ||
			got.part != want.part || got.headerBytes != want.headerBytes || got.header.keepAlive != want.header.keepAlive {
			t.Errorf("%q: %+v, %v, without a memory %+v, %v", text, got, err, want, wantErr)
		}
	}
}

func FuzzResponse(f *testing.F) {
	for _, text := range []string{
		good, keepAlive, "HTTP/1.1 204 No Content\nConnection: close\n\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" +
			"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nA: b\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n\r\n",
	} {
		f.Add([]byte(text), byte(0b011), byte(3))
		f.Add([]byte(text), byte(0), byte(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind, size byte) {
		how := framing{persistent: kind&1 != 0, delimited: kind&2 != 0, head: kind&4 != 0}
		r, used, err := read(data, max(1, len(data)), how)
		if r.headerBytes < 0 || r.bodyBytes < 0 || r.headerBytes+r.bodyBytes > int64(used) {
			t.Fatalf("%q: header of %d bytes and body of %d, but there are %d",
				data, r.headerBytes, r.bodyBytes, used)
		}
		// However the bytes are cut on their way, they mean the same; only of what is left over
		// more or less may have come along.
		r2, _, err2 := read(data, int(size)+1, how)
		if err == errExcess && (err2 == nil || err2 == errExcess) {
			return
		}
		if err2 != err || r2.header.status != r.header.status || err == nil && (r2.bodyBytes != r.bodyBytes ||
			r2.headerBytes != r.headerBytes || r2.header.keepAlive != r.header.keepAlive) {
			t.Fatalf(
				"%q: %v %+v at once, but in pieces of %d %v %+v",
				data,
				err,
				r,
				int(size)+1,
				err2,
				r2,
			)
		}
		if err == nil && how.delimited {
			agree(t, data, r, how)
		}
	})
}

// agree reads with net/http what is a whole answer to us: it must be one there too, of the same
// length.
func agree(t *testing.T, data []byte, r response, how framing) {
	method := http.MethodGet
	if how.head {
		method = http.MethodHead
	}
	reader := bufio.NewReader(bytes.NewReader(data))
	for {
		got, err := http.ReadResponse(reader, &http.Request{Method: method})
		if err != nil {
			return // it refuses names and values of fields that do not concern us
		}
		if got.StatusCode/100 == 1 {
			continue // which it gives one by one
		}
		body, err := io.ReadAll(got.Body)
		var trailer textproto.ProtocolError
		if errors.As(err, &trailer) {
			return // it reads trailers as fields
		}
		if err != nil || got.StatusCode != r.header.status || int64(len(body)) != r.bodyBytes {
			t.Fatalf(
				"%q: net/http reads %d and %d bytes (%v), we %d and %d",
				data,
				got.StatusCode,
				len(body),
				err,
				r.header.status,
				r.bodyBytes,
			)
		}
		return
	}
}

func TestServerField(t *testing.T) {
	test := func(field, want string) {
		t.Helper()
		h, _, err := parseHeader(
			[]byte("HTTP/1.1 200 OK\r\nServer:" + field + "\r\nserver: other\r\n\r\n"),
		)
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
