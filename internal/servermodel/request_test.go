//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"bufio"
	"bytes"
	"net/http"
	"testing"
)

// FuzzParseRequest holds the parser against net/http's: what is accepted here is accepted there,
// with the same body length, so that no two readers of one stream disagree about where a request
// ends. The parser here is stricter: it also refuses folded lines, control characters and a
// HTTP/1.1 request without Host.
func FuzzParseRequest(f *testing.F) {
	for _, c := range contract {
		f.Add([]byte(c.request))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, size, status := parseRequest(data)
		if size < 0 || size > len(data) || size > maxHeader || size > 0 && status != 0 {
			t.Fatalf("parseRequest(%q): size %d, status %d", data, size, status)
		}
		if size == 0 {
			return
		}
		theirs, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(data)))
		if err != nil {
			t.Fatalf("parseRequest(%q) accepts what net/http refuses: %v", data, err)
		}
		if theirs.ContentLength != r.bodyLength {
			t.Errorf("parseRequest(%q): body of %d bytes, net/http says %d", data, r.bodyLength, theirs.ContentLength)
		}
		if wantsClose := r.minor == 1 && !r.keepAlive; wantsClose != (theirs.Close && theirs.ProtoMinor > 0) {
			t.Errorf("parseRequest(%q): close %v, net/http says %v", data, wantsClose, theirs.Close)
		}
	})
}

func BenchmarkPlainGet(b *testing.B) {
	data := []byte(abRequest)
	b.ReportAllocs()
	for b.Loop() {
		if _, size, status := parseRequest(data); size != len(data) || status != 0 {
			b.Fatalf("size %d, status %d", size, status)
		}
	}
}
