package machine

import (
	"cmp"
	"errors"
	"net"
	"net/netip"
	"time"

	"labbook.example/labbook/internal/failure"
)

const (
	// acceptTimeout bounds one attempt to connect. On the loopback the answer comes at once; no
	// answer is that of a listener whose queue is full.
	acceptTimeout = 500 * time.Millisecond
	// acceptPause is the time between two attempts.
	acceptPause = 10 * time.Millisecond
)

// accepts reports whether connections to an address are accepted, or neither accepted nor refused.
// The system does not always tell that of a container, which listens in a network of its own.
func accepts(address netip.AddrPort) bool {
	conn, err := net.DialTimeout("tcp", address.String(), acceptTimeout)
	if err != nil {
		var failed net.Error
		return errors.As(err, &failed) && failed.Timeout()
	}
	defer conn.Close()
	return conn.LocalAddr().String() != conn.RemoteAddr().String() // not a socket with itself
}

// AwaitUnused waits until nothing accepts connections at the address of a server that was stopped.
// If something still does after the limit, the error names its process.
func AwaitUnused(port Port, limit time.Duration) error {
	for deadline := time.Now().Add(limit); accepts(port.Address); time.Sleep(acceptPause) {
		if time.Now().After(deadline) {
			const hint = "stop it; what a command starts elsewhere, such as a container, the " +
				"server's stop must end within stop_timeout"
			return failure.Machine(
				hint,
				"server %q was stopped, and %s still accepts connections: it is taken by %s",
				port.Server,
				port.Text,
				cmp.Or(owner(port.Address), unnamed),
			)
		}
	}
	return nil
}

// unnamed is a process of which the system tells us nothing.
const unnamed = "an unknown process"
