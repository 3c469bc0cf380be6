//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// shortTimeouts keep a test of timeouts short.
var shortTimeouts = timeouts{
	idle:    300 * time.Millisecond,
	receive: 300 * time.Millisecond,
	send:    300 * time.Millisecond,
	grace:   time.Second,
}

// slowClients are all ways to take too long. Each returns when the server has closed the
// connection, or when it has sent all that it sends.
var slowClients = map[string]func(net.Conn) error{
	"idle after an answer": func(conn net.Conn) error {
		_, err := io.WriteString(conn, get11+"\r\n")
		return err
	},
	"header without an end": sendSlowly,
	"body without an end": func(conn net.Conn) error {
		if _, err := io.WriteString(conn, get11+"Content-Length: 100000\r\n\r\n"); err != nil {
			return err
		}
		return sendSlowly(conn)
	},
	"requests without reading": func(conn net.Conn) error {
		for {
			if _, err := io.WriteString(conn, strings.Repeat(get11+"\r\n", 1000)); err != nil {
				return errUnread
			}
		}
	},
}

// errUnread is the error of a client that must not read, because that would not be slow any more.
var errUnread = errors.New("the answers are not read")

// sendSlowly sends byte after byte until the server closes. In between, it waits for that.
func sendSlowly(conn net.Conn) error {
	// The deadline of a wait must not end the reads that follow.
	defer func() { _ = conn.SetReadDeadline(time.Now().Add(clientDeadline)) }()

	for {
		if _, err := io.WriteString(conn, "G"); err != nil {
			return nil
		}
		if err := conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
			return err
		}
		_, err := conn.Read(make([]byte, 1))
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
	}
}

// Every slow client is cut off, and a client that is in time is answered.
func TestSlowClientsAreCutOff(t *testing.T) {
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			config := Config{timeouts: shortTimeouts, Workers: workersOf(model, 8)}
			address := serveWith(t, model, config)
			var group sync.WaitGroup
			for name, client := range slowClients {
				conn := dial(t, address)
				group.Go(func() {
					err := client(conn)
					if err == nil {
						err = closed(conn)
					}
					if err != nil && !errors.Is(err, errUnread) {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			group.Wait()
			if err := askInTime(address); err != nil {
				t.Errorf("after all of them: %v", err)
			}
		})
	}
}

// askInTime asks until a client is in time. On a machine that stalls, one may be late without being
// slow.
func askInTime(address string) (err error) {
	for deadline := time.Now().Add(clientDeadline); time.Now().Before(deadline); {
		if err = askOnce(address); err == nil {
			return nil
		}
	}
	return err
}

// closed reads until the server closes. It is an error if the server does not.
func closed(conn net.Conn) error {
	_, err := io.Copy(io.Discard, conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.New("it is not closed")
	}
	return nil
}

// workersOf returns n if the model has a number of workers, except for reactors: 0 is its default.
func workersOf(model string, n int) int {
	if find(model).hasWorkers && model != "reactors" {
		return n
	}
	return 0
}

// persistentClient sends several requests on one connection.
type persistentClient struct {
	*net.TCPConn
	reader *bufio.Reader
}

func connect(t *testing.T, address string) persistentClient {
	conn := dial(t, address)
	return persistentClient{conn, bufio.NewReader(conn)}
}

// ask sends a request and returns the answer.
func (c persistentClient) ask(request string) (*http.Response, error) {
	if _, err := io.WriteString(c, request); err != nil {
		return nil, err
	}
	return c.answer()
}

func (c persistentClient) answer() (*http.Response, error) {
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return response, err
}

// One connection more than the limit waits until another one closes.
func TestOneMoreConnectionWaits(t *testing.T) {
	const limit = 4
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			config := Config{maxConns: limit, Workers: workersOf(model, limit)}
			if model == "reactors" {
				config.Workers = 1 // each loop has its share of the limit
			}
			address := serveWith(t, model, config)
			var clients []persistentClient
			for range limit {
				c := connect(t, address)
				if _, err := c.ask(get11 + "\r\n"); err != nil {
					t.Fatal(err)
				}
				clients = append(clients, c)
			}

			more := connect(t, address)
			if _, err := io.WriteString(more, abRequest); err != nil {
				t.Fatal(err)
			}
			if err := more.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			if n, err := more.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("one more than the limit: Read = %d, %v, want it to wait", n, err)
			}

			clients[0].Close()
			if err := more.SetReadDeadline(time.Now().Add(clientDeadline)); err != nil {
				t.Fatal(err)
			}
			if _, err := more.answer(); err != nil {
				t.Errorf("one more than the limit, once another has closed: %v", err)
			}
		})
	}
}

// A server that is stopped while it reads a request still answers it, says that this is the last
// answer, and accepts no other client.
func TestStopFinishesRequests(t *testing.T) {
	limits := defaultTimeouts
	limits.grace = time.Minute // a busy machine may take more than a second for what follows
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			address, done := start(t, ctx, model, Config{
				Address:  "127.0.0.1:0",
				Work:     Work{Wait: 20 * time.Millisecond},
				timeouts: limits,
			})
			c := connect(t, address)
			response, err := c.ask(get11 + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
			if err != nil || response.StatusCode != http.StatusContinue {
				t.Fatalf("answer %v, %v, want 100", response, err)
			}

			cancel() // the request is certainly in progress
			if _, err := io.WriteString(c, "h"); err != nil {
				t.Fatal(err)
			}
			for model != "prefork" { // there, a worker has the socket until it has answered
				conn, err := net.Dial("tcp", address)
				if err != nil {
					break // the server has noticed
				}
				conn.Close()
			}

			if _, err := io.WriteString(c, "i"); err != nil {
				t.Fatal(err)
			}
			response, err = c.answer()
			if err != nil || response.StatusCode != http.StatusOK || !response.Close {
				t.Errorf("answer %v, %v, want 200 that closes", response, err)
			}
			if err := <-done; err != nil {
				t.Errorf("Serve: %v", err)
			}
		})
	}
}

// The only certain thing about work is how long an answer takes at least.
func TestWork(t *testing.T) {
	const clients, wait = 4, 50 * time.Millisecond
	took := func(t *testing.T, model string, work Work) time.Duration {
		address := serveWith(t, model, Config{Work: work, Workers: workersOf(model, clients)})
		var group sync.WaitGroup
		start := time.Now()
		for range clients {
			group.Go(func() {
				answer, err := talk(address, abRequest)
				if err != nil || !strings.HasSuffix(answer, "\r\n\r\n"+"hello\nhello\nhell") {
					t.Errorf("answer %q, %v, want a body of 16 bytes", answer, err)
				}
			})
		}
		group.Wait()
		return time.Since(start)
	}
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			if d := took(t, model, Work{Body: 16, Wait: wait}); d < wait {
				t.Errorf("with wait = %v, %d answers took %v", wait, clients, d)
			}
			// The work is a number of turns. The machine may compute them faster than it did when
			// they were counted.
			const cpu = 20 * time.Millisecond
			if d := took(t, model, Work{Body: 16, CPU: cpu}); d < cpu/4 {
				t.Errorf("with cpu = %v, %d answers took %v", cpu, clients, d)
			}
		})
	}
	if d := took(t, "async", Work{Body: 16, Wait: wait, Blocking: true}); d < clients*wait {
		t.Errorf("async, blocking for %v: %d answers took %v, want one after the other",
			wait, clients, d)
	}
	if d := took(t, "async", Work{Body: 16, CPU: wait}); d < clients*wait/3 {
		t.Errorf("async, computing for %v: %d answers took %v, want one after the other",
			wait, clients, d)
	}
}

func TestLargeBody(t *testing.T) {
	const size = 3 << 20 // does not fit into the buffers on the way
	const lines = 2 * (size / len(Body))
	everyModelWith(t, Config{Work: Work{Body: size}}, func(t *testing.T, address string) {
		answer, err := talk(address, get11+"\r\n"+"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"+abRequest)
		if err != nil {
			t.Fatal(err)
		}
		gotAnswers := strings.Count(answer, fmt.Sprintf("Content-Length: %d\r\n", size))
		gotLines := strings.Count(answer, Body)
		if gotAnswers != 3 || gotLines != lines {
			t.Errorf("%d bytes with %d answers and %d lines, want 3 answers and %d lines",
				len(answer), gotAnswers, gotLines, lines)
		}
	})
}
