package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
)

// container is a stand-in for a program such as Docker, of which this machine may have none: a
// daemon that runs servers, and the clients that ask it to.
//
//	container daemon SOCKET          runs until it is killed
//	container run SOCKET ADDRESS     has a server run at the address, stays until that has ended,
//	                                 and passes SIGTERM on to it
//	container leave SOCKET ADDRESS   the same, but leaves the server running at SIGTERM
//	container stop SOCKET ADDRESS    stops the server
func container() {
	if os.Args[1] == "daemon" {
		containerDaemon(os.Args[2])
		return
	}
	verb, socket, address := os.Args[1], os.Args[2], os.Args[3]
	ask := func(verb string) net.Conn {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(conn, verb, address)
		return conn
	}
	if verb == "run" {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM)
		go func() { // ends with the process
			<-signals
			ask("stop")
		}()
	}
	if verb != "stop" {
		verb = "run"
	}
	io.Copy(os.Stdout, ask(verb)) // until the daemon has done what it was asked
}

// containerDaemon answers "run ADDRESS", until that server has been stopped, and "stop ADDRESS".
func containerDaemon(socket string) {
	// Its name appears once clients can connect.
	requests, err := net.Listen("unix", socket+".new")
	if err == nil {
		err = os.Rename(socket+".new", socket)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var mu sync.Mutex
	running := map[string]*http.Server{}
	for {
		conn, err := requests.Accept()
		if err != nil {
			os.Exit(1)
		}
		go func() { // ends with the client, or with the server that it asked for
			defer conn.Close()
			line, _ := bufio.NewReader(conn).ReadString('\n')
			verb, address, _ := strings.Cut(strings.TrimSpace(line), " ")
			answer := func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello\n") }

			mu.Lock()
			server := running[address]
			if verb == "run" {
				server = &http.Server{Addr: address, Handler: http.HandlerFunc(answer)}
				running[address] = server
			}
			mu.Unlock()
			switch {
			case verb == "run":
				fmt.Fprintln(conn, server.ListenAndServe())
			case server != nil:
				server.Close()
			}
		}()
	}
}
