//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// workerVariable holds the configuration of a worker of prefork. If it is set, the test binary is
// one.
const workerVariable = "LABBOOK_TEST_WORKER"

// workerConfig is the configuration of a worker.
type workerConfig struct {
	Work                       Work
	Idle, Receive, Send, Grace time.Duration
}

func TestMain(m *testing.M) {
	if text := os.Getenv(workerVariable); text != "" {
		var w workerConfig
		if err := json.Unmarshal([]byte(text), &w); err != nil {
			panic(err)
		}
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		limits := timeouts{w.Idle, w.Receive, w.Send, w.Grace}
		if err := ServeWorker(ctx, Config{Work: w.Work, timeouts: limits}); err != nil {
			panic(err)
		}
		return
	}
	code := m.Run()
	if err := leaked(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, "goroutines are left:", err)
		code = 1
	}
	os.Exit(code)
}

// leaked returns an error if goroutines are left. On a busy machine, the last of them may take a
// while to end.
func leaked() (err error) {
	for deadline := time.Now().Add(clientDeadline); ; {
		if err = goleak.Find(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// serve starts a model on a free port and stops it when the test ends; stopping must not fail.
func serve(t testing.TB, model string) (address string) {
	t.Helper()
	return serveWith(t, model, Config{})
}

func serveWith(t testing.TB, model string, config Config) (address string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	config.Address = "127.0.0.1:0"
	address, done := start(t, ctx, model, config)
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return address
}

// start starts a model. It returns the address, and a channel with what Serve returns.
func start(t testing.TB, ctx context.Context, model string, config Config) (string, <-chan error) {
	t.Helper()
	ready := make(chan net.Addr, 1)
	ended := make(chan error, 1)
	config.Ready = func(a net.Addr) { ready <- a }
	limits := config.timeouts
	text, err := json.Marshal(workerConfig{
		Work:    config.Work,
		Idle:    limits.idle,
		Receive: limits.receive,
		Send:    limits.send,
		Grace:   limits.grace,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(workerVariable, string(text))

	go func() { ended <- Serve(ctx, model, config) }()
	select {
	case a := <-ready:
		return a.String(), ended
	case err := <-ended:
		t.Fatalf("Serve ended before it was ready: %v", err)
	}
	return "", nil
}

// everyModel runs a test with each model, because all answer alike.
func everyModel(t *testing.T, test func(t *testing.T, address string)) {
	everyModelWith(t, Config{}, test)
}

func everyModelWith(t *testing.T, config Config, test func(t *testing.T, address string)) {
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) { test(t, serveWith(t, model, config)) })
	}
}

// clientDeadline is far longer than an answer takes: it only keeps a test of a broken server from
// hanging.
const clientDeadline = 2 * time.Minute

func dial(t *testing.T, address string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(clientDeadline)); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

// exchange sends the pieces one by one, and returns all that the server sends until it closes.
func exchange(t *testing.T, address string, pieces ...string) string {
	t.Helper()
	conn := dial(t, address)
	for _, piece := range pieces {
		if _, err := io.WriteString(conn, piece); err != nil {
			break // the server may have answered and closed; its answer is compared
		}
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("reading the answer to %q: %v", pieces, err)
	}
	return string(got)
}

var dateField = regexp.MustCompile(`Date: ([^\r]*)\r\n`)

// masked removes the date, the only part of an answer that varies.
func masked(answer string) string { return dateField.ReplaceAllString(answer, "Date: -\r\n") }

func TestAnswerToABIs122Bytes(t *testing.T) {
	everyModel(t, func(t *testing.T, address string) {
		before := time.Now().Truncate(time.Second)
		answer := exchange(t, address, abRequest)
		if len(answer) != 122 || inOrder(masked(answer)) != inOrder(abAnswer) {
			t.Errorf("answer of %d bytes: %q, want 122: %q", len(answer), masked(answer), abAnswer)
		}
		date, err := http.ParseTime(dateField.FindStringSubmatch(answer)[1])
		if err != nil || date.Before(before) || date.After(time.Now()) {
			t.Errorf("Date = %v, %v, want a time from %v on", date, err, before)
		}
	})
}

func TestRequestInPieces(t *testing.T) {
	const request = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + abRequest
	want := inOrder(ok("1.1", "keep-alive") + ok("1.0", "close"))
	everyModel(t, func(t *testing.T, address string) {
		for cut := range len(request) {
			got := inOrder(masked(exchange(t, address, request[:cut], request[cut:])))
			if got != want {
				t.Fatalf("cut at %d: answer %q, want %q", cut, got, want)
			}
		}
		got := inOrder(masked(exchange(t, address, strings.Split(request, "")...)))
		if got != want {
			t.Errorf("byte by byte: answer %q, want %q", got, want)
		}
	})
}

func TestClientThatReadsLate(t *testing.T) {
	const requests = 20_000 // their answers do not fit into the buffers on the way
	lot := strings.Repeat(get11+"\r\n", requests) + abRequest
	everyModel(t, func(t *testing.T, address string) {
		conn := dial(t, address)
		sent := make(chan error, 1)
		go func() {
			_, err := io.WriteString(conn, lot)
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

// Clients may vanish at any point of a conversation. The others must not notice.
func TestResetAtEveryPoint(t *testing.T) {
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
				short := defaultTimeouts
				short.grace = 50 * time.Millisecond
				address := serveWith(t, model, Config{timeouts: short})
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
	err = Serve(context.Background(), "asink", Config{})
	if err == nil || !strings.Contains(err.Error(), "async, reactors, thread") {
		t.Errorf("an unknown model: %v, want the names of the others in it", err)
	}
}

func TestPlainGetAllocatesNothing(t *testing.T) {
	c := conversation{service: newService(Config{})}
	now := time.Now()
	data := []byte(abRequest)
	allocs := testing.AllocsPerRun(1000, func() {
		c.receive(data, now)
		if !bytes.HasSuffix(c.out, []byte(Body)) || !c.closing {
			t.Fatalf("answer %q, want one that ends with %q", c.out, Body)
		}
		c.closing = false
		c.sent(len(c.out))
	})
	if allocs != 0 {
		t.Errorf("a plain GET allocates %v times, want none", allocs)
	}
}
