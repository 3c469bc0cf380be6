//go:build linux

package main

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"labbook.example/labbook/bench/rig"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/quietport"
	"labbook.example/labbook/internal/servermodel"
)

// TestMain makes the test binary the guard of the peers.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// abRequest is what ab sends, and lastRequest the rest of a request that ends its connection.
const (
	abRequest = "GET / HTTP/1.0\r\n" +
		"Host: 127.0.0.1\r\n" +
		"User-Agent: ApacheBench/2.3\r\n" +
		"Accept: */*\r\n\r\n"
	get11       = "GET / HTTP/1.1\r\nHost: a\r\n"
	lastRequest = "Connection: close\r\n\r\n"
)

// conversations are what both C peers must answer as the model does: requests in pieces, the last
// of which ends its connection. A piece fits into one packet: a peer that refuses a request reads
// only what has arrived of it.
var conversations = map[string][]string{
	"ab":                    {abRequest},
	"kept, 1.0":             {"GET / HTTP/1.0\r\nconnection: x, KEEP-alive\r\n\r\n", abRequest},
	"close beats keep":      {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"},
	"three at once":         {get11 + "\r\n" + get11 + "\r\n" + get11 + lastRequest},
	"in pieces":             {get11 + "\r\nGET / HT", "TP/1.0\r\n\r", "\n"},
	"a later 1.x":           {"GET / HTTP/1.2\r\nHost: a\r\n" + lastRequest},
	"query":                 {"GET /?a=/b HTTP/1.0\r\n\r\n"},
	"absolute form":         {"GET http://a/ HTTP/1.1\r\nHost: a\r\n" + lastRequest},
	"HEAD":                  {"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", abRequest},
	"404 stays":             {"GET /x HTTP/1.1\r\nHost: a\r\n\r\n", abRequest},
	"HEAD 404":              {"HEAD /x HTTP/1.0\r\n\r\n"},
	"405":                   {"POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhe", "llo"},
	"a body is skipped":     {get11 + "Content-Length: 7\r\n\r\nGET / \n", abRequest},
	"no version":            {"GET /\r\n\r\n"},
	"two spaces":            {"GET  / HTTP/1.0\r\n\r\n"},
	"without Host":          {"GET / HTTP/1.1\r\n\r\n"},
	"two Hosts":             {get11 + "Host: b\r\n\r\n"},
	"two lengths":           {"GET / HTTP/1.0\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n"},
	"malformed length":      {"GET / HTTP/1.0\r\nContent-Length: +2\r\n\r\n"},
	"endless length":        {"GET / HTTP/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n"},
	"a space before :":      {"GET / HTTP/1.0\r\nHost : a\r\n\r\n"},
	"folded line":           {"GET / HTTP/1.0\r\nA: b\r\n c\r\n\r\n"},
	"413":                   {"POST / HTTP/1.0\r\nContent-Length: 1048577\r\n\r\n"},
	"431":                   {"GET / HTTP/1.0\r\nA: " + strings.Repeat("x", 8192) + "\r\n\r\n"},
	"431 without an end":    {"GET / HTTP/1.0\r\nA: " + strings.Repeat("x", 20_000)},
	"501":                   {get11 + "Transfer-Encoding: gzip\r\n\r\n"},
	"505":                   {"GET / HTTP/2.0\r\n\r\n"},
	"nothing but a newline": {"\r\n\r\n"},
}

// buildPeers builds the C peers in a folder, which it returns.
func buildPeers(t *testing.T) string {
	t.Helper()
	needCompiler(t)
	folder := t.TempDir()
	if err := rig.Build(t.Context(), cPrograms(folder), t.Output()); err != nil {
		t.Fatal(err)
	}
	return folder
}

// needCompiler makes the root of the repository the current folder. Without a compiler it skips the
// test.
func needCompiler(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("gcc is missing: the C peers cannot be built")
	}
	t.Chdir("../..")
}

// TestCPeersAnswerAsTheModelsDo holds the C peers to the answers of a model, byte for byte but for
// the date.
func TestCPeersAnswerAsTheModelsDo(t *testing.T) {
	folder := buildPeers(t)
	model := serveModel(t)
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
			for name, pieces := range conversations {
				want := converse(t, model, pieces)
				if found := converse(t, rig.Address(p.Port), pieces); found != want {
					t.Errorf("%s: %q, want %q", name, found, want)
				}
			}
		})
	}
}

// serveModel serves the model async until the test ends, and returns its address.
func serveModel(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { // ends with the test
		ended <- servermodel.Serve(ctx, "async", servermodel.Config{
			Address: "127.0.0.1:0",
			Ready:   func(addr net.Addr) { ready <- addr.String() },
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case address := <-ready:
		return address
	case err := <-ended:
		ended <- err
		t.Fatal("the model has ended by itself")
		return ""
	}
}

var date = regexp.MustCompile(`Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT`)

// converse sends the pieces, each in a packet of its own, and returns what the server sends until
// it closes, with masked dates.
func converse(t *testing.T, address string, pieces []string) string {
	t.Helper()
	c := dial(t, address)
	defer c.Close()
	for _, piece := range pieces {
		if _, err := io.WriteString(c, piece); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := io.ReadAll(io.LimitReader(c, 4096))
	if err != nil {
		t.Fatal(err)
	}
	return date.ReplaceAllString(string(answer), "Date: -")
}

// patience only keeps a test of a broken server from hanging.
const patience = 2 * time.Minute

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp4", address)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCPeersStop holds that a C peer ends by itself on SIGTERM, with an idle connection open.
func TestCPeersStop(t *testing.T) {
	folder := buildPeers(t)
	for _, name := range []string{"epoll", "pthread"} {
		port := quietport.For(t)
		command := exec.CommandContext(t.Context(), filepath.Join(folder, name), strconv.Itoa(port))
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		awaitListener(t, rig.Address(port))
		idle := dial(t, rig.Address(port))
		defer idle.Close()
		askAndKeep(t, idle)

		if err := command.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if n, err := idle.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("%s: the idle connection has %d bytes, %v; want its end", name, n, err)
		}
		if err := command.Wait(); err != nil {
			t.Errorf("%s: %v, want exit code 0", name, err)
		}
	}
}

// awaitListener connects until a server listens.
func awaitListener(t *testing.T, address string) {
	t.Helper()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	deadline := time.After(patience)
	for {
		c, err := net.Dial("tcp4", address)
		if err == nil {
			c.Close()
			return
		}
		select {
		case <-again.C:
		case <-deadline:
			t.Fatal(err)
		}
	}
}
