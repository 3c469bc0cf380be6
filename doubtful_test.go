package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// doubtful is a server for the stories about doubts: "doubtful ADDRESS KIND". No answer of its
// kinds fails for the real ab; each has a way of its own to mislead.
//
//	keeps   leaves the connection open if it is asked to
//	closes  closes every connection
//	holds   closes it 150 ms after the answer
//	splits  sends header and body in two writes, without TCP_NODELAY
//	waits   sends the body 40 ms after the header
//	shrinks answers with 2 bytes instead of 6, but not the first time
//	varies  answers with a body of 6 to 36 bytes, the first time with 6
//	cuts    announces 12 bytes and sends 6
//	warms   takes eight milliseconds for each of its first 110 answers
//	tires   takes eight milliseconds for each answer after the 300th
//	stalls  takes a second for its 650th answer
//	defers  works for 100 ms, 150 ms after the last answer
//	flushes works for 100 ms, 60 ms after the last answer
//	hands   has a process in another session answer
//	hoards  keeps a megabyte and a descriptor of each request
//	fills   keeps as much of each of its first 60 requests
//	queues  answers one connection at a time, each after a millisecond, and lets two others wait
func doubtful() {
	if os.Args[2] == "handed" {
		listener, err := net.FileListener(os.NewFile(3, "listener"))
		if err != nil {
			os.Exit(1)
		}
		doubtfulServe(listener)
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if os.Args[2] == "queues" {
		shortenQueue(listener.(*net.TCPListener))
	}
	if os.Args[2] == "hands" {
		handOver(listener.(*net.TCPListener))
		select {}
	}
	doubtfulServe(listener)
}

// doubtfulServe answers for as long as the process lives.
func doubtfulServe(listener net.Listener) {
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

// workAfter uses a core for some time, a while after the last call of it.
func workAfter(pause, work time.Duration) {
	call := doubtfulWork.Add(1)
	time.AfterFunc(pause, func() {
		for began := time.Now(); call == doubtfulWork.Load() && time.Since(began) < work; {
		}
	})
}

// doubtfulWork counts the calls of workAfter.
var doubtfulWork atomic.Int64

// hoarded is what hoard keeps: memory that was written, and files.
var hoarded struct {
	sync.Mutex
	memory [][]byte
	files  []*os.File
}

func hoard() {
	file, err := os.Open(os.DevNull)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	hoarded.Lock()
	defer hoarded.Unlock()
	hoarded.memory = append(hoarded.memory, bytes.Repeat([]byte{1}, 1e6))
	hoarded.files = append(hoarded.files, file)
}

// doubtfulAnswers counts the answers.
var doubtfulAnswers atomic.Int64

// doubtfulAnswer answers a request, and reports whether the connection stays open for another.
func doubtfulAnswer(conn net.Conn, kind string, request *http.Request) (stays bool) {
	stays = kind != "closes" && request.Header.Get("Connection") == "Keep-Alive"
	mode := "close"
	if stays {
		mode = "keep-alive"
	}
	body, length := "hello\n", 6
	switch n := doubtfulAnswers.Add(1); {
	case kind == "shrinks" && n > 1:
		body, length = "h\n", 2
	case kind == "varies":
		length = 6 * int(1+(n-1)%6)
		body = strings.Repeat(body, length/6)
	case kind == "cuts":
		length = 12
	case kind == "hoards", kind == "fills" && n <= 60:
		hoard()
	case kind == "stalls" && n == 650:
		time.Sleep(time.Second) // long beside what 200 answers take on a busy machine
	case kind == "warms" && n <= 110, kind == "tires" && n > 300:
		time.Sleep(8 * time.Millisecond) // long beside what a busy machine adds
	}

	// A server is watched for six times 50 ms. Whenever a busy machine begins with that, and lets
	// the server work, the first two of them or the last two are without these 100 ms.
	switch kind {
	case "defers":
		workAfter(150*time.Millisecond, 100*time.Millisecond)
	case "flushes":
		workAfter(60*time.Millisecond, 100*time.Millisecond)
	}

	head := fmt.Sprintf("HTTP/1.0 200 OK\r\nContent-Length: %d\r\nConnection: %s\r\n\r\n",
		length, mode)
	parts := []string{head + body}
	switch kind {
	case "splits":
		_ = conn.(*net.TCPConn).SetNoDelay(false)
		parts = []string{head, body}
	case "waits":
		parts = []string{head, body}
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
