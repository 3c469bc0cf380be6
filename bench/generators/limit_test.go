//go:build linux

package main

import (
	"bufio"
	"fmt"
	"net"

	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"labbook.example/labbook/bench/rig"
	"labbook.example/labbook/internal/quietport"
)

// patience only keeps a test from hanging.
const patience = 2 * time.Minute

// scripted is a server that answers each request by a script, and counts.
type scripted struct {
	// answer returns the pieces of the answer to a request, counted from 1, and whether the
	// connection ends then.
	answer func(request int) (pieces []string, end bool)

	mutex       sync.Mutex
	requests    []string
	connections int
}

// serve serves until the test ends, and returns the URL.
func (s *scripted) serve(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.serveOn(t, listener)
	return fmt.Sprintf("http://%s/", listener.Addr())
}

// serveOn serves until the test ends, and closes the listener then.
func (s *scripted) serveOn(t *testing.T, listener net.Listener) {
	t.Helper()
	var all sync.WaitGroup
	all.Go(func() { // ends when the listener is closed
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			s.mutex.Lock()
			s.connections++
			s.mutex.Unlock()
			all.Go(func() { s.converse(c) }) // ends with its client
		}
	})
	t.Cleanup(func() {
		listener.Close()
		all.Wait()
	})
}

func (s *scripted) converse(c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience)) // without it the test only ends later
	in := bufio.NewReader(c)
	for {
		var head strings.Builder
		for !strings.HasSuffix(head.String(), "\r\n\r\n") {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			head.WriteString(line)
		}
		s.mutex.Lock()
		s.requests = append(s.requests, head.String())
		pieces, end := s.answer(len(s.requests))
		s.mutex.Unlock()
		for _, piece := range pieces {
			if _, err := c.Write([]byte(piece)); err != nil {
				return
			}
		}
		if end {
			return
		}
	}
}

const goodAnswer = "HTTP/1.0 200 OK\r\nDate: x\r\ncontent-length: 6\r\n\r\nhello\n"

// inPieces returns an answer byte by byte, so that reads end anywhere in it.
func inPieces(text string) []string { return strings.Split(text, "") }

// buildLimit builds limit.c in a folder, which it returns.
func buildLimit(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	compile(t, folder, "limit", "limit.c")
	return folder
}

// runLimit runs limit, as built in a folder, on a URL with 10 requests.
func runLimit(
	t *testing.T,
	folder string,
	keepAlive bool,
	concurrency int,
	url string,
) (string, error) {
	t.Helper()
	load := rig.Load{KeepAlive: keepAlive, Concurrency: concurrency}
	argv := limitCommand(folder, load, 10, url)
	text, _, err := rig.Generate(t.Context(), patience, argv)
	return text, err
}

// Every request is sent once, as ab sends it, on as many connections as the load has.
func TestLimit(t *testing.T) {
	folder := buildLimit(t)
	test := func(keepAlive bool, concurrency, connections int, pieces []string) {
		t.Helper()
		s := &scripted{answer: func(int) ([]string, bool) { return pieces, !keepAlive }}
		url := s.serve(t)
		text, err := runLimit(t, folder, keepAlive, concurrency, url)
		if err != nil {
			t.Errorf("limit: %v", err)
			return
		}
		if found, err := parseLimit(text, 10); err != nil || found.Requests != 10 {
			t.Errorf("limit wrote %q: %v, %v; want 10 requests", text, found, err)
		}
		s.mutex.Lock()
		defer s.mutex.Unlock()
		if len(s.requests) != 10 || s.connections != connections {
			t.Errorf("keep-alive %v c=%d: %d requests on %d connections, want 10 on %d",
				keepAlive,
				concurrency,
				len(s.requests),
				s.connections,
				connections,
			)
		}
		kept := map[bool]string{true: "Connection: Keep-Alive\r\n"}[keepAlive]
		host := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/")
		want := "GET / HTTP/1.0\r\n" + kept + "Host: " + host +
			"\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"
		for _, request := range s.requests {
			if request != want {
				t.Errorf("request %q, want %q", request, want)
			}
		}
	}
	for _, pieces := range [][]string{{goodAnswer}, inPieces(goodAnswer)} {
		test(false, 1, 10, pieces)
		test(false, 4, 10, pieces)
		test(true, 1, 1, pieces)
		test(true, 4, 4, pieces)
		test(true, 10, 10, pieces)
	}
}

// An answer that is not as it must be ends the load with an error and without a number.
func TestLimitRefuses(t *testing.T) {
	folder := buildLimit(t)
	other := func(old, changed string) string {
		return strings.Replace(goodAnswer, old, changed, 1)
	}
	endless := "HTTP/1.0 200 OK\r\nA: " + strings.Repeat("x", 5000)
	for _, c := range []struct {
		name, answer string
		from         int // the first request that is answered so; those before it are answered well
		end          bool
		want         string
	}{
		{"404", other("200 OK", "404 Not Found"), 1, false, "not 200"},
		{"later 503", other("200 OK", "503 No"), 5, false, "request 5 of 10: the status"},
		{"no length", other("content-length", "content-size"), 1, false, "no Content-Length"},
		{"length of words", other("6", "six"), 1, false, "malformed"},
		{"long", other("6", "5000"), 1, false, "too large"},
		{"endless head", endless, 1, false, "too long"},
		{"other body", other("hello", "jello"), 5, false, "body of the answer"},
		{"two answers", goodAnswer + goodAnswer, 5, false, "more than one answer"},
		{"larger", other("6\r\n\r\nhello", "7\r\n\r\nhello!"), 5, false, "more than one answer"},
		{"early end", other("hello\n", "he"), 5, true, "ended before the answer"},
		{"no answer", "", 5, true, "ended before the answer"},
		{"end of a kept connection", goodAnswer, 5, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &scripted{answer: func(request int) ([]string, bool) {
				if request < c.from {
					return []string{goodAnswer}, false
				}
				return []string{c.answer}, c.end
			}}
			text, err := runLimit(t, folder, true, 1, s.serve(t))
			if err == nil || !strings.Contains(err.Error(), c.want) || text != "" {
				t.Errorf("limit wrote %q, %v; want only an error with %q", text, err, c.want)
			}
		})
	}
	t.Run("something after the answer", func(t *testing.T) {
		answers := func(int) ([]string, bool) { return []string{goodAnswer + "x"}, true }
		_, err := runLimit(t, folder, false, 1, (&scripted{answer: answers}).serve(t))
		if want := "more than one answer"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("limit: %v, want %q", err, want)
		}
	})
}

func TestLimitWithoutAServer(t *testing.T) {
	folder := buildLimit(t)
	port := quietport.For(t)
	for _, keepAlive := range []bool{false, true} {
		_, err := runLimit(t, folder, keepAlive, 1, "http://"+rig.Address(port)+"/")
		if want := "Connection refused"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("keep-alive %v: %v, want %q", keepAlive, err, want)
		}
	}
}

func TestLimitRefusesFlags(t *testing.T) {
	folder := buildLimit(t)
	for line, want := range map[string]string{
		"-n 0 -c 1 http://127.0.0.1:9/":      "-n: found 0; allowed: 1 to 100000000",
		"-n 10 -c 20001 http://127.0.0.1:9/": "-c: found 20001; allowed: 1 to 20000",
		"-n 1x -c 1 http://127.0.0.1:9/":     "-n: found 1x",
		"-n 10 -c 11 http://127.0.0.1:9/":    "at least as many requests",
		"-n 10 -c 1 http://192.0.2.1:9/":     "http://127.0.0.1:PORT/",
		"-n 10 -c 1 http://127.0.0.1:9/x":    "http://127.0.0.1:PORT/",
		"-n 10 -c 1 http://127.0.0.1:65536/": "http://127.0.0.1:PORT/",
		"-n 10 -c 1":                         "http://127.0.0.1:PORT/",
	} {
		argv := append([]string{filepath.Join(folder, "limit")}, strings.Fields(line)...)
		_, _, err := rig.Generate(t.Context(), patience, argv)
		if err == nil || !strings.Contains(err.Error(), "exit status 2") ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("limit %s: %v, want exit status 2 and %q", line, err, want)
		}
	}
}
