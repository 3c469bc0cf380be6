package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
)

// strange is a server for the stories about servers that are not as ab expects them:
// "strange ADDRESS MODE".
//
//	surplus  sends CR LF CR LF after the body
//	held     speaks HTTP/1.1 and never ends a connection
//	varies   changes the length of the body
//	http11   refuses HTTP/1.0 with 426
//	shed     refuses every second request with 503, but not the first ones
func strange() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var requests atomic.Int64
	for {
		conn, err := listener.Accept()
		if err != nil {
			os.Exit(1)
		}
		go func() { // ends with the connection
			defer conn.Close()
			in := bufio.NewReader(conn)
			for {
				request, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				answer := strangeAnswer(os.Args[2], request, requests.Add(1))
				if _, err := io.WriteString(conn, answer); err != nil || os.Args[2] != "held" {
					return
				}
			}
		}()
	}
}

// strangeAnswer returns the answer to the request of a number, from 1.
func strangeAnswer(mode string, request *http.Request, number int64) string {
	status, body, after := "200 OK", "hello\n", ""
	header := "Connection: close\r\n"
	switch {
	case mode == "surplus":
		after = "\r\n\r\n"
	case mode == "held":
		header = ""
	case mode == "varies":
		body = strings.Repeat("x", 6+int(number%3))
	case mode == "http11" && request.ProtoMinor == 0:
		status = "426 Upgrade Required"
	case mode == "shed" && number > 4 && number%2 == 0:
		status = "503 Service Unavailable"
	}
	return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s%s",
		status, len(body), header, body, after)
}
