//go:build linux

package main

import (
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"labbook/bench/rig"
	"labbook/internal/process"
)

// TestMain lets the test binary be the guard of the peers.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// answerToAB is the answer to ab's own request: 122 bytes, like those of Labbook's models.
const answerToAB = "HTTP/1.0 200 OK\r\n" +
	"Date: Mon, 23 Nov 2026 12:00:00 GMT\r\n" +
	"Connection: close\r\n" +
	"Server: myserver/1.0\r\n" +
	"Content-Length: 6\r\n\r\n" +
	"hello\n"

// abRequest is what ab sends.
const abRequest = "GET / HTTP/1.0\r\n" +
	"Host: 127.0.0.1\r\n" +
	"User-Agent: ApacheBench/2.3\r\n" +
	"Accept: */*\r\n\r\n"

func TestCPeersAnswer(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("gcc is missing: the C peers cannot be built")
	}
	t.Chdir("../..")
	folder := t.TempDir()
	if err := rig.Build(t.Context(), cPrograms(folder), t.Output()); err != nil {
		t.Fatal(err)
	}
	chosen, err := choose("c-epoll,c-pthread")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range chosen {
		t.Run(s.Name, func(t *testing.T) {
			p, err := rig.Start(t.Context(), folder, s.Server)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Stop()
			testAnswers(t, p)
		})
	}
}

func testAnswers(t *testing.T, p *rig.Running) {
	stays := strings.Replace(answerToAB, "close", "keep-alive", 1)
	newer := strings.Replace(stays, "1.0", "1.1", 1)
	closes := strings.Replace(answerToAB, "1.0", "1.1", 1)
	test := func(want string, pieces ...string) {
		t.Helper()
		if found := converse(t, p, len(want), pieces); found != want {
			t.Errorf("after %q: %q, want %q", pieces, found, want)
		}
	}
	test(answerToAB, abRequest)
	test(
		stays+answerToAB,
		strings.Replace(abRequest, "Accept", "Connection: Keep-Alive\r\nAccept", 1)+abRequest,
	)
	test(
		newer+newer+closes,
		"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n"+
			"Connection: close\r\n\r\n",
	)
	test(newer+answerToAB, "GET / HTTP/1.1\r\n\r\nGET / HT", "TP/1.0\r\n\r", "\n")
	test("", strings.Repeat("x", 4096))
}

// converse sends the pieces, each in a packet of its own, and reads until the server closes.
func converse(t *testing.T, p *rig.Running, size int, pieces []string) string {
	t.Helper()
	c, err := net.Dial("tcp4", rig.Address(p.Port))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for _, piece := range pieces {
		if _, err := io.WriteString(c, piece); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := io.ReadAll(io.LimitReader(c, int64(size)+1))
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}
