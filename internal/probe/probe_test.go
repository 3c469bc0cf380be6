package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// receive starts a server for one request, and returns its address and what it will receive.
func receive(t *testing.T, length int, answer string) (address string, received <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	requests := make(chan string, 1)
	go func() { // ends with the listener, or after the answer
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		request := make([]byte, length)
		n, _ := io.ReadFull(conn, request)
		requests <- string(request[:n])
		io.WriteString(conn, answer)
	}()
	return listener.Addr().String(), requests
}

// The request is ab's own, byte for byte, so that a server cannot answer the two differently.
func TestAskSendsTheRequestOfAB(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	const rest = "\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"
	test := func(r spec.Request, wantBytes int64, start, end string) {
		t.Helper()
		const host = "Host: 127.0.0.1:12345"
		length := len(start + host + rest + end)
		address, received := receive(t, length, "HTTP/1.0 404 Not Found\r\n\r\nno")
		want := start + "Host: " + address + rest + end
		if missing := len(want) - length; missing != 0 { // a port of four digits
			t.Skipf("the address %s has another length", address)
		}

		answer, err := Asker{}.Ask(t.Context(), spec.Server{Address: address, Request: r})
		if err != nil || answer.Status != 404 || answer.Bytes != wantBytes {
			t.Errorf("Ask = %+v, %v, want status 404 with %d bytes", answer, err, wantBytes)
		}
		if got := <-received; got != want {
			t.Errorf("the server received\n%q, want\n%q", got, want)
		}
	}
	test(spec.Request{Method: "GET", Path: "/where", KeepAlive: true}, 2,
		"GET /where HTTP/1.0\r\nConnection: Keep-Alive\r\n", "")
	test(spec.Request{Method: "HEAD", Path: "/"}, 0, "HEAD / HTTP/1.0\r\n", "")
	test(spec.Request{
		Method:      "PATCH",
		Path:        "/a",
		Query:       "b=${LABBOOK_TEST_TOKEN}",
		Headers:     []spec.Header{{Name: "X-A", Value: "${LABBOOK_TEST_TOKEN}"}},
		HasBody:     true,
		Body:        `{"a": "${LABBOOK_TEST_TOKEN}"}`,
		ContentType: "application/json",
		HTTP11:      true,
	}, 2, "PATCH /a?b=s3cret HTTP/1.1\r\nConnection: close\r\nContent-length: 15\r\n"+
		"Content-type: application/json\r\nX-A: s3cret\r\n", `{"a": "s3cret"}`)
}

// A server may refuse a body before it has read it. Its answer counts, not the broken connection.
func TestAskTakesAnEarlyAnswer(t *testing.T) {
	address, _ := receive(t, 100, "HTTP/1.0 413 Content Too Large\r\n\r\n")
	answer, err := Asker{}.Ask(t.Context(), spec.Server{Address: address, Request: spec.Request{
		Method:  "POST",
		Path:    "/",
		HasBody: true,
		Body:    strings.Repeat("x", 200),
	}})
	if err == nil && answer.Status != 413 {
		t.Errorf("Ask = %+v, want status 413", answer)
	}
}

// The error of a connection that breaks off tells the server's end of it, and not ours: the record
// keeps it.
func TestAskHidesOurAddress(t *testing.T) {
	test := func(name string, secure bool) {
		t.Helper()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		ours := make(chan string, 1)
		go func() { // ends with the listener
			if conn, err := listener.Accept(); err == nil {
				ours <- conn.RemoteAddr().String()
				_ = conn.(*net.TCPConn).SetLinger(0) // Close resets the connection
				_, _ = conn.Read(make([]byte, 1))
				conn.Close()
			}
		}()

		theirs := listener.Addr().String()
		_, err = Asker{}.Ask(t.Context(), spec.Server{
			Address: theirs,
			TLS:     secure,
			Request: spec.Request{Method: "GET", Path: "/"},
		})
		if err == nil || strings.Contains(err.Error(), <-ours) ||
			!strings.Contains(err.Error(), theirs) {
			t.Errorf("%s: the error is %v; want one with %s alone", name, err, theirs)
		}
	}
	test("plain", false)
	test("TLS", true)
}

// Ask ends with its context, also while a server keeps it waiting for the answer.
func TestAskEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { // ends with the listener; the connection stays open until then
		if conn, err := listener.Accept(); err == nil {
			defer conn.Close()
			cancel()
			_, _ = listener.Accept()
		}
	}()

	server := spec.Server{
		Address: listener.Addr().String(),
		Request: spec.Request{Method: "GET", Path: "/"},
	}
	if _, err := (Asker{}).Ask(ctx, server); err == nil {
		t.Error("Ask returned an answer, want an error as its context ended")
	}
}

func TestReadAnswer(t *testing.T) {
	// The sums of sha256sum for "hello\n" and for nothing.
	const sha = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
	const none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	get := question{request: spec.Request{Method: "GET"}, limit: func() {}}
	test := func(text string, want record.Answer) {
		t.Helper()
		got, err := get.readAnswer(strings.NewReader(text))
		if err != nil || got.BodyMS == nil || got.HeldOpenMS == nil {
			t.Fatalf("%q: %+v, %v, want an answer with its times", text, got, err)
		}
		got.BodyMS, got.HeldOpenMS = nil, nil
		if got.Answer != want {
			t.Errorf("%q: %+v, want %+v", text, got.Answer, want)
		}
	}
	test("HTTP/1.0 200 OK\r\n\r\nhello\n", record.Answer{Status: 200, Bytes: 6, SHA256: sha})
	test("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\nmore",
		record.Answer{
			Status:       200,
			Bytes:        6,
			SHA256:       sha,
			SurplusBytes: 4,
		})
	test("HTTP/1.1 204 No Content\r\n\r\n\r\n",
		record.Answer{Status: 204, SHA256: none, SurplusBytes: 2})
	test("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello\n\r\n0\r\n\r\n",
		record.Answer{
			Status:  200,
			Bytes:   6,
			SHA256:  sha,
			Chunked: true,
		})
	test("HTTP/1.0 404 Not Found\r\n\r\n", record.Answer{Status: 404, SHA256: none})

	refuse := func(text string, notHTTP bool) {
		t.Helper()
		_, err := get.readAnswer(strings.NewReader(text))
		var malformed NotHTTPError
		if err == nil || errors.As(err, &malformed) != notHTTP {
			t.Errorf("%q: %v, want an error, a NotHTTPError: %v", text, err, notHTTP)
		}
	}
	refuse("", false)
	refuse("HTTP/1.0 200 O", false)
	refuse("SSH-2.0-OpenSSH\r\n", true)
	refuse("HTTP/1.0 200 OK\r\nno colon\r\n\r\n", true)
}

func TestUnexpectedBody(t *testing.T) {
	test := func(expect spec.Expect, body, want string) {
		t.Helper()
		q := question{
			request: spec.Request{Method: "GET"},
			expect:  expect,
			limit:   func() {},
		}
		text := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		seen, err := q.readAnswer(iotest.OneByteReader(strings.NewReader(text)))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if seen.unexpected != nil {
			got = seen.unexpected.Error()
		}
		if got != want {
			t.Errorf("%+v, body %q: %q, want %q", expect, body, got, want)
		}
	}
	const sha = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03" // hello\n
	hello, digest := spec.Expect{Text: "hello"}, spec.Expect{SHA256: sha}
	test(hello, "hello\n", "")
	test(digest, "hello\n", "")
	test(digest, "hello", `answered 200 without the expected body: "hello"`)
	test(hello, "starting\n…", `answered 200 without the expected body: "starting\n…"`)
	test(hello, "", "answered 200 without the expected body: an empty one")
	test(hello, strings.Repeat("a", 100),
		`answered 200 without the expected body: "`+strings.Repeat("a", 80)+`…"`)
	test(hello, strings.Repeat("a", 80),
		`answered 200 without the expected body: "`+strings.Repeat("a", 80)+`"`)

	// The status is the finding: of such an answer the body does not matter.
	test(spec.Expect{Status: 302, Text: "hello"}, "", "")
}
