package load

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// server passes each connection to a handler until the test ends, and keeps the requests.
type server struct {
	address string
	ended   <-chan struct{} // closed when the test ends
	close   func()          // waits until all handlers have returned

	mu       sync.Mutex
	received []string // requests, byte for byte
}

// handler handles the connection of a number, from 0. It is closed when the handler returns.
type handler = func(s *server, conn *net.TCPConn, number int)

// startServer starts a server on a free port of this machine.
func startServer(t *testing.T, handle handler) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	s := &server{address: listener.Addr().String(), ended: ctx.Done()}
	group.Go(func() { // ends with the listener
		for number := 0; ; number++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { // ends with its handler, whose connection the test's end closes
				stop := context.AfterFunc(ctx, func() { conn.Close() })
				defer stop()
				defer conn.Close()
				handle(s, conn.(*net.TCPConn), number)
			})
		}
	})
	s.close = func() {
		listener.Close()
		group.Wait()
	}
	t.Cleanup(func() {
		cancel()
		s.close()
	})
	return s
}

// refusingAddress returns an address that refuses connections until the test ends. Its port is
// that of a client's connection, so that no server can bind it.
func refusingAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}

func (s *server) url() string { return "http://" + s.address + "/" }

// requests returns the requests received so far.
func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received
}

// readRequest reads one request with its body, and reports whether there was one.
func (s *server) readRequest(conn net.Conn) (ok bool) {
	var text []byte
	buffer := make([]byte, 4096)
	for {
		n, err := conn.Read(buffer)
		text = append(text, buffer[:n]...)
		if isWholeRequest(string(text)) {
			break
		}
		if err != nil {
			return false
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, string(text))
	return true
}

func isWholeRequest(text string) bool {
	header, body, found := strings.Cut(text, "\r\n\r\n")
	length := 0
	if _, field, hasLength := strings.Cut(header, "Content-length: "); hasLength {
		fmt.Sscanf(field, "%d", &length)
	}
	return found && len(body) >= length
}

const (
	// good is a response as ab's servers send it, with a body of 6 bytes.
	good = "HTTP/1.0 200 OK\r\nServer: myserver/1.0 (x)\r\nContent-Length: 6\r\n\r\nhello\n"
	// keepAlive is one after which the connection stays open.
	keepAlive = "HTTP/1.1 200 OK\r\ncontent-length:6\r\n\r\nhello\n"
)

// respond sends a text once and closes the connection.
func respond(text string) handler { return respondUpTo(1, text) }

// respondUpTo sends a text for each of n requests on a connection.
func respondUpTo(n int, text string) handler {
	return func(s *server, conn *net.TCPConn, _ int) {
		for range n {
			if !s.readRequest(conn) {
				return
			}
			io.WriteString(conn, text)
		}
	}
}

// neverRespond reads a request and waits until the client gives up.
func neverRespond(s *server, conn *net.TCPConn, _ int) {
	if s.readRequest(conn) {
		waitForClose(conn)
	}
}

func waitForClose(conn net.Conn) { conn.Read(make([]byte, 1)) }

// reset reads a request and resets the connection.
func reset(s *server, conn *net.TCPConn, _ int) {
	if s.readRequest(conn) {
		conn.SetLinger(0)
	}
}

// resetAfter reads a request, sends a text, and resets the connection.
func resetAfter(text string) handler {
	return func(s *server, conn *net.TCPConn, _ int) {
		if s.readRequest(conn) {
			io.WriteString(conn, text)
			conn.SetLinger(0)
		}
	}
}

// trickle sends a short text again and again until the client gives up.
func trickle(text string) handler {
	return func(s *server, conn *net.TCPConn, _ int) {
		if !s.readRequest(conn) {
			return
		}
		for {
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
			select {
			case <-s.ended:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

// firstThen handles the first n connections by one handler and the others by another.
func firstThen(n int, first, then handler) handler {
	return func(s *server, conn *net.TCPConn, number int) {
		if number < n {
			first(s, conn, number)
		} else {
			then(s, conn, number)
		}
	}
}

// alternate handles connections by the handlers in turn.
func alternate(handlers ...handler) handler {
	return func(s *server, conn *net.TCPConn, number int) {
		handlers[number%len(handlers)](s, conn, number)
	}
}
