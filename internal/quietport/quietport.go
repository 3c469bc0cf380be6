// Package quietport gives tests ports on which they may start servers. Out comes a port on which no
// process listens, and which no other test has, in this program or in another that runs at the same
// time.
package quietport

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"testing"
)

// The ports lie below those that the system gives to clients: one of these could be taken by
// another test's load before the server begins.
const (
	first = 10000
	count = 20000
)

// last counts the ports that were given away: a port that was just given back may still have closed
// connections. It begins anywhere, since another test program does the same.
var last atomic.Int64

func init() { last.Store(rand.Int64N(count)) }

// Claim returns a port and a function that gives it back. Until then, the claim is a socket for UDP
// of the same number, which is in no server's way.
func Claim() (port int, release func(), err error) {
	for range count {
		port := first + int(last.Add(1)%count)
		address := fmt.Sprintf("127.0.0.1:%d", port)
		claim, err := net.ListenPacket("udp", address)
		if err != nil {
			continue
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			claim.Close()
			continue
		}
		listener.Close()
		return port, func() { claim.Close() }, nil
	}
	return 0, nil, errors.New("no port is free")
}

// For returns a port that a test has until it ends.
func For(t testing.TB) int {
	t.Helper()
	port, release, err := Claim()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return port
}
