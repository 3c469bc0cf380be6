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

// stricter lists the reasons why we refuse a request that net/http's ReadRequest accepts, each with
// how to recognise it. Because of each of them, two readers of the same bytes could disagree. Those
// marked "later" are checked by net/http's server, after ReadRequest.
var stricter = []struct {
	reason  string
	matches func(header string) bool
}{
	{"a header or a target beyond the limits", func(h string) bool { return len(h) > maxTarget }},
	{"a line that continues the one before (obs-fold)",
		regexp.MustCompile(`\n[ \t]`).MatchString},
	{"a control character in a value",
		regexp.MustCompile(`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r[^\n]`).MatchString},
	{"a field name that is not a token (later)",
		regexp.MustCompile(`\n[^:\n]*[ \t][^:\n]*:`).MatchString},
	{"HTTP/1.1 without exactly one Host (later)",
		func(h string) bool { return count(h, "host") != 1 }},
	{"a malformed host (later)", hasMalformedHost},
	{"both framings: net/http uses the chunks", func(h string) bool {
		return count(h, "content-length") > 0 && count(h, "transfer-encoding") > 0
	}},
	{"Transfer-Encoding in HTTP/1.0: net/http ignores it",
		func(h string) bool { return count(h, "transfer-encoding") > 0 }},
	{"a body beyond the limit",
		func(h string) bool { return count(h, "content-length") > 0 }},
	{"an expectation other than 100-continue (later)",
		func(h string) bool { return count(h, "expect") > 0 }},
	{"a version other than 1.x (later)", func(h string) bool {
		return !regexp.MustCompile(`^[^\n]* HTTP/1\.[0-9]\r?\n`).MatchString(h)
	}},
}

func hasMalformedHost(header string) bool {
	match := regexp.MustCompile(`(?im)^host:([^\r\n]*)`).FindStringSubmatch(header)
	return match != nil && !httpguts.ValidHostHeader(strings.Trim(match[1], " \t"))
}

// count returns how often a field occurs in a header.
func count(header, name string) int {
	return len(regexp.MustCompile(`(?im)^`+name+`:`).FindAllString(header, -1))
}

// FuzzParseRequest compares the parser with net/http's. What ours accepts, net/http accepts too,
// with a body of the same length. What ours refuses, net/http refuses too, unless the list has a
// reason.
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
		case size == 0 && status == 0: // incomplete
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

// checkRefusal fails the test unless the list has the reason.
func checkRefusal(t *testing.T, data []byte, status int) {
	header := string(data)
	if size := headerSize(data); size > 0 {
		header = header[:size]
	}
	for _, s := range stricter {
		if s.matches(header) {
			return
		}
	}
	t.Errorf("parseRequest(%q): %d, and net/http accepts it", data, status)
}

func compareRequests(t *testing.T, data []byte, r request, theirs *http.Request) {
	test := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("parseRequest(%q): %s %v, net/http says %v", data, what, got, want)
		}
	}

	chunked := r.body.stage != plain
	length := r.body.left
	if chunked {
		length = -1
	}
	test("body length", length, theirs.ContentLength)
	test("chunked", chunked, slices.Equal(theirs.TransferEncoding, []string{"chunked"}))
	test("close", r.minor == 1 && !r.keepAlive, theirs.ProtoMinor > 0 && theirs.Close)
	if !strings.Contains(theirs.RequestURI, "*") {
		test("path /", r.root, theirs.URL.Path == "/")
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

// parseRequest parses the request header at the start of data into a new request.
func parseRequest(data []byte) (r request, size int, status int) {
	size, status = r.parse(data)
	return r, size, status
}
