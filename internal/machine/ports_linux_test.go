package machine

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
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/quietport"
)

// listen returns a listener on a free port.
func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

// unused returns an address at which nothing listens until the test does.
func unused(t *testing.T) net.Addr {
	t.Helper()
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: quietport.For(t)}
}

// port is the address of server a.
func port(address net.Addr) Port {
	text := address.String()
	return Port{Server: "a", Text: text, Address: netip.MustParseAddrPort(text)}
}

func TestReservedPortCanBeServed(t *testing.T) {
	free := unused(t)
	all, err := Reserve(t.Context(), []Port{port(free)}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()

	listener, err := net.Listen("tcp", free.String()) // with SO_REUSEADDR, as servers should
	if err != nil {
		t.Fatalf("listening on a reserved port: %v", err)
	}
	listener.Close()

	if !all.Release("a") {
		t.Error("Release = false, want true for the reserved port")
	}
	if all.Release("a") || all.Release("b") {
		t.Error("Release = true, want false for a port that is not reserved")
	}
}

// Servers that have a port in turn share its reservation. It ends once, whoever ends it.
func TestServersThatShareAPort(t *testing.T) {
	free := unused(t)
	first, second := port(free), port(free)
	second.Server = "b"
	all, err := Reserve(t.Context(), []Port{first, second}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()

	if !all.Release("b") || all.Release("a") {
		t.Error("the port was not released with the first of the two")
	}
	again, err := Reserve(t.Context(), []Port{first}, io.Discard)
	if err != nil {
		t.Fatalf("the port is still reserved: %v", err)
	}
	defer again.Close()
	all.Close() // closes no descriptor of the new one
	if !again.Release("a") {
		t.Error("the new reservation is gone")
	}
}

func TestTakenPortNamesItsOwner(t *testing.T) {
	taken := listen(t)
	_, err := Reserve(t.Context(), []Port{port(taken.Addr())}, io.Discard)

	code, hint := failure.CodeAndHint(err)
	if code != failure.ExitMachine || hint == "" {
		t.Errorf("exit code %d, hint %q, want %d and a hint", code, hint, failure.ExitMachine)
	}
	want := fmt.Sprintf("(pid %d)", os.Getpid())
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Reserve: %v, want %q in it", err, want)
	}
}

func TestFreePortHasNoOwner(t *testing.T) {
	if by := owner(netip.MustParseAddrPort("127.0.0.1:1")); by != "" {
		t.Errorf("the owner of a free port is %q, want none", by)
	}
}

func TestInUse(t *testing.T) {
	test := func(err error, want bool) {
		t.Helper()
		if got := inUse(err); got != want {
			t.Errorf("inUse(%v) = %v, want %v", err, got, want)
		}
	}
	test(fmt.Errorf("binding: %w", syscall.EADDRINUSE), true)
	test(syscall.EACCES, false)
	test(errors.New("other"), false)
	test(nil, false)
}

// cancelWriter cancels a context as soon as something is written to it.
type cancelWriter struct {
	cancel func()
	text   string
}

func (w *cancelWriter) Write(p []byte) (int, error) {
	w.text += string(p)
	w.cancel()
	return len(p), nil
}

// inTimeWait returns the address of a client's connection that was closed.
func inTimeWait(t *testing.T) net.Addr {
	t.Helper()
	listener := listen(t)
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	client.Close() // the end that closes first is in TIME_WAIT
	if _, err := server.Read(make([]byte, 1)); err != io.EOF {
		t.Fatal(err)
	}
	server.Close()

	// On a busy machine the kernel may look at the last packet later.
	address := netip.MustParseAddrPort(client.LocalAddr().String())
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if onlyTimeWait(address) {
			break
		}
	}
	return client.LocalAddr()
}

// A port is in TIME_WAIT after a client's connection was closed. The wait is announced, and ends
// with its context.
func TestPortInTimeWaitIsWaitedFor(t *testing.T) {
	closed := inTimeWait(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	progress := &cancelWriter{cancel: func() { cancel(interrupted) }}
	_, err := Reserve(ctx, []Port{port(closed)}, progress)
	if !errors.Is(err, interrupted) {
		t.Errorf("Reserve: %v, want the cause of its context", err)
	}
	want := "waiting for " + closed.String()
	if !strings.Contains(progress.text, want) {
		t.Errorf("Reserve announced %q, want %q in it", progress.text, want)
	}
}
