//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shortQueue returns a listener whose queue holds a single connection, and its port.
func shortQueue(t *testing.T) (net.Listener, int) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	file := os.NewFile(uintptr(fd), "listener")
	defer file.Close()
	address := &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	if err := syscall.Bind(fd, address); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	listener, err := net.FileListener(file)
	if err != nil {
		t.Fatal(err)
	}
	return listener, listener.Addr().(*net.TCPAddr).Port
}

// awaitConnecting waits until a client asks for a connection to a port and has no answer: a row of
// /proc/net/tcp with that remote address and the state SYN_SENT, 02.
func awaitConnecting(t *testing.T, port int) {
	t.Helper()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	deadline := time.After(patience)
	for {
		table, err := os.ReadFile("/proc/net/tcp")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(table), fmt.Sprintf(" 0100007F:%04X 02 ", port)) {
			return
		}
		select {
		case <-again.C:
		case <-deadline:
			t.Fatal("no client waits for its connection")
		}
	}
}

// A connection that is not made at once is awaited, and its request is sent then. The kernel asks
// for it again after a second.
func TestLimitWaitsForAConnection(t *testing.T) {
	folder := buildLimit(t)
	listener, port := shortQueue(t)
	filler, err := net.Dial("tcp4", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer filler.Close()

	type result struct {
		text string
		err  error
	}
	ended := make(chan result, 1)
	go func() { // ends with limit
		text, err := runLimit(t, folder, true, 3, fmt.Sprintf("http://127.0.0.1:%d/", port))
		ended <- result{text, err}
	}()
	awaitConnecting(t, port)
	s := &scripted{answer: func(int) ([]string, bool) { return []string{goodAnswer}, false }}
	s.serveOn(t, listener)

	r := <-ended
	if _, err := parseLimit(r.text, 10); r.err != nil || err != nil {
		t.Errorf("limit wrote %q, %v, %v; want 10 requests", r.text, r.err, err)
	}
}
