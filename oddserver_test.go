package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
)

// oddServer is a server for the stories about readiness: "oddserver ADDRESS KIND".
//
//	sound     answers 200
//	starting  answers 503 to its first three requests, then 200
//	failing   answers 503
//	missing   answers 404
//	daemon    leaves a sound server behind, and ends
//	input     answers 200 until its standard input ends
//	tls       answers 200 over TLS, with a certificate of its own
func oddServer() {
	address, kind := os.Args[1], os.Args[2]
	if kind == "daemon" {
		if err := exec.Command("oddserver", address, "sound").Start(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}

	if kind == "input" {
		go func() { // ends with the process
			io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
	}
	var asked atomic.Int64
	status := func() int {
		n := asked.Add(1)
		switch {
		case kind == "failing", kind == "starting" && n <= 3:
			return http.StatusServiceUnavailable
		case kind == "missing":
			return http.StatusNotFound
		}
		return http.StatusOK
	}
	answer := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status())
		io.WriteString(w, "hello\n")
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
