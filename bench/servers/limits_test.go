//go:build linux

package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/bench/rig"
	"labbook.example/labbook/internal/quietport"
)

// startPeer builds a C peer with other limits, and starts it by the shell after a command of it.
// It returns the port.
func startPeer(t *testing.T, name, limit, before string) int {
	t.Helper()
	needCompiler(t)
	port := quietport.For(t)
	program := filepath.Join(t.TempDir(), name)
	argv := rig.Compile(program, "examples/c-twins/"+name+".c")
	if limit != "" {
		argv = append(argv, limit)
	}
	if err := rig.Build(t.Context(), [][]string{argv}, t.Output()); err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("%s; exec %s %d", before, program, port)
	command := exec.CommandContext(t.Context(), "sh", "-c", line)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill() // it may have ended
		_ = command.Wait()         // of a killed process
	})
	awaitListener(t, rig.Address(port))
	return port
}

// At its limit of connections, and without a descriptor for another, a C peer leaves the next
// client in the kernel's queue until a connection ends.
func TestCPeersWaitForRoom(t *testing.T) {
	for _, c := range []struct {
		peer, limit, before string
		room                int // connections
	}{
		{"epoll", "-DMAX_CONNECTIONS=2", "true", 2},
		{"pthread", "-DMAX_CONNECTIONS=2", "true", 2},
		{"epoll", "", "ulimit -n 8", 3},   // beside three streams, listener and epoll
		{"pthread", "", "ulimit -n 8", 4}, // beside three streams and listener
	} {
		t.Run(c.peer+" "+c.limit+c.before, func(t *testing.T) {
			port := startPeer(t, c.peer, c.limit, c.before)
			var kept []net.Conn
			for range c.room {
				kept = append(kept, dial(t, rig.Address(port)))
				defer kept[len(kept)-1].Close()
				askAndKeep(t, kept[len(kept)-1])
			}
			waiting := dial(t, rig.Address(port))
			defer waiting.Close()
			if _, err := io.WriteString(waiting, abRequest); err != nil {
				t.Fatal(err)
			}
			awaitQueue(t, port)
			kept[0].Close()
			if answer, err := io.ReadAll(waiting); err != nil || len(answer) != 122 {
				t.Errorf("the client that waited got %q, %v", answer, err)
			}
		})
	}
}

// A connection that is idle for too long is closed.
func TestCPeersEndIdleConnections(t *testing.T) {
	for _, peer := range []string{"epoll", "pthread"} {
		t.Run(peer, func(t *testing.T) {
			address := rig.Address(startPeer(t, peer, "-DIDLE_SECONDS=1", "true"))
			// On a machine that stalls, a client may be late with its request already.
			for deadline := time.Now().Add(patience); ; {
				c := dial(t, address)
				defer c.Close()
				err := ask(c)
				if err != nil && time.Now().Before(deadline) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if n, err := c.Read(make([]byte, 1)); err != io.EOF {
					t.Errorf("%d bytes, %v; want the end of the connection", n, err)
				}
				return
			}
		})
	}
}

// askAndKeep sends a request that leaves the connection open, and reads its answer.
func askAndKeep(t *testing.T, c net.Conn) {
	t.Helper()
	if err := ask(c); err != nil {
		t.Fatal(err)
	}
}

func ask(c net.Conn) error {
	if _, err := io.WriteString(c, get11+"\r\n"); err != nil {
		return err
	}
	answer := make([]byte, 512)
	n, err := c.Read(answer)
	if err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 200 OK") {
		return fmt.Errorf("found %q, %v; want an answer", answer[:n], err)
	}
	return nil
}

// awaitQueue waits until one connection waits to be accepted. The queue is in the fifth column of
// /proc/net/tcp, after the colon, in the row of the listener.
func awaitQueue(t *testing.T, port int) {
	t.Helper()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	deadline := time.After(patience)
	listener := fmt.Sprintf("0100007F:%04X 00000000:0000 0A 00000000:00000001", port)
	for {
		table, err := os.ReadFile("/proc/net/tcp")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(table), listener) {
			return
		}
		select {
		case <-again.C:
		case <-deadline:
			t.Fatal("no connection waits in the queue: the server has accepted more than its limit")
		}
	}
}
