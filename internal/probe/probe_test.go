package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"labbook/internal/record"
	"labbook/internal/spec"
)

// The request is ab's own, byte for byte, so that a server cannot answer the two differently.
func TestAskSendsTheRequestOfAB(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().String()
	received := make(chan string, 1)
	go func() { // ends with the listener, or after the answer
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		request := make([]byte, 4096)
		n, _ := conn.Read(request)
		received <- string(request[:n])
		io.WriteString(conn, "HTTP/1.0 404 Not Found\r\n\r\nno")
	}()

	server := spec.Server{Address: address}
	load := spec.Load{Path: "/where", KeepAlive: true}
	answer, err := Ask(t.Context(), server, load)
	if err != nil || answer.Status != 404 || answer.Bytes != 2 {
		t.Errorf("Ask = %+v, %v, want status 404 with 2 bytes", answer, err)
	}
	want := "GET /where HTTP/1.0\r\nConnection: Keep-Alive\r\nHost: " + address +
		"\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"
	if got := <-received; got != want {
		t.Errorf("the server received\n%q, want\n%q", got, want)
	}
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

	server := spec.Server{Address: listener.Addr().String()}
	if _, err := Ask(ctx, server, spec.Load{Path: "/"}); err == nil {
		t.Error("Ask returned an answer, want an error as its context ended")
	}
}

func TestReadAnswer(t *testing.T) {
	// The sums of sha256sum for "hello\n" and for nothing.
	const sha = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
	const none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	test := func(text string, want record.Answer) {
		t.Helper()
		got, err := readAnswer(strings.NewReader(text))
		if err != nil || *got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
	test("HTTP/1.0 200 OK\r\n\r\nhello\n", record.Answer{Status: 200, Bytes: 6, SHA256: sha})
	test("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\nmore",
		record.Answer{Status: 200, Bytes: 6, SHA256: sha})
	test("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello\n\r\n0\r\n\r\n",
		record.Answer{Status: 200, Bytes: 6, SHA256: sha})
	test("HTTP/1.0 404 Not Found\r\n\r\n", record.Answer{Status: 404, SHA256: none})

	refuse := func(text string, notHTTP bool) {
		t.Helper()
		_, err := readAnswer(strings.NewReader(text))
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

func TestExpected(t *testing.T) {
	test := func(status, want int, ok bool) {
		t.Helper()
		if Expected(status, want) != ok {
			t.Errorf("Expected(%d, %d) = %v, want %v", status, want, !ok, ok)
		}
	}
	test(200, 0, true)
	test(204, 0, true)
	test(304, 0, false)
	test(404, 404, true)
	test(200, 404, false)
}
