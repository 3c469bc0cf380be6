package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// doubtful is a server for the stories about doubts: "doubtful ADDRESS KIND". All of its kinds give
// the same answer and are fast; each has a way of its own to do so.
//
//	keeps   leaves the connection open if it is asked to
//	closes  closes every connection
//	holds   closes it 150 ms after the answer
//	splits  sends header and body in two writes, without TCP_NODELAY
//	waits   sends the body 40 ms after the header
//	queues  answers one connection at a time, each after a millisecond, and lets two others wait
func doubtful() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if os.Args[2] == "queues" {
		shortenQueue(listener.(*net.TCPListener))
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			os.Exit(1)
		}
		if os.Args[2] == "queues" {
			time.Sleep(time.Millisecond)
			doubtfulTalk(conn)
		} else {
			go doubtfulTalk(conn) // ends with the connection
		}
	}
}

// doubtfulTalk answers the requests of a connection, and closes it.
func doubtfulTalk(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(in)
		if err != nil || !doubtfulAnswer(conn, os.Args[2], request) {
			return
		}
	}
}

// doubtfulAnswer answers a request, and reports whether the connection stays open for another.
func doubtfulAnswer(conn net.Conn, kind string, request *http.Request) (stays bool) {
	stays = kind != "closes" && request.Header.Get("Connection") == "Keep-Alive"
	mode := "close"
	if stays {
		mode = "keep-alive"
	}
	head := "HTTP/1.0 200 OK\r\nContent-Length: 6\r\nConnection: " + mode + "\r\n\r\n"
	parts := []string{head + "hello\n"}
	switch kind {
	case "splits":
		_ = conn.(*net.TCPConn).SetNoDelay(false)
		parts = []string{head, "hello\n"}
	case "waits":
		parts = []string{head, "hello\n"}
	}

	for i, part := range parts {
		if kind == "waits" && i > 0 {
			time.Sleep(40 * time.Millisecond)
		}
		if _, err := io.WriteString(conn, part); err != nil {
			return false
		}
	}
	if kind == "holds" && !stays {
		time.Sleep(150 * time.Millisecond)
	}
	return stays
}
