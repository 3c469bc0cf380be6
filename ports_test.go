//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"

	"labbook/internal/failure"
	"labbook/internal/spec"
)

func freePort(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestHeldPortCanBeServed(t *testing.T) {
	address := freePort(t)
	held, err := holdPorts(
		context.Background(),
		[]spec.Server{
			{Name: "a", Address: address},
			{Name: "b", URL: "http://x", Address: "x:1"},
		},
		io.Discard,
	)
	if err != nil {
		t.Fatal(err)
	}
	defer held.close()
	listener, err := net.Listen("tcp", address) // net sets SO_REUSEADDR, as a server should
	if err != nil {
		t.Fatalf("listening beside the hold: %v", err)
	}
	listener.Close()
	if !held.letGo("a") || held.letGo("a") || held.letGo("b") {
		t.Error("letGo = false, true or true, want true for the one hold, once")
	}
}

func TestTakenPortNamesItsHolder(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, err = holdPorts(
		context.Background(),
		[]spec.Server{{Name: "a", Address: listener.Addr().String()}},
		io.Discard,
	)
	code, hint := failure.CodeAndHint(err)
	if code != failure.ExitMachine || hint == "" {
		t.Errorf("exit code %d, hint %q, want %d and a hint", code, hint, failure.ExitMachine)
	}
	if want := fmt.Sprintf("(pid %d)", os.Getpid()); err == nil ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("holdPorts: %v, want %q in it", err, want)
	}
	if who := holder(netip.MustParseAddrPort("127.0.0.1:1")); who != "" {
		t.Errorf("the holder of a free port is %q, want none", who)
	}
}

func TestInUse(t *testing.T) {
	if !inUse(fmt.Errorf("binding: %w", syscall.EADDRINUSE)) || inUse(errors.New("else")) ||
		inUse(syscall.EACCES) {
		t.Error("inUse is not true for EADDRINUSE alone")
	}
}

// ender is a Writer that ends something when it is told what is waited for, and keeps it.
type ender struct {
	end  func()
	text string
}

func (e *ender) Write(p []byte) (int, error) {
	e.text += string(p)
	e.end()
	return len(p), nil
}

// TestPortOfAClosedConnectionIsWaitedFor closes a client's connection, whose port the system then
// keeps. The wait is said, and ends with Ctrl-C.
func TestPortOfAClosedConnectionIsWaitedFor(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	address := client.LocalAddr().String()
	client.Close() // first, so the wait is at this end
	if _, err := server.Read(make([]byte, 1)); err != io.EOF {
		t.Fatal(err)
	}
	server.Close()
	ctx, cancel := context.WithCancelCause(context.Background())
	interrupted := errors.New("interrupted")
	said := &ender{end: func() { cancel(interrupted) }}
	_, err = holdPorts(ctx, []spec.Server{{Name: "a", Address: address}}, said)
	if !errors.Is(err, interrupted) || !strings.Contains(said.text, "waiting for "+address) {
		t.Errorf("holdPorts: %v, said %q, want to hear what is waited for", err, said.text)
	}
}
