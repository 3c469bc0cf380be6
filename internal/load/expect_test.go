package load

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func sumOf(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// The check finds a text wherever the body is split, also one that begins again within itself.
func TestBodyCheckInPieces(t *testing.T) {
	test := func(body, text string) {
		t.Helper()
		want := strings.Contains(body, text)
		x := Expect{Text: []byte(text), SHA256: sumOf(body)}
		check := NewBodyCheck(x) // one for all bodies, as on a connection
		verify := func(pieces ...string) {
			t.Helper()
			check.Reset()
			for _, piece := range pieces {
				check.Write([]byte(piece))
			}
			if check.OK() != want {
				t.Errorf("%q in %q: %v, want %v", text, pieces, check.OK(), want)
			}
		}
		for i := range len(body) + 1 {
			verify(body[:i], body[i:])
			for k := i; k <= len(body); k++ {
				verify(body[:i], body[i:k], body[k:])
			}
		}
		for size := 1; size <= len(body); size++ {
			var pieces []string
			for piece := range slices.Chunk([]byte(body), size) {
				pieces = append(pieces, string(piece))
			}
			verify(pieces...)
		}
	}
	test("hello world", "lo wo")
	test("hello world", "h")
	test("hello world", "hello world")
	test("hello world", "hello world!")
	test("hello world", "x")
	test("aabaabaabaac", "aabaabaac") // a search that starts over behind its mistakes misses it
	test("aabaabaabaab", "aabaabaac")
	test("ababababcaba", "ababc")
	test("", "a")
}

func TestBodyCheckOfDigest(t *testing.T) {
	check := NewBodyCheck(Expect{SHA256: sumOf("hello\n")})
	test := func(body string, want bool) {
		t.Helper()
		check.Reset()
		for i := range body {
			check.Write([]byte(body[i : i+1]))
		}
		if check.OK() != want {
			t.Errorf("%q: %v, want %v", body, check.OK(), want)
		}
	}
	test("hello\n", true)
	test("hello\r", false)
	test("", false)
	test("hello\n", true)

	both := NewBodyCheck(Expect{Text: []byte("ell"), SHA256: sumOf("bell")})
	both.Write([]byte("hello\n"))
	if both.OK() {
		t.Error("a body with the text, but another digest, is as expected")
	}
	if NewBodyCheck(Expect{Status: 200}) != nil {
		t.Error("a status alone makes a check of bodies")
	}
}

// In pieces of any size, a body has the text if it has it as a whole.
func FuzzBodyCheck(f *testing.F) {
	f.Add([]byte("hello world"), []byte("lo wo"), byte(3))
	f.Add([]byte("aabaabaabaac"), []byte("aabaabaac"), byte(0))
	f.Add([]byte(""), []byte("a"), byte(1))
	f.Fuzz(func(t *testing.T, body, text []byte, size byte) {
		if len(text) == 0 {
			return // refused
		}
		check := NewBodyCheck(Expect{Text: text, SHA256: sumOf(string(body))})
		for range 2 { // a connection has one check for all of its responses
			check.Reset()
			for piece := range slices.Chunk(body, int(size)+1) {
				check.Write(piece)
			}
			if want := bytes.Contains(body, text); check.OK() != want {
				t.Fatalf("%q in %q, in pieces of %d: %v, want %v",
					text, body, int(size)+1, check.OK(), want)
			}
		}
	})
}

// What is looked at is the body as other clients see it, however it is framed: without the framing
// of chunks and without surplus.
func TestResponseBodyCheck(t *testing.T) {
	const text = "hello world"
	test := func(name string, f framing, response string, want bool) {
		t.Helper()
		check := NewBodyCheck(Expect{Text: []byte("lo wo"), SHA256: sumOf(text)})
		for size := 1; size <= len(response); size++ {
			r := response
			var answer = responseWith(check)
			for len(r) > 0 && answer.part != complete {
				n := min(size, len(r))
				if err := answer.feed([]byte(r[:n]), f); err != nil {
					t.Fatalf("%s in pieces of %d: %v", name, size, err)
				}
				r = r[n:]
			}
			if got := check.OK(); got != want {
				t.Errorf("%s in pieces of %d: as expected %v, want %v", name, size, got, want)
			}
		}
	}
	const ok = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
	const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"
	const chunks = "4\r\nhell\r\n1;a=b\r\no\r\n6\r\n world\r\n0\r\nA: lo wo\r\n\r\n"
	old, kept := framing{}, keptFraming

	test("a length", old, ok+"Content-Length: 11\r\n\r\n"+text, true)
	test("a length, kept", kept, ok+"Content-Length: 11\r\n\r\n"+text, true)
	test("surplus", old, ok+"Content-Length: 11\r\n\r\n"+text+"\r\n\r\n", true)
	test("surplus, delimited", framing{delimited: true},
		ok+"Content-Length: 11\r\n\r\n"+text+"\r\n\r\n", true)
	test("no length", old, ok+"\r\n"+text, true)
	test("no length, kept", kept, ok+"\r\n"+text, true)
	test("chunks", kept, chunked+chunks, true)
	test("chunks until the end", old, chunked+chunks, true)
	test("chunks of HTTP/1.0", old, strings.Replace(chunked, "1.1", "1.0", 1)+text, true)
	test("chunks that are none", old, chunked+text, false)
	test("another body", kept, ok+"Content-Length: 11\r\n\r\n"+"hello World", false)
	test("the text in a header", kept, ok+"A: lo wo\r\nContent-Length: 0\r\n\r\n", false)
	test("the text in a trailer", kept, chunked+"0\r\nA: hello world\r\n\r\n", false)
	test("the text behind the body", old, ok+"Content-Length: 0\r\n\r\n"+text, false)
	test("a body of a 204", old, "HTTP/1.1 204 No Content\r\n\r\n"+text, false)
	test("a body of a HEAD", framing{head: true}, ok+"\r\n"+text, false)
}

func responseWith(check *BodyCheck) *response {
	r := &response{check: check}
	r.reset()
	return r
}

// answers sends the texts in turn, one per connection or kept request.
func answers(texts ...string) handler {
	return func(s *server, conn *net.TCPConn, number int) {
		for i := number; s.readRequest(conn); i++ {
			if _, err := conn.Write([]byte(texts[i%len(texts)])); err != nil {
				return
			}
			if !strings.HasPrefix(texts[0], "HTTP/1.1") {
				return
			}
		}
	}
}

// fileOf returns a file that holds a text.
func fileOf(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func answer(status, body string) string {
	return fmt.Sprintf("HTTP/1.0 %s\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
}

// Every response is in exactly one count, and one that is not as expected does not define the
// length that the others must have.
func TestExpectations(t *testing.T) {
	type counts struct{ good, unexpected, length, non2xx int64 }
	test := func(name string, flags []string, want counts, texts ...string) jsonReport {
		t.Helper()
		var found jsonReport
		for _, threads := range []string{"1", "3"} {
			s := startServer(t, answers(texts...))
			args := slices.Concat([]string{"-n", "30", "-c", "3", "--threads", threads}, flags,
				[]string{s.url()})
			r, report := abJSON(t, args...)
			q := report.Requests
			got := counts{q.Good, *q.Unexpected, q.Failed.Length, q.Non2xx}
			if r.code != 0 || got != want || q.Complete != 30 {
				t.Errorf("%s: code %d, %d complete, %+v, want 30 and %+v", name, r.code,
					q.Complete, got, want)
			}
			warned := strings.Contains(r.stderr,
				fmt.Sprintf("WARNING: %d of 30 answers were not as expected\n", want.unexpected))
			if warned != (want.unexpected > 0) {
				t.Errorf("%s: stderr: %s", name, r.stderr)
			}
			if times := report.Times["good"]; times.Count != want.good {
				t.Errorf("%s: %d good times, want %d", name, times.Count, want.good)
			}
			found = report
		}
		return found
	}
	hello, busy := answer("200 OK", "hello\n"), answer("503 Busy", "busy, come again\n")
	status := func(value string) []string { return []string{"--expect-status", value} }
	body := []string{"--expect-body", fileOf(t, "ell")}
	digest := []string{"--expect-sha256", hex.EncodeToString(sumOf("hello\n"))}

	test("2xx", status("2xx"), counts{good: 30}, hello)
	test("201 is no 200", status("200"), counts{unexpected: 30}, answer("201 Created", "hello\n"))
	report := test("shed", status("2xx"), counts{good: 20, unexpected: 10, non2xx: 10},
		busy, hello, hello)
	if report.Statuses["503"] != 10 || report.Statuses["200"] != 20 ||
		*report.Server.DocumentLength != 6 {
		t.Errorf("statuses %v, document of %d bytes", report.Statuses,
			*report.Server.DocumentLength)
	}
	want := []jsonFault{{Phase: "answer", Error: "status", Count: 10}}
	if !slices.Equal(report.Faults, want) {
		t.Errorf("faults %+v, want %+v", report.Faults, want)
	}
	p := report.Times["good"].Percentiles
	if len(p) != 103 || p["0"] > p["50"] || p["50"] > p["100"] {
		t.Errorf("percentiles of good responses: %v", p)
	}

	test("302", status("302"), counts{good: 30, non2xx: 30}, answer("302 Found", ""))
	test("never 302", status("302"), counts{unexpected: 30, non2xx: 30}, busy)
	report = test("text", body, counts{good: 15, unexpected: 15},
		hello, answer("200 OK", "wrong\n"))
	if report.Faults[0].Error != "body" || report.Call.ExpectTextBytes != 3 {
		t.Errorf("faults %+v, call %+v", report.Faults, report.Call)
	}
	test("digest", digest, counts{good: 15, unexpected: 15}, answer("200 OK", "Hello\n"), hello)
	test("text and status", append(body, status("404")...), counts{good: 30, non2xx: 30},
		answer("404 Not Found", "hell\n"))
	test("another length", status("2xx"), counts{good: 15, length: 15}, hello,
		answer("200 OK", "hello, hello\n"))
	test("kept, digest", append(digest, "-k"), counts{good: 30}, keepAlive)
	test("kept, text", append(body, "-k"), counts{unexpected: 30},
		strings.Replace(keepAlive, "hello", "olleh", 1))
}

// Over TLS, answers are looked at like all others.
func TestExpectationsOverTLS(t *testing.T) {
	t.Parallel()
	address, _ := startTLSServer(t)
	test := func(want int64, flags ...string) {
		t.Helper()
		args := slices.Concat([]string{"-n", "20", "-c", "4"}, flags,
			[]string{"https://" + address + "/"})
		r, report := abJSON(t, args...)
		if r.code != 0 || report.Requests.Good != want || *report.Requests.Unexpected != 20-want ||
			report.Times["good"].Count != want {
			t.Errorf("%q: code %d, %+v, want %d good", flags, r.code, report.Requests, want)
		}
	}
	text := fileOf(t, "ello\n")
	test(20, "-k", "--expect-status", "200", "--expect-body", text)
	test(20, "--http1.1", "--expect-sha256", hex.EncodeToString(sumOf("hello\n")))
	test(0, "--expect-status", "204")
	test(0, "-k", "--expect-body", fileOf(t, "elloh"))
}

// A load without expectations counts none.
func TestNoExpectations(t *testing.T) {
	s := startServer(t, respond(answer("503 Busy", "busy!\n")))
	r, report := abJSON(t, "-n", "10", s.url())
	if report.Requests.Unexpected != nil || report.Requests.Good != 10 ||
		strings.Contains(r.stderr, "expected") {
		t.Errorf("%+v, stderr %q", report.Requests, r.stderr)
	}
	if _, ok := report.Times["good"]; ok {
		t.Error("good times without expectations")
	}
}

// Kept connections stay open after a response that is not as expected: the response is complete.
func TestUnexpectedResponseKeepsConnection(t *testing.T) {
	s := startServer(t, respondUpTo(10, keepAlive))
	_, report := abJSON(t, "-k", "-n", "10", "--expect-status", "404", s.url())
	if report.Bytes.Connections != 1 || report.Requests.KeptAlive != 10 ||
		*report.Requests.Unexpected != 10 {
		t.Errorf("%d connections, %+v", report.Bytes.Connections, report.Requests)
	}
	if report.Server.DocumentLength != nil || report.Server.Software != "" {
		t.Errorf("no response was good, and the document is %+v", report.Server)
	}
}

func TestRefusedExpectations(t *testing.T) {
	file := func(size int) string { return fileOf(t, strings.Repeat("x", size)) }
	test := func(want string, args ...string) {
		t.Helper()
		r := ab(t, append(args, "http://127.0.0.1:1/")...)
		if r.code == 0 || !strings.Contains(r.stderr, want) {
			t.Errorf("%q: code %d, %s; want %s", args, r.code, r.stderr, want)
		}
	}
	const statuses = "allowed: 2xx, or a status from 100 to 999"
	test(statuses, "--expect-status", "3xx")
	test(statuses, "--expect-status", "99")
	test(statuses, "--expect-status", "")
	const digits = "allowed: the 64 digits of a SHA-256 in hex"
	test(digits, "--expect-sha256", "abc")
	test(digits, "--expect-sha256", strings.Repeat("g", 64))
	test("found a file of 0 bytes; allowed: 1 to 4096", "--expect-body", file(0))
	test("found a file of 4097 bytes; allowed: 1 to 4096", "--expect-body", file(4097))
	test("no such file", "--expect-body", filepath.Join(t.TempDir(), "none"))
	test("an expected body with HEAD", "-i", "--expect-body", file(4096))
}
