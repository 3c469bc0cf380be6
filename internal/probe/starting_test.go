package probe

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"labbook.example/labbook/internal/spec"
)

func TestStillStarting(t *testing.T) {
	test := func(status, want int, starting bool) {
		t.Helper()
		if got := StillStarting(status, spec.Expect{Status: want}); got != starting {
			t.Errorf("StillStarting(%d, %d) = %v, want %v", status, want, got, starting)
		}
	}
	const any2xx = 0
	test(200, any2xx, false)
	test(503, any2xx, true)
	test(500, any2xx, true)
	test(503, 302, true)
	test(502, 503, true)

	// The server's answer, expected or not.
	test(503, 503, false)
	test(404, any2xx, false)
	test(505, any2xx, false)
	test(302, any2xx, false)
	test(429, any2xx, false)
	test(200, 302, false)
}

func TestTimedOut(t *testing.T) {
	test := func(err error, want bool) {
		t.Helper()
		if got := TimedOut(err); got != want {
			t.Errorf("TimedOut(%v) = %v, want %v", err, got, want)
		}
	}
	late, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	_, dialing := (&net.Dialer{}).DialContext(late, "tcp", "127.0.0.1:1")
	_, refused := net.Dial("tcp", "127.0.0.1:1")

	test(fmt.Errorf("reading its answer: %w", os.ErrDeadlineExceeded), true)
	test(fmt.Errorf("connecting: %w", dialing), true)
	test(refused, false)
	test(io.ErrUnexpectedEOF, false)
	test(nil, false)
}
