//go:build linux

package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"

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
		[]spec.Server{{Name: "a", Address: address}, {Name: "b", URL: "http://x", Address: "x:1"}},
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
	_, err = holdPorts([]spec.Server{{Name: "a", Address: listener.Addr().String()}})
	code, hint := exitCode(err)
	if code != exitMachine || hint == "" {
		t.Errorf("exit code %d, hint %q, want %d and a hint", code, hint, exitMachine)
	}
	if want := fmt.Sprintf("(pid %d)", os.Getpid()); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("holdPorts: %v, want %q in it", err, want)
	}
	if who := holder(netip.MustParseAddrPort("127.0.0.1:1")); who != "" {
		t.Errorf("the holder of a free port is %q, want none", who)
	}
}

func TestResolve(t *testing.T) {
	test := func(address, want string) {
		t.Helper()
		got, err := resolve(address)
		if (err != nil) != (want == "") || err == nil && got.String() != want {
			t.Errorf("resolve(%q) = %v, %v, want %q", address, got, err, want)
		}
	}
	test("127.0.0.1:45000", "127.0.0.1:45000")
	test("localhost:80", "127.0.0.1:80")
	test("[::1]:80", "[::1]:80")
	test("example.com:80", "")
	test("127.0.0.1", "")
	test("127.0.0.1:70000", "")
}

func TestInUse(t *testing.T) {
	if !inUse(fmt.Errorf("binding: %w", syscall.EADDRINUSE)) || inUse(errors.New("else")) ||
		inUse(syscall.EACCES) {
		t.Error("inUse is not true for EADDRINUSE alone")
	}
}
