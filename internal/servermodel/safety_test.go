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

// hurried is a server without patience, so that a test of it does not last.
var hurried = patience{
	idle:    300 * time.Millisecond,
	receive: 300 * time.Millisecond,
	send:    300 * time.Millisecond,
	grace:   time.Second,
}

// TestImpatience has one client a way to take too long; each is cut off, and nobody who is in time.
func TestImpatience(t *testing.T) {
	quiet := func(conn net.Conn) error { // says nothing after its first answer
		_, err := io.WriteString(conn, get11+"\r\n")
		return err
	}
	sender := func(conn net.Conn) error { // sends a header that never ends
		for {
			if _, err := io.WriteString(conn, "G"); err != nil {
				return nil
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	body := func(conn net.Conn) error { // sends a body that never ends
		if _, err := io.WriteString(conn, get11+"Content-Length: 100000\r\n\r\n"); err != nil {
			return err
		}
		return sender(conn)
	}
	reader := func(conn net.Conn) error { // asks, and reads nothing
		for {
			if _, err := io.WriteString(conn, strings.Repeat(get11+"\r\n", 1000)); err != nil {
				return nil
			}
		}
	}
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			address := serveWith(t, model, Config{patience: hurried, Workers: workersOf(model, 8)})
			var group sync.WaitGroup
			for name, client := range map[string]func(net.Conn) error{
				"quiet": quiet, "slow sender": sender, "slow body": body, "slow reader": reader} {
				conn := dial(t, address)
				group.Go(func() {
					err := client(conn) // returns when the server has closed, or when all is sent
					if err == nil && name != "slow reader" {
						err = closed(conn)
					}
					if err != nil {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			group.Wait()
			if err := askOnce(address); err != nil {
				t.Errorf("after all of them: %v", err)
			}
		})
	}
}

// closed reads until the server closes; that it does not is an error.
func closed(conn net.Conn) error {
	_, err := io.Copy(io.Discard, conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.New("it is not closed")
	}
	return nil
}

// workersOf is n where the model has workers to choose.
func workersOf(model string, n int) int {
	if TakesWorkers(model) && model != "reactors" {
		return n
	}
	return 0
}

// persistentClient is a client that asks again and again on one connection.
type persistentClient struct {
	*net.TCPConn
	reader *bufio.Reader
}

func connect(t *testing.T, address string) persistentClient {
	conn := dial(t, address)
	return persistentClient{conn, bufio.NewReader(conn)}
}

// ask gives the answer to one request.
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

// TestOneMoreConnection opens one connection more than there may be: it waits until another closes.
func TestOneMoreConnection(t *testing.T) {
	const most = 4
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			config := Config{most: most, Workers: workersOf(model, most)}
			if model == "reactors" {
				config.Workers = 1 // the limit is of each loop
			}
			address := serveWith(t, model, config)
			var clients []persistentClient
			for range most {
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
			if err := more.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := more.answer(); err != nil {
				t.Errorf("one more than the limit, once another has closed: %v", err)
			}
		})
	}
}

// TestStopFinishesRequests stops a server while it reads a request: the answer still comes, says
// that it is the last, and nobody else is let in.
func TestStopFinishesRequests(t *testing.T) {
	patient := usualPatience
	patient.grace = time.Minute // a busy machine may take more than a second for what follows
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			address, done := start(
				t,
				ctx,
				model,
				Config{
					Address:  "127.0.0.1:0",
					Work:     Work{Wait: 20 * time.Millisecond},
					patience: patient,
				},
			)
			c := connect(t, address)
			response, err := c.ask(get11 + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
			if err != nil || response.StatusCode != http.StatusContinue {
				t.Fatalf("answer %v, %v, want 100", response, err)
			}
			cancel() // the request is under way for certain
			if _, err := io.WriteString(c, "h"); err != nil {
				t.Fatal(err)
			}
			for refused := false; !refused; { // the server notices when it does
				conn, err := net.Dial("tcp", address)
				if refused = err != nil; !refused {
					conn.Close()
				}
				if model == "prefork" {
					break // a worker has the socket until it has answered
				}
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

// TestWork looks at what can be known of work for certain: how long an answer takes at least.
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
			if d := took(t, model, Work{Body: 16, CPU: 5 * time.Millisecond}); d < 5*time.Millisecond {
				t.Errorf("with cpu = 5ms, %d answers took %v", clients, d)
			}
		})
	}
	if d := took(t, "async", Work{Body: 16, Wait: wait, Blocking: true}); d < clients*wait {
		t.Errorf(
			"async, blocking for %v: %d answers took %v, want one after the other",
			wait,
			clients,
			d,
		)
	}
	if d := took(t, "async", Work{Body: 16, CPU: wait}); d < clients*wait/2 {
		t.Errorf(
			"async, computing for %v: %d answers took %v, want one after the other",
			wait,
			clients,
			d,
		)
	}
}

func TestGreatBody(t *testing.T) {
	const size = 3 << 20 // more than the buffers on the way hold
	everyModelWith(t, Config{Work: Work{Body: size}}, func(t *testing.T, address string) {
		answer, err := talk(address, get11+"\r\n"+"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"+abRequest)
		if err != nil {
			t.Fatal(err)
		}
		length := fmt.Sprintf("Content-Length: %d\r\n", size)
		if strings.Count(answer, length) != 3 || strings.Count(answer, Body) != 2*(size/len(Body)) {
			t.Errorf(
				"%d bytes with %d answers and %d lines, want 3 answers and %d lines",
				len(answer),
				strings.Count(answer, length),
				strings.Count(answer, Body),
				2*(size/len(Body)),
			)
		}
	})
}
