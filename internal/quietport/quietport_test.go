package quietport

import (
	"fmt"
	"net"
	"testing"
)

// A port that is taken or claimed is given to no other, and a server can listen on it.
func TestFor(t *testing.T) {
	port := For(t)
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	again := func() int {
		last.Store(int64(port-first) - 1) // the next one is this port
		return For(t)
	}
	if other := again(); other == port {
		t.Errorf("port %d was given away while a server listens", port)
	}
	listener.Close()
	if other := again(); other == port {
		t.Errorf("port %d was given away twice", port)
	}
}

// A port that was given back can be claimed again.
func TestRelease(t *testing.T) {
	port, release, err := Claim()
	if err != nil {
		t.Fatal(err)
	}
	release()
	claim, err := net.ListenPacket("udp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatalf("port %d is still claimed: %v", port, err)
	}
	claim.Close()
}
