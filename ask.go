package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"labbook/internal/record"
	"labbook/internal/spec"
)

// askLimit is how much of an answer's body is read: what a server sends without end must not keep
// us.
const askLimit = 64 << 20

// askPatience is how long a server may take to let us connect before it is asked again. Its answer
// may take as long as ctx allows.
const askPatience = 2 * time.Second

// ask puts one request to a server, the one that ab will send, and gives its answer. It goes over a
// socket of its own and not through http.Client, which would speak HTTP/1.1, follow redirects and
// use a proxy.
func ask(ctx context.Context, e *spec.Experiment, s spec.Server) (*record.Answer, error) {
	conn, err := (&net.Dialer{Timeout: askPatience}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, err
	}
	defer func() { conn.Close() }()
	if s.Secure() { // its certificate is not checked, as ab does not: test servers sign their own
		config := &tls.Config{InsecureSkipVerify: true, ServerName: hostOf(s.Address)}
		conn = tls.Client(conn, config)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	keepAlive := ""
	if e.Load.KeepAlive {
		keepAlive = "Connection: Keep-Alive\r\n"
	}
	_, err = fmt.Fprintf(
		conn,
		"GET %s HTTP/1.0\r\n%sHost: %s\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n",
		e.Load.Path,
		keepAlive,
		s.Address,
	)
	if err != nil {
		return nil, err
	}
	return readAnswer(conn)
}

// hostOf gives the host of an address.
func hostOf(address string) string {
	host, _, _ := net.SplitHostPort(address) // a spec's address has both
	return host
}

// notHTTP is an answer that no waiting will mend.
type notHTTP struct{ error }

// readAnswer reads one HTTP answer to a GET. What is none is notHTTP, unless it only broke off.
func readAnswer(r io.Reader) (*record.Answer, error) {
	limited := bufio.NewReader(io.LimitReader(r, askLimit))
	response, err := http.ReadResponse(limited, &http.Request{Method: http.MethodGet})
	var network net.Error
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) &&
		!errors.As(err, &network) {
		return nil, notHTTP{fmt.Errorf("its answer is not HTTP: %w", err)}
	}
	if err != nil {
		return nil, fmt.Errorf("reading its answer: %w", err)
	}
	defer response.Body.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, response.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("reading its answer's body: %w", err)
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	return &record.Answer{Status: response.StatusCode, Bytes: n, SHA256: digest}, nil
}

// expected reports whether a status is the one that the experiment wants, 0 being any 2xx.
func expected(status, want int) bool {
	if want == 0 {
		return status/100 == 2
	}
	return status == want
}
