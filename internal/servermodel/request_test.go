//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"bufio"
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/http/httpguts"
)

// stricter are the reasons for which a request is refused here that net/http's ReadRequest takes,
// each with how it looks. In all of them two readers of the same bytes could disagree.
var stricter = []struct {
	reason string
	looks  func(header string) bool
}{
	{"a header or a target beyond the limits", func(h string) bool { return len(h) > maxTarget }},
	{
		"a line that goes on from the one before (obs-fold)",
		regexp.MustCompile(`\n[ \t]`).MatchString,
	},
	{
		"a control character in a value",
		regexp.MustCompile(`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r[^\n]`).MatchString,
	},
	{
		"a name that is no token (net/http's server looks at it later)",
		regexp.MustCompile(`\n[^:\n]*[ \t][^:\n]*:`).MatchString,
	},
	{"HTTP/1.1 needs exactly one Host (net/http's server looks at it later)", func(h string) bool {
		return count(h, "host") != 1
	}},
	{"a host that is none (net/http's server looks at it later)", func(h string) bool {
		found := regexp.MustCompile(`(?im)^host:([^\r\n]*)`).FindStringSubmatch(h)
		return found != nil && !httpguts.ValidHostHeader(strings.Trim(found[1], " \t"))
	}},
	{"both framings: net/http takes the chunks", func(h string) bool {
		return count(h, "content-length") > 0 && count(h, "transfer-encoding") > 0
	}},
	{"HTTP/1.0 has no Transfer-Encoding: net/http does not look at it", func(h string) bool {
		return count(h, "transfer-encoding") > 0
	}},
	{"a body beyond the limit", func(h string) bool { return count(h, "content-length") > 0 }},
	{
		"an expectation that is not 100-continue (net/http's server looks at it later)",
		func(h string) bool {
			return count(h, "expect") > 0
		},
	},
	{"a version that is not 1.x (net/http's server looks at it later)", func(h string) bool {
		return !regexp.MustCompile(`^[^\n]* HTTP/1\.[0-9]\r?\n`).MatchString(h)
	}},
}

// count tells how often a field stands in a header.
func count(header, name string) int {
	return len(regexp.MustCompile(`(?im)^`+name+`:`).FindAllString(header, -1))
}

// FuzzParseRequest holds the parser against net/http's: what is accepted here is accepted there,
// with a body of the same length, and what is refused here is refused there, unless a reason stands
// in the list.
func FuzzParseRequest(f *testing.F) {
	for _, c := range contract {
		f.Add([]byte(c.request))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, size, status := parseRequest(data)
		if size < 0 || size > len(data) || size > maxHeader || size > 0 && status != 0 {
			t.Fatalf("parseRequest(%q): size %d, status %d", data, size, status)
		}
		theirs, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(data)))
		switch {
		case size == 0 && status == 0: // not all there
			if err == nil {
				t.Errorf("parseRequest(%q) waits for more, net/http does not", data)
			}
		case status != 0:
			if err == nil {
				checkRefusal(t, data, status)
			}
		case err != nil:
			t.Errorf("parseRequest(%q) accepts what net/http refuses: %v", data, err)
		default:
			compareRequests(t, data, r, theirs)
		}
	})
}

// checkRefusal fails unless the list has the reason.
func checkRefusal(t *testing.T, data []byte, status int) {
	header := string(data)
	if size := headerSize(data); size > 0 {
		header = header[:size]
	}
	for _, s := range stricter {
		if s.looks(header) {
			return
		}
	}
	t.Errorf("parseRequest(%q): %d, and net/http accepts it", data, status)
}

func compareRequests(t *testing.T, data []byte, r request, theirs *http.Request) {
	length := r.body.left
	if r.body.stage != plain {
		length = -1
	}
	if theirs.ContentLength != length {
		t.Errorf(
			"parseRequest(%q): body of %d bytes, net/http says %d",
			data,
			length,
			theirs.ContentLength,
		)
	}
	if chunked := slices.Equal(theirs.TransferEncoding, []string{"chunked"}); chunked != (length < 0) {
		t.Errorf("parseRequest(%q): chunked %v, net/http says %v", data, length < 0, chunked)
	}
	if wantsClose := r.minor == 1 && !r.keepAlive; wantsClose != (theirs.Close && theirs.ProtoMinor > 0) {
		t.Errorf("parseRequest(%q): close %v, net/http says %v", data, wantsClose, theirs.Close)
	}
	if root := theirs.URL.Path == "/"; root != r.root && !strings.Contains(theirs.RequestURI, "*") {
		t.Errorf("parseRequest(%q): path / %v, net/http says %v", data, r.root, root)
	}
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
