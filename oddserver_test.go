package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// takesHeader tells of an answer how many requests per second its server takes: see madeLoads.
const takesHeader = "Takes"

// oddServer is a server for the stories about readiness and about what answers must be: "oddserver
// ADDRESS KIND".
//
//	sound     answers 200
//	starting  answers 503 to its first three requests, then 200
//	failing   answers 503
//	missing   answers 404
//	daemon    leaves a sound server behind, and ends
//	input     answers 200 until its standard input ends
//	deaf      answers 200, and ignores SIGTERM
//	tls       answers 200 over TLS, with a certificate of its own
//	loading   answers 200 with another page to its first three requests
//	loads     answers 200 with another page
//	cracks    answers 200 with another page of the same length from its 20th request on
//	limited   answers 302 to its first 20 requests, then 429
//	sheds     answers 503 with a longer page to every 20th request
//	faints    ends when 30 requests came within a tenth of a second
//	takes     answers 200, and tells that it takes so many requests per second: a third argument
//	breaks    sheds, and closes the connection of every 20th request after that without an answer
func oddServer() {
	address, kind := os.Args[1], os.Args[2]
	if kind == "daemon" {
		if err := exec.Command("oddserver", address, "sound").Start(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}

	if kind == "deaf" {
		signal.Ignore(syscall.SIGTERM)
	}
	if kind == "input" {
		go func() { // ends with the process
			io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
	}
	var asked atomic.Int64
	strength := newStrength(kind)
	answer := func(w http.ResponseWriter, _ *http.Request) {
		n := asked.Add(1)
		strength.use()
		if kind == "breaks" && n%20 == 1 && n > 20 {
			panic(http.ErrAbortHandler)
		}
		if kind == "takes" {
			w.Header().Set(takesHeader, os.Args[3])
		}
		status, body := oddAnswer(kind, n)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
	listener, err := net.Listen("tcp", address)
	if err == nil && kind == "tls" {
		over := httptest.NewUnstartedServer(http.HandlerFunc(answer))
		over.Listener.Close()
		over.Listener = listener
		over.StartTLS()
		select {}
	}
	if err == nil {
		err = http.Serve(listener, http.HandlerFunc(answer))
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// oddAnswer returns the answer to the request of a number, from 1.
func oddAnswer(kind string, n int64) (status int, body string) {
	const page = "hello\n"
	switch {
	case kind == "failing", kind == "starting" && n <= 3:
		return http.StatusServiceUnavailable, page
	case kind == "missing":
		return http.StatusNotFound, page
	case kind == "loading" && n <= 3, kind == "loads":
		return http.StatusOK, "please wait\n"
	case kind == "cracks" && n >= 20:
		return http.StatusOK, "sorry\n"
	case kind == "limited" && n <= 20:
		return http.StatusFound, ""
	case kind == "limited":
		return http.StatusTooManyRequests, "too many\n"
	case (kind == "sheds" || kind == "breaks") && n%20 == 0:
		return http.StatusServiceUnavailable, "busy, come again\n"
	}
	return http.StatusOK, page
}

// strength is what is left of a server that faints: it comes back with time.
type strength chan struct{}

// newStrength returns that of a kind of server; nil if it has no end.
func newStrength(kind string) strength {
	if kind != "faints" {
		return nil
	}
	s := make(strength, 30)
	go func() { // ends with the process
		for range time.Tick(100 * time.Millisecond) {
			for range len(s) {
				<-s
			}
		}
	}()
	return s
}

// use takes some of it, and ends the process where none is left.
func (s strength) use() {
	if s == nil {
		return
	}
	select {
	case s <- struct{}{}:
	default:
		os.Exit(1)
	}
}
