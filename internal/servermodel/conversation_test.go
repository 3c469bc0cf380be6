//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDeadline(t *testing.T) {
	limits := timeouts{idle: time.Second, receive: 2 * time.Second, send: 4 * time.Second}
	start := time.Now()
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	begin := func(work Work) *conversation {
		return &conversation{
			service: newService(Config{timeouts: limits, Work: work}),
			since:   start,
		}
	}
	test := func(when string, c *conversation, want time.Time) {
		t.Helper()
		if got := c.deadline(); !got.Equal(want) {
			t.Errorf("%s: the deadline is at %v, want %v", when, got.Sub(start), want.Sub(start))
		}
	}

	c := begin(Work{})
	test("no request yet", c, at(1))
	c.receive([]byte("GE"), at(10))
	test("a request begins", c, at(12))
	c.receive([]byte("T / HTTP/1.1\r\n"), at(11))
	test("more bytes extend nothing", c, at(12))
	c.receive([]byte("Host: a\r\n\r\n"), at(11))
	test("the answer is not sent", c, at(15))
	c.sent(c.pending())
	test("the answer is sent", c, at(12))
	c.receive([]byte("garbage\n\n"), at(20))
	test("a refusal is not sent", c, at(24))
	c.sent(c.pending())
	test("the client may still be sending", c, at(22))

	c = begin(Work{Wait: 30 * time.Second})
	c.receive([]byte(get11+"\r\n"), at(10))
	test("the work is in progress", c, at(44))
}

// FuzzConversation cuts the input in two, and the second part into single bytes. The answers must
// be the same as to the whole input at once, and the bytes that are kept must be bounded.
func FuzzConversation(f *testing.F) {
	for i, c := range contract {
		if len(c.request) < maxHeader {
			f.Add([]byte(c.request), 7*i)
		}
	}
	now := time.Now()
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		if len(data) > 4*maxHeader {
			return
		}
		// answers returns the answers to an input that arrives in pieces.
		answers := func(pieces ...[]byte) []byte {
			c := conversation{service: newService(Config{})}
			var all []byte
			for _, piece := range pieces {
				for c.receive(piece, now); ; c.receive(nil, now) {
					all = append(all, c.next()...)
					c.sent(len(c.next()))
					if !c.hasBuffered() {
						break
					}
				}
				if len(c.in) > maxHeader {
					t.Fatalf("%d bytes are kept of %q", len(c.in), data)
				}
			}
			return all
		}

		whole := answers(data)
		cut = max(0, min(cut, len(data)))
		pieces := [][]byte{data[:cut]}
		for i := cut; i < len(data); i++ {
			pieces = append(pieces, data[i:i+1])
		}
		if got := answers(pieces...); !bytes.Equal(got, whole) {
			t.Errorf("%q cut at %d: answers %q, in one piece %q", data, cut, got, whole)
		}
	})
}

// FuzzChunks compares the reader of chunks with net/http's. A body that ends here ends there, at
// the same byte. Our reader has limits, and is stricter about extensions and trailers.
func FuzzChunks(f *testing.F) {
	seeds := []string{
		"0\r\n\r\n",
		"5\r\nhello\r\n0\r\n\r\n",
		"a;b=c\r\n0123456789\r\n0\r\nA: b\r\n\r\nmore",
		"1\na\r\n0\r\n\r\n",
		"0x1\r\na\r\n0\r\n\r\n",
		"1 \r\na\r\n0\r\n\r\n",
		"00000000000000001\r\na\r\n0\r\n\r\n",
		"1\r\nab\r\n0\r\n\r\n",
		"0\r\nA: b\n\r\n",
		"0\r\n\n",
		"-1\r\n\r\n",
		"1;\"\r\n\"\r\na\r\n0\r\n\r\n",
	}
	for _, body := range seeds {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b := chunkedBody
		n, status := b.skip(data)
		if n < 0 || n > len(data) || status == 0 && !b.ended() && n < len(data) {
			t.Fatalf("skip(%q) = %d, %d", data, n, status)
		}
		if status != 0 || !b.ended() {
			return
		}

		whole := append([]byte(post11+"Transfer-Encoding: chunked\r\n\r\n"), data...)
		reader := bufio.NewReader(bytes.NewReader(whole))
		request, err := http.ReadRequest(reader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, request.Body); err != nil && !malformedTrailer(err) {
			t.Fatalf("skip(%q) ends at %d; net/http: %v", data, n, err)
		} else if err == nil && reader.Buffered() != len(data)-n {
			t.Errorf("skip(%q) leaves %d bytes, net/http %d", data, len(data)-n, reader.Buffered())
		}
	})
}

// malformedTrailer reports whether net/http refused the trailer. Our reader skips it, up to
// maxHeader bytes.
func malformedTrailer(err error) bool {
	reasons := []string{"MIME header", "suspiciously long trailer", "message too large"}
	return slices.ContainsFunc(reasons, func(reason string) bool {
		return strings.Contains(err.Error(), reason)
	})
}
