package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
)

// recorder is a server for the stories about requests: "recorder ADDRESS FILE [crash]". It adds to
// the file each request that it has not seen before, byte for byte and quoted as in Go, so that a
// line per kind of request remains. With "crash", it prints the first request that follows another
// one, as servers log what they are asked, and ends.
//
// It also looks whether any process shows the value of TOKEN in its command line.
func recorder() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	r := &requestLog{file: os.Args[2], crash: len(os.Args) > 3}
	for {
		conn, err := listener.Accept()
		if err != nil {
			os.Exit(1)
		}
		go r.serve(conn) // ends with the connection
	}
}

// requestLog is the file of a recorder.
type requestLog struct {
	file  string
	crash bool

	mu   sync.Mutex
	seen int
}

// serve answers the requests of a connection.
func (l *requestLog) serve(conn net.Conn) {
	defer conn.Close()
	var received bytes.Buffer
	in := bufio.NewReader(io.TeeReader(conn, &received))
	for {
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, request.Body); err != nil {
			return
		}
		l.add(received.String())
		received.Reset()

		keep := strings.EqualFold(request.Header.Get("Connection"), "keep-alive") ||
			request.ProtoMinor == 1 && !request.Close
		answer := "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n"
		if keep {
			answer += "Connection: keep-alive\r\n"
		}
		answer += "\r\n"
		if request.Method != http.MethodHead {
			answer += "ok"
		}
		if _, err := io.WriteString(conn, answer); err != nil || !keep {
			return
		}
	}
}

// add writes a request into the file, unless it is there.
func (l *requestLog) add(request string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen++
	if l.crash && l.seen > 1 {
		fmt.Fprint(os.Stderr, request)
		os.Exit(1)
	}

	lines := strconv.Quote(request) + "\n"
	const every = 5 // requests: a look at all processes is slow
	if token := os.Getenv("TOKEN"); token != "" && l.seen%every == 1 && runs(token) {
		lines += "a command line shows TOKEN\n"
	}
	written, _ := os.ReadFile(l.file) // not there yet: nothing was written
	if strings.Contains(string(written), lines) {
		return
	}
	if err := os.WriteFile(l.file, append(written, lines...), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
