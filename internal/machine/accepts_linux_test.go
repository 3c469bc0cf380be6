package machine

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/failure"
)

// An address is unused once nothing accepts connections any more. What still does is named.
func TestAwaitUnused(t *testing.T) {
	socket := listen(t)
	address := netip.MustParseAddrPort(socket.Addr().String())
	if !accepts(address) {
		t.Error("accepts is false for a socket that listens")
	}
	err := AwaitUnused(port(socket.Addr()), time.Millisecond)
	want := fmt.Sprintf("%v still accepts connections: it is taken by ", address)
	code, hint := failure.CodeAndHint(err)
	if code != failure.ExitMachine || hint == "" || !strings.Contains(err.Error(), want) {
		t.Errorf("AwaitUnused: %v, code %d, hint %q; want %q", err, code, hint, want)
	}
	pid := fmt.Sprintf("(pid %d)", os.Getpid())
	if !strings.HasSuffix(err.Error(), pid) {
		t.Errorf("AwaitUnused: %v; want our %s", err, pid)
	}

	go func() { // ends with the socket
		conn, err := socket.Accept()
		if err == nil {
			conn.Close()
			socket.Close()
		}
	}()
	if err := AwaitUnused(port(socket.Addr()), time.Hour); err != nil {
		t.Errorf("AwaitUnused of a socket that is closed meanwhile: %v", err)
	}
	if accepts(address) {
		t.Error("accepts is true although nothing listens")
	}
}
