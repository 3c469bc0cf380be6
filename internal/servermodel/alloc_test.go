//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"net"
	"testing"
)

// bareModels do not use net/http. They answer a plain GET without an allocation.
var bareModels = []string{"async", "reactors", "thread", "thread-pool"}

// plainClient sends the same request again and again on one connection, without an allocation.
type plainClient struct {
	conn   *net.TCPConn
	buffer [1024]byte
	length int // of an answer, in bytes
}

func newPlainClient(tb testing.TB, address string) *plainClient {
	tb.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	c := &plainClient{conn: conn.(*net.TCPConn)}
	if _, err := conn.Write(plainGet); err != nil {
		tb.Fatal(err)
	}
	if c.length, err = conn.Read(c.buffer[:]); err != nil {
		tb.Fatal(err)
	}
	return c
}

var plainGet = []byte(get11 + "User-Agent: wrk\r\nAccept: */*\r\n\r\n")

func (c *plainClient) ask(tb testing.TB) {
	if _, err := c.conn.Write(plainGet); err != nil {
		tb.Fatal(err)
	}
	for n := 0; n < c.length; {
		some, err := c.conn.Read(c.buffer[:])
		if err != nil {
			tb.Fatal(err)
		}
		n += some
	}
}

func TestRequestAllocatesNothing(t *testing.T) {
	for _, model := range bareModels {
		t.Run(model, func(t *testing.T) {
			client := newPlainClient(t, serve(t, model))
			// The average of so many hides the one allocation per second for the prebuilt answer.
			if n := testing.AllocsPerRun(2000, func() { client.ask(t) }); n != 0 {
				t.Errorf("a request allocates %v times, want none", n)
			}
		})
	}
}

func BenchmarkRequest(b *testing.B) {
	for _, model := range Names() {
		b.Run(model, func(b *testing.B) {
			client := newPlainClient(b, serve(b, model))
			b.ReportAllocs()
			for b.Loop() {
				client.ask(b)
			}
		})
	}
}
