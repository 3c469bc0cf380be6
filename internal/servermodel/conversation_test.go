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

// FuzzConversation cuts what a client sends in two, and the second piece into bytes: the answers
// must be the same as to all at once. Whatever comes, what is kept of it is bounded.
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
		answers := func(pieces ...[]byte) []byte {
			c := conversation{service: newService(Config{})}
			var all []byte
			for _, piece := range pieces {
				for c.receive(piece, now); ; c.receive(nil, now) {
					all = append(all, c.next()...)
					c.sent(len(c.next()))
					if !c.held() {
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

// FuzzChunks holds the reader of chunks against net/http's: a body that ends here ends there, at
// the same byte. It is stricter about what may stand in an extension and a trailer, and has limits.
func FuzzChunks(f *testing.F) {
	for _, body := range []string{"0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n",
		"a;b=c\r\n0123456789\r\n0\r\nA: b\r\n\r\nmore",
		"1\na\r\n0\r\n\r\n", "0x1\r\na\r\n0\r\n\r\n", "1 \r\na\r\n0\r\n\r\n", "00000000000000001\r\na\r\n0\r\n\r\n",
		"1\r\nab\r\n0\r\n\r\n", "0\r\nA: b\n\r\n", "0\r\n\n", "-1\r\n\r\n", "1;\"\r\n\"\r\na\r\n0\r\n\r\n"} {
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
		reader := bufio.NewReader(
			bytes.NewReader(append([]byte(post11+"Transfer-Encoding: chunked\r\n\r\n"), data...)),
		)
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

// malformedTrailer reports whether net/http looked into the trailer, which is passed over here, or
// found it too large for its buffers, where the limit here is maxHeader.
func malformedTrailer(err error) bool {
	return slices.ContainsFunc(
		[]string{"MIME header", "suspiciously long trailer", "message too large"},
		func(what string) bool { return strings.Contains(err.Error(), what) },
	)
}
