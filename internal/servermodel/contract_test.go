//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a model on a free port and stops it when the test ends; stopping must not fail.
func serve(t *testing.T, model string) (address string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan net.Addr, 1)
	done := make(chan error, 1)
	go func() {
		done <- Serve(ctx, model, Config{Address: "127.0.0.1:0", Ready: func(a net.Addr) { ready <- a }})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	select {
	case a := <-ready:
		return a.String()
	case err := <-done:
		done <- nil
		t.Fatalf("Serve ended before it was ready: %v", err)
	}
	return ""
}

// everyModel runs a test for each model: they all answer alike.
func everyModel(t *testing.T, test func(t *testing.T, address string)) {
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) { test(t, serve(t, model)) })
	}
}

func dial(t *testing.T, address string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	// Far beyond what an answer takes; it only keeps a test of a broken server from hanging.
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

// exchange sends the pieces one by one and gives all that the server sends until it closes.
func exchange(t *testing.T, address string, pieces ...string) string {
	t.Helper()
	conn := dial(t, address)
	for _, piece := range pieces {
		if _, err := io.WriteString(conn, piece); err != nil {
			break // the server may have answered and closed; what it said tells
		}
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("reading the answer to %q: %v", pieces, err)
	}
	return string(got)
}

var dateField = regexp.MustCompile(`Date: ([^\r]*)\r\n`)

// masked takes the one thing out of an answer that differs from time to time.
func masked(answer string) string { return dateField.ReplaceAllString(answer, "Date: -\r\n") }

const (
	abRequest = "GET / HTTP/1.0\r\nHost: 127.0.0.1:45000\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"
	abAnswer  = "HTTP/1.0 200 OK\r\nDate: -\r\nConnection: close\r\n" +
		"Server: myserver/1.0\r\nContent-Length: 6\r\n\r\nhello\n"
)

func TestAnswerToABIs122Bytes(t *testing.T) {
	everyModel(t, func(t *testing.T, address string) {
		before := time.Now().Truncate(time.Second)
		answer := exchange(t, address, abRequest)
		if len(answer) != 122 || masked(answer) != abAnswer {
			t.Errorf("answer of %d bytes: %q, want 122: %q", len(answer), masked(answer), abAnswer)
		}
		date, err := http.ParseTime(dateField.FindStringSubmatch(answer)[1])
		if err != nil || date.Before(before) || date.After(time.Now()) {
			t.Errorf("Date = %v, %v, want a time from %v on", date, err, before)
		}
	})
}

func ok(version, connection string) string {
	return "HTTP/" + version + " 200 OK\r\nDate: -\r\nConnection: " + connection +
		"\r\nServer: myserver/1.0\r\nContent-Length: 6\r\n\r\nhello\n"
}

func failed(version, status, connection, more string) string {
	text := status + "\n"
	return fmt.Sprintf(
		"HTTP/%s %s\r\nDate: -\r\nConnection: %s\r\nServer: myserver/1.0\r\nContent-Length: %d\r\n"+
			"Content-Type: text/plain; charset=utf-8\r\n%s\r\n%s",
		version,
		status,
		connection,
		len(text),
		more,
		text,
	)
}

const notAllowed = "Allow: GET, HEAD\r\n"

// contract is what every model answers. Each request ends its connection, by itself or by what follows it.
var contract = []struct{ name, request, want string }{
	{"1.0", "GET / HTTP/1.0\r\n\r\n", ok("1.0", "close")},
	{
		"1.0 keep-alive",
		"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + abRequest,
		ok("1.0", "keep-alive") + ok("1.0", "close"),
	},
	{
		"1.0 keep-alive in a list",
		"GET / HTTP/1.0\r\nconnection: foo, KEEP-ALIVE\r\n\r\n" + abRequest,
		ok("1.0", "keep-alive") + ok("1.0", "close"),
	},
	{
		"1.1 stays by default",
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n" + abRequest,
		ok("1.1", "keep-alive") + ok("1.0", "close"),
	},
	{"1.1 close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", ok("1.1", "close")},
	{"close beats keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", ok("1.0", "close")},
	{
		"three at once",
		strings.Repeat("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 2) + abRequest,
		ok("1.1", "keep-alive") + ok("1.1", "keep-alive") + ok("1.0", "close"),
	},
	{"bare line feeds", "GET / HTTP/1.0\n\n", ok("1.0", "close")},
	{"query", "GET /?a=/b HTTP/1.0\r\n\r\n", ok("1.0", "close")},
	{"absolute form", "GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", ok("1.1", "close")},
	{"HEAD", "HEAD / HTTP/1.0\r\n\r\n", strings.TrimSuffix(ok("1.0", "close"), "hello\n")},
	{"404", "GET /missing HTTP/1.0\r\n\r\n", failed("1.0", "404 Not Found", "close", "")},
	{
		"404 stays",
		"GET /missing HTTP/1.1\r\nHost: a\r\n\r\n" + abRequest,
		failed("1.1", "404 Not Found", "keep-alive", "") + ok("1.0", "close"),
	},
	{
		"HEAD 404",
		"HEAD /missing HTTP/1.0\r\n\r\n",
		strings.TrimSuffix(failed("1.0", "404 Not Found", "close", ""), "404 Not Found\n"),
	},
	{
		"405 skips the body",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.0\r\n\r\n" + abRequest,
		failed("1.1", "405 Method Not Allowed", "keep-alive", notAllowed) + ok("1.0", "close"),
	},
	{
		"405",
		"POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
		failed("1.0", "405 Method Not Allowed", "close", notAllowed),
	},
	{
		"GET with a body",
		"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + abRequest,
		ok("1.1", "keep-alive") + ok("1.0", "close"),
	},
	{
		"the same length twice",
		"GET / HTTP/1.0\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nhi",
		ok("1.0", "close"),
	},
	{"no version", "GET /\r\n\r\n", failed("1.0", "400 Bad Request", "close", "")},
	{"garbage", "\x16\x03\x01\x02\n\n", failed("1.0", "400 Bad Request", "close", "")},
	{"empty line first", "\r\n" + abRequest, failed("1.0", "400 Bad Request", "close", "")},
	{"two spaces", "GET  / HTTP/1.0\r\n\r\n", failed("1.0", "400 Bad Request", "close", "")},
	{"bad escape", "GET /%zz HTTP/1.0\r\n\r\n", failed("1.0", "400 Bad Request", "close", "")},
	{"1.1 without Host", "GET / HTTP/1.1\r\n\r\n", failed("1.0", "400 Bad Request", "close", "")},
	{"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", failed("1.0", "400 Bad Request", "close", "")},
	{
		"two lengths",
		"GET / HTTP/1.0\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
		failed("1.0", "400 Bad Request", "close", ""),
	},
	{
		"a length that is none",
		"GET / HTTP/1.0\r\nContent-Length: +2\r\n\r\n",
		failed("1.0", "400 Bad Request", "close", ""),
	},
	{
		"a length beyond numbers",
		"GET / HTTP/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n",
		failed("1.0", "400 Bad Request", "close", ""),
	},
	{
		"both framings",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
		failed("1.0", "400 Bad Request", "close", ""),
	},
	{
		"space before the colon",
		"GET / HTTP/1.0\r\nHost : a\r\n\r\n",
		failed("1.0", "400 Bad Request", "close", ""),
	},
	{"folded line", "GET / HTTP/1.0\r\nA: b\r\n c\r\n\r\n", failed("1.0", "400 Bad Request", "close", "")},
	{"bare CR", "GET / HTTP/1.0\r\nA: b\rc\r\n\r\n", failed("1.0", "400 Bad Request", "close", "")},
	{
		"chunks",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		failed("1.0", "501 Not Implemented", "close", ""),
	},
	{"version 2", "GET / HTTP/2.0\r\n\r\n", failed("1.0", "505 HTTP Version Not Supported", "close", "")},
	{
		"endless header",
		"GET / HTTP/1.0\r\nA: " + strings.Repeat("x", 100_000),
		failed("1.0", "431 Request Header Fields Too Large", "close", ""),
	},
	{
		"great header",
		"GET / HTTP/1.0\r\nA: " + strings.Repeat("x", maxHeader) + "\r\n\r\n",
		failed("1.0", "431 Request Header Fields Too Large", "close", ""),
	},
}

func TestContract(t *testing.T) {
	everyModel(t, func(t *testing.T, address string) {
		for _, c := range contract {
			conn := dial(t, address)
			go func() { // ends with its one write, at the latest when the connection closes
				_, _ = io.WriteString(conn, c.request) // the server may answer before it has read all
				_ = conn.CloseWrite()
			}()
			got, err := io.ReadAll(conn)
			if err != nil {
				t.Errorf("%s: %v: the answer must arrive without a reset", c.name, err)
			}
			if masked(string(got)) != c.want {
				t.Errorf("%s: answer\n%q, want\n%q", c.name, masked(string(got)), c.want)
			}
		}
	})
}

func TestRequestInPieces(t *testing.T) {
	const request = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + abRequest
	want := ok("1.1", "keep-alive") + ok("1.0", "close")
	everyModel(t, func(t *testing.T, address string) {
		for cut := range len(request) {
			if got := masked(exchange(t, address, request[:cut], request[cut:])); got != want {
				t.Fatalf("cut at %d: answer %q, want %q", cut, got, want)
			}
		}
		if got := masked(exchange(t, address, strings.Split(request, "")...)); got != want {
			t.Errorf("byte by byte: answer %q, want %q", got, want)
		}
	})
}

func TestClientThatReadsLate(t *testing.T) {
	const requests = 20_000 // their answers are more than all buffers on the way hold
	everyModel(t, func(t *testing.T, address string) {
		conn := dial(t, address)
		sent := make(chan error, 1)
		go func() {
			_, err := io.WriteString(conn, strings.Repeat("GET / HTTP/1.1\r\nHost: a\r\n\r\n", requests)+abRequest)
			sent <- err
		}()
		reader := bufio.NewReaderSize(conn, 512)
		for i := range requests + 1 {
			response, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatalf("answer %d: %v", i, err)
			}
			body, err := io.ReadAll(response.Body)
			if string(body) != Body || err != nil {
				t.Fatalf("answer %d: body %q, %v, want %q", i, body, err, Body)
			}
		}
		if err := <-sent; err != nil {
			t.Errorf("sending: %v", err)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	const clients, requests = 64, 50
	everyModel(t, func(t *testing.T, address string) {
		var group sync.WaitGroup
		wrong := make(chan error, clients)
		for range clients {
			group.Go(func() {
				for range requests {
					if err := askOnce(address); err != nil {
						wrong <- err
						return
					}
				}
			})
		}
		group.Wait()
		close(wrong)
		for err := range wrong {
			t.Error(err)
		}
	})
}

func askOnce(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, abRequest); err != nil {
		return err
	}
	answer, err := io.ReadAll(conn)
	if err == nil && len(answer) != 122 {
		err = fmt.Errorf("an answer of %d bytes, want 122", len(answer))
	}
	return err
}

// TestClientsThatReset lets clients vanish at every point of a conversation; the others must not notice.
func TestClientsThatReset(t *testing.T) {
	everyModel(t, func(t *testing.T, address string) {
		for cut := range len(abRequest) + 1 {
			conn := dial(t, address)
			if _, err := io.WriteString(conn, abRequest[:cut]); err != nil {
				t.Fatal(err)
			}
			if err := conn.SetLinger(0); err != nil { // closing now sends a reset
				t.Fatal(err)
			}
			conn.Close()
		}
		if err := askOnce(address); err != nil {
			t.Errorf("after %d resets: %v", len(abRequest)+1, err)
		}
	})
}

func TestStopWithConnectionsOpen(t *testing.T) {
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			var silent, started *net.TCPConn
			t.Run("while it serves", func(t *testing.T) { // its end stops the server
				address := serve(t, model)
				silent, started = dial(t, address), dial(t, address)
				if _, err := io.WriteString(started, "GET / HT"); err != nil {
					t.Fatal(err)
				}
				if err := askOnce(address); err != nil {
					t.Fatal(err)
				}
			})
			for _, conn := range []*net.TCPConn{silent, started} {
				if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
					t.Errorf("Read after the stop = %d, %v, want an end or an error", n, err)
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, model := range Names() {
		err := Serve(context.Background(), model, Config{Address: taken.Addr().String()})
		if !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%s on a taken port: %v, want EADDRINUSE", model, err)
		}
		for _, address := range []string{"", "127.0.0.1", "example.com:80", "127.0.0.1:70000"} {
			if err := Serve(context.Background(), model, Config{Address: address}); err == nil {
				t.Errorf("%s at %q: no error", model, address)
			}
		}
	}
	if err := Serve(context.Background(), "asink", Config{}); err == nil ||
		!strings.Contains(err.Error(), "async, thread") {
		t.Errorf("an unknown model: %v, want the known ones named", err)
	}
}

func TestPlainGetAllocatesNothing(t *testing.T) {
	var c conversation
	now := time.Now()
	data := []byte(abRequest)
	allocs := testing.AllocsPerRun(1000, func() {
		c.receive(data, now)
		if !bytes.HasSuffix(c.out, []byte(Body)) || !c.over {
			t.Fatalf("answer %q, want one that ends with %q", c.out, Body)
		}
		c.over = false
		c.sent(len(c.out))
	})
	if allocs != 0 {
		t.Errorf("a plain GET allocates %v times, want none", allocs)
	}
}
